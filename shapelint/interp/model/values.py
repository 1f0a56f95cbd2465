"""Values of the abstract execution that have no counterpart among Python's own.

Known Python values are themselves: ints (or symbolic :class:`~shapelint.shapes.Expr`), floats, strings, tuples, lists,
dicts.  The rest is here, in ``classes.py`` and in ``functions.py``, or is a :class:`~shapelint.shapes.Tensor` or an
:class:`~shapelint.shapes.Unknown` with its reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ...records import dataclass
from ...shapes import Dim, Expr, Tensor, Unknown, Value

if TYPE_CHECKING:
    from .classes import Instance
    from .site import Site

__all__ = [
    "Choice",
    "DefaultDict",
    "External",
    "Gap",
    "Identity",
    "Loaded",
    "OneOf",
    "ParametersOf",
    "Ratio",
    "Thrown",
    "Waiting",
]


@dataclass(frozen=True, slots=True)
class External:
    """A name outside the project (``torch.nn``, ``math.pi``): what it means is looked up when it is used.

    ``dotted``: its full name.
    """

    dotted: str


class Identity:
    """What tells an object from others: ``id(value)``, and what stands for it in keys.  Equal for the very same object only.

    It holds the object rather than its number: that of an object that is gone may be given to the next one, whose conditions
    would then be answered like those of the first, or not, as the memory happens to lie.
    """

    __slots__ = ("value",)

    def __init__(self, value: Value) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Identity) and other.value is self.value

    def __hash__(self) -> int:
        return id(self.value)


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """One of a few values, depending on a condition that is unknown.

    ``options``: the values, at least two and each another one; None among them is Python's None.
    """

    options: tuple[Value, ...]


@dataclass(frozen=True, slots=True, eq=False)
class OneOf(Unknown):
    """One of several dicts, depending on a condition that is unknown.

    It is an unknown to everybody but ``f(**options)``, which only asks for the keys.  ``options``: a copy of each dict;
    emptied when a method was called that may have changed the dict.
    """

    options: list[dict[Value, Value]]


@dataclass(frozen=True, slots=True, eq=False)
class Gap:
    """An unknown number of elements inside a list or among arguments, and why.

    ``like``: a value that stands for each of them (further batches of a loader), None where nothing is known of them.
    ``ending``: the last of them, after one like the others if there is one, where it certainly is unlike those (a smaller
    batch); else empty.
    """

    reason: str
    like: Value = None
    ending: tuple[Value, ...] = ()


class DefaultDict(dict[Value, Value]):
    """A ``collections.defaultdict``: ``factory`` makes the value of a key that it has not got."""

    __slots__ = ("factory",)

    def __init__(self, factory: Value, entries: Mapping[Value, Value]) -> None:
        super().__init__(entries)
        self.factory = factory


@dataclass(frozen=True, slots=True)
class Ratio:
    """``numerator / divisor`` of a symbolic dimension, until ``int``, ``floor``, ``ceil`` or ``round`` makes it whole."""

    numerator: Expr
    divisor: int

    @property
    def floor(self) -> Dim:
        """The largest whole number that is not above it."""
        return self.numerator // self.divisor

    @property
    def ceil(self) -> Dim:
        """The smallest whole number that is not below it."""
        return -((-self.numerator) // self.divisor)


@dataclass(frozen=True, slots=True, eq=False)
class ParametersOf(Unknown):
    """``module.parameters()``: followed one by one only where that matters.

    ``named``: whether each comes with its name, as from ``named_parameters()``.
    """

    module: Instance
    named: bool


class Loaded(Tensor):
    """An image or a batch of a data set: nothing computed it, and another data set has other sizes."""

    __slots__ = ()


class Waiting:
    """A value that is computed when it is first asked for."""

    __slots__ = ()

    @property
    def settled(self) -> Value:
        """The value once it has been computed, until then this object itself."""
        raise NotImplementedError


class Thrown(Exception):
    """An exception of the linted program.

    ``name``: its class name.  ``value``: the exception object, None where the interpreter itself raised it.  ``site``: the
    statement that raised it, None outside of any.
    """

    def __init__(self, name: str, value: Value = None) -> None:
        super().__init__(name)
        self.name, self.value = name, value
        self.site: Site | None = None
