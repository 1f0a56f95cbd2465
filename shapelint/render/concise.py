"""One line for each finding: ``a.py:9:1: SHP202 [*] stale-comment: 64 channels, but 128 computed; help: write 128``."""

from __future__ import annotations

from collections.abc import Sequence

from ..diagnostic import Diagnostic
from ..report import FileReport
from .advice import advice
from .place import Places
from .style import Style, plain

__all__ = ["line", "render"]


def render(reports: Sequence[FileReport], style: Style) -> str:
    """All findings, a line each; ``[*]`` marks those that ``--fix`` corrects."""
    places = Places.of(reports)
    return "".join(line(finding, places, style) for report in reports for finding in report.diagnostics)


def line(finding: Diagnostic, places: Places, style: Style) -> str:
    """The line of one finding, with its line end."""
    at = style.paint(str(places.start(finding.filename, finding.span)), "bold")
    code = style.paint(finding.code, "warning" if finding.severity == "warning" else "error")
    mark = " [*]" if style.repairs(finding) else ""
    label = [finding.label] if finding.label else []
    parts = [finding.message, *label, *(f"help: {text}" for text in advice(finding))]
    return f"{at}: {code}{mark} {finding.name}: {'; '.join(map(plain, parts))}\n"
