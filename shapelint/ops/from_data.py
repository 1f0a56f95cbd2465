"""Tensors made of given numbers: torch.tensor, from_numpy, and the constructors of torch's first years."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..shapes import Element, Expr, Needs, Shape, Tensor, UnknownFloat, Value
from . import elements
from .axes import listed
from .create import OPTIONS, sized
from .declare import op
from .operand_values import (
    is_known,
    kind_of,
    like,
    number_kind,
    precise,
    promote,
    reason_of,
    sequence,
    unknown_tensor,
)

__all__ = ["nested_data"]


@op(
    "torch.{tensor,as_tensor,asarray}",
    f"data, dtype=None, device=None, *, {OPTIONS.replace('dtype=None, ', '').replace('device=None, ', '')}, copy=None",
    formula="nested lists -> their sizes",
)
def tensor(need: Needs, data: Value, dtype: Value, device: Value, **options: Value) -> Tensor:
    """A tensor of the numbers ``data``."""
    if isinstance(data, Tensor):
        kind = kind_of(dtype) or (data.dtype if dtype is None else None)
        result = Tensor(data.shape, kind)
        return elements.carried(result, data) if precise(dtype) and not isinstance(data, elements.Array) else result
    found = nested_data(data)
    if found is None:
        return unknown_tensor(reason_of(data, "the data of a tensor"), kind_of(dtype))
    shape, values = found
    kind = kind_of(dtype) or (promote({_member_kind(value) for value in values}) if dtype is None else None)
    return elements.made(shape, kind, _plain(values) if precise(dtype) else None)


def _member_kind(value: Value) -> str | None:
    return "int" if isinstance(value, Expr) else number_kind(value)


def _plain(members: Sequence[Value]) -> list[Element] | None:
    """The members as elements of a tensor, None where one of them is not known, or complex."""
    found = [member for member in members if isinstance(member, (int, float, Expr))]
    return found if len(found) == len(members) else None


def nested_data(data: Value, inside: bool = False) -> tuple[Shape, list[Value]] | None:
    """The shape of nested lists and their members, None among them for a tensor of unknown value; None where it is not known."""
    if not isinstance(data, (tuple, list)):
        if isinstance(data, Expr) and data.as_parameter is not None and not inside:
            return None  # it may be a list
        plain = isinstance(data, (bool, int, float, complex, Expr, UnknownFloat))
        return (Shape(()), [data]) if plain else None
    rows = sequence(data)
    if rows is None:
        return None
    if not rows:
        return Shape((0,)), []
    inner = [
        (Shape(()), [row.elements]) if isinstance(row, Tensor) and row.shape == Shape(()) else nested_data(row, True)
        for row in rows
    ]
    first = inner[0]
    if first is None:
        return None
    values: list[Value] = []
    for row in inner:
        if row is None or row[0] != first[0]:
            return None
        values += row[1]
    return Shape((len(rows), *first[0].dims)), values


@op("torch.from_numpy", "input", formula="(*) -> (*)")
def from_numpy(need: Needs, input: Tensor) -> Tensor:
    """A tensor of float64 or whole numbers, of which the elements are followed only if whole."""
    result = Tensor(input.shape, input.dtype)
    if input.values is not None and input.dtype in ("int", "bool"):
        result.hold(input.values)
    return result


@op("torch.{Tensor,FloatTensor}", "*data, **options", formula="(sizes) -> (sizes)")
def float_tensor(need: Needs, data: tuple[Value, ...], options: Mapping[str, Value]) -> Tensor:
    """Sizes give an unfilled tensor, a list its numbers."""
    return _legacy(need, data, "float")


@op("torch.{LongTensor,IntTensor}", "*data, **options", formula="(sizes) -> (sizes)")
def long_tensor(need: Needs, data: tuple[Value, ...], options: Mapping[str, Value]) -> Tensor:
    """Sizes give an unfilled tensor, a list its numbers."""
    return _legacy(need, data, "int")


def _legacy(need: Needs, data: tuple[Value, ...], kind: str) -> Tensor:
    """What the constructors of torch's first years make of sizes, of a list of numbers, or of another tensor."""
    match data:
        case ():
            return Tensor(Shape((0,)), kind)
        case ((list() | tuple()) as rows,):
            found = nested_data(rows)
            if found is None:
                return unknown_tensor("the data of a tensor", kind)
            return elements.made(found[0], kind, _plain(found[1]))
        case (Tensor() as other,):
            return Tensor(other.shape, kind)
        case (only,) if not is_known(only) and not isinstance(only, Expr):
            return sized(need, None, kind)
    return sized(need, listed(data), kind)


@op("Tensor.new_tensor", "input, data, **options", formula="nested lists -> their sizes")
def new_tensor(need: Needs, input: Tensor, data: Value, options: Mapping[str, Value]) -> Tensor:
    """A tensor of the dtype of ``input``."""
    found = tensor.shape(need, data, options.get("dtype"), None)
    return found if options.get("dtype") is not None else like(found, input.dtype)


@op("Tensor.new", "input, *data, **options", formula="nested lists -> their sizes")
def new(need: Needs, input: Tensor, data: tuple[Value, ...], options: Mapping[str, Value]) -> Tensor:
    """A tensor of the dtype of ``input``, of sizes or of numbers."""
    only = data[0] if len(data) == 1 else None
    if isinstance(only, tuple):
        # ``new(y.size())`` are sizes, ``new((2, 3))`` numbers
        sizes = only if any(isinstance(size, Expr) for size in only) else None
        return sized(need, sizes, input.dtype or "float")
    return _legacy(need, data, input.dtype or "float")
