"""Where in the syntax a comment is: inside which brackets, between which statements.

Comments are whitespace to libcst, so the answer comes from positions alone: down from the module, into the body whose
indentation the comment shares, then into the brackets that enclose it.  Nothing else of the tree is walked.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import TypeAlias

import libcst as cst

from ...diagnostic import Span
from ...records import dataclass
from ...source.comments import Comment
from ...source.parse import Source

__all__ = ["Bracketed", "Header", "Location", "Statements", "locate"]


@dataclass(frozen=True, slots=True)
class Bracketed:
    """Between the ``elements`` of the call, list, tuple, dict or set ``holder``; ``done`` of them end before the comment."""

    holder: cst.CSTNode
    elements: tuple[cst.CSTNode, ...]
    done: int
    function: cst.FunctionDef | None
    statement: cst.CSTNode


@dataclass(frozen=True, slots=True)
class Statements:
    """Between the statements of ``body``; ``done`` of them end before the comment (the last of them, if trailing)."""

    body: tuple[cst.CSTNode, ...]
    done: int
    function: cst.FunctionDef | None


@dataclass(frozen=True, slots=True)
class Header:
    """On the line that opens a compound statement."""

    statement: cst.CSTNode
    function: cst.FunctionDef | None


Location: TypeAlias = Bracketed | Statements | Header

_Holder: TypeAlias = cst.Call | cst.List | cst.Tuple | cst.Dict | cst.Set
_Compound: TypeAlias = (
    cst.FunctionDef
    | cst.ClassDef
    | cst.If
    | cst.Else
    | cst.For
    | cst.While
    | cst.With
    | cst.Try
    | cst.ExceptHandler
    | cst.Finally
)


def locate(source: Source, comment: Comment) -> Location:
    """The innermost place that ``comment`` is in."""
    at = (comment.row, comment.column)
    function: cst.FunctionDef | None = None
    body: Sequence[cst.CSTNode] = source.tree.body
    begun = source.last_begun(comment.row)
    while True:
        index = _last_started(source, body, at) if begun is None else begun
        begun = None
        if index < 0:
            return Statements(tuple(body), 0, function)
        node = body[index]
        span = source.span(node)
        if not isinstance(node, _Compound):
            if at < _end(span):
                return _within(source, node, at, function)
            return Statements(tuple(body), index + 1, function)
        inner = _body_at(source, node, comment)
        if inner is None:
            if at < _end(span):
                return _within(source, node, at, function, header=True)
            return Statements(tuple(body), index + 1, function)
        if isinstance(node, cst.FunctionDef):
            function = node
        body = inner
        if comment.row < source.span(body[0]).row and not comment.own_line:
            return Header(node, function)


def _last_started(source: Source, body: Sequence[cst.CSTNode], at: tuple[int, int]) -> int:
    low, high = 0, len(body)
    while low < high:
        middle = (low + high) // 2
        span = source.span(body[middle])
        if _start(span) < at:
            low = middle + 1
        else:
            high = middle
    return low - 1


def _body_at(source: Source, node: _Compound, comment: Comment) -> Sequence[cst.CSTNode] | None:
    """The block of a compound statement that the comment belongs to, by row and indentation."""
    chosen: Sequence[cst.CSTNode] | None = None
    for head, block in _blocks(node):
        if not block:
            continue
        first, last = source.span(block[0]), source.span(block[-1])
        if comment.row < source.span(head).row or comment.row == first.row == source.span(head).row:
            continue
        after_header = comment.row >= first.row or _is_after_colon(source, head, comment)
        inside = (comment.row, comment.column) < _end(last)
        if after_header and (inside or comment.column >= first.column):
            chosen = block
    return chosen


def _is_after_colon(source: Source, head: cst.CSTNode, comment: Comment) -> bool:
    """Whether a comment above the first statement of a block comes after the colon of its header."""
    parts = [source.span(child).end_row for child in _header_parts(head) if _has_span(source, child)]
    last = max(parts, default=source.span(head).row)
    if comment.own_line:
        return comment.row > last
    before = source.lines[comment.row - 1][: comment.column - 1].rstrip()
    return comment.row >= last and before.endswith(":")


def _header_parts(head: cst.CSTNode) -> Iterator[cst.CSTNode]:
    match head:
        case cst.FunctionDef():
            yield from head.params.params
            yield from filter(None, (head.returns,))
        case cst.ClassDef():
            yield from (*head.bases, *head.keywords)
        case cst.If() | cst.While():
            yield head.test
        case cst.For():
            yield head.iter
        case cst.With():
            yield from head.items


def _blocks(node: _Compound) -> Iterator[tuple[cst.CSTNode, Sequence[cst.CSTNode]]]:
    """(the node with the header, the statements under it) for each block of a compound statement."""
    yield node, node.body.body
    match node:
        case cst.If(orelse=cst.If() as again):
            yield from _blocks(again)
        case (
            cst.If(orelse=cst.Else() as last)
            | cst.For(orelse=cst.Else() as last)
            | cst.While(orelse=cst.Else() as last)
        ):
            yield last, last.body.body
        case cst.Try():
            yield from ((part, part.body.body) for part in (*node.handlers, node.orelse, node.finalbody) if part)


def _within(
    source: Source, statement: cst.CSTNode, at: tuple[int, int], function: cst.FunctionDef | None, header: bool = False
) -> Location:
    """The innermost brackets of a statement around ``at``."""
    holder: _Holder | None = None
    node: cst.CSTNode | None = statement
    while node is not None:
        if isinstance(node, _Holder):
            holder = node
        node = _inner(source, node, at)
    if holder is None:
        return Header(statement, function) if header else Statements((statement,), 0, function)
    elements = _elements(holder)
    done = bisect_right(elements, at, key=lambda element: _end(source.span(element)))
    return Bracketed(holder, elements, done, function, statement)


def _inner(source: Source, node: cst.CSTNode, at: tuple[int, int]) -> cst.CSTNode | None:
    """The part of ``node`` that ``at`` is in; of brackets it is found by bisection, since they may hold thousands."""
    elements = _elements(node) if isinstance(node, _Holder) else ()
    begun = bisect_right(elements, at, key=lambda element: _start(source.span(element)))
    inside = elements[begun - 1 : begun] if begun else node.children
    return next((child for child in inside if _contains(source, child, at)), None)


def _elements(holder: _Holder) -> tuple[cst.CSTNode, ...]:
    return tuple(holder.args if isinstance(holder, cst.Call) else holder.elements)


def _contains(source: Source, node: cst.CSTNode, at: tuple[int, int]) -> bool:
    if not _has_span(source, node):
        return False
    span = source.span(node)
    return _start(span) <= at < _end(span)


def _has_span(source: Source, node: cst.CSTNode) -> bool:
    try:
        source.span(node)
    except KeyError:
        return False
    return True


def _start(span: Span) -> tuple[int, int]:
    return span.row, span.column


def _end(span: Span) -> tuple[int, int]:
    return span.end_row, span.end_column
