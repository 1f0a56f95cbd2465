"""Arguments of operators as torch reads them: tensors, integers, element types; and what stands in for unknown ones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..records import dataclass
from ..shapes import (
    Dim,
    Elements,
    Expr,
    Kind,
    Needs,
    Shape,
    Tensor,
    Unknown,
    UnknownFloat,
    Value,
    fresh,
    symbols_of,
    unknown_rank,
)
from ..shapes.memory import flattened

__all__ = [
    "GREATEST_INT", "LEAST_INT", "WHOLE", "Dtype", "first_given", "integer", "is_held", "is_known", "kind_of", "like",
    "number_kind", "operand", "plain_numbers", "plain_sizes", "precise", "promote", "reason_of", "scalar", "sequence",
    "term", "truth", "unknown_tensor", "unpacked",
]  # fmt: skip

LEAST_INT, GREATEST_INT = -(1 << 63), (1 << 63) - 1
"""The whole numbers that a tensor can hold lie between them: torch raises, or wraps a result around, beyond."""

_KINDS = {
    "float": "float", "double": "float", "half": "float", "bfloat16": "float", "int": "int", "long": "int",
    "short": "int", "uint8": "byte", "bool": "bool", "bool_": "bool", "complex": "complex", "cfloat": "complex",
    "cdouble": "complex", "chalf": "complex", "byte": "byte", "char": "int",
}  # fmt: skip
_EXACT = ("float32", "float", "int64", "long", "int32", "int", "bool", "bool_")
_ORDER = ("bool", "byte", "int", "float", "complex")

WHOLE = frozenset({"bool", "byte", "int"})
"""Kinds of elements that are no floats.  ``"byte"`` is uint8, which as an index is a mask."""
_MEMBERS = (bool, int, float, complex, str, Expr, Unknown, Tensor, tuple, list, slice, type(None))


@dataclass(frozen=True, slots=True, eq=False)
class Dtype(Unknown):
    """The element type of a tensor, of which at most the ``kind`` (``"float"``, ``"int"``, ...) is known."""

    kind: str | None = None


def unknown_tensor(reason: str, dtype: str | None = None) -> Tensor:
    """A tensor of which nothing is known but perhaps its kind of element."""
    return Tensor(unknown_rank(reason), dtype)


def reason_of(value: Value, what: str) -> str:
    """Why ``value`` is not known, for a result that depends on it."""
    return value.reason if isinstance(value, Unknown) else f"{what} is not known"


def is_known(value: Value) -> bool:
    """Whether ``value`` is a plain value of Python, as opposed to one that stands for something unknown."""
    return value is None or isinstance(value, (bool, int, float, complex, str, tuple, list, dict))


def operand(need: Needs, value: Value, name: str) -> Tensor:
    """``value`` as a tensor: itself, a number as a scalar, or a tensor of which nothing is known.

    ``Reject(ARGUMENT)`` for what cannot be a tensor.
    """
    if isinstance(value, Tensor):
        return value
    if isinstance(value, (bool, int, float, complex)):
        return scalar(value)
    if isinstance(value, UnknownFloat):
        return Tensor(Shape(()), "float")
    if isinstance(value, Expr):
        given = min((symbol.name for symbol in symbols_of(value) if not symbol.uid), default=None)
        if given is not None:
            return unknown_tensor(f"parameter '{given}' may be a tensor")
        return Tensor(Shape(()), "int", value)
    message = f"a tensor expected for '{name}', got {type(value).__name__}"
    need.require(not is_known(value), Kind.ARGUMENT, message, name, got_none=value is None)
    return unknown_tensor(reason_of(value, f"'{name}'"))


def term(need: Needs, value: Value, name: str) -> Tensor:
    """As ``operand``, in arithmetic: there a parameter that nobody gave a value is a number, or broadcasts as one does."""
    return Tensor(Shape(()), "int", value) if isinstance(value, Expr) else operand(need, value, name)


def scalar(value: complex) -> Tensor:
    """The tensor without dimensions that a Python number is in arithmetic."""
    kept = value if isinstance(value, (int, float)) and is_held(value) else None
    return Tensor(Shape(()), type(value).__name__, kept)


def is_held(number: float) -> bool:
    """Whether a tensor can hold it."""
    return not isinstance(number, int) or LEAST_INT <= number <= GREATEST_INT


def like(input: Tensor, dtype: str | None = None, elements: Elements | None = None) -> Tensor:
    """A tensor of the same shape; of an unknown rank, whatever is learnt of one size is learnt of both."""
    result = input.resized(input.shape, dtype=dtype)
    if elements is not None:
        result.hold(flattened(elements))
    if input.shape.lead is not None:
        result._asked = input._asked
    return result


def integer(need: Needs, value: Value, name: str, *, minimum: int = 0) -> Dim:
    """``value`` as an integer, a fresh unknown where it is not known; ``Reject(ARGUMENT)`` if it is not one."""
    if type(value) is int or isinstance(value, Expr):
        return value
    if isinstance(value, int):  # a bool counts as 0 or 1
        return int(value)
    if isinstance(value, Tensor):
        found = value.elements
        while isinstance(found, list) and len(found) == 1:
            found = found[0]
        if isinstance(found, (int, Expr)):
            return found
    else:
        known = type(value).__name__ if value is not None else "None"
        message = f"an integer expected for {name}, got {known}"
        need.require(not is_known(value), Kind.ARGUMENT, message, name, got_none=value is None)
    return fresh(name, minimum=minimum, reason=reason_of(value, name))


def sequence(value: Value) -> tuple[Value, ...] | None:
    """The members of a tuple, list or small tensor of integers; None where their number is not known."""
    if isinstance(value, Tensor):
        return tuple(value.elements) if isinstance(value.elements, list) else None
    return tuple(value) if isinstance(value, (tuple, list)) and all(map(_is_one, value)) else None


def _is_one(member: Value) -> bool:
    """Whether it is a single value, or one of several ``options``; anything else may be an unpacked list of unknown length."""
    return isinstance(member, _MEMBERS) or hasattr(member, "options")


def unpacked(rest: tuple[Value, ...]) -> Sequence[Value]:
    """What ``f(a, b)`` and ``f((a, b))`` are both given: ``(a, b)``."""
    only = rest[0] if len(rest) == 1 else None
    return only if isinstance(only, (tuple, list)) else rest


def first_given(*values: Value) -> Value:
    """The first that is not None: an argument that torch takes by several names."""
    for value in values:
        if value is not None:
            return value
    return None


def plain_sizes(values: Iterable[Value]) -> tuple[Dim, ...] | None:
    """All of them, if they are integers or expressions; else None."""
    found: list[Dim] = []
    for value in values:
        if not isinstance(value, (int, Expr)):
            return None
        found.append(value)
    return tuple(found)


def plain_numbers(values: Iterable[Value]) -> list[float] | None:
    """All of them, if they are known numbers that tensors can hold; else None."""
    found: list[float] = []
    for value in values:
        if not isinstance(value, (int, float)) or not is_held(value):
            return None
        found.append(value)
    return found


def truth(value: Value) -> bool | None:
    """The truth of a flag, None where it is not known."""
    return bool(value) if is_known(value) else None


def kind_of(dtype: Value) -> str | None:
    """``"float"`` for ``torch.float32``, ``np.float64``, ``"float16"`` and so on; None where unknown."""
    if isinstance(dtype, Dtype):
        return dtype.kind
    name = _spelled(dtype)
    return None if name is None else _KINDS.get(name, _KINDS.get(name.rstrip("0123456789")))


def precise(dtype: Value) -> bool:
    """Whether we compute elements of this type as torch does: float32, whole numbers without overflow, bool."""
    return dtype is None or _spelled(dtype) in _EXACT


def number_kind(value: Value) -> str | None:
    """The kind of element that a plain number has; None for anything else."""
    if isinstance(value, UnknownFloat):
        return "float"
    return type(value).__name__ if isinstance(value, (bool, int, float)) else None


def _spelled(dtype: Value) -> str | None:
    name = dtype if isinstance(dtype, str) else getattr(dtype, "dotted", getattr(dtype, "name", None))
    return name.rpartition(".")[2] if isinstance(name, str) else None


def promote(kinds: Iterable[str | None]) -> str | None:
    """The kind of element that an operation on these kinds gives."""
    found = list(kinds)
    if None in found or {"byte", "int"} <= {*found}:  # a whole number of Python leaves bytes what they are
        return None
    return max((kind for kind in found if kind), key=_ORDER.index, default="float")
