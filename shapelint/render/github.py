"""Workflow commands of GitHub Actions: findings as annotations of a pull request.

https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

from collections.abc import Sequence

from ..diagnostic import Diagnostic
from ..report import FileReport
from .place import Places
from .style import Style, plain

__all__ = ["render"]


def render(reports: Sequence[FileReport], style: Style) -> str:
    """One command for each finding."""
    places = Places.of(reports)
    return "".join(_command(finding, places) for report in reports for finding in report.diagnostics)


def _command(finding: Diagnostic, places: Places) -> str:
    start, end = places.start(finding.filename, finding.span), places.end(finding.filename, finding.span)
    properties = {"title": f"shapelint {finding.code} ({finding.name})", "file": finding.filename}
    if start.cell is None:
        properties |= {"line": str(start.row), "endLine": str(end.row)}
        if start.row == end.row:  # GitHub takes columns only for findings within one line
            properties |= {"col": str(start.column), "endColumn": str(end.column)}
    listed = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    level = "warning" if finding.severity == "warning" else "error"
    return f"::{level} {listed}::{_escaped(f'{start}: {finding.code} {plain(finding.message)}')}\n"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")
