"""What is known at a place: its shape, how that came about and what it rests on, or why it is not known."""

from __future__ import annotations

from collections.abc import Iterator

from lsprotocol import types

from ..analysis.document_analysis import Analysis, ShapePlace, Step
from ..document_service import Known
from ..position_units import Units

__all__ = ["hover"]

_LONGEST_CHAIN = 8


def hover(known: Known, row: int, column: int, units: Units) -> types.Hover | None:
    """What to show at a position; None where nothing has a shape."""
    analysis = known.analysis
    place = next(analysis.at(row, column), None)
    reasons = [
        unknown
        for unknown in analysis.unknowns
        if (unknown.span.row, unknown.span.column) <= (row, column) <= (unknown.span.end_row, unknown.span.end_column)
    ]
    if reasons:
        inner = max(reasons, key=lambda unknown: (unknown.span.row, unknown.span.column))
        if place is None or (inner.span.row, inner.span.column) > (place.span.row, place.span.column):
            _, at = units.range(known.text, inner.span)
            texts = dict.fromkeys(unknown.reason for unknown in reasons if unknown.span == inner.span)
            return _markdown([f"shape unknown: {_plain(text)}" for text in texts], at)
    if place is None:
        return None
    _, at = units.range(known.text, place.span)
    return _markdown(list(_lines(analysis, place)), at)


def _markdown(lines: list[str], at: types.Range) -> types.Hover:
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, "\n\n".join(lines)), at)


def _lines(analysis: Analysis, place: ShapePlace) -> Iterator[str]:
    yield f"**{_plain(place.text)}**"
    if len(place.shapes) > 2:
        yield f"in turn: {_plain(', '.join(place.shapes))}"
    steps = analysis.steps_of(place)
    if steps:
        last = steps[-1]
        yield from _cost(last)
        changing = [step for step in steps if step.changes or step is last][-_LONGEST_CHAIN:]
        chain = [f"{_named(step)}  {step.given} -> {step.result}" for step in changing]
        yield "```text\n" + "\n".join(chain) + "\n```"
        if last.formula:
            yield f"`{last.formula}`"
    if place.owner is not None:
        owner = analysis.classes[place.owner]
        yield f"{owner.name} on {_plain(dict(owner.kinds)[owner.kind])}: {_plain(owner.anchor)}"
    if analysis.broken:
        yield "as it was before the file could not be parsed"


def _cost(step: Step) -> Iterator[str]:
    parts = [f"parameters: {step.parameters}"] if step.parameters != "0" else []
    parts += [f"mult-adds: {step.mult_adds}"] if step.mult_adds is not None else []
    if parts:
        yield _plain(", ".join(parts))


def _named(step: Step) -> str:
    return f"{step.path}: {step.shown}" if step.path else step.shown


def _plain(text: str) -> str:
    """``text`` as Markdown shows it."""
    return "".join(f"\\{letter}" if letter in "\\*_`<>[]#|" else letter for letter in text)
