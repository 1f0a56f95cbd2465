"""One line for each finding: ``netd.py:19:13: SHP202 [*] stale-comment: 64 channels, but 128 in the code``."""

from __future__ import annotations

from collections.abc import Sequence

from ..diagnostic import Diagnostic
from ..report import FileReport
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
    return f"{at}: {code}{mark} {finding.name}: {plain(finding.message)}\n"
