"""From text to a syntax tree with positions and comments."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import cached_property

import libcst as cst

from ..diagnostic import Span
from .comments import Comment, comments_of
from .guard import SourceError, guard, refused_template
from .late_bodies import LateBody, outlined
from .lean import lean_parsing
from .lines import split_lines
from .positions import Positions
from .refused import refused_syntax
from .templates import templates_may_be_beside

__all__ = ["Source", "SourceError", "parse", "parse_trusted"]

_TEMPLATES_ARE_GRAMMAR = sys.version_info >= (3, 14)
"""Python itself accepts what libcst may refuse; under older ones the guard has asked libcst."""


class Source:
    """One file: its text, its tree, and, computed on first use, the positions of everything.

    ``text`` has no byte order mark.  ``lines`` are without their line ends.
    """

    def __init__(
        self,
        path: str,
        text: str,
        tree: cst.Module,
        rows: Sequence[tuple[int, int]] = (),
        late: Sequence[LateBody] = (),
    ) -> None:
        self.path, self.text, self.tree = path, text, tree
        self._statements, self._late = rows, late

    @cached_property
    def lines(self) -> tuple[str, ...]:
        return split_lines(self.text)

    @cached_property
    def comments(self) -> tuple[Comment, ...]:
        """All comments, in order."""
        return self.comments_in(range(1, len(self.lines) + 1))

    def comments_in(self, rows: Iterable[int]) -> tuple[Comment, ...]:
        """The comments in these rows, in order."""
        suspects = {row for row in rows if "#" in self.lines[row - 1]}
        return comments_of(self._positions.comments(suspects), self.lines) if suspects else ()

    def comments_with(self, sign: Callable[[str], bool]) -> tuple[Comment, ...]:
        """The comments whose text has ``sign``; a position is computed only for lines that have it after a ``#``."""
        rows = [
            row
            for row, line in enumerate(self.lines, 1)
            if "#" in line and any(sign(line[at:]) for at, char in enumerate(line) if char == "#")
        ]
        return tuple(comment for comment in self.comments_in(rows) if sign(comment.text))

    def span(self, node: cst.CSTNode) -> Span:
        """The span of ``node``: without brackets around it, an argument without its comma, a statement without
        the comments before it, a function or class without its decorators.  Raises KeyError for whitespace."""
        return self._positions.span(node)

    def placed(self) -> Collection[int]:
        """The ids of the nodes whose spans are known already."""
        return self._positions.placed() if "_positions" in vars(self) else ()

    def last_begun(self, row: int) -> int | None:
        """The index in ``tree.body`` of the last statement that begins in ``row`` or before, -1 if none does; None if only
        their spans can tell."""
        return self._positions.last_begun(row)

    @cached_property
    def _positions(self) -> Positions:
        return Positions(self.tree, self._statements, self._late)


def parse(text: str, path: str) -> Source:
    """Parse a file.  Raises SourceError if it is not Python, holds a null byte or is nested too deeply."""
    text = text.removeprefix("\ufeff")
    known = guard(text)
    if known is None:
        return parse_trusted(text, path)
    rows = [(node.lineno, node.end_lineno or node.lineno) for node in known.body]
    outline = outlined(text, known)
    try:
        if outline is None:
            return parse_trusted(text, path, rows)
        tree = _tree(outline.text)
        return Source(path, text, tree, rows, outline.fill(tree, _tree))
    except SourceError as error:
        raise refused_syntax(known, split_lines(text)) or refused_template(text) or error from None


def parse_trusted(text: str, path: str, rows: Sequence[tuple[int, int]] = ()) -> Source:
    """As :func:`parse`, for text that the guard has let pass; ``rows`` of its statements, if they are known."""
    return Source(path, text, _tree(text), rows)


def _tree(text: str) -> cst.Module:
    try:
        with lean_parsing():
            tree = cst.parse_module(text)
        if _TEMPLATES_ARE_GRAMMAR and templates_may_be_beside(text):
            cst.parse_module(text)  # with the checks that fail as soon as such a tree is walked
        return tree
    except cst.CSTLogicError:
        raise refused_template(text) or SourceError("not supported by libcst") from None
    except cst.ParserSyntaxError as error:
        raise SourceError(_first_line(error.message), error.raw_line, error.raw_column + 1) from None
    except RecursionError:
        raise SourceError("nested too deeply") from None


def _first_line(message: str) -> str:
    return message.strip().split("\n", 1)[0].rstrip(".").lower() or "invalid syntax"
