"""Which layers a comment that says "same" is about."""

from __future__ import annotations

import re

import libcst as cst

from ...source.comments import Comment
from ...source.parse import Source
from ..placement.location import Bracketed, Location, Statements, locate
from .same_words import comment_declares

__all__ = ["said_by_comments"]

_WINDOWED = re.compile("Conv|Pool|Pad|Upsample|Shuffle|Block|Sequential", re.IGNORECASE)


def said_by_comments(source: Source) -> dict[cst.CSTNode, str]:
    """Constructor calls with a comment on their line, or on a line of its own above, that says "same"."""
    found: dict[cst.CSTNode, str] = {}
    for comment in source.comments_with(comment_declares):
        for node in _beside(locate(source, comment), comment, source):
            found[node] = comment.text
    return found


def _beside(locus: Location, comment: Comment, source: Source) -> list[cst.CSTNode]:
    match locus:
        case Bracketed():
            elements, done = locus.elements, locus.done
            if isinstance(locus.holder, cst.Call) and not comment.own_line:
                inside = [e for e in elements[:done] if source.span(e).end_row == comment.row]
                if not any(map(_calls, inside)):
                    return [locus.holder]
        case Statements():
            elements, done = locus.body, locus.done
        case _:
            return []
    if comment.own_line:
        near = tuple(e for e in elements[done : done + 1] if _is_next(source.span(e).row, comment, source))
    else:
        near = tuple(e for e in elements[:done] if source.span(e).end_row == comment.row)[-1:]
    return [layer for element in near for call in _calls(element) for layer in _layers(call)]


def _is_next(row: int, comment: Comment, source: Source) -> bool:
    """Whether nothing but further comments is between ``comment`` and what begins in ``row``."""
    between = range(comment.row + 1, row)
    return {other.row for other in source.comments_in(between)} == set(between)


def _layers(call: cst.CSTNode) -> list[cst.CSTNode]:
    """The only layer with a window in a Sequential; every other call itself."""
    if not isinstance(call, cst.Call) or _name(call) != "Sequential":
        return [call]
    inside = [arg.value for arg in call.args if isinstance(arg.value, cst.Call)]
    windowed: list[cst.CSTNode] = [layer for layer in inside if _WINDOWED.search(_name(layer))]
    return windowed if len(windowed) == 1 and len(inside) == len(call.args) else []


def _name(call: cst.Call) -> str:
    match call.func:
        case cst.Attribute(attr=cst.Name(value=name)) | cst.Name(value=name):
            return name
        case _:
            return ""


def _calls(node: cst.CSTNode) -> list[cst.CSTNode]:
    """The constructor calls of one element or statement, not those inside their arguments."""
    match node:
        case cst.Call():
            return [node]
        case cst.Arg() | cst.Element() | cst.Assign() | cst.Return() | cst.Expr() | cst.AnnAssign() if (
            node.value is not None
        ):
            return _calls(node.value)
        case cst.SimpleStatementLine():
            return [call for small in node.body for call in _calls(small)]
        case _:
            return []
