"""Rows as people see them: of a notebook that is a Python file, those of the file and not of the module made of it."""

from __future__ import annotations

from functools import lru_cache

from ..diagnostic import Span
from ..files import read_file
from ..interp.model.site import Site
from ..opening import open_text
from ..source.guard import SourceError
from ..source.notebooks.notebook import Excerpt

__all__ = ["row_of"]


def row_of(site: Site) -> int | None:
    """The row of a call or definition in its file; None if it has no place there."""
    row = site.row
    if row is None:
        return None
    excerpt = _excerpt(site.source.path)
    return row if excerpt is None else excerpt.span(Span(row, 1, row, 1)).row


@lru_cache(maxsize=64)
def _excerpt(path: str) -> Excerpt | None:
    """What the file at ``path`` is as a module, if that is not the file itself."""
    try:
        notebook = open_text(read_file(path), path)[1]
    except (OSError, SourceError):
        return None
    return None if notebook is None else notebook.excerpts[0]
