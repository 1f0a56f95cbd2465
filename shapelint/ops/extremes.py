"""The largest, the smallest, the middle: max, min, median, with their places."""

from __future__ import annotations

from ..shapes import Dim, Expr, Kind, Needs, Shape, Tensor, Unknown, Value
from .arithmetic import binary
from .axes import axes, axis, rank_of
from .declare import ShapeFunction, op
from .operand_values import integer, is_known, operand, unknown_tensor
from .reduce import REDUCED, Extremes, Reduction, of_all, reduced_shape, reduction


def _some(need: Needs, input: Tensor, dim: Value) -> None:
    """Nothing is the largest of no elements: a dimension that is reduced must not be empty."""
    if 0 not in input.shape.dims or input.shape.lead is not None:
        return
    everything = dim is None or dim == ()
    gone = range(len(input.shape.dims)) if everything else axes(need, input, dim) or ()
    for at in gone:
        message = f"the extreme of a dimension of 0 entries: {input.shape}"
        need.require(input.shape.dims[at] != 0, Kind.OPERANDS, message, "dim")


@op("{torch,Tensor}.{amax,amin}", "input, dim=(), keepdim=False, *, out=None", formula=REDUCED)
def amax(need: Needs, input: Tensor, dim: Value, keepdim: Value, out: Value) -> Tensor:
    """The extreme, without its place."""
    _some(need, input, dim)
    return reduction(need, input, dim, keepdim, input.dtype)


@op("{torch,Tensor}.{argmax,argmin}", "input, dim=None, keepdim=False, *, out=None", formula=REDUCED)
def argmax(need: Needs, input: Tensor, dim: Value, keepdim: Value, out: Value) -> Tensor:
    """The place of the extreme."""
    _some(need, input, dim)
    if rank_of(input) is None and dim is not None:
        return Tensor(reduced_shape(need, input, dim, keepdim), "int")
    return reduction(need, input, dim, keepdim, "int")


def _extreme(symbol: str, function: Reduction) -> ShapeFunction:
    def shape(
        need: Needs, input: Tensor, dim: Value, keepdim: Value, other: Value, out: Value
    ) -> Tensor | Extremes | Unknown:
        """Of all elements; along a dimension with indices; or of two tensors, element by element."""
        second = other if other is not None else dim if isinstance(dim, Tensor) else None
        if second is not None:
            return binary(need, symbol, input, operand(need, second, "other"))
        _some(need, input, dim)
        if dim is None:
            return of_all(function, input, input.dtype) or Tensor(Shape(()), input.dtype)
        if not is_known(dim) and not isinstance(dim, Expr):
            return Unknown(f"{symbol} of what may be two tensors")
        result = reduced_shape(need, input, dim, keepdim)
        return Extremes(Tensor(result, input.dtype), Tensor(result, "int"))

    return shape


_EXTREME = "input, dim=None, keepdim=False, *, other=None, out=None"


EXTREMES = (
    op("{torch,Tensor}.max", _EXTREME, formula=REDUCED)(_extreme("max", max)),
    op("{torch,Tensor}.min", _EXTREME, formula=REDUCED)(_extreme("min", min)),
)


@op("{torch,Tensor}.{median,nanmedian}", "input, dim=None, keepdim=False, *, out=None", formula=REDUCED)
def median(need: Needs, input: Tensor, dim: Value, keepdim: Value, out: Value) -> Tensor | Extremes:
    """The median of all; along a dimension with indices."""
    if dim is None:
        return Tensor(Shape(()), input.dtype)
    return mode.shape(need, input, dim, keepdim, out)


@op("{torch,Tensor}.mode", "input, dim=-1, keepdim=False, *, out=None", formula=REDUCED)
def mode(need: Needs, input: Tensor, dim: Value, keepdim: Value, out: Value) -> Extremes:
    """The most frequent value along a dimension, with indices."""
    _some(need, input, dim)
    result = reduced_shape(need, input, dim, keepdim)
    return Extremes(Tensor(result, input.dtype), Tensor(result, "int"))


@op("{torch,Tensor}.aminmax", "input, *, dim=None, keepdim=False, out=None", formula=REDUCED)
def aminmax(need: Needs, input: Tensor, dim: Value, keepdim: Value, out: Value) -> tuple[Tensor, Tensor]:
    """Both extremes."""
    _some(need, input, dim)
    result = reduced_shape(need, input, dim, keepdim)
    return Tensor(result, input.dtype), Tensor(result, input.dtype)


@op("{torch,Tensor}.{kthvalue}", "input, k, dim=-1, keepdim=False, *, out=None", formula=REDUCED)
def kthvalue(need: Needs, input: Tensor, k: Value, dim: Value, keepdim: Value, out: Value) -> Extremes:
    """The k-th smallest along a dimension, with indices."""
    at, count = axis(need, input, dim), integer(need, k, "k")
    need.at_least(count, 1, Kind.ARGUMENT, f"{count} is no valid k: it must be positive", "k")
    if at is not None and rank_of(input) is not None:
        total: Dim = input.shape.dims[at] if input.shape.dims else 1
        need.at_least(total, count, Kind.OPERANDS, f"the {count}-th smallest of {total}", "k")
    result = reduced_shape(need, input, dim, keepdim)
    return Extremes(Tensor(result, input.dtype), Tensor(result, "int"))


@op(
    "{torch,Tensor}.{quantile,nanquantile}",
    "input, q, dim=None, keepdim=False, *, interpolation='linear', out=None",
    formula=REDUCED,
)
def quantile(
    need: Needs, input: Tensor, q: Value, dim: Value, keepdim: Value, interpolation: Value, out: Value
) -> Tensor:
    """One quantile, or several along a new first dimension."""
    need.require(0 not in input.shape.dims, Kind.OPERANDS, f"a quantile of no elements: {input.shape}")
    if isinstance(q, Tensor):
        rank = rank_of(q)
        message = f"a number or 1 dimension expected for q, got {q.shape}"
        need.require(rank is None or rank <= 1, Kind.OPERANDS, message, "q")
    result = reduction(need, input, dim, keepdim, "float")
    if isinstance(q, (int, float)) or (isinstance(q, Tensor) and q.shape.dims == () and q.shape.lead is None):
        return result
    if isinstance(q, Tensor) and rank_of(q) == 1 and result.shape.lead is None:
        return Tensor(Shape((q.shape.dims[0], *result.shape.dims)), "float")
    return unknown_tensor("an unknown number of quantiles", "float")
