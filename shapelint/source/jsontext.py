"""JSON by place: where the values of a document are, so that one of them can be changed and nothing else.

The document is known to be valid; places are offsets in its text.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from json.decoder import scanstring  # type: ignore[attr-defined]  # not in the stubs; there since Python 2.6
from typing import Any

__all__ = ["elements", "members", "respelled", "value_at"]

_BLANKS = " \t\r\n"
_DECODER = json.JSONDecoder(strict=False, parse_int=float)  # int refuses more than 4,300 digits
_HIGH_SURROGATES = ("d8", "d9", "da", "db")


def members(content: str, place: int) -> Iterator[tuple[str, int]]:
    """The members of the object at ``place``, key and place of the value; none if that is not an object."""
    place = _skip(content, place)
    if content[place] != "{":
        return
    place = _skip(content, place + 1)
    while content[place] == '"':
        key, place = scanstring(content, place + 1)
        place = _skip(content, _skip(content, place) + 1)
        yield key, place
        place = _after(content, place)


def elements(content: str, place: int) -> Iterator[int]:
    """The places of the elements of the array at ``place``; none if that is not an array."""
    if content[place] != "[":
        return
    place = _skip(content, place + 1)
    while content[place] != "]":
        yield place
        place = _after(content, place)


def value_at(content: str, place: int) -> Any:
    """The value at ``place``."""
    return _DECODER.raw_decode(content, place)[0]


def respelled(literal: str, value: str) -> str:
    """The JSON string ``literal`` with its value changed to ``value``; what did not change keeps its spelling."""
    units = list(_units(literal))
    most = min(len(units), len(value))
    same = 0
    while same < most and units[same][1] == value[same]:
        same += 1
    tail = 0
    while tail < most - same and units[-1 - tail][1] == value[-1 - tail]:
        tail += 1
    middle = json.dumps(value[same : len(value) - tail], ensure_ascii=literal.isascii())[1:-1]
    head, end = "".join(u for u, _ in units[:same]), "".join(u for u, _ in units[len(units) - tail :])
    return f'"{head}{middle}{end}"'


def _units(literal: str) -> Iterator[tuple[str, str]]:
    """(spelling, character) for each character of a JSON string."""
    place = 1
    while place < len(literal) - 1:
        width = 1
        if literal[place] == "\\":
            width = 6 if literal[place + 1] == "u" else 2
            if width == 6 and literal[place + 2 : place + 4].lower() in _HIGH_SURROGATES:
                width = 12
        spelling = literal[place : place + width]
        yield spelling, scanstring(f'{spelling}"', 0)[0] if width > 1 else spelling
        place += width


def _after(content: str, place: int) -> int:
    """The place of the next member or element after the value at ``place``, or of the closing bracket."""
    place = _skip(content, _DECODER.raw_decode(content, place)[1])
    return _skip(content, place + 1) if content[place] == "," else place


def _skip(content: str, place: int) -> int:
    while content[place] in _BLANKS:
        place += 1
    return place
