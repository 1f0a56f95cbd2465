"""Where each node of a syntax tree stands, by one plain code generation.

libcst's own ``PositionProvider`` costs twice the parse.  Here the generated tokens are only counted while the tree is
written out; a node's (first token, end token) becomes rows and columns when somebody asks for it.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from types import TracebackType
from typing import TYPE_CHECKING

from libcst._nodes.internal import CodegenState

from ..diagnostic import Span
from .lines import line_starts

if TYPE_CHECKING:
    import libcst as cst

__all__ = ["Positions"]

_NEWLINES = ("\n", "\r\n", "\r")


class _Noting:
    """The context in which libcst writes out the syntax of ``node``, without whitespace and brackets around it."""

    __slots__ = ("end_node", "node", "start", "state")

    def __init__(self, state: _State, node: cst.CSTNode, end_node: cst.CSTNode | None) -> None:
        self.state, self.node, self.end_node = state, node, end_node

    def __enter__(self) -> None:
        self.start = len(self.state.tokens)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        noted = self.state.noted
        # A compound statement ends where its last statement does, not behind the newline and comments after it.
        end = None if self.end_node is None else noted.get(id(self.end_node))
        noted[id(self.node)] = (self.start, len(self.state.tokens) if end is None else end[1], self.node)


class _State(CodegenState):
    """Writes a tree into ``tokens`` and notes for each node which of them are its own."""

    def __init__(self, module: cst.Module) -> None:
        super().__init__(default_indent=module.default_indent, default_newline=module.default_newline)
        self.noted: dict[int, tuple[int, int, cst.CSTNode]] = {}
        """By id, since libcst hashes its nodes in Python; the node itself stands there so that its id stays its own."""

    def record_syntactic_position(  # type: ignore[override]  # a context manager written as a class: half the cost
        self, node: cst.CSTNode, *, start_node: cst.CSTNode | None = None, end_node: cst.CSTNode | None = None
    ) -> _Noting:
        return _Noting(self, node, end_node)


class Positions:
    """The spans of all nodes of ``module``, and of its comments.  Raises RecursionError on very deep trees."""

    def __init__(self, module: cst.Module) -> None:
        state = _State(module)
        module._codegen(state)
        self._noted = state.noted
        self._tokens = state.tokens
        self._offsets = [0, *accumulate(map(len, state.tokens))]
        self._lines = line_starts("".join(state.tokens))

    def span(self, node: cst.CSTNode) -> Span:
        """Where ``node`` stands, without brackets around it; raises KeyError for pure whitespace."""
        start, end, _ = self._noted[id(node)]
        return self._span(self._offsets[start], self._offsets[end])

    def comments(self) -> list[tuple[Span, str]]:
        """All comments in order: tokens that begin with ``#`` and end their line (the text of an f-string does not)."""
        tokens, offsets = self._tokens, self._offsets
        return [
            (self._span(offsets[index], offsets[index + 1]), token)
            for index, token in enumerate(tokens)
            if token.startswith("#") and (index + 1 == len(tokens) or tokens[index + 1] in _NEWLINES)
        ]

    def _span(self, start: int, end: int) -> Span:
        row = bisect_right(self._lines, start)
        end_row = bisect_right(self._lines, end, lo=row - 1)
        return Span(row, start - self._lines[row - 1] + 1, end_row, end - self._lines[end_row - 1] + 1)
