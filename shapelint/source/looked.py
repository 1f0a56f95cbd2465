"""What is looked at of a file while another one is linted, and whether that is the same in a later text of it.

A file that is imported gives nodes, the answers of :meth:`Looked.words`, or everything.  So what was found out with it stays true
until one of the parts changes that were looked at, wherever they have moved.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from functools import partial
from typing import Any, Protocol, TypeAlias
from weakref import ref

from ..fingerprint import digest
from .outline import Outline

__all__ = ["Fingerprints", "Looked", "Seen"]

Seen: TypeAlias = "list[Any]"
"""For a file of the cache: a fingerprint of all parts that were looked at (None if the file was not executed), for each
definition its number with those of its bodies, and the words that were looked for."""


class _Body(Protocol):
    def close(self) -> None:
        """Tell when it is read the next time."""


class Looked:
    """What was looked at since :meth:`forget`.

    ``whole``: whether that may be anything.  ``words``: those that were looked for in the text, and whether they are there.
    ``definitions``: by number those at the top level, each with the numbers of the bodies in it that were read.
    """

    __slots__ = ("_read", "definitions", "whole", "words")

    def __init__(self) -> None:
        self.whole = False
        self.words: dict[str, bool] = {}
        self.definitions: dict[int, set[int]] = {}
        self._read: list[ref[_Body]] = []  # each of which refers to this

    def at_definition(self, number: int) -> None:
        """A definition was asked for."""
        self.definitions.setdefault(number, set())

    def at_body(self, place: tuple[int, int], body: _Body) -> None:
        """A body was read for the first time."""
        self.definitions.setdefault(place[0], set()).add(place[1])
        self._read.append(ref(body))

    def forget(self) -> None:
        """Another file will be linted, which may look at other parts."""
        for body in filter(None, (known() for known in self._read)):
            body.close()
        self._read.clear()
        self.whole = False
        self.words, self.definitions = {}, {}

    def seen(self, parts: Fingerprints) -> Seen:
        """All of it."""
        numbers = [[number, *sorted(self.definitions[number])] for number in sorted(self.definitions)]
        return [parts.of(numbers), numbers, self.words]


class Fingerprints:
    """The fingerprints of the parts of a text, each worked out once."""

    def __init__(self, text: str, outline: Outline) -> None:
        self._rows, self._outline = text.split("\n"), outline
        self._known: dict[Hashable, str] = {}

    def of(self, numbers: Iterable[Collection[int]]) -> str | None:
        """That of the top level with some definitions, each with some of its bodies; None if there are no such ones."""
        parts = [self._once("top", self._top)]
        definitions = self._outline.definitions
        for number, *inside in numbers:
            if not 0 <= number < len(definitions):
                return None
            parts.append(self._once(number, partial(self._definition, number)))
            for body in inside:
                if not 0 <= body < len(definitions[number].bodies):
                    return None
                parts.append(self._once((number, body), partial(self._body, number, body)))
        return _of_text(" ".join(parts))

    def _once(self, part: Hashable, text: Callable[[], str]) -> str:
        if part not in self._known:
            self._known[part] = _of_text(text())
        return self._known[part]

    def _top(self) -> str:
        """Which definitions there are, and every other statement; what is written between them is never looked at."""
        names = [(known.name, known.decorated, known.stands_alone) for known in self._outline.definitions]
        return "\n".join([repr(names), *(self._rows[row - 1] for rows in self._outline.top for row in rows)])

    def _definition(self, number: int) -> str:
        """A definition without the bodies that may be looked at one by one."""
        definition = self._outline.definitions[number]
        inside = {row for body in definition.bodies if body is not None for row in body.rows}
        return "\n".join("" if row in inside else self._rows[row - 1] for row in definition.rows)

    def _body(self, number: int, index: int) -> str:
        body = self._outline.definitions[number].bodies[index]
        return "" if body is None else "\n".join(self._rows[row - 1] for row in body.rows)


def _of_text(text: str) -> str:
    return digest(text.encode("utf-8", "surrogatepass"))


def answers_again(words: Mapping[str, bool], text: str) -> bool:
    """Whether the words are in ``text``, or not, as they were."""
    return all((word in text) == known for word, known in words.items())
