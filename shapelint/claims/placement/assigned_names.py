"""Comments below a statement that name what it assigned: ``# hidden = [n layers, batch size, hid dim]``, often several."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from ..comments.remark import Remark, RemarkKind
from .placement import Placement, Position

__all__ = ["Assigned", "assigned_in_a_block", "assignment_named", "assignments_below"]

Assigned = tuple[cst.CSTNode, str]
"""A simple statement and the name that it gives a value to."""


def assignment_named(remark: Remark, place: Placement) -> Assigned | None:
    """The last statement above the comment, in its own block, that assigns the name which ``remark`` begins with.

    The words before a shape are a name too where something is called so (``# output = [b, 10]`` below ``output = ...``).
    """
    name = remark.subject or remark.label
    if place.above is None or place.position is not Position.BETWEEN or isinstance(place.chain.node, cst.Call):
        return None
    if not name.isidentifier() or remark.kind not in (RemarkKind.BARE, RemarkKind.OUTPUT):
        return None
    for element in reversed(place.chain.elements[: place.above.last + 1]):
        match element:
            case cst.SimpleStatementLine(body=body):
                for statement in reversed(body):
                    if name in _names_of(statement):
                        return statement, name
            case _:
                return None  # a branch or a loop may assign it too
    return None


def assigned_in_a_block(remark: Remark, place: Placement) -> bool:
    """Whether the word before the shape (``# inp: [b, 960, h/32]``) is a name that a loop or branch above it assigns.

    Then it speaks of that value, whatever else the word may mean, and which value that is depends on the turns.
    """
    name = remark.subject or remark.label.rstrip(" :=")
    if place.above is None or not name.isidentifier() or isinstance(place.chain.node, cst.Call):
        return False
    for element in reversed(place.chain.elements[: place.above.last + 1]):
        if isinstance(element, cst.SimpleStatementLine):
            if any(name in _names_of(statement) for statement in element.body):
                return False
        elif any(name in _names_of(statement) for statement in _statements_in(element)):
            return True
    return False


def _statements_in(block: cst.CSTNode) -> Iterator[cst.BaseSmallStatement]:
    """The simple statements within a loop or branch; none of a definition, whose names are its own."""
    waiting = [block]
    while waiting:
        match waiting.pop():
            case cst.SimpleStatementLine(body=body):
                yield from body
            case cst.FunctionDef() | cst.ClassDef():
                pass
            case (
                cst.BaseCompoundStatement() | cst.BaseSuite() | cst.Else() | cst.Finally() | cst.ExceptHandler()
            ) as inner:
                waiting += inner.children


def assignments_below(name: str, place: Placement) -> Iterator[Assigned]:
    """The statements below the comment that assign ``name``: whoever writes above the code may mean one of those."""
    for element in () if place.below is None else place.below.nodes:
        for statement in element.body if isinstance(element, cst.SimpleStatementLine) else ():
            if name in _names_of(statement):
                yield statement, name


def _names_of(statement: cst.BaseSmallStatement) -> Iterator[str]:
    match statement:
        case cst.Assign(targets=targets):
            for target in targets:
                yield from _bound(target.target)
        case cst.AnnAssign(target=target) | cst.AugAssign(target=target):
            yield from _bound(target)


def _bound(target: cst.CSTNode) -> Iterator[str]:
    match target:
        case cst.Name(value=name):
            yield name
        case cst.Tuple(elements=elements) | cst.List(elements=elements):
            for element in elements:
                yield from _bound(element.value)
