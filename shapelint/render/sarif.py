"""SARIF 2.1.0, which code scanning services read: https://docs.oasis-open.org/sarif/sarif/v2.1.0/."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from urllib.parse import quote

from ..diagnostic import Diagnostic, Span
from ..report import FileReport
from ..rules.registry import Rule, rules
from ..version import HOMEPAGE, __version__
from .advice import advice
from .place import Places
from .style import Style

__all__ = ["render"]

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def render(reports: Sequence[FileReport], style: Style) -> str:
    """One SARIF log with one run."""
    places = Places.of(reports)
    known = list(rules().values())
    place_of = {rule.code: index for index, rule in enumerate(known)}
    driver = {
        "name": "shapelint",
        "version": __version__,
        "semanticVersion": __version__,
        **({"informationUri": HOMEPAGE} if HOMEPAGE else {}),
        "rules": [_rule(rule) for rule in known],
    }
    run = {
        "tool": {"driver": driver},
        "invocations": [_invocation(reports)],
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, places, place_of) for report in reports for finding in report.diagnostics],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _invocation(reports: Sequence[FileReport]) -> dict[str, object]:
    """Whether the run could do its job, and why it could not check some files."""
    notifications = [
        {
            "level": "error",
            "message": {"text": report.error},
            "locations": [{"physicalLocation": {"artifactLocation": {"uri": _uri(report.path)}}}],
        }
        for report in reports
        if report.error is not None
    ]
    return {"executionSuccessful": not notifications, "toolExecutionNotifications": notifications}


def _rule(rule: Rule) -> dict[str, object]:
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": rule.page},
        "help": {"text": rule.page, "markdown": f"```text\n{rule.page}\n```"},
        "defaultConfiguration": {"level": rule.severity},
    }


def _result(finding: Diagnostic, places: Places, place_of: dict[str, int]) -> dict[str, object]:
    lines = [finding.message, *finding.trace, *(f"help: {line}" for line in advice(finding))]
    label = {"message": {"text": finding.label}} if finding.label else {}
    result = {
        "ruleId": finding.code,
        **({"ruleIndex": place_of[finding.code]} if finding.code in place_of else {}),
        "level": finding.severity,
        "message": {"text": "\n".join(lines)},
        "locations": [{**_location(finding.filename, finding.span, places), **label}],
        "relatedLocations": [
            {**_location(label.filename or finding.filename, label.span, places), "message": {"text": label.text}}
            for label in finding.labels
        ],
    }
    if finding.fix is not None:
        replacements = [
            {"deletedRegion": _region(finding.filename, edit.span, places), "insertedContent": {"text": edit.content}}
            for edit in finding.fix.edits
        ]
        change = {"artifactLocation": {"uri": _uri(finding.filename)}, "replacements": replacements}
        result["fixes"] = [{"description": {"text": finding.fix.message}, "artifactChanges": [change]}]
    return result


def _location(filename: str, span: Span, places: Places) -> dict[str, object]:
    place = {"artifactLocation": {"uri": _uri(filename)}, "region": _region(filename, span, places)}
    cell = places.start(filename, span).cell
    logical = (
        {}
        if cell is None
        else {
            "logicalLocations": [
                {"name": f"cell {cell}", "fullyQualifiedName": f"{filename}:cell {cell}", "kind": "module"}
            ]
        }
    )
    return {"physicalLocation": place, **logical}


def _region(filename: str, span: Span, places: Places) -> dict[str, int]:
    start, end = places.start(filename, span), places.end(filename, span)
    return {"startLine": start.row, "startColumn": start.column, "endLine": end.row, "endColumn": end.column}


def _uri(filename: str) -> str:
    path = quote(filename.replace(os.sep, "/"), errors="surrogateescape")
    return f"file://{path}" if path.startswith("/") else path
