"""The span of each node of a syntax tree, from one plain code generation.

libcst's own ``PositionProvider`` costs twice the parse.  Here the generated tokens are only counted while the tree is
written out, and only for the statements whose positions are needed; a node's (first token, end token) becomes
rows and columns when it is asked for.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Sequence
from collections.abc import Set as AbstractSet
from itertools import accumulate
from types import TracebackType

import libcst as cst
from libcst._nodes.internal import CodegenState

from ..diagnostic import Span
from ..records import dataclass
from .late_bodies import LateBody, is_waiting
from .lines import line_starts

__all__ = ["Positions"]

_NEWLINES = ("\n", "\r\n", "\r")
_UNPLACED = (
    cst.BaseParenthesizableWhitespace, cst.TrailingWhitespace, cst.EmptyLine, cst.Newline, cst.Comment, cst.LeftParen,
    cst.RightParen, cst.LeftSquareBracket, cst.RightSquareBracket, cst.LeftCurlyBrace, cst.RightCurlyBrace,
)  # fmt: skip


class _Noting:
    """The context in which libcst writes out the syntax of ``node``, without whitespace and brackets around it."""

    __slots__ = ("end_node", "node", "start", "state")

    def __init__(self, state: _State, node: cst.CSTNode, end_node: cst.CSTNode | None) -> None:
        self.state, self.node, self.end_node = state, node, end_node

    def __enter__(self) -> None:
        self.start = len(self.state.tokens)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        noted = self.state.noted
        # A compound statement ends where its last statement does, not after the newline and comments after it.
        end = None if self.end_node is None else noted.get(id(self.end_node))
        noted[id(self.node)] = (self.start, len(self.state.tokens) if end is None else end[1], self.node)


class _State(CodegenState):
    """Writes a tree into ``tokens`` and notes for each node which of them are its own."""

    def __init__(self, module: cst.Module) -> None:
        super().__init__(default_indent=module.default_indent, default_newline=module.default_newline)
        self.noted: dict[int, tuple[int, int, cst.CSTNode]] = {}
        """By id, since libcst hashes its nodes in Python; the node is kept so that its id is not reused."""

    def record_syntactic_position(  # type: ignore[override]  # a context manager written as a class: half the cost
        self, node: cst.CSTNode, *, start_node: cst.CSTNode | None = None, end_node: cst.CSTNode | None = None
    ) -> _Noting:
        return _Noting(self, node, end_node)

    def write_stub(self, block: LateBody) -> None:
        """Write what takes the place of a body that was not parsed yet."""
        block.stub._codegen_impl(self)
        start, end, _ = self.noted[id(block.stub)]
        self.noted[id(block)] = (start, end, block)


class Positions:
    """The spans of the nodes of ``module``, and of its comments.  Raises RecursionError on very deep trees.

    ``rows``: the first and the last row of each statement at the top level, decorators left out, as Python's own parser
    has them.  With these each statement is written out only when something in it is asked for.  ``late``: the bodies that
    are parsed when they are looked into; what was parsed after its function was written out is written by itself.
    """

    def __init__(self, module: cst.Module, rows: Sequence[tuple[int, int]] = (), late: Sequence[LateBody] = ()) -> None:
        self._module, self._state = module, _State(module)
        self._rows = _by_statement(module, rows)
        self._waiting = list(range(-1, len(module.body) + 1)) if self._rows else []
        self._parts: list[_Part] = []
        self._offsets = [0]
        self._bodies, self._late = late, list(late)
        self._comments: dict[int, tuple[Span, str]] = {}  # by row, which has one at most
        self._searched = 0
        if not self._rows:
            self._write((module,), 0)

    def span(self, node: cst.CSTNode) -> Span:
        """The span of ``node``, without brackets around it; raises KeyError for whitespace and brackets."""
        noted = self._state.noted
        if id(node) not in noted and isinstance(node, _UNPLACED):
            raise KeyError(node)
        while id(node) not in noted and (self._write_late() or self._write_next()):
            pass
        start, end, _ = noted[id(node)]
        return self._span(start, end)

    def placed(self) -> Collection[int]:
        """The ids of the nodes whose places are worked out already."""
        return self._state.noted.keys()

    def comments(self, rows: AbstractSet[int]) -> list[tuple[Span, str]]:
        """The comments in these rows, in order: tokens that begin with ``#`` and end their line (the text of an f-string
        does not)."""
        for block in dict.fromkeys(map(self._late_at, rows)):
            if block is not None and is_waiting(block):
                len(block.body)  # which has it parsed
        for index in sorted({index for row in rows for index in self._around(row)} & {*self._waiting}):
            self._write_statement(index)
        while self._write_late():
            pass
        tokens = self._state.tokens
        for index in range(self._searched, len(tokens)):
            token = tokens[index]
            if token.startswith("#") and (index + 1 == len(tokens) or tokens[index + 1] in _NEWLINES):
                span = self._span(index, index + 1)
                self._comments.setdefault(span.row, (span, token))
        self._searched = len(tokens)
        return [self._comments[row] for row in sorted(rows & self._comments.keys())]

    def last_begun(self, row: int) -> int | None:
        """The index of the last statement at the top level that begins in ``row`` or before, -1 if none; None if rows are
        not known."""
        return bisect_right(self._rows, row, key=lambda rows: rows[0]) - 1 if self._rows else None

    # -- parts --------------------------------------------------------------------------------------------------

    def _around(self, row: int) -> range:
        """The statements that a comment in ``row`` may belong to; -1 is what comes before the first, and so on."""
        at = self.last_begun(row)
        if at is None:
            return range(0)
        inside = at >= 0 and row <= self._rows[at][1]
        return range(at, at + (1 if inside else 2))

    def _write_next(self) -> bool:
        """Write out the first statement that waits for it; False if there is none."""
        if self._waiting:
            self._write_statement(self._waiting[0])
            return True
        return False

    def _write_statement(self, index: int) -> None:
        """Write out a statement, or (-1, and one more than there are) the comments before or after all of them."""
        self._waiting.remove(index)
        body = self._module.body
        if index < 0:
            self._write(self._module.header, 0)
        elif index < len(body):
            self._write([body[index]], None, self._rows[index][0])
        else:
            if len(body) - 1 in self._waiting:
                self._write_statement(len(body) - 1)
            last = next(part for part in self._parts if part.holds(self._state.noted[id(body[-1])][0]))
            self._write(self._module.footer, last.above + len(last.lines) - 1)

    def _late_at(self, row: int) -> LateBody | None:
        """The late body that ``row`` is in."""
        at = bisect_right(self._bodies, row, key=lambda block: block.rows[0]) - 1
        return self._bodies[at] if at >= 0 and row in self._bodies[at].rows else None

    def _write_late(self) -> bool:
        """Write out a body that was parsed after its function was written out; False if there is none."""
        for block in self._late:
            if block.written is not None and id(block.stub) in self._state.noted:
                self._late.remove(block)
                self._write((block.written,), block.above)
                return True
        return False

    def _write(self, nodes: Sequence[cst.CSTNode], above: int | None, row: int = 0) -> None:
        """Write out ``nodes``, which come after ``above`` rows; if that is None, the first of them begins at ``row``."""
        state, first = self._state, len(self._state.tokens)
        for node in nodes:
            node._codegen(state)
        written = state.tokens[first:]
        self._offsets += accumulate(map(len, written), initial=self._offsets.pop())
        lines = line_starts("".join(written))
        if above is None:
            own = self._offsets[state.noted[id(nodes[0])][0]] - self._offsets[first]
            above = row - bisect_right(lines, own)
        self._parts.append(_Part(first, len(state.tokens), self._offsets[first], lines, above))

    def _span(self, start: int, end: int) -> Span:
        part = self._parts[bisect_right(self._parts, start, key=lambda part: part.first) - 1]
        offset, end_offset = self._offsets[start] - part.offset, self._offsets[end] - part.offset
        row = bisect_right(part.lines, offset)
        end_row = bisect_right(part.lines, end_offset, lo=row - 1)
        column, end_column = offset - part.lines[row - 1] + 1, end_offset - part.lines[end_row - 1] + 1
        return Span(part.above + row, column, part.above + end_row, end_column)


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """Tokens ``first`` to ``end`` (excluded): ``offset`` characters were written before them, ``above`` rows of the file
    come before them; ``lines`` are the offsets in it at which its lines begin."""

    first: int
    end: int
    offset: int
    lines: list[int]
    above: int

    def holds(self, token: int) -> bool:
        return self.first <= token < self.end


def _by_statement(module: cst.Module, rows: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The rows of each statement of ``module``, of which one may be several to Python (``a; b``); empty if they do not go
    together."""
    found: list[tuple[int, int]] = []
    at = 0
    for statement in module.body:
        count = len(statement.body) if type(statement) is cst.SimpleStatementLine else 1
        if at + count > len(rows):
            return []
        found.append((rows[at][0], rows[at + count - 1][1]))
        at += count
    return found if at == len(rows) else []
