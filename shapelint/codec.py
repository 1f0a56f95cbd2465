"""Results as plain JSON values and back, for the cache.  (The contract with users is ``render/json``.)"""

from __future__ import annotations

from typing import Any

from .coverage import Coverage
from .diagnostic import Diagnostic, Edit, Fix, Label, Span

__all__ = ["decode", "encode"]


def encode(diagnostics: tuple[Diagnostic, ...], coverage: Coverage) -> list[Any]:
    """A list of lists, numbers, strings and None that :func:`decode` turns back."""
    return [[_diagnostic(d) for d in diagnostics], [getattr(coverage, name) for name in Coverage.__slots__]]


def decode(value: list[Any]) -> tuple[tuple[Diagnostic, ...], Coverage]:
    """The inverse of :func:`encode`; raises TypeError, ValueError or IndexError for anything else."""
    diagnostics, coverage = value
    files, layers, layers_known, claims, claims_bound, claims_checked, reasons = coverage
    return (
        tuple(_read_diagnostic(*item) for item in diagnostics),
        Coverage(
            files, layers, layers_known, claims, claims_bound, claims_checked,
            tuple((str(reason), int(count)) for reason, count in reasons),
        ),
    )  # fmt: skip


def _diagnostic(d: Diagnostic) -> list[Any]:
    fix = d.fix and [d.fix.applicability, d.fix.message, [[_span(e.span), e.content] for e in d.fix.edits]]
    labels = [[_span(label.span), label.text, label.filename] for label in d.labels]
    return [d.code, d.name, d.message, d.filename, _span(d.span), d.severity, d.label, labels, d.trace, d.help, fix]


def _span(span: Span) -> list[int]:
    return [span.row, span.column, span.end_row, span.end_column]


def _read_diagnostic(
    code: str, name: str, message: str, filename: str, span: list[int], severity: str, label: str,
    labels: list[Any], trace: list[str], help: str | None, fix: Any,
) -> Diagnostic:  # fmt: skip
    return Diagnostic(
        code, name, message, filename, Span(*span), severity, label,
        tuple(Label(Span(*at), text, file) for at, text, file in labels), tuple(trace), help, _read_fix(fix),
    )  # fmt: skip


def _read_fix(fix: Any) -> Fix | None:
    if fix is None:
        return None
    applicability, message, edits = fix
    return Fix(applicability, message, tuple(Edit(Span(*at), content) for at, content in edits))
