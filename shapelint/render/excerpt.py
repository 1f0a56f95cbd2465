"""Lines of source with marks under them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..diagnostic import Span
from ..records import dataclass
from .place import Places
from .style import Style, cells_wide, plain

__all__ = ["Marked", "excerpt"]

_WIDEST = 200
"""Characters of a line that are shown."""
_TAB = "    "


@dataclass(frozen=True, slots=True)
class Marked:
    """A span to underline with the character ``mark`` in the colour of ``role``, and the text beside the underline."""

    span: Span
    text: str
    role: str
    mark: str


def excerpt(
    filename: str, marks: Sequence[Marked], places: Places, style: Style, width: int, context: int
) -> Iterator[str]:
    """The lines that ``marks`` (the primary one first) begin in, and ``context`` lines around the primary one.

    ``width``: of the row numbers.  Lines left out between are shown as ``...``.
    """
    lines = places.lines(filename)
    primary = marks[0].span.row
    rows = {mark.span.row for mark in marks}
    around = range(primary - context, primary + context + 1)
    rows |= {row for row in around if places.same_cell(filename, row, primary)}
    bar = style.paint("|", "gutter")
    previous: int | None = None
    for row in sorted(row for row in rows if 1 <= row <= len(lines)):
        if previous is not None and row > previous + 1:
            yield style.paint("...", "gutter")
        previous = row
        number = style.paint(f"{places.shown_row(filename, row):>{width}}", "gutter")
        here = sorted((m for m in marks if m.span.row == row), key=lambda m: m.span)
        line = lines[row - 1]
        shift = _shift(line, here)
        yield f"{number} {bar} {_shown(line[shift:])}".rstrip()
        for mark in here:
            yield f"{' ' * width} {bar} {_underline(line, shift, mark, style)}".rstrip()


def _underline(line: str, shift: int, mark: Marked, style: Style) -> str:
    """The marks under the first line of a span, with its text."""
    span = mark.span
    start = max(span.column - 1, shift)
    end = span.end_column - 1 if span.end_row == span.row else len(line.rstrip())
    before = cells_wide(_expanded(line[shift:start]))
    marked = cells_wide(_expanded(line[start : min(end, shift + _WIDEST)]))
    return " " * before + style.paint(f"{mark.mark * max(marked, 1)} {plain(mark.text)}".rstrip(), mark.role)


def _shift(line: str, marks: Sequence[Marked]) -> int:
    """How many characters to leave out at the beginning of a very long line, so that the first mark can be seen."""
    if len(line) <= _WIDEST or not marks:
        return 0
    return max(0, marks[0].span.column - 1 - _WIDEST // 4)


def _shown(text: str) -> str:
    return _expanded(text if len(text) <= _WIDEST else text[: _WIDEST - 3] + "...")


def _expanded(text: str) -> str:
    return plain(text.replace("\t", _TAB))
