"""The Python of a notebook as modules, and the way back from their lines to those of the file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ...diagnostic import Span
from ...records import dataclass
from ..changes import SAME, changed_lines
from ..lines import line_starts, split_lines
from .cells import CellLine

__all__ = ["Excerpt", "Notebook", "rewritten", "rewritten_lines"]

_NEWLINE = "\n"


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A module made of lines of a page.

    ``name``: the file that the notebook writes it to, ``""`` for what the notebook runs itself, and for programs that it
    runs in a process of their own.
    """

    lines: tuple[CellLine, ...]
    name: str = ""

    @property
    def text(self) -> str:
        return "".join(f"{line.text}\n" for line in self.lines)

    def span(self, span: Span) -> Span:
        """Where a span of the module is in the page."""
        row, column = self._point(span.row, span.column)
        end_row, end_column = self._point(span.end_row, span.end_column)
        return Span(row, column, *max((end_row, end_column), (row, column)))

    def _point(self, row: int, column: int) -> tuple[int, int]:
        for line in reversed(self.lines[:row]):
            if line.row:
                inside = line is self.lines[row - 1] if row <= len(self.lines) else False
                return line.row, line.offset(column - 1) + 1 if inside else max(len(line.text), 1)
        return 1, 1

    def is_quoted(self, row: int) -> bool:
        """Whether a row of the module is part of a string in the page, into which nothing is written."""
        return 0 < row <= len(self.lines) and self.lines[row - 1].quoted

    def changes(self, text: str, page: Sequence[str]) -> dict[int, list[str]]:
        """The lines that replace rows of the page if the module becomes ``text``; SAME stands for the row as it was.

        Raises ValueError if the change would replace a line that is not Python.
        """
        changed: dict[int, list[str]] = {}
        waiting: list[str] = []  # added after a line that the page does not have
        new = dict(changed_lines([line.text for line in self.lines], list(split_lines(text))[:-1]))
        for index, line in enumerate(self.lines, 1):
            if line.quoted:
                continue
            if index not in new and not (waiting and line.row):
                continue
            lines = new.get(index, [SAME])
            if not line.row:
                if lines[:1] != [SAME]:
                    raise ValueError("a line that is not Python would be lost")
                waiting += lines[1:]
                continue
            changed[line.row] = [line.added(text) for text in waiting] + _in_page(line, lines, page[line.row - 1])
            waiting = []
        return changed


@dataclass(frozen=True, slots=True)
class Notebook:
    """A file whose Python is in cells.

    ``page``: what people see of it: the file itself, or of JSON its code cells one after the other, that begin in the rows
    ``cells`` (a cell of another kind has none).  ``excerpts``: the module that its cells are, then the files that it
    writes.  ``write``: the file with other lines in rows of the page.
    """

    page: str
    excerpts: tuple[Excerpt, ...]
    write: Callable[[Mapping[int, list[str]]], str]
    cells: tuple[int, ...] = ()

    @property
    def text(self) -> str:
        """The module that its cells are."""
        return self.excerpts[0].text

    def with_texts(self, texts: Sequence[str]) -> str:
        """The file when its modules have become ``texts``; raises ValueError if something would be lost."""
        page = split_lines(self.page)
        changed: dict[int, list[str]] = {}
        for excerpt, text in zip(self.excerpts, texts, strict=True):
            if text != excerpt.text:
                changed.update(excerpt.changes(text, page))
        return self.write(changed)


def rewritten(text: str, changed: Mapping[int, list[str]]) -> str:
    """``text`` with other lines in some of its rows."""
    lines = rewritten_lines(text, 1, changed)
    return text if lines is None else "".join(lines)


def rewritten_lines(value: str, first_row: int, changed: Mapping[int, list[str]]) -> list[str] | None:
    """The lines, with their ends, that take the place of ``value``, whose first line is row ``first_row``.

    None if none of them changed.
    """
    starts = line_starts(value)
    if not value or not any(first_row + index in changed for index in range(len(starts))):
        return None
    lines = [value[start:end] for start, end in zip(starts, [*starts[1:], len(value)], strict=True)]
    out: list[str] = []
    end = _NEWLINE
    for row, line in enumerate(lines if lines[-1] else lines[:-1], first_row):
        body = line.rstrip("\r\n")
        end = line[len(body) :] or end
        new = [body if text is SAME else text for text in changed.get(row, [SAME])]
        out += [f"{text}{end}" for text in new[:-1]] + [f"{text}{line[len(body) :]}" for text in new[-1:]]
    return out


def _in_page(line: CellLine, lines: list[str], page: str) -> list[str]:
    """What is written for a line that these take the place of; one of them may be the line itself, changed or not."""
    if SAME in lines:
        return [SAME if text is SAME else line.added(text) for text in lines]
    if not lines and line.opaque:
        raise ValueError("a line that is not Python would be lost")
    return [line.restored(text, page) for text in lines[:1]] + [line.added(text) for text in lines[1:]]
