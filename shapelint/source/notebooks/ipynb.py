"""Jupyter notebooks: the literals of a JSON document that hold code, and edits of them.

The JSON is read by place, not only by value: an edit changes the characters of the string literals it must change, and
every other byte of the notebook stays as it was.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from json.decoder import scanstring  # type: ignore[attr-defined]  # not in the stubs; there since Python 2.6
from typing import Any

from ...records import dataclass
from ..guard import SourceError
from ..jsontext import elements, members, respelled, value_at
from ..lines import line_starts, split_lines
from .assembly import excerpts_of
from .cells import RUNS, SKIPPED, CellLine, CodeCell, executes_nothing, tagged
from .notebook import Notebook, rewritten_lines

__all__ = ["read_ipynb"]


@dataclass(frozen=True, slots=True)
class _Literal:
    """One JSON string of a cell's source: its place in the file with the quotes, and its value."""

    start: int
    end: int
    value: str


@dataclass(frozen=True, slots=True)
class _JsonCell:
    """A cell of the file: the literals of its source, and what its tags say of it."""

    is_code: bool
    literals: tuple[_Literal, ...] = ()
    state: str = RUNS

    @property
    def source(self) -> str:
        return "".join(literal.value for literal in self.literals)


def read_ipynb(content: str) -> Notebook:
    """Read an ``.ipynb`` file.  Raises SourceError if it is not a notebook; one in another language has no code cells."""
    try:
        whole = json.loads(content, parse_int=float)  # int refuses more than 4,300 digits
        if not isinstance(whole, dict) or not ("cells" in whole or "worksheets" in whole):
            raise SourceError("the file is not a Jupyter notebook")
        parts = tuple(_parts(content)) if _is_python(whole) else ()
    except json.JSONDecodeError as error:
        message = f"the file is not a Jupyter notebook: {error.msg.lower()}"
        raise SourceError(message, error.lineno, error.colno) from None
    except RecursionError:
        raise SourceError("nested too deeply") from None
    cells: list[CodeCell] = []
    rows: list[int] = []
    page: list[str] = []
    # The front matter of nbdev and Quarto is in the first cell.
    off = bool(parts) and not parts[0].is_code and executes_nothing(parts[0].source)
    for part in parts:
        rows.append(len(page) + 1)
        lines = _lines(part.source) if part.is_code else []
        inside = tuple(CellLine(text, row) for row, text in enumerate(lines, len(page) + 1))
        cells.append(CodeCell(inside, SKIPPED if off else part.state))
        page += lines
    text = "".join(f"{line}\n" for line in page)
    # Cells without lines are counted: the number of a cell is its place in the file, as other linters have it.
    return Notebook(text, excerpts_of(cells), partial(_written, content, parts, tuple(rows)), tuple(rows))


def _written(content: str, parts: Sequence[_JsonCell], rows: Sequence[int], changed: Mapping[int, list[str]]) -> str:
    """The file with other lines in some rows of its page.  What is not changed keeps its spelling."""
    pieces: list[str] = []
    done = 0
    for first_row, part in zip(rows, parts, strict=True):
        row = first_row
        for index, literal in enumerate(part.literals if part.is_code else ()):
            values = rewritten_lines(literal.value, row, changed)
            row += max(len(line_starts(literal.value)) - 1, 1)
            if values is None:
                continue
            following = part.literals[index + 1].start if index + 1 < len(part.literals) else None
            pieces += [content[done : literal.start], _spelled(content, literal, values, part.literals)]
            done = literal.end if values or following is None else following
    return "".join([*pieces, content[done:]])


def _spelled(content: str, literal: _Literal, values: list[str], literals: tuple[_Literal, ...]) -> str:
    """The JSON of a literal that now holds these lines; in a list of lines each becomes one of its own."""
    if not values:
        return "" if literal is not literals[-1] else '""'
    old = content[literal.start : literal.end]
    if len(literals) == 1 or len(values) == 1:
        return respelled(old, "".join(values))
    separator = content[literals[0].end : literals[1].start]
    return separator.join(respelled(old, value) for value in values)


def _is_python(notebook: dict[str, Any]) -> bool:
    metadata = notebook.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    named = [metadata.get(part, {}) for part in ("kernelspec", "language_info")]
    languages = [part.get(key) for part in named if isinstance(part, dict) for key in ("language", "name")]
    words = [word.lower() for word in languages if isinstance(word, str)]
    return not words or any("python" in word or "conda" in word for word in words) or "language" not in str(named)


def _lines(cell: str) -> list[str]:
    lines = list(split_lines(cell))
    if cell.endswith(("\n", "\r")):
        lines.pop()
    return lines


def _parts(content: str) -> Iterator[_JsonCell]:
    """The cells, in order.  ``content`` is known to be valid JSON."""
    for key, place in members(content, 0):
        if key == "cells":
            yield from _parts_of(content, place)
        elif key == "worksheets" and content[place] == "[":
            for sheet in elements(content, place):
                yield from (
                    part for k, at in members(content, sheet) if k == "cells" for part in _parts_of(content, at)
                )


def _parts_of(content: str, place: int) -> Iterator[_JsonCell]:
    for cell in elements(content, place):
        parts = dict(members(content, cell))
        source = parts.get("source", parts.get("input"))
        is_code = "cell_type" in parts and value_at(content, parts["cell_type"]) == "code"
        literals = () if source is None else tuple(_literals(content, source))
        metadata = value_at(content, parts["metadata"]) if "metadata" in parts else {}
        tags = metadata.get("tags") if isinstance(metadata, dict) else None
        yield _JsonCell(is_code, literals, tagged(str(tags)) if isinstance(tags, list) else RUNS)


def _literals(content: str, place: int) -> Iterator[_Literal]:
    starts = elements(content, place) if content[place] == "[" else (place,)
    for start in starts:
        if content[start] == '"':
            value, end = scanstring(content, start + 1)
            yield _Literal(start, end, value)
