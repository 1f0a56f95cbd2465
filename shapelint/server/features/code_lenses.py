"""Over each module class: the input that its shapes are shown on, and a way to see all of them."""

from __future__ import annotations

from lsprotocol import types

from ..analysis.document_analysis import InputKind
from ..document_service import Known
from ..position_units import Units

__all__ = ["PICK_INPUT", "SHOW", "code_lenses", "kind_text"]

PICK_INPUT = "shapelint.pickInput"
SHOW = "shapelint.show"

_TEXT = {
    InputKind.SYMBOLIC: "symbolic",
    InputKind.COMMENTS: "from comments",
    InputKind.CONFIGURATION: "from the configuration",
    InputKind.CALL: "from a call in the file",
}


def kind_text(kind: InputKind) -> str:
    """How people name where an input comes from."""
    return _TEXT[kind]


def code_lenses(known: Known, uri: str, units: Units) -> list[types.CodeLens]:
    """Two for each class of the document at ``uri``."""
    lenses = []
    for shown in known.analysis.classes:
        part, place = units.range(known.text, shown.head)
        if part.uri != uri:
            continue
        given = dict(shown.kinds)[shown.kind]
        title = f"input: {given} ({kind_text(shown.kind)})"
        lenses.append(types.CodeLens(place, types.Command(title, PICK_INPUT, arguments=[uri, shown.name])))
        lenses.append(types.CodeLens(place, types.Command("show", SHOW, arguments=[uri, shown.name])))
    return lenses
