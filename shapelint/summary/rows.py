"""Rows as people see them: of a notebook those of its cell, or of the file that it is, and not of the module made of it."""

from __future__ import annotations

import os
from bisect import bisect_right
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from ..diagnostic import Span
from ..files import read_file
from ..interp.model.site import Site
from ..opening import open_text
from ..render.style import plain
from ..source.guard import SourceError
from ..source.notebooks.notebook import Notebook

__all__ = ["page_row", "place_at", "place_of", "place_text"]


def place_of(site: Site | None) -> dict[str, Any]:
    """The fields ``file`` and ``line`` of a call or definition, None where it has no place; in a Jupyter notebook ``cell`` too."""
    return place_at(None if site is None else site.source.path, None if site is None else page_row(site))


def place_at(file: str | None, row: int | None) -> dict[str, Any]:
    """The same for a row of a file as :func:`page_row` counts."""
    notebook = None if file is None or row is None else _notebook(file)
    if notebook is None or row is None or not notebook.cells:
        return {"file": file, "line": row}
    cell = max(bisect_right(notebook.cells, row), 1)
    return {"file": file, "cell": cell, "line": row - notebook.cells[cell - 1] + 1}


def place_text(place: Mapping[str, Any], file: str) -> str:
    """``12``, in a notebook ``cell 3:12``, and what file it is if that is not ``file``; empty for no place."""
    if place["line"] is None:
        return ""
    text = f"cell {place['cell']}:{place['line']}" if "cell" in place else str(place["line"])
    if place["file"] is None or os.path.normpath(place["file"]) == os.path.normpath(file):
        return text
    return f"{plain(os.path.basename(place['file']))}:{text}"


def page_row(site: Site) -> int | None:
    """The row of a call or definition in its file, in a Jupyter notebook counted through all cells."""
    row, notebook = site.row, _notebook(site.source.path)
    if row is None or notebook is None:
        return row
    return notebook.excerpts[0].span(Span(row, 1, row, 1)).row


@lru_cache(maxsize=64)
def _notebook(path: str) -> Notebook | None:
    """What the file at ``path`` is, if that is not the file itself."""
    try:
        return open_text(read_file(path), path)[1]
    except (OSError, SourceError):
        return None
