"""Leaving out the findings of a baseline, and recording one."""

from __future__ import annotations

from collections.abc import Sequence

from ..baseline import BaselineError, read_baseline, record, write_baseline
from ..records import replace
from ..report import FileReport
from ..source.lines import split_lines
from .output import Failure

__all__ = ["apply_baseline"]


def apply_baseline(reports: Sequence[FileReport], file: str | None, writing: bool) -> Sequence[FileReport]:
    """The reports without the findings recorded in ``file``; if ``writing``, all of them are recorded there first."""
    if file is None:
        raise Failure("--write-baseline needs --baseline FILE")
    lines = {report.path: split_lines(report.text) for report in reports if report.parsed}
    try:
        if writing:
            found = [record(d, lines[r.path], file) for r in reports if r.parsed for d in r.diagnostics]
            write_baseline(file, found)
        known = read_baseline(file)
    except BaselineError as error:
        raise Failure(str(error)) from None
    kept: list[FileReport] = []
    for report in reports:
        fresh = []
        for finding in report.diagnostics:
            entry = record(finding, lines[report.path], file) if report.parsed else None
            if entry is not None and known[entry] > 0:
                known[entry] -= 1
            else:
                fresh.append(finding)
        kept.append(replace(report, diagnostics=tuple(fresh)))
    return kept
