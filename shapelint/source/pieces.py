"""A file that is only imported from: parsed definition by definition, as they are used.

The whole tree of a large module costs a hundred times more than the one class that is used of it.  Python's own parser
finds the definitions; each is parsed alone, and its rows are counted from its place in the file.  A file that is linted itself is
parsed whole anyway.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeGuard

import libcst as cst

from ..diagnostic import Span
from ..records import dataclass, replace
from .guard import SourceError, guard
from .looked import Looked
from .outline import Outline, outline_of
from .parse import Source, parse_piece, parse_trusted

__all__ = ["NamedNode", "PartialSource", "definitions_of", "guarded_outline", "statements_of"]


@dataclass(frozen=True, slots=True)
class NamedNode:
    """A function or class at the top level, by name.  ``node`` gives its statement, and raises SourceError."""

    name: str
    decorated: bool
    node: Callable[[], cst.CSTNode]


class PartialSource(Source):
    """A source whose tree holds everything at the top level but the definitions, which come one by one."""

    def __init__(self, path: str, text: str, outline: Outline) -> None:
        rows = text.split("\n")
        inside = {row for definition in outline.definitions if definition.stands_alone for row in definition.rows}
        kept = [row for row in range(1, len(rows) + 1) if row not in inside]
        rest = parse_trusted("\n".join(rows[row - 1] for row in kept), path)
        super().__init__(path, text, rest.root, outline=outline)
        self._text_rows = rows
        self._pieces: list[tuple[Source, Sequence[int]]] = [(rest, kept)]
        self._nodes: dict[int, cst.CSTNode] = {}
        self._outline = outline

    @property
    def definitions(self) -> Sequence[NamedNode]:
        """The functions and classes; they are not kept, so that there is no cycle that the collector would have to find."""
        return [
            NamedNode(definition.name, definition.decorated, partial(self._node, number))
            for number, definition in enumerate(self._outline.definitions)
            if definition.stands_alone
        ]

    def _node(self, number: int) -> cst.CSTNode:
        """The statement of a definition, parsed at the first request.  Raises SourceError."""
        self.looked.at_definition(number)
        if number in self._nodes:
            return self._nodes[number]
        definition = self._outline.definitions[number]
        rows, bodies = definition.rows, {}
        for index, body in enumerate(definition.bodies):
            before = rows[0] - 1
            inside = body and replace(body, rows=range(body.rows.start - before, body.rows.stop - before))
            bodies[number, index] = inside
        text = "\n".join(self._text_rows[row - 1] for row in rows) + "\n"
        piece = parse_piece(text, self.path, bodies, self.looked)
        self._pieces.append((piece, rows))
        node = self._nodes[number] = piece.root.body[0]
        return node

    def span(self, node: cst.CSTNode) -> Span:
        """The span of ``node``, whichever piece it is in.  Raises KeyError if it is in none."""
        self.looked.whole = True
        for piece, rows in self._pieces:
            try:
                span = piece.span(node)
            except KeyError:
                continue
            return replace(span, row=rows[span.row - 1], end_row=rows[min(span.end_row, len(rows)) - 1])
        raise KeyError(node)


def guarded_outline(text: str) -> Outline:
    """Where the definitions of a file are.  Raises SourceError as ``parse`` does."""
    tree = guard(text)
    if tree is None:
        raise SourceError("cannot be parsed")
    return outline_of(text, tree)


def definitions_of(source: Source) -> Sequence[NamedNode]:
    """The functions and classes at the top level of a file, be it parsed whole or not."""
    if isinstance(source, PartialSource):
        return source.definitions
    return [
        NamedNode(node.name.value, bool(node.decorators), partial(_looked_at, node, number, source.looked))
        for number, node in _numbered(source)
    ]


def statements_of(source: Source) -> Sequence[cst.CSTNode]:
    """The other statements at the top level."""
    body = source.root.body
    if isinstance(source, PartialSource):
        return body
    definitions = {id(node) for _, node in _numbered(source)}
    return [node for node in body if id(node) not in definitions]


def _numbered(source: Source) -> list[tuple[int, cst.FunctionDef | cst.ClassDef]]:
    """The definitions that need not be executed with the top level, by their numbers in the outline."""
    nodes = [node for node in source.root.body if _is_definition(node)]
    if source.outline is None:
        source.looked.whole = True
        return [(number, node) for number, node in enumerate(nodes) if getattr(node, "asynchronous", None) is None]
    known = zip(source.outline.definitions, nodes, strict=True)
    return [(number, node) for number, (definition, node) in enumerate(known) if definition.stands_alone]


def _is_definition(node: cst.CSTNode) -> TypeGuard[cst.FunctionDef | cst.ClassDef]:
    return type(node) in (cst.ClassDef, cst.FunctionDef)  # isinstance is slow on libcst's abstract classes


def _looked_at(node: cst.CSTNode, number: int, looked: Looked) -> cst.CSTNode:
    looked.at_definition(number)
    return node
