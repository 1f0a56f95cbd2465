"""Workflow commands of GitHub Actions: findings as annotations of a pull request.

https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ..diagnostic import Diagnostic
from ..report import FileReport
from .advice import remarks
from .concise import line
from .place import Places
from .style import Style, plain

__all__ = ["render"]

_MOST = 10
"""Annotations of a level that GitHub keeps for a step; it drops the rest without a word."""


def render(reports: Sequence[FileReport], style: Style) -> str:
    """Files that were not checked, then errors, then warnings, as far as GitHub shows them; the rest only in the log."""
    places = Places.of(reports)
    findings = [finding for report in reports for finding in report.diagnostics]
    findings.sort(key=lambda finding: finding.severity == "warning")  # keeps the order otherwise
    commands: list[str] = []
    rest: list[str] = []
    used: Counter[str] = Counter()
    for report in reports:
        if report.error is not None:
            used["error"] += 1
            told = f"file={_property(report.path)}::{_escaped(plain(f'{report.path}: {report.error}'))}"
            shown = used["error"] <= _MOST
            (commands if shown else rest).append(
                f"::error title=shapelint,{told}\n" if shown else f"{plain(report.path)}: {plain(report.error)}\n"
            )
    for finding in findings:
        level = "warning" if finding.severity == "warning" else "error"
        used[level] += 1
        if used[level] <= _MOST:
            commands.append(_command(level, finding, places))
        else:
            rest.append(line(finding, places, Style(unsafe_fixes=style.unsafe_fixes)))
    if rest:
        told = f"{len(rest)} more, which GitHub would not show as annotations, are in the log of this step"
        commands += [f"::notice title=shapelint::{told}\n", f"::group::{len(rest)} more\n", *rest, "::endgroup::\n"]
    return "".join(commands)


def _command(level: str, finding: Diagnostic, places: Places) -> str:
    start, end = places.start(finding.filename, finding.span), places.end(finding.filename, finding.span)
    properties = {"title": f"shapelint {finding.code} ({finding.name})", "file": finding.filename}
    if start.cell is None:
        properties |= {"line": str(start.row), "endLine": str(end.row)}
        if start.row == end.row:  # GitHub takes columns only for findings within one line
            properties |= {"col": str(start.column), "endColumn": str(end.column)}
    listed = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    lines = [f"{start}: {finding.code} {finding.message}", *remarks(finding, places)]
    return f"::{level} {listed}::{_escaped(chr(10).join(map(plain, lines)))}\n"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")
