"""The true shape comment, offered where somebody begins to write one."""

from __future__ import annotations

import re

from lsprotocol import types

from ..open_documents import Text
from ..position_units import Units

__all__ = ["TRIGGERS", "comment_begun", "completions"]

TRIGGERS = ["#", " ", "."]
_COMMENT = re.compile(r"#\s*(?:state(?:\s+size\.?)?|shape:?|out(?:put)?:?|->)?[\s\d(\[x,]*\Z", re.IGNORECASE)


def comment_begun(text: Text, row: int, column: int) -> int | None:
    """The column at which a comment begins that may become one on a shape; None if no such one is being written."""
    part, line = text.place(row)
    before = part.lines[line][: column - 1]
    at = before.rfind("#")
    return at + 1 if at >= 0 and _COMMENT.fullmatch(before[at:]) else None


def completions(
    text: Text, row: int, column: int, begun: int, comment: str, units: Units
) -> list[types.CompletionItem]:
    """``comment`` in the place of what is written of it so far."""
    part, _ = text.place(row)
    place = types.Range(units.position(part, row, begun), units.position(part, row, column))
    return [
        types.CompletionItem(
            comment,
            kind=types.CompletionItemKind.Snippet,
            detail="the shape here, as shapelint knows it",
            filter_text=part.lines[row - part.row][begun - 1 : column - 1],
            text_edit=types.TextEdit(place, comment),
            preselect=True,
        )
    ]
