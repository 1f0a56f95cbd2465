"""What else there is to say of a finding besides its message: the same in every format."""

from __future__ import annotations

from collections.abc import Iterator

from ..diagnostic import Diagnostic
from .place import Places

__all__ = ["advice", "remarks"]


def advice(finding: Diagnostic) -> list[str]:
    """What the repair does, and what else helps; empty if there is no advice."""
    fix = finding.fix
    if fix is None:
        return [finding.help] if finding.help else []
    repair = f"{fix.message}{'' if fix.applicability == 'safe' else ' (unsafe)'}"
    return [repair] if finding.help in (None, "", fix.message) else [repair, str(finding.help)]


def remarks(finding: Diagnostic, places: Places) -> Iterator[str]:
    """All of it, a line each, for formats that show no source: labels with their places, the trace, the advice."""
    if finding.label:
        yield f"{places.start(finding.filename, finding.span)}: {finding.label}"
    for label in finding.labels:
        yield f"{places.start(label.filename or finding.filename, label.span)}: {label.text}"
    yield from (f"trace: {line}" for line in finding.trace)
    yield from (f"help: {line}" for line in advice(finding))
