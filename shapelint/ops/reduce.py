"""Reductions: sums, means, norms, over all dimensions or some, which are dropped or kept with size 1."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias

from ..shapes import Dim, Expr, Kind, Needs, Shape, Tensor, Unknown, Value
from . import elements
from .arithmetic import binary
from .axes import axes, rank_among, rank_of, rank_of_matrices, shapeless
from .declare import op
from .operand_values import WHOLE, is_known, kind_of, like, operand, truth

__all__ = [
    "REDUCED", "Deviation", "Extremes", "Reduction", "average", "of_all", "reduced_shape", "reduction", "total",
]  # fmt: skip

Reduction: TypeAlias = Callable[[Sequence[float]], float]
"""What becomes of all elements of a tensor, which has at least one."""


REDUCED = "(*, d, *) -> (*, *), with keepdim (*, 1, *); without dim all dimensions"


class Extremes(NamedTuple):
    """What ``max(dim)``, ``sort`` and ``topk`` return."""

    values: Tensor
    indices: Tensor


class Deviation(NamedTuple):
    """What ``std_mean`` and ``var_mean`` return."""

    spread: Tensor
    mean: Tensor


def reduced_shape(need: Needs, input: Tensor, dim: Value, keepdim: Value) -> Shape:
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


def _of_unknown_rank(input: Tensor, dim: Value, keep: bool) -> Shape:
    """Something is known only if all dimensions are counted from the end and lie within the trailing sizes that are known."""
    lead, dims = input.shape.lead or "", input.shape.dims
    asked = dim if isinstance(dim, (tuple, list)) else (dim,)
    if not asked or not all(isinstance(at, int) and -len(dims) <= at < 0 for at in asked):
        return Shape((), lead)
    gone = {at + len(dims) for at in asked}
    return Shape(tuple(1 if i in gone else d for i, d in enumerate(dims) if keep or i not in gone), lead)


def reduction(need: Needs, input: Tensor, dim: Value, keepdim: Value, dtype: str | None) -> Tensor:
    """``input`` reduced over ``dim``."""
    return Tensor(reduced_shape(need, input, dim, keepdim), dtype)


def of_all(function: Reduction, input: Tensor, kind: str | None) -> Tensor | None:
    """``function`` of all elements as a scalar; None where they are not known, or there are none."""
    values = elements.numbers(input)
    return elements.made(Shape(()), kind, [function(values)], isinstance(input, elements.Array)) if values else None


def total(values: Sequence[float]) -> float:
    """The sum, of floats rounded once: torch adds them in pieces, whose order we do not know."""
    if all(isinstance(value, int) for value in values):
        return sum(values)
    try:
        return math.fsum(values)
    except (OverflowError, ValueError):
        return sum(values)  # infinite or, of infinities of both signs, nan


def average(values: Sequence[float]) -> float:
    """The mean."""
    return total([float(value) for value in values]) / len(values)


@op("{torch,Tensor}.{sum,nansum}", "input, dim=None, keepdim=False, *, dtype=None, out=None", formula=REDUCED)
def sum_(need: Needs, input: Tensor, dim: Value, keepdim: Value, dtype: Value, out: Value) -> Tensor:
    """The sum; of bools a whole number."""
    kind = kind_of(dtype) or ("int" if input.dtype in WHOLE else input.dtype)
    return (dim is None and dtype is None and of_all(total, input, kind)) or reduction(need, input, dim, keepdim, kind)


@op("{torch,Tensor}.prod", "input, dim=None, keepdim=False, *, dtype=None, out=None", formula=REDUCED)
def prod(need: Needs, input: Tensor, dim: Value, keepdim: Value, dtype: Value, out: Value) -> Tensor:
    """The product."""
    kind = kind_of(dtype) or ("int" if input.dtype in WHOLE else input.dtype)
    return (dim is None and dtype is None and of_all(math.prod, input, kind)) or reduction(
        need, input, dim, keepdim, kind
    )


@op("{torch,Tensor}.{mean,nanmean}", "input, dim=None, keepdim=False, *, dtype=None, out=None", formula=REDUCED)
def mean(need: Needs, input: Tensor, dim: Value, keepdim: Value, dtype: Value, out: Value) -> Tensor:
    """The mean, which torch refuses for whole numbers without a dtype."""
    result = of_all(average, input, "float") if dim is None else None
    return result or reduction(need, input, dim, keepdim, kind_of(dtype) or input.dtype)


@op("{torch,Tensor}.{logsumexp}", "input, dim, keepdim=False, *, out=None", formula=REDUCED)
def logsumexp(need: Needs, input: Tensor, dim: Value, keepdim: Value, out: Value) -> Tensor:
    """The logarithm of the sum of exponentials."""
    return reduction(need, input, dim, keepdim, "float")


@op("{torch,Tensor}.{any,all}", "input, dim=None, keepdim=False, *, out=None", formula=REDUCED)
def any_(need: Needs, input: Tensor, dim: Value, keepdim: Value, out: Value) -> Tensor:
    """Whether some or all elements are true; an empty ``dim`` reduces nothing here."""
    if isinstance(dim, (tuple, list)) and not dim:
        return like(input, "bool")
    return reduction(need, input, dim, keepdim, "bool")


@op("{torch,Tensor}.count_nonzero", "input, dim=None, *, out=None", formula=REDUCED)
def count_nonzero(need: Needs, input: Tensor, dim: Value, out: Value) -> Tensor:
    """How many are not zero."""
    values = elements.numbers(input) if dim is None else None
    if values is not None:
        return elements.made(Shape(()), "int", [sum(map(bool, values))])
    return reduction(need, input, dim, False, "int")


@op(
    "{torch,Tensor}.{std,var}",
    "input, dim=None, unbiased=True, keepdim=False, *, correction=None, out=None",
    formula=REDUCED,
)
def std(
    need: Needs, input: Tensor, dim: Value, unbiased: Value, keepdim: Value, correction: Value, out: Value
) -> Tensor:
    """Standard deviation and variance; a lone bool is ``unbiased``."""
    return reduction(need, input, None if isinstance(dim, bool) else dim, keepdim, input.dtype)


@op(
    "torch.{std_mean,var_mean}",
    "input, dim=None, unbiased=True, keepdim=False, *, correction=None, out=None",
    formula=REDUCED,
)
def std_mean(
    need: Needs, input: Tensor, dim: Value, unbiased: Value, keepdim: Value, correction: Value, out: Value
) -> Deviation:
    """Deviation and mean together."""
    result = reduction(need, input, None if isinstance(dim, bool) else dim, keepdim, input.dtype)
    return Deviation(result, like(result))


@op("{torch,Tensor}.norm", "input, p='fro', dim=None, keepdim=False, out=None, dtype=None", formula=REDUCED)
def norm(need: Needs, input: Tensor, p: Value, dim: Value, keepdim: Value, out: Value, dtype: Value) -> Tensor:
    """A norm of vectors or matrices."""
    return reduction(need, input, dim, keepdim, "float")


_NORM = "dim=None, keepdim=False, *, out=None, dtype=None"


@op("torch.linalg.norm", f"input, ord=None, {_NORM}", formula=REDUCED)
def linalg_norm(need: Needs, input: Tensor, ord: Value, dim: Value, keepdim: Value, out: Value, dtype: Value) -> Tensor:
    """A norm of vectors or matrices; of all elements only without an order."""
    if dim is None and is_known(ord) and ord is not None:
        rank_among(input, 1, 2)
    return reduction(need, input, dim, keepdim, "float")


@op("torch.linalg.vector_norm", f"input, ord=2, {_NORM}", formula=REDUCED)
def vector_norm(need: Needs, input: Tensor, ord: Value, dim: Value, keepdim: Value, out: Value, dtype: Value) -> Tensor:
    """A norm of vectors."""
    return reduction(need, input, dim, keepdim, "float")


@op(
    "torch.linalg.matrix_norm",
    "input, ord='fro', dim=(-2, -1), keepdim=False, *, out=None, dtype=None",
    formula="(*, m, n) -> (*), with keepdim (*, 1, 1)",
)
def matrix_norm(need: Needs, input: Tensor, ord: Value, dim: Value, keepdim: Value, out: Value, dtype: Value) -> Tensor:
    """A norm of matrices, which are the last two dimensions."""
    rank_of_matrices(input)
    if isinstance(dim, (tuple, list)) and not any(isinstance(one, Unknown) for one in dim):
        need.require(len(dim) == 2, Kind.ARGUMENT, f"2 dims expected in matrix_norm, got {len(dim)}", "dim")
    return reduction(need, input, dim, keepdim, "float")


@op("torch.dist Tensor.dist", "input, other, p=2", formula="(*), (*) -> ()")
def dist(need: Needs, input: Tensor, other: Value, p: Value) -> Tensor:
    """The norm of the difference."""
    binary(need, "bitwise", input, operand(need, other, "other"))
    return Tensor(Shape(()), "float")
