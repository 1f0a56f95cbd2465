"""Many elements made one: sums, means, extremes, norms; over all dimensions or some, kept as 1 or dropped."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

from ..shapes import Dim, Expr, Needs, Shape, Tensor
from . import elements
from .arithmetic import binary
from .axes import axes, rank_of, shapeless
from .declare import op
from .values import kind_of, like, operand, truth

__all__ = ["REDUCED", "Deviation", "Extremes", "of_all", "reduced_shape", "reduction"]

REDUCED = "(*, d, *) -> (*, *), with keepdim (*, 1, *); without dim all dimensions"


class Extremes(NamedTuple):
    """What ``max(dim)``, ``sort`` and ``topk`` return."""

    values: Tensor
    indices: Tensor


class Deviation(NamedTuple):
    """What ``std_mean`` and ``var_mean`` return."""

    spread: Tensor
    mean: Tensor


def reduced_shape(need: Needs, input: Tensor, dim: Any, keepdim: Any) -> Shape:
    """The shape without the dimensions ``dim`` (None or empty: all), or with 1 in their place."""
    rank, keep = rank_of(input), truth(keepdim)
    everything = dim is None or (isinstance(dim, (tuple, list)) and not dim)
    if everything and keep is False:
        return Shape(())
    if keep is None:
        return shapeless(input, None, keepdim, "keepdim")
    if rank is None:
        return _of_unknown_rank(input, dim, keep)
    gone = tuple(range(rank)) if everything else axes(need, input, dim)
    if gone is None:
        one = isinstance(dim, Expr) or (isinstance(dim, Tensor) and dim.shape.rank == 0)
        count = len(dim) if isinstance(dim, (tuple, list)) else 1 if one else None
        return shapeless(input, rank if keep else None if count is None else rank - count, dim, "dim")
    kept: list[Dim] = []
    for index, size in enumerate(input.shape.dims):
        if index not in gone:
            kept.append(size)
        elif keep:
            kept.append(1)
    return Shape(tuple(kept))


def _of_unknown_rank(input: Tensor, dim: Any, keep: bool) -> Shape:
    lead, dims = input.shape.lead or "", list(input.shape.dims)
    asked = dim if isinstance(dim, (tuple, list)) else (dim,)
    if not asked or not all(isinstance(at, int) and -len(dims) <= at < 0 for at in asked):
        behind = [at for at in asked if isinstance(at, int) and at < 0]
        if len(behind) < len(asked) or not dims or keep is False:
            return Shape((), lead)
        return Shape((), lead)
    gone = {at + len(dims) for at in asked}
    return Shape(tuple(1 if i in gone else d for i, d in enumerate(dims) if keep or i not in gone), lead)


def reduction(need: Needs, input: Tensor, dim: Any, keepdim: Any, dtype: str | None) -> Tensor:
    """``input`` reduced over ``dim``."""
    return Tensor(reduced_shape(need, input, dim, keepdim), dtype)


def of_all(function: Callable[[list[Any]], Any], input: Tensor, kind: str | None) -> Tensor | None:
    values = elements.flat(input)
    if not values or any(isinstance(value, Expr) for value in values):
        return None
    return elements.made(Shape(()), kind, [function(values)], isinstance(input, elements.Array))


def _sum(values: list[Any]) -> Any:
    return sum(values) if all(isinstance(value, int) for value in values) else math.fsum(values)


@op("{torch,Tensor}.{sum,nansum}", "input, dim=None, keepdim=False, *, dtype=None, out=None", formula=REDUCED)
def sum_(need: Needs, input: Tensor, dim: Any, keepdim: Any, dtype: Any, out: Any) -> Tensor:
    """The sum; of bools a whole number."""
    kind = kind_of(dtype) or ("int" if input.dtype == "bool" else input.dtype)
    return (dim is None and dtype is None and of_all(_sum, input, kind)) or reduction(need, input, dim, keepdim, kind)


@op("{torch,Tensor}.prod", "input, dim=None, keepdim=False, *, dtype=None, out=None", formula=REDUCED)
def prod(need: Needs, input: Tensor, dim: Any, keepdim: Any, dtype: Any, out: Any) -> Tensor:
    """The product."""
    kind = kind_of(dtype) or ("int" if input.dtype == "bool" else input.dtype)
    return (dim is None and dtype is None and of_all(math.prod, input, kind)) or reduction(
        need, input, dim, keepdim, kind
    )


@op("{torch,Tensor}.{mean,nanmean}", "input, dim=None, keepdim=False, *, dtype=None, out=None", formula=REDUCED)
def mean(need: Needs, input: Tensor, dim: Any, keepdim: Any, dtype: Any, out: Any) -> Tensor:
    """The mean; of whole numbers torch refuses it unless told a dtype."""
    result = of_all(lambda values: math.fsum(values) / len(values), input, "float") if dim is None else None
    return result or reduction(need, input, dim, keepdim, kind_of(dtype) or input.dtype)


@op("{torch,Tensor}.{logsumexp}", "input, dim, keepdim=False, *, out=None", formula=REDUCED)
def logsumexp(need: Needs, input: Tensor, dim: Any, keepdim: Any, out: Any) -> Tensor:
    """The logarithm of the sum of exponentials."""
    return reduction(need, input, dim, keepdim, "float")


@op("{torch,Tensor}.{any,all}", "input, dim=None, keepdim=False, *, out=None", formula=REDUCED)
def any_(need: Needs, input: Tensor, dim: Any, keepdim: Any, out: Any) -> Tensor:
    """Whether some or all elements are true; no dimensions mean none here."""
    if isinstance(dim, (tuple, list)) and not dim:
        return like(input, "bool")
    return reduction(need, input, dim, keepdim, "bool")


@op("{torch,Tensor}.count_nonzero", "input, dim=None, *, out=None", formula=REDUCED)
def count_nonzero(need: Needs, input: Tensor, dim: Any, out: Any) -> Tensor:
    """How many are not zero."""
    return reduction(need, input, dim, False, "int")


@op(
    "{torch,Tensor}.{std,var}",
    "input, dim=None, unbiased=True, keepdim=False, *, correction=None, out=None",
    formula=REDUCED,
)
def std(need: Needs, input: Tensor, dim: Any, unbiased: Any, keepdim: Any, correction: Any, out: Any) -> Tensor:
    """Standard deviation and variance; a lone bool is ``unbiased``."""
    return reduction(need, input, None if isinstance(dim, bool) else dim, keepdim, input.dtype)


@op(
    "torch.{std_mean,var_mean}",
    "input, dim=None, unbiased=True, keepdim=False, *, correction=None, out=None",
    formula=REDUCED,
)
def std_mean(need: Needs, input: Tensor, dim: Any, unbiased: Any, keepdim: Any, correction: Any, out: Any) -> Any:
    """Deviation and mean together."""
    result = reduction(need, input, None if isinstance(dim, bool) else dim, keepdim, input.dtype)
    return Deviation(result, like(result))


@op("{torch,Tensor}.norm", "input, p='fro', dim=None, keepdim=False, out=None, dtype=None", formula=REDUCED)
def norm(need: Needs, input: Tensor, p: Any, dim: Any, keepdim: Any, out: Any, dtype: Any) -> Tensor:
    """A norm of vectors or matrices."""
    return reduction(need, input, dim, keepdim, "float")


@op(
    "torch.linalg.{norm,vector_norm,matrix_norm}",
    "input, ord=None, dim=None, keepdim=False, *, out=None, dtype=None",
    formula=REDUCED,
)
def linalg_norm(need: Needs, input: Tensor, ord: Any, dim: Any, keepdim: Any, out: Any, dtype: Any) -> Tensor:
    """A norm of vectors or matrices."""
    return reduction(need, input, dim, keepdim, "float")


@op("torch.dist Tensor.dist", "input, other, p=2", formula="(*), (*) -> ()")
def dist(need: Needs, input: Tensor, other: Any, p: Any) -> Tensor:
    """The norm of the difference."""
    binary(need, "bitwise", input, operand(need, other, "other"))
    return Tensor(Shape(()), "float")
