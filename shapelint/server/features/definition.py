"""From a finding to where the layer that it is about is made."""

from __future__ import annotations

from lsprotocol import types

from ..document_service import Known
from ..position_units import Units
from .diagnostics import location

__all__ = ["definitions"]


def definitions(known: Known, row: int, column: int, units: Units) -> list[types.Location]:
    """The constructor of the layer called at a position, if something is found there; elsewhere Python's own server knows."""
    analysis = known.analysis
    findings = list(analysis.findings_at(row, column))
    if not findings:
        return []
    found: list[types.Location] = []
    for place in analysis.at(row, column):
        steps = analysis.steps_of(place)
        if steps and steps[-1].constructor is not None:
            file, span = steps[-1].constructor
            found.append(location(span, file, known.text, units))
            break
    labels = [(label.span, label.filename) for finding in findings for label in finding.labels]
    found += (location(span, file, known.text, units) for span, file in labels)
    return list({(at.uri, at.range.start.line, at.range.start.character): at for at in found}.values())
