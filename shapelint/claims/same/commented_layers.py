"""Which layers a comment that says "same" is about."""

from __future__ import annotations

import libcst as cst

from ...source.comments import Comment
from ...source.parse import Source
from ..placement.location import Bracketed, Location, Statements, locate
from .same_words import comment_declares

__all__ = ["said_by_comments"]


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
        near = elements[done : done + 1]
        near = tuple(e for e in near if source.span(e).row == comment.row + 1)
    else:
        near = tuple(e for e in elements[:done] if source.span(e).end_row == comment.row)[-1:]
    return [call for element in near for call in _calls(element)]


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
