"""Columns of text, aligned where characters may be one or two cells wide, and no wider than the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..records import dataclass
from ..render.style import Style, cells_wide

__all__ = ["Cell", "Column", "laid_out"]

_GAP = "  "


@dataclass(frozen=True, slots=True)
class Cell:
    """One field, without control characters; ``role`` is its colour."""

    text: str
    role: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column.  ``least``: the cells it keeps in a narrow terminal.  ``tail``: its end says more than its start.

    ``spare``: it is left out if even that is too wide.  ``last``: it is cut when nothing else is left to cut.
    """

    title: str
    right: bool = False
    least: int = 0
    tail: bool = False
    spare: bool = False
    last: bool = False


def laid_out(
    columns: Sequence[Column], rows: Sequence[Sequence[Cell]], width: int | None, style: Style, ellipsis: str
) -> Iterator[str]:
    """The lines of a table with its titles, at most ``width`` cells wide; None for as wide as it gets."""
    header = [Cell(column.title, "bold") for column in columns]
    lines = [header, *rows]
    widths = [max(cells_wide(line[i].text) for line in lines) for i in range(len(columns))]
    shown = list(range(len(columns)))
    if width is not None:
        shown = _shown(columns, widths, width)
        for may_be_cut in (False, True):
            _narrow(columns, widths, shown, width, may_be_cut)
    for line in lines:
        cells = (_field(line[i], columns[i], widths[i], style, ellipsis) for i in shown)
        yield _GAP.join(cells).rstrip()


def _shown(columns: Sequence[Column], widths: Sequence[int], width: int) -> list[int]:
    """Which columns there is room for: a spare one makes way before one that is cut last is cut."""
    everything = range(len(columns))
    least = [widths[i] if columns[i].last else min(widths[i], columns[i].least or widths[i]) for i in everything]
    if sum(least) + len(_GAP) * (len(columns) - 1) <= width:
        return list(everything)
    return [i for i in everything if not columns[i].spare]


def _narrow(columns: Sequence[Column], widths: list[int], shown: Sequence[int], width: int, last: bool) -> None:
    """Narrow the widest column that may be narrower, cell by cell, until the table fits or none may."""
    excess = sum(widths[i] for i in shown) + len(_GAP) * (len(shown) - 1) - width
    while excess > 0:
        giving = [i for i in shown if columns[i].last == last and 0 < columns[i].least < widths[i]]
        if not giving:
            return
        widths[max(giving, key=lambda i: widths[i])] -= 1
        excess -= 1


def _field(cell: Cell, column: Column, width: int, style: Style, ellipsis: str) -> str:
    text = _cut(cell.text, width, column.tail, ellipsis)
    blank = " " * (width - cells_wide(text))
    painted = style.paint(text, cell.role) if cell.role else text
    return blank + painted if column.right else painted + blank


def _cut(text: str, width: int, tail: bool, ellipsis: str) -> str:
    """``text`` in at most ``width`` cells."""
    if cells_wide(text) <= width:
        return text
    room = width - cells_wide(ellipsis)
    kept: list[str] = []
    for letter in reversed(text) if tail else text:
        room -= cells_wide(letter)
        if room < 0:
            break
        kept.append(letter)
    return ellipsis + "".join(reversed(kept)) if tail else "".join(kept) + ellipsis
