"""The code cells of a notebook as one Python module.

A magic, a shell line or a help request becomes ``pass``, a cell that is not Python at all becomes empty lines; so every
line keeps its row, and every line of Python its columns.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from .guard import SourceError, guard
from .lines import split_lines

__all__ = ["as_module"]

_MAGIC = re.compile(r"^(?P<indent>\s*)(?:[%!?,;/]|[\w.,\s]*=\s*[%!](?!=)|.*\?\s*$)")
_TRANSPARENT = re.compile(r"%%(?:time|timeit|capture|prun|memit|mprun|heat|wandb)\b")
_MOST_MAGICS = 200


def as_module(cells: Sequence[str]) -> tuple[str, tuple[int, ...]]:
    """The text of the module and the row at which each cell begins."""
    lines: list[str] = []
    rows: list[int] = []
    for cell in cells:
        rows.append(len(lines) + 1)
        lines += _python(cell)
    return "".join(f"{line}\n" for line in lines), tuple(rows)


def _python(cell: str) -> list[str]:
    """The lines of one cell with everything that is not Python blanked."""
    lines = list(split_lines(cell))
    if cell.endswith(("\n", "\r")):
        lines.pop()
    first = next((index for index, line in enumerate(lines) if line.strip()), None)
    if first is not None and lines[first].lstrip().startswith("%%"):
        if not _TRANSPARENT.match(lines[first].lstrip()):
            return [""] * len(lines)
        lines[first] = ""
    for _ in range(_MOST_MAGICS):
        error = _error(lines)
        if error is None:
            return lines
        if not _blank_magic(lines, error.row - 1):
            # Asked last: whether a newer Python would accept the cell takes a process to find out.
            return lines if _error(lines, newer=True) is None else [""] * len(lines)
    return [""] * len(lines)


def _error(lines: list[str], newer: bool = False) -> SourceError | None:
    try:
        guard("".join(f"{line}\n" for line in lines), newer=newer)
    except SourceError as error:
        return error
    return None


def _blank_magic(lines: list[str], index: int) -> bool:
    """Put ``pass`` in place of the magic at ``index`` (a shell line may run on after backslashes)."""
    while 0 < index < len(lines) and lines[index - 1].endswith("\\"):
        index -= 1
    match = _MAGIC.match(lines[index]) if index < len(lines) else None
    if match is None:
        return False
    continued = lines[index].endswith("\\")
    lines[index] = f"{match['indent']}pass"
    while continued and index + 1 < len(lines):
        index += 1
        continued = lines[index].endswith("\\")
        lines[index] = ""
    return True
