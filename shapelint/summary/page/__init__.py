"""The page of ``show --html``: one file with everything in it, which asks no network for anything.

In: a graph as :func:`~shapelint.summary.graph.graph_of` makes it.  Out: HTML.  ``page.js`` draws, ``page.css`` paints, and dagre
(https://github.com/dagrejs/dagre) of the package XStatic-Dagre lays out; where that is not installed, ``page.js`` puts the boxes in
order of execution.
"""

from __future__ import annotations

import html
import json
import os
from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any

__all__ = ["as_page"]

_FOLDER = os.path.dirname(__file__)


def as_page(graph: Mapping[str, Any]) -> str:
    """The page of one graph."""
    data = json.dumps(graph, ensure_ascii=False).replace("<", "\\u003c")  # no end of the element can be in it
    parts = {
        "@TITLE@": html.escape(str(graph["target"])),
        "@STYLE@": _asset("page.css"),
        "@LAYOUT@": _layout(),
        "@DATA@": data,
        "@SCRIPT@": _asset("page.js"),
    }
    page = _asset("page.html")
    pieces = []
    for mark, text in parts.items():  # in the order of the page, so that what is put in is not searched for marks
        before, _, page = page.partition(mark)
        pieces += [before, text]
    return "".join([*pieces, page])


def _layout() -> str:
    """The library that lays out, as it is installed; nothing if it is not."""
    try:
        found = find_spec("xstatic.pkg.dagre")
    except ModuleNotFoundError:
        return ""
    folder = "" if found is None or found.origin is None else os.path.dirname(found.origin)
    try:
        with open(os.path.join(folder, "data", "dagre.min.js"), encoding="utf-8") as file:
            return file.read()
    except OSError:
        return ""


def _asset(name: str) -> str:
    with open(os.path.join(_FOLDER, name), encoding="utf-8") as file:
        return file.read()
