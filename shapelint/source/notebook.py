"""Jupyter notebooks: all code cells as one module, and edits of it back into the file.

The JSON is read by place, not only by value: an edit changes the characters of the string literals it must change, and
every other byte of the notebook stays as it was.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from json.decoder import scanstring  # type: ignore[attr-defined]  # not in the stubs; there since Python 2.6
from typing import Any

from ..records import dataclass
from .cells import as_module
from .changes import SAME, changed_lines
from .guard import SourceError
from .jsontext import elements, members, respelled, value_at
from .lines import line_starts, split_lines

__all__ = ["Notebook", "read_notebook"]

_NEWLINE = "\n"


@dataclass(frozen=True, slots=True)
class _Literal:
    """One JSON string of a cell's source: its place in the file with the quotes, and its value."""

    start: int
    end: int
    value: str


@dataclass(frozen=True, slots=True)
class Notebook:
    """A notebook file.

    ``text``: its code cells as one module, what is not Python blanked.  ``cells``: the row at which each cell begins.
    """

    json: str
    text: str
    cells: tuple[int, ...]
    _literals: tuple[tuple[_Literal, ...], ...]

    def with_text(self, text: str) -> str:
        """The file with its module changed to ``text``.  Lines that are what they were keep magics and escapes.

        Raises ValueError if the change would replace a line that is not Python.
        """
        old = split_lines(self.text)
        changed = dict(changed_lines(old, split_lines(text)))
        pieces: list[str] = []
        done = 0
        for first_row, literals in zip(self.cells, self._literals, strict=True):
            row = first_row
            for index, literal in enumerate(literals):
                values = _new_lines(literal.value, row, changed, old)
                row += max(len(line_starts(literal.value)) - 1, 1)
                if values is None:
                    continue
                following = literals[index + 1].start if index + 1 < len(literals) else None
                pieces += [self.json[done : literal.start], self._spelled(literal, values, literals)]
                done = literal.end if values or following is None else following
        return "".join([*pieces, self.json[done:]])

    def _spelled(self, literal: _Literal, values: list[str], literals: tuple[_Literal, ...]) -> str:
        """The JSON of a literal that now holds these lines; in a list of lines each becomes one of its own."""
        if not values:
            return "" if literal is not literals[-1] else '""'
        old = self.json[literal.start : literal.end]
        if len(literals) == 1 or len(values) == 1:
            return respelled(old, "".join(values))
        separator = self.json[literals[0].end : literals[1].start]
        return separator.join(respelled(old, value) for value in values)


def read_notebook(content: str) -> Notebook:
    """Read an ``.ipynb`` file.  Raises SourceError if it is not a notebook; one in another language has no code cells."""
    try:
        whole = json.loads(content, parse_int=float)  # int refuses more than 4,300 digits
        if not isinstance(whole, dict) or not ("cells" in whole or "worksheets" in whole):
            raise SourceError("the file is not a Jupyter notebook")
        literals = tuple(_code_cells(content)) if _is_python(whole) else ()
    except json.JSONDecodeError as error:
        message = f"the file is not a Jupyter notebook: {error.msg.lower()}"
        raise SourceError(message, error.lineno, error.colno) from None
    except RecursionError:
        raise SourceError("nested too deeply") from None
    text, cells = as_module(["".join(part.value for part in cell) for cell in literals])
    return Notebook(content, text, cells, literals)


def _is_python(notebook: dict[str, Any]) -> bool:
    metadata = notebook.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    named = [metadata.get(part, {}) for part in ("kernelspec", "language_info")]
    languages = [part.get(key) for part in named if isinstance(part, dict) for key in ("language", "name")]
    words = [word.lower() for word in languages if isinstance(word, str)]
    return not words or any("python" in word or "conda" in word for word in words) or "language" not in str(named)


def _code_cells(content: str) -> Iterator[tuple[_Literal, ...]]:
    """The source literals of each code cell, in order.  ``content`` is known to be valid JSON."""
    for key, place in members(content, 0):
        if key == "cells":
            yield from _cells_of(content, place)
        elif key == "worksheets" and content[place] == "[":
            for sheet in elements(content, place):
                yield from (c for k, at in members(content, sheet) if k == "cells" for c in _cells_of(content, at))


def _cells_of(content: str, place: int) -> Iterator[tuple[_Literal, ...]]:
    for cell in elements(content, place):
        parts = dict(members(content, cell))
        source = parts.get("source", parts.get("input"))
        if "cell_type" in parts and value_at(content, parts["cell_type"]) == "code":
            yield () if source is None else tuple(_literals(content, source))


def _literals(content: str, place: int) -> Iterator[_Literal]:
    starts = elements(content, place) if content[place] == "[" else (place,)
    for start in starts:
        if content[start] == '"':
            value, end = scanstring(content, start + 1)
            yield _Literal(start, end, value)


def _new_lines(value: str, first_row: int, changed: dict[int, list[str]], old: Sequence[str]) -> list[str] | None:
    """The lines, with their ends, that take the place of ``value``, whose first line is row ``first_row``.

    None if none of them changed.
    """
    starts = line_starts(value)
    if not value or not any(first_row + index in changed for index in range(len(starts))):
        return None
    lines = [value[start:end] for start, end in zip(starts, [*starts[1:], len(value)], strict=True)]
    out: list[str] = []
    for row, line in enumerate(lines if lines[-1] else lines[:-1], first_row):
        body = line.rstrip("\r\n")
        end = line[len(body) :]
        if row in changed and SAME not in changed[row] and body != old[row - 1]:
            raise ValueError("a line that is not Python would be lost")
        new = [body if text is SAME else text for text in changed.get(row, [SAME])]
        out += [f"{text}{end or _NEWLINE}" for text in new[:-1]] + [f"{text}{end}" for text in new[-1:]]
    return out
