"""An analysis of an earlier text, with its places where their code is now."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ...diagnostic import Diagnostic, Span
from ...records import replace
from ...source.token_moves import Position
from .document_analysis import Analysis, ClassShapes, Step

__all__ = ["Moving", "by_rows", "by_tokens", "moved"]

Moving = Callable[[Span], "Span | None"]
"""Where a span is now; None if its text has changed."""


def moved(analysis: Analysis, text: str, where: Moving, whole: bool) -> Analysis | None:
    """``analysis`` as one of ``text``.  What has changed is left out; if ``whole`` is asked for there is None instead.

    Findings are never kept in part: with any of them changed they are all left out.
    """
    try:
        findings = tuple(_finding(finding, analysis.path, where) for finding in analysis.diagnostics)
    except _Changed:
        if whole:
            return None
        findings = ()
    classes = [_class(shown, analysis.path, where) for shown in analysis.classes]
    places = [(place, where(place.span)) for place in analysis.places]
    unknowns = [(unknown, where(unknown.span)) for unknown in analysis.unknowns]
    if whole and not all(span is not None for _, span in (*places, *unknowns)):
        return None
    return replace(
        analysis,
        text=text,
        diagnostics=findings,
        classes=tuple(classes),
        places=tuple(replace(place, span=span) for place, span in places if span is not None),
        unknowns=tuple(replace(unknown, span=span) for unknown, span in unknowns if span is not None),
        steps=tuple(_step(step, analysis.path, where) for step in analysis.steps),
        parsed=0,
        executed=0,
    )


def by_rows(old: Sequence[str], new: Sequence[str]) -> Moving:
    """The moving of everything in rows that both have before or after those that differ."""
    most = min(len(old), len(new))
    first = next((i for i in range(most) if old[i] != new[i]), most)
    tail = next((i for i in range(most - first) if old[-1 - i] != new[-1 - i]), most - first)
    last, further = len(old) - tail, len(new) - len(old)

    def where(span: Span) -> Span | None:
        if span.end_row <= first:
            return span
        if span.row > last:
            return replace(span, row=span.row + further, end_row=span.end_row + further)
        if span.row <= first and span.end_row > last:
            return replace(span, end_row=span.end_row + further)
        return None

    return where


def by_tokens(moves: Mapping[Position, Position], rows: range, further: int) -> Moving:
    """The moving of the tokens in ``rows``; what is below them is ``further`` down."""

    def position(row: int, column: int) -> Position | None:
        if row < rows.start:
            return row, column
        return (row + further, column) if row >= rows.stop else moves.get((row, column))

    def where(span: Span) -> Span | None:
        start, end = position(span.row, span.column), position(span.end_row, span.end_column)
        return None if start is None or end is None else Span(*start, *end)

    return where


def _class(shown: ClassShapes, path: str, where: Moving) -> ClassShapes:
    """A class where it is now; what can no longer be found in it is said to be where it begins."""
    head = where(shown.head) or replace(shown.head, end_row=shown.head.row, end_column=shown.head.column)
    return replace(
        shown,
        head=head,
        span=where(shown.span) or head,
        given_at=None if shown.given_at is None else where(shown.given_at) or head,
        steps=tuple(_step(step, path, where) for step in shown.steps),
    )


def _step(step: Step, path: str, where: Moving) -> Step:
    if step.constructor is None or step.constructor[0] != path:
        return step
    span = where(step.constructor[1])
    return replace(step, constructor=None if span is None else (path, span))


class _Changed(Exception):
    """A span is no longer there."""


def _finding(finding: Diagnostic, path: str, where: Moving) -> Diagnostic:
    if finding.filename != path:
        return finding

    def at(span: Span) -> Span:
        found = where(span)
        if found is None:
            raise _Changed
        return found

    labels = tuple(
        replace(label, span=at(label.span)) if label.filename in (None, path) else label for label in finding.labels
    )
    edits = tuple(replace(edit, span=at(edit.span)) for edit in finding.fix.edits) if finding.fix else ()
    fix = finding.fix and replace(finding.fix, edits=edits)
    return replace(finding, span=at(finding.span), labels=labels, fix=fix)
