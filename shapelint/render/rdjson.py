"""Reviewdog's diagnostic format: https://github.com/reviewdog/reviewdog/tree/master/proto/rdf.

Its columns count UTF-8 bytes from 1; an end is exclusive.  Rows of a notebook's cells are not rows of the file, so findings
in notebooks have no range and name their cell.

A repair is one suggestion of whole lines.  Reviewdog posts each suggestion by itself, so the parts of a repair must not be
apart; on GitLab it replaces whole lines whatever the columns are, and counts them from the line of the finding.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from ..diagnostic import Diagnostic, Edit, Fix, Span
from ..edits import apply_edits
from ..report import FileReport
from .advice import advice
from .place import Places
from .style import Style

__all__ = ["render"]

_SOURCE = {"name": "shapelint"}


def render(reports: Sequence[FileReport], style: Style) -> str:
    """One JSON document, ASCII only."""
    places = Places.of(reports)
    diagnostics = [_diagnostic(finding, places) for report in reports for finding in report.diagnostics]
    diagnostics += [
        {"message": report.error, "location": {"path": report.path}, "severity": "ERROR"}
        for report in reports
        if report.error is not None
    ]
    return json.dumps({"source": _SOURCE, "severity": "ERROR", "diagnostics": diagnostics}, indent=2) + "\n"


def _diagnostic(finding: Diagnostic, places: Places) -> dict[str, object]:
    start = places.start(finding.filename, finding.span)
    cell = [] if start.cell is None else [f"cell {start.cell}:{start.row}:{start.column}"]
    label = [finding.label] if finding.label else []
    lines = [finding.message, *cell, *label, *finding.trace, *(f"help: {line}" for line in advice(finding))]
    found: dict[str, object] = {
        "message": "\n".join(lines),
        "location": _location(finding.filename, finding.span, places),
        "severity": "WARNING" if finding.severity == "warning" else "ERROR",
        "code": {"value": finding.code},
    }
    if finding.labels:
        found["relatedLocations"] = [
            {"message": label.text, "location": _location(label.filename or finding.filename, label.span, places)}
            for label in finding.labels
        ]
    if finding.fix is not None and start.cell is None:
        found |= _suggestions(finding.span.row, finding.fix, places.lines(finding.filename))
    return found


def _suggestions(first: int, fix: Fix, lines: Sequence[str]) -> dict[str, object]:
    """The lines from row ``first`` on as the repair leaves them; nothing if the repair begins above that row."""
    rows = [row for edit in fix.edits for row in (edit.span.row, edit.span.end_row)]
    if not rows or min(rows) < first or max(rows) > len(lines):
        return {}
    moved = [Edit(_moved(edit.span, first - 1), edit.content) for edit in fix.edits]
    text = apply_edits("\n".join(lines[first - 1 : max(rows)]), moved)
    return {"suggestions": [{"range": {"start": {"line": first}, "end": {"line": max(rows)}}, "text": text}]}


def _moved(span: Span, rows: int) -> Span:
    return Span(span.row - rows, span.column, span.end_row - rows, span.end_column)


def _location(filename: str, span: Span, places: Places) -> dict[str, object]:
    if places.start(filename, span).cell is not None:
        return {"path": filename}
    return {"path": filename, "range": _range(filename, span, places)}


def _range(filename: str, span: Span, places: Places) -> dict[str, object]:
    lines = places.lines(filename)
    return {
        "start": {"line": span.row, "column": _bytes_before(lines, span.row, span.column) + 1},
        "end": {"line": span.end_row, "column": _bytes_before(lines, span.end_row, span.end_column) + 1},
    }


def _bytes_before(lines: Sequence[str], row: int, column: int) -> int:
    """The UTF-8 bytes of a line before ``column``; as many as characters where the line is not known."""
    if row > len(lines):
        return column - 1
    return len(lines[row - 1][: column - 1].encode("utf-8", "surrogatepass"))
