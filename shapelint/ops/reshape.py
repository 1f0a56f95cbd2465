"""The same elements under another shape: view, reshape, flatten, unflatten."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ..shapes import (
    Dim,
    Equality,
    Expr,
    Kind,
    Needs,
    Shape,
    Tensor,
    Value,
    compare,
    exact_quotient,
    fresh,
    symbols_of,
    unknown_rank,
)
from ..shapes.division import common_factor
from . import elements
from .axes import axis, listed, rank_of, size
from .declare import op
from .operand_values import integer, is_known, kind_of, reason_of, sequence, unknown_tensor

__all__ = ["count_of", "filled", "inferred", "reduced", "reshaped"]

_VIEW = "(d1, d2, ...) -> shape, where one -1 stands for (d1*d2*...)//(the product of the others)"


def count_of(shape: Shape) -> Dim | None:
    """The number of elements, None where the rank is unknown."""
    return math.prod(shape.dims) if shape.lead is None else None


def filled(need: Needs, count: Dim | None, wanted: Sequence[Value], name: str = "shape") -> tuple[Dim, ...]:
    """``wanted`` with its -1 replaced, so that the product is ``count``; ``Reject(OPERANDS)`` where it never can be."""
    dims = [integer(need, item, name) for item in wanted]
    holes = [index for index, dim in enumerate(dims) if dim == -1]
    need.require(len(holes) <= 1, Kind.OPERANDS, f"only one -1 can be inferred, got {_text(wanted)}", name)
    rest = [dim for dim in dims if dim != -1]
    for dim in rest:
        need.at_least(dim, 0, Kind.OPERANDS, f"{dim} is no valid size in {_text(wanted)}", name)
    fixed = math.prod(rest)
    if not holes:
        if count is not None:
            left, right = reduced(count, fixed) if _positive(fixed) else (count, fixed)
            message = lambda: f"{count} elements do not fit the shape {_text(wanted)}, which holds {fixed}"  # noqa: E731
            need.equal(left, right, Kind.OPERANDS, message, name)
        return tuple(dims)
    dims[holes[0]] = inferred(need, count, fixed, wanted, name)
    return tuple(dims)


def inferred(need: Needs, count: Dim | None, fixed: Dim, wanted: Sequence[Value], name: str) -> Dim:
    """The size that -1 stands for."""
    if count is None:
        return fresh("D", minimum=0, reason="a view of a tensor of unknown rank")
    need.require(fixed != 0, Kind.OPERANDS, f"-1 cannot be inferred beside a size of 0 in {_text(wanted)}", name)
    exact = exact_quotient(count, fixed)
    if exact is not None:
        return exact
    message = f"{count} elements do not divide by the {fixed} of the shape {_text(wanted)}"
    dividend, divisor = reduced(count, fixed)
    if isinstance(divisor, int):
        need.equal(dividend % divisor, 0, Kind.OPERANDS, message, name)
        return dividend // divisor
    if isinstance(dividend, int) and compare(divisor, 0, need.bounds) is Equality.NEVER:
        need.at_least(dividend, divisor, Kind.OPERANDS, message, name)
    return fresh("D", minimum=0, reason=f"({count})/({fixed}) in a view")


def reduced(left: Dim, right: Dim) -> tuple[Dim, Dim]:
    """Both sides without the factors that they share; the caller knows that these are not 0."""
    factor = common_factor(left, right)
    if factor == 1:
        return left, right
    one, other = exact_quotient(left, factor), exact_quotient(right, factor)
    return (left, right) if one is None or other is None else (one, other)


def _positive(dim: Dim) -> bool:
    """Whether every symbol in it is a size that cannot be 0, so that it may be cancelled."""
    return all(symbol.minimum >= 1 for symbol in symbols_of(dim))


def _text(wanted: Sequence[Value]) -> str:
    return f"({', '.join(str(item) if is_known(item) or isinstance(item, Expr) else '?' for item in wanted)})"


def reshaped(need: Needs, input: Tensor, shape: Sequence[Value] | None, name: str = "shape") -> Tensor:
    """``input`` under the sizes ``shape`` (None: of unknown number)."""
    if shape is None:
        return unknown_tensor(f"{name} is not known", input.dtype)
    dims = filled(need, count_of(input.shape), shape, name)
    return elements.carried(Tensor(Shape(dims), input.dtype), input)


@op("Tensor.view", "input, *shape, size=None, dtype=None", formula=_VIEW)
def view(need: Needs, input: Tensor, shape: tuple[Value, ...], size: Value, dtype: Value) -> Tensor:
    """Element counts must agree; ``view(dtype)`` reinterprets."""
    kind = kind_of(shape[0] if shape else dtype)
    if kind is not None:
        return Tensor(unknown_rank("a view as another dtype"), kind)
    return reshaped(need, input, listed(shape or (size,)))


@op("Tensor.reshape", "input, *shape", formula=_VIEW)
def reshape_method(need: Needs, input: Tensor, shape: tuple[Value, ...]) -> Tensor:
    """``view`` that copies where it must."""
    return reshaped(need, input, listed(shape))


@op("torch.reshape", "input, shape", formula=_VIEW)
def reshape(need: Needs, input: Tensor, shape: Value) -> Tensor:
    """``view`` that copies where it must."""
    return reshaped(need, input, sequence(shape))


@op("Tensor.{view_as,reshape_as}", "input, other", formula="(*), (shape) -> (shape)")
def view_as(need: Needs, input: Tensor, other: Value) -> Tensor:
    """The shape of ``other``; element counts must agree."""
    if not isinstance(other, Tensor) or other.shape.lead is not None:
        return unknown_tensor(reason_of(other, "other"), input.dtype)
    return reshaped(need, input, other.shape.dims, "other")


@op(
    "{torch,Tensor}.flatten", "input, start_dim=0, end_dim=-1",
    formula="(*, d1, ..., dn, *) -> (*, d1*...*dn, *)",
)  # fmt: skip
def flatten(need: Needs, input: Tensor, start_dim: Value, end_dim: Value) -> Tensor:
    """Dimensions ``start_dim`` to ``end_dim`` as one."""
    start, end = (
        axis(need, input, value, name=name) for value, name in ((start_dim, "start_dim"), (end_dim, "end_dim"))
    )
    rank = rank_of(input)
    if start is None or end is None:
        return unknown_tensor("start_dim or end_dim is not known", input.dtype)
    if rank is None:
        return Tensor(_flatten_unknown(input, start, end), input.dtype)
    need.require(
        start <= end,
        Kind.OPERANDS,
        f"start_dim={start_dim} comes after end_dim={end_dim} in {input.shape}",
        "start_dim",
    )
    dims = input.shape.dims
    whole = (*dims[:start], math.prod(dims[start : end + 1]), *dims[end + 1 :])
    return elements.carried(Tensor(Shape(whole), input.dtype), input)


def _flatten_unknown(input: Tensor, start: int, end: int) -> Shape:
    if start >= 0 and end == -1:
        first = tuple(size(input, index) for index in range(start))
        return Shape((*first, fresh("D", minimum=0, reason=input.shape.lead)))
    known = len(input.shape.dims)
    if -known <= start <= end < 0:
        dims = input.shape.dims
        here, there = start + known, end + known
        return Shape((*dims[:here], math.prod(dims[here : there + 1]), *dims[there + 1 :]), input.shape.lead)
    return unknown_rank(input.shape.lead or "")


@op("{torch,Tensor}.ravel", "input", formula="(d1, d2, ...) -> (d1*d2*...)")
def ravel(need: Needs, input: Tensor) -> Tensor:
    """All dimensions as one."""
    return reshaped(need, input, (-1,))


@op("{torch,Tensor}.unflatten", "input, dim, *sizes", formula="(*, d, *) -> (*, *sizes, *)")
def unflatten(need: Needs, input: Tensor, dim: Value, sizes: tuple[Value, ...]) -> Tensor:
    """One dimension as several, whose product it is."""
    at, wanted = axis(need, input, dim), listed(sizes)
    if at is None or wanted is None or (rank_of(input) is None and not -len(input.shape.dims) <= at < 0):
        return unknown_tensor("unflatten by unknown sizes", input.dtype)
    need.require(rank_of(input) != 0, Kind.OPERANDS, "unflatten needs at least 1 dimension, got 0")
    need.require(len(wanted) > 0, Kind.OPERANDS, "unflatten needs at least 1 size, got 0", "sizes")
    dims = input.shape.dims
    at %= len(dims)
    inner = filled(need, dims[at], wanted, "sizes")
    return Tensor(Shape((*dims[:at], *inner, *dims[at + 1 :]), input.shape.lead), input.dtype)
