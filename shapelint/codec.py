"""Results as plain JSON values and back, for the cache.  (The contract with users is ``render/json``.)

What is read may have been written by anybody: every value is checked for its type and range.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .coverage import Coverage
from .diagnostic import Diagnostic, Edit, Fix, Label, Span

__all__ = ["decode", "encode"]

_LARGEST = 1_000_000_000


def encode(diagnostics: tuple[Diagnostic, ...], coverage: Coverage) -> list[Any]:
    """A list of lists, numbers, strings and None that :func:`decode` turns back."""
    return [[_diagnostic(d) for d in diagnostics], [getattr(coverage, name) for name in Coverage.__slots__]]


def decode(value: Any) -> tuple[tuple[Diagnostic, ...], Coverage]:
    """The inverse of :func:`encode`; raises TypeError or ValueError for anything else."""
    diagnostics, coverage = value
    files, layers, layers_known, claims, claims_bound, claims_checked, reasons = coverage
    return (
        tuple(_read_diagnostic(*item) for item in _list(diagnostics)),
        Coverage(
            _number(files), _number(layers), _number(layers_known), _number(claims), _number(claims_bound),
            _number(claims_checked), tuple((_text(reason), _number(count)) for reason, count in _list(reasons)),
        ),
    )  # fmt: skip


def _diagnostic(d: Diagnostic) -> list[Any]:
    fix = d.fix and [d.fix.applicability, d.fix.message, [[_span(e.span), e.content] for e in d.fix.edits]]
    labels = [[_span(label.span), label.text, label.filename] for label in d.labels]
    return [d.code, d.name, d.message, d.filename, _span(d.span), d.severity, d.label, labels, d.trace, d.help, fix]


def _span(span: Span) -> list[int]:
    return [span.row, span.column, span.end_row, span.end_column]


def _read_diagnostic(
    code: Any, name: Any, message: Any, filename: Any, span: Any, severity: Any, label: Any, labels: Any, trace: Any,
    help: Any, fix: Any,
) -> Diagnostic:  # fmt: skip
    return Diagnostic(
        _text(code), _text(name), _text(message), _text(filename), _read_span(span),
        _one_of(severity, ("error", "warning")), _text(label),
        tuple(Label(_read_span(at), _text(text), None if file is None else _text(file)) for at, text, file in _list(labels)),
        tuple(map(_text, _list(trace))), None if help is None else _text(help), None if fix is None else _read_fix(*_list(fix)),
    )  # fmt: skip


def _read_fix(applicability: Any, message: Any, edits: Any) -> Fix:
    return Fix(
        _one_of(applicability, ("safe", "unsafe")),
        _text(message),
        tuple(Edit(_read_span(at), _text(content)) for at, content in _list(edits)),
    )


def _read_span(value: Any) -> Span:
    row, column, end_row, end_column = map(_number, value)
    if not ((1, 1) <= (row, column) <= (end_row, end_column) and column and end_column):
        raise ValueError("not a stretch of text")
    return Span(row, column, end_row, end_column)


def _list(value: Any) -> list[Any]:
    if type(value) is not list:
        raise TypeError("not a list")
    return value


def _text(value: Any) -> str:
    if type(value) is not str:
        raise TypeError("not a string")
    return value


def _number(value: Any) -> int:
    if type(value) is not int or not 0 <= value <= _LARGEST:
        raise ValueError("not a count")
    return value


def _one_of(value: Any, known: Sequence[str]) -> str:
    if value not in known:
        raise ValueError(f"not one of {known}")
    return _text(value)
