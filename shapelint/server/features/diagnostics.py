"""Findings, with the places that they refer to."""

from __future__ import annotations

from lsprotocol import types
from pygls.uris import from_fs_path

from ...diagnostic import Diagnostic, Span
from ..document_service import Known
from ..open_documents import Text, TextPart
from ..position_units import Units

__all__ = ["diagnostics_of", "published"]

_SEVERITY = {"error": types.DiagnosticSeverity.Error, "warning": types.DiagnosticSeverity.Warning}


def published(known: Known, findings: tuple[Diagnostic, ...], units: Units) -> list[types.PublishDiagnosticsParams]:
    """What to publish for each part of a text; a part without findings gets an empty list."""
    by_part: dict[str, list[types.Diagnostic]] = {part.uri: [] for part in known.text.parts}
    for part, diagnostic in diagnostics_of(findings, known.text, units):
        by_part[part.uri].append(diagnostic)
    return [types.PublishDiagnosticsParams(part.uri, by_part[part.uri], part.version) for part in known.text.parts]


def diagnostics_of(
    findings: tuple[Diagnostic, ...], text: Text, units: Units
) -> list[tuple[TextPart, types.Diagnostic]]:
    """The findings of a text, each with the part it is in."""
    found = []
    for finding in findings:
        part, place = units.range(text, finding.span)
        related = [
            types.DiagnosticRelatedInformation(location(label.span, label.filename, text, units), label.text)
            for label in finding.labels
            if label.text
        ]
        diagnostic = types.Diagnostic(
            range=place,
            message=_message(finding),
            severity=_SEVERITY.get(finding.severity),
            code=finding.code,
            source="shapelint",
            related_information=related or None,
        )
        found.append((part, diagnostic))
    return found


def location(span: Span, filename: str | None, text: Text, units: Units) -> types.Location:
    """A place of the text, or of another file, whose lines are not at hand: there columns are taken as they are."""
    if filename is None or filename == text.path:
        part, place = units.range(text, span)
        return types.Location(part.uri, place)
    start, end = types.Position(span.row - 1, span.column - 1), types.Position(span.end_row - 1, span.end_column - 1)
    return types.Location(from_fs_path(filename) or filename, types.Range(start, end))


def _message(finding: Diagnostic) -> str:
    """The message with what an editor has no other place for."""
    lines = [f"{finding.message} ({finding.name})", *finding.trace]
    if finding.label:
        lines.insert(1, finding.label)
    return "\n".join([*lines, *([f"help: {finding.help}"] if finding.help else [])])
