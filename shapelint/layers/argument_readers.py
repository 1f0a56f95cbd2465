"""Arguments as torch reads them: one number for all axes or one for each, flags, and stand-ins for unknown ones."""

from __future__ import annotations

from collections.abc import Sequence

from ..shapes import Dim, Expr, Kind, Needs, Reject, Tensor, Unknown, Value, fresh
from .declare import Args, Size

__all__ = [
    "assigned_weight",
    "dim",
    "entries",
    "flag",
    "nonnegative",
    "ntuple",
    "number",
    "optional",
    "positive",
    "sizes",
]


def ntuple(value: Value, count: int) -> tuple[Value, ...] | Unknown:
    """``torch.nn.modules.utils._ntuple``: a sequence as a tuple, anything else repeated; checks nothing.

    >>> ntuple(3, 2), ntuple([3, 5], 2)
    ((3, 3), (3, 5))
    """
    if isinstance(value, (tuple, list, str)):
        return tuple(value)
    return value if isinstance(value, Unknown) else (value,) * count


def number(need: Needs, value: Value, name: str, kind: Kind = Kind.ARGUMENT) -> Dim:
    """``value`` as a dimension: itself, or a fresh unknown; ``Reject`` if it is not an integer."""
    if isinstance(value, (int, Expr)):
        return int(value) if isinstance(value, bool) else value
    if isinstance(value, (float, str, tuple, list, dict)) or value is None:
        raise Reject(kind, f"an integer expected for {name}, got {value!r}", name, got_none=value is None)
    return dim(value, name)


def dim(value: Value, name: str, minimum: int = 0) -> Dim:
    """``value`` as a dimension, a fresh unknown (at least ``minimum``) where it is not one."""
    if isinstance(value, (int, Expr)):
        return value
    return fresh(name, minimum=minimum, reason=value.reason if isinstance(value, Unknown) else f"{name} is not known")


def assigned_weight(a: Args) -> tuple[Dim, Dim] | None:
    """The two sizes of a weight that was assigned to a layer after it was built: torch computes with that one.

    ``decoder.weight = embedding.weight`` ties the two together, whatever ``decoder`` was built for.
    """
    given = getattr(a, "weight", None) if getattr(a, "_weight_assigned", None) is True else None
    if not isinstance(given, Tensor) or given.shape.lead is not None or len(given.shape.dims) != 2:
        return None
    return given.shape.dims[0], given.shape.dims[1]


def sizes(need: Needs, a: Args, name: str, kind: Kind = Kind.ARGUMENT) -> tuple[Dim, ...]:
    """The argument ``name`` for each of ``a.spatial`` axes, as an operator takes it: one integer or one each."""
    return entries(need, getattr(a, name), a.spatial, name, kind)


def entries(need: Needs, value: Value, count: int, name: str, kind: Kind = Kind.ARGUMENT) -> tuple[Dim, ...]:
    """``count`` dimensions out of ``value``; a sequence of one stands for all, as in torch's ``IntArrayRef``."""
    if isinstance(value, Unknown):
        return tuple(dim(value, name) for _ in range(count))
    if not isinstance(value, (tuple, list)):
        return (number(need, value, name, kind),) * count
    need.require(len(value) in (1, count), kind, f"{count} numbers expected for {name}, got {len(value)}", name)
    numbers = tuple(number(need, item, name, kind) for item in value)
    return numbers if len(numbers) == count else numbers * count


def positive(need: Needs, values: Sequence[Dim], name: str) -> None:
    """Every value must be at least 1."""
    for value in values:
        _least(need, value, 1, name, "be positive")


def nonnegative(need: Needs, values: Sequence[Dim], name: str) -> None:
    """No value may be negative."""
    for value in values:
        _least(need, value, 0, name, "not be negative")


def _least(need: Needs, value: Dim, bound: int, name: str, must: str) -> None:
    need.at_least(value, bound, Kind.ARGUMENT, lambda: f"{value} is no valid {name}: it must {must}", name)


def flag(value: Value) -> bool | None:
    """Whether a flag is set, None where that is not known.

    >>> flag(0), flag(Unknown("an option"))
    (False, None)
    """
    if value is None or isinstance(value, (bool, int, float, str, tuple, list)):
        return bool(value)
    return None


def optional(value: Value, size: tuple[Dim, ...]) -> Size:
    """The size of a parameter that is there only if the flag ``value`` says so."""
    match flag(value):
        case True:
            return size
        case False:
            return None
    return Unknown("a flag is not known")
