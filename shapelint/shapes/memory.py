"""The numbers in the memory of small tensors, which a tensor and all its views share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from .dim import Expr

__all__ = ["Element", "Elements", "Memory", "flattened", "nested"]

Element: TypeAlias = "float | Expr"
"""One element of a tensor: an int, a float or a bool, or an int that is an expression of unknowns."""

Elements: TypeAlias = "Element | list[Elements]"
"""The elements of a tensor in row-major order: nested lists, one level for each dimension; of a scalar, its number."""


class Memory:
    """What is known of a piece of memory: its numbers in the order in which they lie there, or nothing, and then for good.

    ``values`` is never changed, only replaced, so whoever keeps it knows what the memory was.  ``beside``: memory that may
    be the same (``x.reshape(3)`` copies where it must), of which nothing is known any more once this one is written.
    """

    __slots__ = ("__weakref__", "beside", "values")

    def __init__(self, values: Sequence[Element] | None, beside: Sequence[Memory] = ()) -> None:
        self.values: tuple[Element, ...] | None = None if values is None else tuple(values)
        self.beside = list(beside)

    def __len__(self) -> int:
        return 0 if self.values is None else len(self.values)

    def put(self, places: Sequence[int], values: Sequence[Element]) -> None:
        """Write ``values`` at ``places``."""
        for other in self.reached():
            if other is not self:
                other.values = None
        if self.values is not None:
            found = list(self.values)
            for place, value in zip(places, values, strict=True):
                found[place] = value
            self.values = tuple(found)

    def forget(self) -> None:
        """Something that is not known was written somewhere."""
        for other in self.reached():
            other.values = None

    def reached(self) -> Iterator[Memory]:
        """This memory, and all that may be the same."""
        if not self.beside:
            yield self
            return
        found: dict[int, Memory] = {}
        waiting = [self]
        while waiting:
            memory = waiting.pop()
            if id(memory) not in found:
                found[id(memory)] = memory
                waiting += memory.beside
        yield from found.values()

    def copy(self) -> Memory:
        """Other memory with the same content."""
        return Memory(self.values)


def flattened(elements: Elements) -> list[Element]:
    """Nested lists in row-major order."""
    if not isinstance(elements, list):
        return [elements]
    return [element for row in elements for element in flattened(row)]


def nested(values: Sequence[Element], sizes: Sequence[int]) -> Elements:
    """Row-major ``values`` as nested lists of these sizes."""
    if not sizes:
        return values[0]
    rows: list[Elements] = list(values)
    for size in reversed(sizes[1:]):
        rows = [rows[start : start + size] for start in range(0, len(rows), size)] if size else []
    return rows if 0 not in sizes[1:] else _empty(sizes)


def _empty(sizes: Sequence[int]) -> list[Elements]:
    """Nested lists of these sizes, one of which is 0 and ends them."""
    return [_empty(sizes[1:]) for _ in range(sizes[0])]
