"""The documents that a client has open: the text of a file, or the cells of a notebook as one text."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Mapping, Sequence

from ..opening import open_text
from ..records import dataclass
from ..source.guard import SourceError
from ..source.lines import split_lines
from ..source.notebooks.notebook import Excerpt

__all__ = ["TextPart", "Text", "notebook_text", "plain_text", "tags_of"]


@dataclass(frozen=True, slots=True)
class TextPart:
    """A document of the protocol: a file, or one cell.  ``row``: that of the whole text at which it begins, from 1.

    ``lines``: as the client has them.
    """

    uri: str
    row: int
    lines: tuple[str, ...]
    version: int | None


@dataclass(frozen=True, slots=True)
class Text:
    """One version of what is analysed, as people see it.

    ``module``: the Python that a notebook is, None for a plain file; ``besides``: the files that its cells write, and the
    programs that they start.
    """

    path: str
    text: str
    parts: tuple[TextPart, ...]
    module: Excerpt | None = None
    besides: tuple[Excerpt, ...] = ()

    @property
    def code(self) -> str:
        """What is analysed."""
        return self.text if self.module is None else self.module.text

    def row_in_code(self, row: int) -> int | None:
        """The row of the code that a row of the text has become; None if it is not Python."""
        if self.module is None:
            return row
        return next((index for index, line in enumerate(self.module.lines, 1) if line.row == row), None)

    def place_in_code(self, row: int, column: int) -> tuple[int, int] | None:
        """The row and column of the code that a place of the text has become; None if it is not Python."""
        inside = self.row_in_code(row)
        if self.module is None or inside is None:
            return None if inside is None else (inside, column)
        line = self.module.lines[inside - 1]
        at = next((at for at in range(len(line.text)) if line.offset(at) >= column - 1), len(line.text))
        return inside, at + 1

    def part(self, uri: str) -> TextPart | None:
        """The part with this address."""
        return next((part for part in self.parts if part.uri == uri), None)

    def place(self, row: int) -> tuple[TextPart, int]:
        """The part that ``row`` of the whole text is in, and the line of it, counted from 0."""
        index = max(bisect_right([part.row for part in self.parts], row) - 1, 0)
        part = self.parts[index]
        return part, row - part.row


def plain_text(path: str, uri: str, text: str, version: int | None) -> Text:
    """A file, which may be a notebook in the form of a script."""
    try:
        notebook = open_text(text.encode("utf-8", "surrogatepass"), path)[1]
    except SourceError:
        notebook = None
    parts = (TextPart(uri, 1, split_lines(text), version),)
    if notebook is None or notebook.page != text:
        return Text(path, text, parts)
    return Text(path, text, parts, notebook.excerpts[0], notebook.excerpts[1:])


def notebook_text(path: str, cells: Sequence[tuple[str, str, int | None, Sequence[str]]]) -> Text:
    """A notebook of code cells: the address, text, version and tags of each."""
    code = [{"cell_type": "code", "source": source, "metadata": {"tags": [*tags]}} for _, source, _, tags in cells]
    notebook = open_text(json.dumps({"cells": code}).encode(), "cells.ipynb")[1]
    assert notebook is not None
    parts = tuple(
        TextPart(uri, row, split_lines(source), version)
        for (uri, source, version, _), row in zip(cells, notebook.cells, strict=True)
    )
    return Text(path, notebook.page, parts, notebook.excerpts[0], notebook.excerpts[1:])


def tags_of(metadata: object) -> list[str]:
    """The tags of a cell, wherever its client keeps what Jupyter calls the metadata of the cell.

    >>> tags_of({"tags": ["a"]}), tags_of({"metadata": {"tags": ["b"]}}), tags_of({"custom": {"metadata": {"tags": ["c"]}}})
    (['a'], ['b'], ['c'])
    """
    if not isinstance(metadata, Mapping):
        return []
    tags = metadata.get("tags")
    if isinstance(tags, list):
        return [tag for tag in tags if isinstance(tag, str)]
    return next(filter(None, (tags_of(metadata.get(inner)) for inner in ("metadata", "custom"))), [])
