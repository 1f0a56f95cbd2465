"""Shapes beside the code: after each layer of a Sequential, each container, and each statement of a forward."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from lsprotocol import types

from ..analysis.document_analysis import Analysis, PlaceKind, ShapePlace
from ..document_service import Known
from ..position_units import Units

__all__ = ["inlay_hints"]

_SETTING = {PlaceKind.LAYER: "layers", PlaceKind.CONTAINER: "containers", PlaceKind.STATEMENT: "statements"}


def inlay_hints(known: Known, uri: str, rows: range, wanted: Collection[str], units: Units) -> list[types.InlayHint]:
    """The hints in ``rows`` of the whole text.  ``wanted``: the kinds of places that get one, as the settings name them."""
    hints = []
    for place in _chosen(known.analysis, rows, wanted):
        part, _ = known.text.place(place.span.end_row)
        if part.uri == uri:
            position = units.position(part, place.span.end_row, place.span.end_column)
            hints.append(
                types.InlayHint(position, place.text, padding_left=True, tooltip=_tooltip(known.analysis, place))
            )
    return hints


def _chosen(analysis: Analysis, rows: range, wanted: Collection[str]) -> Iterator[ShapePlace]:
    """One place for each end: a statement that ends where a layer does says the same."""
    seen: set[tuple[int, int]] = set()
    for place in analysis.places:
        end = place.span.end_row, place.span.end_column
        if _SETTING.get(place.kind) in wanted and end[0] in rows and end not in seen:
            seen.add(end)
            yield place


def _tooltip(analysis: Analysis, place: ShapePlace) -> str:
    if place.owner is None:
        return "as the file calls it"
    owner = analysis.classes[place.owner]
    more = f"; {len(place.shapes)} shapes: {', '.join(place.shapes)}" if len(place.shapes) > 2 else ""
    return f"{owner.name} on {dict(owner.kinds)[owner.kind]}: {owner.anchor}{more}"
