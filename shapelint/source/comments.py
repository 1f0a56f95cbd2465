"""The comments of a file, with their places."""

from __future__ import annotations

from collections.abc import Iterable

from ..diagnostic import Span
from ..records import dataclass

__all__ = ["Comment", "comments_of"]


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment: ``text`` with its ``#``, row and column from 1; ``own_line`` if only blanks come before it."""

    row: int
    column: int
    text: str
    own_line: bool

    @property
    def span(self) -> Span:
        return Span(self.row, self.column, self.row, self.column + len(self.text))


def comments_of(found: Iterable[tuple[Span, str]], lines: tuple[str, ...]) -> tuple[Comment, ...]:
    """The comments that position counting came across, in order of their rows."""
    return tuple(
        Comment(span.row, span.column, text, own_line=not lines[span.row - 1][: span.column - 1].strip())
        for span, text in found
    )
