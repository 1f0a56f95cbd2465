"""Tensors made of numbers: torch.tensor and its kin."""

from __future__ import annotations

from typing import Any

from ..shapes import Expr, Needs, Shape, Tensor
from . import elements
from .axes import listed
from .create import OPTIONS, sized
from .declare import op
from .values import is_known, kind_of, like, number_kind, precise, promote, reason_of, sequence, unknown_tensor

__all__ = ["nested_data"]


@op(
    "torch.{tensor,as_tensor,asarray}",
    f"data, dtype=None, device=None, *, {OPTIONS.replace('dtype=None, ', '').replace('device=None, ', '')}, copy=None",
    formula="nested lists -> their sizes",
)
def tensor(need: Needs, data: Any, dtype: Any, device: Any, **options: Any) -> Tensor:
    """A tensor of the numbers ``data``."""
    if isinstance(data, Tensor):
        kind = kind_of(dtype) or (data.dtype if dtype is None else None)
        result = Tensor(data.shape, kind)
        return elements.carried(result, data) if precise(dtype) and not isinstance(data, elements.Array) else result
    found = nested_data(data)
    if found is None:
        return unknown_tensor(reason_of(data, "the data of a tensor"), kind_of(dtype))
    shape, values = found
    kinds = {kind for value in values for kind in (_member_kind(value),)}
    kind = kind_of(dtype) or (promote(kinds) if dtype is None else None)
    numbers = all(isinstance(value, (bool, int, float, Expr)) for value in values)
    return elements.made(shape, kind, values if numbers and precise(dtype) else None)


def _member_kind(value: Any) -> str | None:
    return "int" if isinstance(value, Expr) else value.dtype if isinstance(value, Tensor) else number_kind(value)


def nested_data(data: Any, inside: bool = False) -> tuple[Shape, list[Any]] | None:
    """The shape of nested lists and their members; None where it is not known."""
    if not isinstance(data, (tuple, list)):
        if isinstance(data, Expr) and data.as_parameter is not None and not inside:
            return None  # it may be a list
        plain = isinstance(data, (bool, int, float, complex, Expr))
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
    values: list[Any] = []
    for row in inner:
        if row is None or row[0] != first[0]:
            return None
        values += row[1]
    return Shape((len(rows), *first[0].dims)), values


@op("torch.from_numpy", "input", formula="(*) -> (*)")
def from_numpy(need: Needs, input: Tensor) -> Tensor:
    """A tensor of float64 or whole numbers, of which the elements are followed only if whole."""
    result = Tensor(input.shape, input.dtype)
    return elements.carried(result, input) if input.dtype in ("int", "bool") else result


@op("torch.{Tensor,FloatTensor}", "*data, **options", formula="(sizes) -> (sizes)")
def float_tensor(need: Needs, data: Any, options: Any) -> Tensor:
    """Sizes give an unfilled tensor, a list its numbers."""
    return _legacy(need, data, "float")


@op("torch.{LongTensor,IntTensor}", "*data, **options", formula="(sizes) -> (sizes)")
def long_tensor(need: Needs, data: Any, options: Any) -> Tensor:
    """Sizes give an unfilled tensor, a list its numbers."""
    return _legacy(need, data, "int")


def _legacy(need: Needs, data: Any, kind: str) -> Tensor:
    if not data:
        return Tensor(Shape((0,)), kind)
    if len(data) == 1 and isinstance(data[0], (list, tuple)):
        found = nested_data(data[0])
        return (
            unknown_tensor("the data of a tensor", kind) if found is None else elements.made(found[0], kind, found[1])
        )
    if len(data) == 1 and isinstance(data[0], Tensor):
        return Tensor(data[0].shape, kind)
    return sized(need, listed(data) if is_known(data[0]) or len(data) > 1 or isinstance(data[0], Expr) else None, kind)


@op("Tensor.new_tensor", "input, data, **options", formula="nested lists -> their sizes")
def new_tensor(need: Needs, input: Tensor, data: Any, options: Any) -> Tensor:
    """A tensor of the dtype of ``input``."""
    found = tensor.shape(need, data, options.get("dtype"), None)
    return found if options.get("dtype") is not None else like(found, input.dtype)


@op("Tensor.new", "input, *data, **options", formula="nested lists -> their sizes")
def new(need: Needs, input: Tensor, data: Any, options: Any) -> Tensor:
    """A tensor of the dtype of ``input``, of sizes or of numbers."""
    if len(data) == 1 and isinstance(data[0], tuple):
        # ``new(y.size())`` are sizes, ``new((2, 3))`` numbers
        sizes = data[0] if any(isinstance(size, Expr) for size in data[0]) else None
        return sized(need, sizes, input.dtype or "float")
    return _legacy(need, data, input.dtype or "float")
