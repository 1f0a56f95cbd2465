"""A file that is only imported from: parsed definition by definition, as they are used.

The whole tree of a large module costs a hundred times more than the one class that is used of it.  Python's own parser
finds the definitions; each is parsed alone, and its rows are counted from its place in the file.  A file that is linted itself is
parsed whole anyway.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeGuard

import libcst as cst

from ..diagnostic import Span
from ..records import dataclass, replace
from .guard import SourceError, guard
from .parse import Source, parse_trusted

__all__ = ["Definition", "PartialSource", "definitions_of", "partial_source", "statements_of"]


@dataclass(frozen=True, slots=True)
class Definition:
    """A function or class at the top level, by name.  ``node`` gives its statement, and raises SourceError."""

    name: str
    decorated: bool
    node: Callable[[], cst.CSTNode]


class PartialSource(Source):
    """A source whose tree holds everything at the top level but the definitions, which come one by one."""

    def __init__(self, path: str, text: str, found: Sequence[tuple[str, range, bool]]) -> None:
        """``found``: of each definition the name, the rows, decorators included, and whether it has any."""
        rows = text.split("\n")
        inside = {row for _, taken, _ in found for row in taken}
        kept = [row for row in range(1, len(rows) + 1) if row not in inside]
        rest = parse_trusted("\n".join(rows[row - 1] for row in kept), path)
        super().__init__(path, text, rest.tree)
        self._text_rows = rows
        self._pieces: list[tuple[Source, Sequence[int]]] = [(rest, kept)]
        self._nodes: dict[range, cst.CSTNode] = {}
        self._found = found

    @property
    def definitions(self) -> Sequence[Definition]:
        """The functions and classes; they are not kept, so that there is no cycle that the collector would have to find."""
        return [Definition(name, decorated, partial(self._node, taken)) for name, taken, decorated in self._found]

    def _node(self, rows: range) -> cst.CSTNode:
        """The statement in these rows, parsed at the first request.  Raises SourceError."""
        if rows in self._nodes:
            return self._nodes[rows]
        piece = parse_trusted("\n".join(self._text_rows[row - 1] for row in rows) + "\n", self.path)
        self._pieces.append((piece, rows))
        node = self._nodes[rows] = piece.tree.body[0]
        return node

    def span(self, node: cst.CSTNode) -> Span:
        """The span of ``node``, whichever piece it is in.  Raises KeyError if it is in none."""
        for piece, rows in self._pieces:
            try:
                span = piece.span(node)
            except KeyError:
                continue
            return replace(span, row=rows[span.row - 1], end_row=rows[min(span.end_row, len(rows)) - 1])
        raise KeyError(node)


def partial_source(text: str, path: str) -> PartialSource:
    """Read a file for its definitions.  Raises SourceError as ``parse`` does."""
    tree = guard(text)
    if tree is None:
        raise SourceError("cannot be parsed")
    found = []
    rows = text.split("\n")
    for statement in tree.body:
        if not isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
            continue
        first = min([statement.lineno, *(decorator.lineno for decorator in statement.decorator_list)])
        last = statement.end_lineno or statement.lineno
        if not _stands_alone(rows, statement, last):
            continue
        found.append((statement.name, range(first, last + 1), bool(statement.decorator_list)))
    return PartialSource(path, text, found)


def definitions_of(source: Source) -> Sequence[Definition]:
    """The functions and classes at the top level of a file, be it parsed whole or not."""
    if isinstance(source, PartialSource):
        return source.definitions
    nodes = (node for node in source.tree.body if _is_definition(node))
    return [Definition(node.name.value, bool(node.decorators), partial(_same, node)) for node in nodes]


def statements_of(source: Source) -> Sequence[cst.CSTNode]:
    """The other statements at the top level."""
    body = source.tree.body
    return body if isinstance(source, PartialSource) else [node for node in body if not _is_definition(node)]


def _is_definition(node: cst.CSTNode) -> TypeGuard[cst.FunctionDef | cst.ClassDef]:
    kind = type(node)  # isinstance is slow on libcst's abstract classes
    return kind is cst.ClassDef or (kind is cst.FunctionDef and getattr(node, "asynchronous", None) is None)


def _same(node: cst.CSTNode) -> cst.CSTNode:
    return node


def _stands_alone(rows: list[str], statement: ast.stmt, last: int) -> bool:
    """Whether no other statement shares its rows (``def f(): pass; x = 1``) and rows are split as Python splits them."""
    end = statement.end_col_offset or 0
    tail = rows[last - 1].encode()[end:].decode(errors="replace").strip() if last <= len(rows) else ";"
    return (not tail or tail.startswith("#")) and statement.col_offset == 0
