"""The documents that a client has open: the text of a file, or the cells of a notebook as one text."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from ..records import dataclass
from ..source.cells import as_module
from ..source.lines import split_lines

__all__ = ["Part", "Text", "notebook_text", "plain_text"]


@dataclass(frozen=True, slots=True)
class Part:
    """A document of the protocol: a file, or one cell.  ``row``: that of the whole text at which it begins, from 1.

    ``lines``: as the client has them, which in a cell may be magics where the text has ``pass``.
    """

    uri: str
    row: int
    lines: tuple[str, ...]
    version: int | None


@dataclass(frozen=True, slots=True)
class Text:
    """One version of what is analysed.  ``cells``: the rows at which the cells of a notebook begin."""

    path: str
    text: str
    parts: tuple[Part, ...]
    cells: tuple[int, ...] = ()

    def part(self, uri: str) -> Part | None:
        """The part with this address."""
        return next((part for part in self.parts if part.uri == uri), None)

    def place(self, row: int) -> tuple[Part, int]:
        """The part that ``row`` of the whole text is in, and the line of it, counted from 0."""
        index = max(bisect_right([part.row for part in self.parts], row) - 1, 0)
        part = self.parts[index]
        return part, row - part.row


def plain_text(path: str, uri: str, text: str, version: int | None) -> Text:
    """A file."""
    return Text(path, text, (Part(uri, 1, split_lines(text), version),))


def notebook_text(path: str, cells: Sequence[tuple[str, str, int | None]]) -> Text:
    """A notebook of code cells: the address, text and version of each."""
    text, rows = as_module([source for _, source, _ in cells])
    parts = tuple(
        Part(uri, row, split_lines(source), version) for (uri, source, version), row in zip(cells, rows, strict=True)
    )
    return Text(path, text, parts, rows)
