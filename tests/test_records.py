"""Records behave as the standard library's dataclasses do, as far as they are used."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from shapelint import records


def _declare(library: Any) -> Any:
    dataclass, field = library.dataclass, library.field

    @dataclass(frozen=True, slots=True)
    class Point:
        x: int
        self: str = "s"
        tags: list[int] = field(default_factory=list)

    @dataclass(frozen=True, slots=True)
    class Place(Point):
        note: str = field(default="n", compare=False, repr=False)

    @dataclass(slots=True, eq=False)
    class Cell:
        content: Any
        last: Any = field(init=False, default=None)
        double: Any = field(init=False)

        def __post_init__(self) -> None:
            self.double = (self.content, self.content)

    @dataclass(frozen=True, slots=True, order=True)
    class Version:
        major: int
        minor: int = 0

        def __repr__(self) -> str:
            return f"v{self.major}"

    return Point, Place, Cell, Version


KINDS = [pytest.param(_declare(library), id=library.__name__) for library in (dataclasses, records)]


@pytest.mark.parametrize("kinds", KINDS)
def test_made_from_positions_names_and_defaults(kinds: Any) -> None:
    """Fields are parameters in order, bases first; a default factory is called for each instance."""
    point, place, cell, _ = kinds
    assert (point(1).x, point(1).self, point(1, tags=[3]).tags) == (1, "s", [3])
    assert point(1).tags is not point(1).tags
    assert (place(1, "a", [], "b").note, place(x=2).x) == ("b", 2)
    assert (cell(4).double, cell(4).last) == ((4, 4), None)
    for wrong in (lambda: point(), lambda: point(1, "s", [], 4), lambda: cell(1, last=2)):
        with pytest.raises(TypeError):
            wrong()


@pytest.mark.parametrize("kinds", KINDS)
def test_compared_hashed_and_shown_by_their_fields(kinds: Any) -> None:
    """Equality, hash, order and text come from the fields, unless the class says otherwise."""
    point, place, cell, version = kinds
    assert point(1) == point(1) != point(2)
    assert place(1, note="a") == place(1, note="b")
    assert point(1) != place(1)
    assert hash(version(1, 2)) == hash(version(1, 2))
    assert cell(1) != cell(1)
    assert sorted([version(2), version(1, 5), version(1)]) == [version(1), version(1, 5), version(2)]
    assert version(1) <= version(1) < version(2) > version(1, 9) >= version(1, 9)
    assert repr(point(1, tags=[2])).endswith("Point(x=1, self='s', tags=[2])")
    assert repr(place(1)).endswith("Place(x=1, self='s', tags=[])")
    assert repr(version(3)) == "v3"
    with pytest.raises(TypeError):
        hash(point(1))  # a list inside


@pytest.mark.parametrize("kinds", KINDS)
def test_frozen_and_without_further_attributes(kinds: Any) -> None:
    """A frozen record refuses changes; no record takes attributes that it does not declare."""
    point, _, cell, _ = kinds
    made, changeable = point(1), cell(1)
    with pytest.raises(AttributeError):
        made.x = 2
    with pytest.raises(AttributeError):
        del made.x
    changeable.content = 5
    assert changeable.content == 5
    with pytest.raises(AttributeError):
        changeable.other = 1


@pytest.mark.parametrize("library", [dataclasses, records])
def test_replaced_and_matched(library: Any) -> None:
    """``replace`` keeps what is not named; patterns take fields by position."""
    point, _, cell, _ = _declare(library)
    made = library.replace(point(1, "a"), x=2)
    assert (made.x, made.self) == (2, "a")
    assert library.replace(cell(1), content=3).double == (3, 3)
    match made:
        case point(number, text):
            assert (number, text) == (2, "a")
        case _:
            raise AssertionError
