"""Jupyter notebooks: all code cells as one module, and edits of it back into the file.

The JSON is read by place, not only by value: an edit changes the characters of the string literals it must change, and
every other byte of the notebook stays as it was.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from json.decoder import scanstring  # type: ignore[attr-defined]  # not in the stubs; there since Python 2.6
from typing import Any

from .cells import as_module
from .guard import SourceError
from .lines import line_starts, split_lines

__all__ = ["Notebook", "read_notebook"]

_BLANKS = " \t\r\n"


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
        """The file with the module changed to ``text``; raises ValueError if lines were added or removed.

        Lines that did not change keep their magics and their escapes.
        """
        old, new = split_lines(self.text), split_lines(text)
        if len(old) != len(new):
            raise ValueError("a cell's number of lines would change")
        changed = {row: (a, b) for row, (a, b) in enumerate(zip(old, new, strict=True), 1) if a != b}
        pieces: list[str] = []
        done = 0
        for literal, first_row in self._placed():
            value = _replaced(literal.value, first_row, changed)
            if value != literal.value:
                pieces += [self.json[done : literal.start], _rewritten(self.json[literal.start : literal.end], value)]
                done = literal.end
        return "".join([*pieces, self.json[done:]])

    def _placed(self) -> Iterator[tuple[_Literal, int]]:
        """Each literal with the row at which it begins; a literal is nearly always one line."""
        for first_row, literals in zip(self.cells, self._literals, strict=True):
            row = first_row
            for literal in literals:
                yield literal, row
                row += len(line_starts(literal.value)) - 1


def read_notebook(content: str) -> Notebook:
    """Read an ``.ipynb`` file.  Raises SourceError if it is no notebook; one in another language has no code cells."""
    try:
        whole = json.loads(content)
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
    for key, place in _members(content, _skip(content, 0)):
        if key == "cells":
            yield from _cells_of(content, place)
        elif key == "worksheets" and content[place] == "[":
            for sheet in _elements(content, place):
                yield from (c for k, at in _members(content, sheet) if k == "cells" for c in _cells_of(content, at))


def _cells_of(content: str, place: int) -> Iterator[tuple[_Literal, ...]]:
    for cell in _elements(content, place):
        members = dict(_members(content, cell))
        source = members.get("source", members.get("input"))
        if "cell_type" in members and _value(content, members["cell_type"]) == "code":
            yield () if source is None else tuple(_literals(content, source))


def _literals(content: str, place: int) -> Iterator[_Literal]:
    starts = _elements(content, place) if content[place] == "[" else (place,)
    for start in starts:
        if content[start] == '"':
            value, end = scanstring(content, start + 1)
            yield _Literal(start, end, value)


def _members(content: str, place: int) -> Iterator[tuple[str, int]]:
    """The members of the object that begins at ``place``: key and the place of the value."""
    if content[place] != "{":
        return
    place = _skip(content, place + 1)
    while content[place] == '"':
        key, place = scanstring(content, place + 1)
        place = _skip(content, _skip(content, place) + 1)
        yield key, place
        place = _after(content, place)


def _elements(content: str, place: int) -> Iterator[int]:
    """The places of the elements of the array that begins at ``place``."""
    if content[place] != "[":
        return
    place = _skip(content, place + 1)
    while content[place] != "]":
        yield place
        place = _after(content, place)


def _after(content: str, place: int) -> int:
    """The place of the next member or element behind the value at ``place``, or of the closing bracket."""
    place = _skip(content, json.JSONDecoder(strict=False).raw_decode(content, place)[1])
    return _skip(content, place + 1) if content[place] == "," else place


def _value(content: str, place: int) -> Any:
    return json.JSONDecoder(strict=False).raw_decode(content, place)[0]


def _skip(content: str, place: int) -> int:
    while content[place] in _BLANKS:
        place += 1
    return place


def _replaced(value: str, first_row: int, changed: dict[int, tuple[str, str]]) -> str:
    """``value``, whose first line is row ``first_row``, with the changed rows changed."""
    starts = [*line_starts(value), len(value)]
    parts = []
    for index in range(len(starts) - 1):
        line = value[starts[index] : starts[index + 1]]
        old, new = changed.get(first_row + index, ("", ""))
        body = line.rstrip("\r\n")
        parts.append(new + line[len(body) :] if old and body == old else line)
    return "".join(parts)


def _rewritten(literal: str, value: str) -> str:
    """The JSON string ``literal`` with its value changed to ``value``; what did not change keeps its spelling."""
    units = list(_units(literal))
    same = 0
    while same < min(len(units), len(value)) and units[same][1] == value[same]:
        same += 1
    tail = 0
    while tail < min(len(units), len(value)) - same and units[-1 - tail][1] == value[-1 - tail]:
        tail += 1
    ascii_only = literal.isascii()
    middle = json.dumps(value[same : len(value) - tail], ensure_ascii=ascii_only)[1:-1]
    head, end = "".join(u for u, _ in units[:same]), "".join(u for u, _ in units[len(units) - tail :])
    return f'"{head}{middle}{end}"'


def _units(literal: str) -> Iterator[tuple[str, str]]:
    """(spelling, character) for each character of a JSON string."""
    place = 1
    while place < len(literal) - 1:
        width = 1
        if literal[place] == "\\":
            width = 6 if literal[place + 1] == "u" else 2
            if width == 6 and literal[place + 2 : place + 4].lower() in ("d8", "d9", "da", "db"):
                width = 12
        spelling = literal[place : place + width]
        yield spelling, scanstring(f'{spelling}"', 0)[0] if width > 1 else spelling
        place += width
