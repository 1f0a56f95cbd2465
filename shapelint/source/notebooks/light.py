"""Jupytext's light format, and the one without markers: paragraphs are cells, and those of comments alone are text.

A cell that is not one paragraph, or has tags, is between ``# +`` and ``# -``.  Any Python file can be opened as a light notebook;
it is taken for one only if its header says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from .cells import SKIPPED, CellLine, CodeCell, whole_lines
from .magics import is_magic
from .scripts import header_end, jupytext_format, marked_cell, uncommented

__all__ = ["read_light"]

_OPEN = re.compile(r"# (?:\+|region\b)(?P<rest>.*)$")
_CLOSE = re.compile(r"# (?:-|endregion)\s*$")


def read_light(lines: Sequence[str]) -> list[CodeCell] | None:
    """The cells of a script, None if it is not in this format."""
    if jupytext_format(lines) not in ("light", "bare", "nomarker"):
        return None
    begin = header_end(lines)
    cells = [CodeCell(whole_lines(lines, range(1, begin + 1)), SKIPPED)]
    row = begin + 1
    while row <= len(lines):
        opened = _OPEN.match(lines[row - 1])
        end = _closed(lines, row) if opened is not None else _paragraph(lines, row)
        inside = whole_lines(lines, range(row, end))
        if opened is not None:
            cells.append(marked_cell(inside, opened["rest"], comments_magics=True))
        else:
            cells.append(CodeCell(inside, SKIPPED) if _is_text(inside) else CodeCell(uncommented(inside)))
        row = end
    return cells


def _closed(lines: Sequence[str], row: int) -> int:
    """The row after the cell that begins in ``row`` with its marker."""
    for after in range(row + 1, len(lines) + 1):
        if _CLOSE.match(lines[after - 1]):
            return after + 1
        if _OPEN.match(lines[after - 1]):
            return after
    return len(lines) + 1


def _paragraph(lines: Sequence[str], row: int) -> int:
    """The row at which the next cell begins: after a blank line, and not indented."""
    blank = not lines[row - 1].strip()
    for after in range(row + 1, len(lines) + 1):
        line = lines[after - 1]
        if line and (_OPEN.match(line) or (blank and not line[0].isspace())):
            return after
        blank = not line.strip()
    return len(lines) + 1


def _is_text(lines: Sequence[CellLine]) -> bool:
    """Whether a paragraph is comments alone, and none of them a magic that was commented out."""
    texts = [line.text for line in lines if line.text.strip()]
    return all(text.startswith("#") for text in texts) and not any(map(is_magic, _bare(texts)))


def _bare(texts: Sequence[str]) -> Iterator[str]:
    return (text[1:].removeprefix(" ") for text in texts)
