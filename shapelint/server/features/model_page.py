"""A whole model as a page: the table of ``shapelint show``, of the text in the editor."""

from __future__ import annotations

from typing import Any

from ...settings import Reader
from ...shapes.written import read_sizes
from ...summary import NoSuchTarget, show
from ...summary.table import render_table
from ..analysis.document_analysis import Analysis

__all__ = ["model_page"]


def model_page(analysis: Analysis, name: str, read: Reader) -> dict[str, Any]:
    """``title``, ``text`` and the ``record`` of ``--output-format json``; of a class that cannot be shown only the text."""
    shown = next((each for each in analysis.classes if each.name == name), None)
    target = f"{analysis.path}::{name}"
    try:
        record = show(target, [] if shown is None else _sizes(dict(shown.kinds)[shown.kind]), read=read)
    except NoSuchTarget as error:
        return {"title": name, "text": str(error), "record": None}
    return {"title": name, "text": render_table(record), "record": record}


def _sizes(given: str) -> list[tuple[int, ...]]:
    """The inputs if all of their sizes are numbers, with a batch of one where it may be any; none for symbolic ones."""
    shapes = [read_sizes(part.strip(" ()").replace("N,", "1,", 1)) for part in given.split("), (")]
    return [sizes for sizes in shapes if sizes is not None] if all(sizes is not None for sizes in shapes) else []
