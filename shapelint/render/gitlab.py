"""A Code Quality report of GitLab: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Sequence
from hashlib import sha256

from ..diagnostic import Diagnostic
from ..report import FileReport
from .advice import advice
from .place import Places
from .style import Style

__all__ = ["render"]

_SEVERITIES = {"error": "major", "warning": "minor"}


def render(reports: Sequence[FileReport], style: Style) -> str:
    """A JSON array with an issue for each finding and for each file that was not checked."""
    places = Places.of(reports)
    seen: Counter[str] = Counter()
    issues = [_issue(finding, places, seen) for report in reports for finding in report.diagnostics]
    issues += [_failure(report.path, report.error, seen) for report in reports if report.error is not None]
    return json.dumps(issues, indent=2) + "\n"


def _issue(finding: Diagnostic, places: Places, seen: Counter[str]) -> dict[str, object]:
    start, end = places.start(finding.filename, finding.span), places.end(finding.filename, finding.span)
    lines = places.lines(finding.filename)
    row = finding.span.row
    # Rows are left out of the fingerprint: GitLab compares branches by it, and code moves up and down.
    text = lines[row - 1].strip() if row <= len(lines) else ""
    label = [finding.label] if finding.label else []
    shown = "; ".join([finding.message, *label, *(f"help: {line}" for line in advice(finding))])
    first, last = (start.row, end.row) if start.cell is None else (1, 1)  # a cell's rows are not those of the file
    return {
        "description": shown if start.cell is None else f"cell {start.cell}:{start.row}: {shown}",
        "check_name": f"{finding.code} {finding.name}",
        "fingerprint": _fingerprint((finding.filename, finding.code, finding.message, text), seen),
        "severity": _SEVERITIES.get(finding.severity, "info"),
        "location": {"path": _path(finding.filename), "lines": {"begin": first, "end": last}},
    }


def _failure(path: str, error: str, seen: Counter[str]) -> dict[str, object]:
    return {
        "description": error,
        "check_name": "not checked",
        "fingerprint": _fingerprint((path, error), seen),
        "severity": "blocker",
        "location": {"path": _path(path), "lines": {"begin": 1, "end": 1}},
    }


def _fingerprint(parts: tuple[str, ...], seen: Counter[str]) -> str:
    """A fingerprint of what was found; the second time something else, for GitLab drops what it has seen."""
    whole = "\0".join(parts)
    seen[whole] += 1
    return sha256(f"{whole}\0{seen[whole]}".encode("utf-8", "surrogatepass")).hexdigest()[:40]


def _path(filename: str) -> str:
    """Relative to the current folder, which is that of the repository."""
    return os.path.relpath(filename).replace(os.sep, "/") if os.path.isabs(filename) else filename
