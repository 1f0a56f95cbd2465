"""The JSON contract, version 1.  Rows and columns count from 1, columns in code points; an end is exclusive.

Of a Jupyter notebook, rows count within the cell ``cell`` (from 1, over all cells); other files have no such key.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from ..coverage import Coverage
from ..diagnostic import Diagnostic, Span
from ..report import FileReport
from .place import Place, Places
from .style import Style

__all__ = ["coverage_values", "diagnostic_values", "error_values", "render"]


def render(reports: Sequence[FileReport], style: Style) -> str:
    """One JSON document, ASCII only."""
    places = Places.of(reports)
    diagnostics = [diagnostic_values(finding, places) for report in reports for finding in report.diagnostics]
    coverage = coverage_values(sum((report.coverage for report in reports), Coverage()))
    document = {"version": 1, "diagnostics": diagnostics, "errors": error_values(reports), "coverage": coverage}
    return json.dumps(document, indent=2) + "\n"


def error_values(reports: Sequence[FileReport]) -> list[dict[str, object]]:
    """The files that were not checked, and why, as JSON values."""
    return [{"filename": report.path, "error": report.error} for report in reports if report.error is not None]


def coverage_values(coverage: Coverage) -> dict[str, object]:
    """Coverage as JSON values."""
    counts = {name: getattr(coverage, name) for name in Coverage.__slots__ if name != "reasons"}
    return {**counts, "reasons": [{"reason": reason, "count": count} for reason, count in coverage.reasons]}


def diagnostic_values(finding: Diagnostic, places: Places) -> dict[str, object]:
    """A finding as JSON values."""
    return finding.to_dict(lambda filename, span: _span(filename, span, places))


def _span(filename: str, span: Span, places: Places) -> dict[str, object]:
    start, end = places.start(filename, span), places.end(filename, span)
    where: dict[str, object] = {"location": _point(start), "end_location": _point(end)}
    return where if start.cell is None else {"cell": start.cell, **where}


def _point(place: Place) -> dict[str, int]:
    return {"row": place.row, "column": place.column}
