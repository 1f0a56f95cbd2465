"""JUnit's XML, which nearly every CI server shows: a test suite for each file, a test case for each finding.

The dialect that most consumers share: https://github.com/testmoapp/junitxml.  Jenkins' schema is the strictest: a test case may
not have attributes for its place, which the text says instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

from ..diagnostic import Diagnostic
from ..report import FileReport
from .advice import remarks
from .place import Places
from .style import Style, plain

__all__ = ["render"]

_NOT_XML = re.compile(r"[\ufffe\uffff]")
"""What XML 1.0 does not allow besides the characters that :func:`plain` replaces."""


def render(reports: Sequence[FileReport], style: Style) -> str:
    """A document with the files that were checked; a clean one is a test that passed."""
    places = Places.of(reports)
    shown = [report for report in reports if report.coverage.files or report.diagnostics or report.error is not None]
    failures = sum(len(report.diagnostics) for report in shown)
    errors = sum(report.error is not None for report in shown)
    tests = sum(len(report.diagnostics) or 1 for report in shown)
    suites = "".join(line for report in shown for line in _suite(report, places))
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<testsuites name="shapelint" tests="{tests}" failures="{failures}" errors="{errors}">\n{suites}</testsuites>\n'
    )


def _suite(report: FileReport, places: Places) -> Iterator[str]:
    name, found = _attribute(report.path), len(report.diagnostics)
    failed = report.error is not None
    yield f'  <testsuite name={name} tests="{found or 1}" failures="{found}" errors="{failed:d}" file={name}>\n'
    for finding in report.diagnostics:
        yield from _case(finding, places)
    if failed:
        error = _attribute(report.error or "")
        yield f'    <testcase name="checked" classname={name}>\n      <error message={error}/>\n    </testcase>\n'
    elif not found:
        yield f'    <testcase name="checked" classname={name}/>\n'
    yield "  </testsuite>\n"


def _case(finding: Diagnostic, places: Places) -> Iterator[str]:
    start = places.start(finding.filename, finding.span)
    lines = [f"{start}: {finding.code} {finding.message}", *remarks(finding, places)]
    text = "\n".join(_NOT_XML.sub("?", plain(line)) for line in lines)
    yield f'    <testcase name="{finding.code} {finding.name}" classname={_attribute(finding.filename)}>\n'
    yield f'      <failure type="{finding.severity}" message={_attribute(finding.message)}>{escape(text)}</failure>\n'
    yield "    </testcase>\n"


def _attribute(text: str) -> str:
    return quoteattr(_NOT_XML.sub("?", plain(text)))
