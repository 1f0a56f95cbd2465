"""Comments below a statement that name what it assigned: ``# hidden = [n layers, batch size, hid dim]``, often several."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from ..comments.remark import Remark, RemarkKind
from .placement import Placement, Position

__all__ = ["Assigned", "assignment_named", "assignments_below"]

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
