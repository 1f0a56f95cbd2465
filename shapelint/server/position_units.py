"""Places of the linter, rows and columns from 1 in code points, as those of the client: from 0, in the units agreed on."""

from __future__ import annotations

from lsprotocol import types
from pygls.workspace import PositionCodec

from ..diagnostic import Span
from .open_documents import Text, TextPart

__all__ = ["Units"]


class Units:
    """``codec``: of the units that client and server have agreed on, UTF-16, UTF-8 or UTF-32."""

    def __init__(self, codec: PositionCodec) -> None:
        self._codec = codec

    def range(self, text: Text, span: Span) -> tuple[TextPart, types.Range]:
        """The part that ``span`` begins in, and the range in it; what goes on in the next cell ends with this one."""
        part, line = text.place(span.row)
        return part, types.Range(
            self._position(part, line, span.column), self.position(part, span.end_row, span.end_column)
        )

    def position(self, part: TextPart, row: int, column: int) -> types.Position:
        """A place of the whole text in ``part``."""
        return self._position(part, row - part.row, column)

    def _position(self, part: TextPart, line: int, column: int) -> types.Position:
        if line >= len(part.lines):  # the end of the text, behind its last line
            end = len(part.lines) - 1
            return types.Position(end, self._codec.client_num_units(part.lines[end]))
        before = part.lines[line][: column - 1]
        return types.Position(line, len(before) if before.isascii() else self._codec.client_num_units(before))

    def place(self, text: Text, uri: str, position: types.Position) -> tuple[int, int] | None:
        """The row and column of the whole text at a position of the client; None if the document is not one of it."""
        part = text.part(uri)
        if part is None:
            return None
        line = min(position.line, len(part.lines) - 1)
        if line < position.line:
            return part.row + line, len(part.lines[line]) + 1
        at, units = 0, 0
        for letter in part.lines[line]:
            if units >= position.character:
                break
            units += self._codec.client_num_units(letter)
            at += 1
        return part.row + line, at + 1
