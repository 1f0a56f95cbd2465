"""Where a finding is, as people write it: ``netd.py:19:13``, in a notebook ``nb.ipynb:cell 3:12:5``."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence

from ..diagnostic import Span
from ..files import read_file
from ..records import dataclass, field
from ..report import FileReport
from ..source.lines import split_lines
from .style import plain

__all__ = ["Place", "Places"]


@dataclass(frozen=True, slots=True)
class Place:
    """``cell``: None outside of notebooks, else the code cell, from 1; ``row`` is then the row within the cell."""

    filename: str
    cell: int | None
    row: int
    column: int

    def __str__(self) -> str:
        cell = "" if self.cell is None else f":cell {self.cell}"
        return plain(f"{self.filename}{cell}:{self.row}:{self.column}")


@dataclass(slots=True)
class Places:
    """The lines and cells of the files of a run; one that was only followed is read when a label points into it."""

    _reports: Mapping[str, FileReport]
    _lines: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, reports: Iterable[FileReport]) -> Places:
        return cls({report.path: report for report in reports})

    def start(self, filename: str, span: Span) -> Place:
        return self._place(filename, span.row, span.column)

    def end(self, filename: str, span: Span) -> Place:
        return self._place(filename, span.end_row, span.end_column)

    def lines(self, filename: str) -> Sequence[str]:
        """The lines of a file; none if it cannot be read any more."""
        if filename not in self._lines:
            report = self._reports.get(filename)
            text = report.text if report is not None and report.text else _read(filename)
            lines = split_lines(text)
            self._lines[filename] = lines if lines[-1] else lines[:-1]
        return self._lines[filename]

    def shown_row(self, filename: str, row: int) -> int:
        """The number to print beside a line."""
        return self._place(filename, row, 1).row

    def same_cell(self, filename: str, row: int, other: int) -> bool:
        """Whether two rows are in the same file and cell."""
        return self._place(filename, row, 1).cell == self._place(filename, other, 1).cell

    def _place(self, filename: str, row: int, column: int) -> Place:
        report = self._reports.get(filename)
        if report is None or not report.cells:
            return Place(filename, None, row, column)
        cell = max(bisect_right(report.cells, row), 1)
        return Place(filename, cell, row - report.cells[cell - 1] + 1, column)


def _read(filename: str) -> str:
    try:
        content = read_file(filename)
    except OSError:
        return ""
    return content.decode("utf-8", "replace").removeprefix("\ufeff")
