"""A file that is only imported from: parsed definition by definition, when one is asked for.

The whole tree of a large module costs a hundred times more than the one class that is used of it.  Python's own parser
finds the definitions; each is parsed alone, and its rows are counted from where it stands.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

import libcst as cst

from ..diagnostic import Span
from ..records import dataclass, replace
from .guard import SourceError, guard
from .parse import Source, parse_trusted

__all__ = ["Definition", "PartialSource", "partial_source"]


@dataclass(frozen=True, slots=True)
class Definition:
    """A function or class at the top level, by name; ``first`` and ``last`` are its rows, decorators included."""

    name: str
    first: int
    last: int
    decorated: bool = False


class PartialSource(Source):
    """A source whose tree holds everything at the top level but the definitions, which come by :meth:`node`."""

    def __init__(self, path: str, text: str, definitions: tuple[Definition, ...]) -> None:
        rows = text.split("\n")
        inside = {row for definition in definitions for row in range(definition.first, definition.last + 1)}
        kept = [row for row in range(1, len(rows) + 1) if row not in inside]
        rest = parse_trusted("\n".join(rows[row - 1] for row in kept), path)
        super().__init__(path, text, rest.tree)
        self.definitions = definitions
        self._rows = rows
        self._pieces: list[tuple[Source, Sequence[int]]] = [(rest, kept)]

    def node(self, definition: Definition) -> cst.CSTNode:
        """The statement of a definition, parsed at the first request.  Raises SourceError."""
        rows = range(definition.first, definition.last + 1)
        piece = parse_trusted("\n".join(self._rows[row - 1] for row in rows) + "\n", self.path)
        self._pieces.append((piece, rows))
        return piece.tree.body[0]

    def span(self, node: cst.CSTNode) -> Span:
        """Where ``node`` stands, in whichever piece.  Raises KeyError if in none."""
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
    definitions = []
    rows = text.split("\n")
    for statement in tree.body:
        if not isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
            continue
        first = min([statement.lineno, *(decorator.lineno for decorator in statement.decorator_list)])
        last = statement.end_lineno or statement.lineno
        if not _stands_alone(rows, statement, last):
            continue
        definitions.append(Definition(statement.name, first, last, bool(statement.decorator_list)))
    return PartialSource(path, text, tuple(definitions))


def _stands_alone(rows: list[str], statement: ast.stmt, last: int) -> bool:
    """Whether no other statement shares its rows (``def f(): pass; x = 1``) and rows are split as Python splits them."""
    end = statement.end_col_offset or 0
    tail = rows[last - 1].encode()[end:].decode(errors="replace").strip() if last <= len(rows) else ";"
    return (not tail or tail.startswith("#")) and statement.col_offset == 0
