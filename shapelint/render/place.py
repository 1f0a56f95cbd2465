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
    """A point of a file as people see it.  ``cell``: of a notebook, counted from 1, and ``row`` is the row in it; else None.

    >>> print(Place("netd.py", None, 19, 13), Place("nb.ipynb", 3, 12, 5))
    netd.py:19:13 nb.ipynb:cell 3:12:5
    """

    filename: str
    cell: int | None
    row: int
    column: int

    def __str__(self) -> str:
        cell = "" if self.cell is None else f":cell {self.cell}"
        return plain(f"{self.filename}{cell}:{self.row}:{self.column}")


@dataclass(slots=True)
class Places:
    """The lines and cells of the files of a run.  An imported file is read when a label points into it."""

    _reports: Mapping[str, FileReport]
    _lines: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, reports: Iterable[FileReport]) -> Places:
        """Those of the files that were linted."""
        return cls({report.path: report for report in reports})

    def start(self, filename: str, span: Span) -> Place:
        """Where ``span`` begins."""
        return self._place(filename, span.row, span.column)

    def end(self, filename: str, span: Span) -> Place:
        """Where ``span`` ends, exclusively."""
        return self._place(filename, span.end_row, span.end_column)

    def lines(self, filename: str) -> Sequence[str]:
        """The lines of a file; none if it can no longer be read."""
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
    """The text of a file, bytes that are not UTF-8 replaced: it is only shown, and rows are what matters."""
    try:
        content = read_file(filename)
    except OSError:
        return ""
    return content.decode("utf-8", "replace").removeprefix("\ufeff")
