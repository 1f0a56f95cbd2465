"""Dimensions moved, added and dropped: permute, transpose, movedim, unsqueeze, squeeze."""

from __future__ import annotations

import math
from itertools import product

from ..shapes import Dim, Equality, Kind, Needs, Shape, Tensor, Value, compare, unknown_rank
from . import elements
from .axes import axes, axis, listed, rank_of, shapeless
from .declare import op
from .operand_values import reason_of, sequence, unknown_tensor

__all__ = ["permuted"]


def permuted(input: Tensor, order: tuple[int, ...]) -> Tensor:
    """``input`` with its dimensions in another order."""
    dims = input.shape.dims
    result = Shape(tuple(dims[index] for index in order))
    values, sizes = elements.flat(input), elements.kept_sizes(input.shape)
    if values is None or sizes is None or len(dims) < 2:
        return elements.carried(Tensor(result, input.dtype), input)
    strides = [math.prod(sizes[index + 1 :]) for index in order]
    places = product(*(range(sizes[index]) for index in order))
    moved = [values[sum(i * s for i, s in zip(place, strides, strict=True))] for place in places]
    return elements.made(result, input.dtype, moved, isinstance(input, elements.Array))


@op("Tensor.permute", "input, *dims", formula="(d0, d1, ...) -> (d[dims[0]], d[dims[1]], ...)")
def permute_method(need: Needs, input: Tensor, dims: tuple[Value, ...]) -> Tensor:
    """All dimensions in another order."""
    return _permute(need, input, listed(dims))


@op("torch.permute", "input, dims", formula="(d0, d1, ...) -> (d[dims[0]], d[dims[1]], ...)")
def permute(need: Needs, input: Tensor, dims: Value) -> Tensor:
    """All dimensions in another order."""
    return _permute(need, input, sequence(dims))


def _permute(need: Needs, input: Tensor, dims: tuple[Value, ...] | None) -> Tensor:
    rank = rank_of(input)
    if dims is None:
        return Tensor(shapeless(input, rank, dims, "the order of dimensions"), input.dtype)
    if rank is None:
        return Tensor(shapeless(input, len(dims), dims, "a permutation of unknown dimensions"), input.dtype)
    need.require(
        len(dims) == rank, Kind.OPERANDS, f"{len(dims)} dimensions in permute of {rank}: {input.shape}", "dims"
    )
    order = axes(need, input, dims, name="dims")
    if order is None:
        return Tensor(shapeless(input, rank, dims, "the order of dimensions"), input.dtype)
    return permuted(input, order)


@op(
    "{torch,Tensor}.{transpose,swapdims} Tensor.{transpose_,swapdims_}", "input, dim0, dim1",
    formula="(*, A, *, B, *) -> (*, B, *, A, *)",
)  # fmt: skip
def transpose(need: Needs, input: Tensor, dim0: Value, dim1: Value) -> Tensor:
    """Two dimensions change places."""
    first, second = axis(need, input, dim0, name="dim0"), axis(need, input, dim1, name="dim1")
    rank = rank_of(input)
    if first is None or second is None:
        return Tensor(shapeless(input, rank, None, "a dimension"), input.dtype)
    if rank == 0 or (first == second):
        return input
    if rank is None:
        return Tensor(_transposed_tail(input, first, second), input.dtype)
    order = list(range(rank))
    order[first], order[second] = second, first
    return permuted(input, tuple(order))


@op("{torch,Tensor}.swapaxes Tensor.swapaxes_", "input, axis0, axis1", formula="(*, A, *, B, *) -> (*, B, *, A, *)")
def swapaxes(need: Needs, input: Tensor, axis0: Value, axis1: Value) -> Tensor:
    """``transpose`` by numpy's name."""
    return transpose.shape(need, input, axis0, axis1)


def _transposed_tail(input: Tensor, first: int, second: int) -> Shape:
    known = len(input.shape.dims)
    if -known <= first < 0 and -known <= second < 0:
        dims = list(input.shape.dims)
        dims[first], dims[second] = dims[second], dims[first]
        return Shape(tuple(dims), input.shape.lead)
    return unknown_rank(input.shape.lead or "")


@op("{torch,Tensor}.t Tensor.t_", "input", formula="(A, B) -> (B, A)")
def t(need: Needs, input: Tensor) -> Tensor:
    """The transpose of a matrix."""
    rank = rank_of(input)
    need.require(rank is None or rank <= 2, Kind.OPERANDS, f"at most 2 dimensions expected, got {rank}: {input.shape}")
    if rank is None:
        return unknown_tensor(input.shape.lead or "", input.dtype)
    return permuted(input, tuple(reversed(range(rank))))


@op("{torch,Tensor}.adjoint", "input", formula="(*, A, B) -> (*, B, A)")
def adjoint(need: Needs, input: Tensor) -> Tensor:
    """The (conjugate) transpose of the last two dimensions."""
    if rank_of(input) == 0:
        return input
    return transpose.shape(need, input, -2, -1)


@op(
    "{torch,Tensor}.{movedim,moveaxis}", "input, source, destination",
    formula="the dimensions source stand at destination, the others keep their order",
)  # fmt: skip
def movedim(need: Needs, input: Tensor, source: Value, destination: Value) -> Tensor:
    """Some dimensions move, the others close up."""
    rank = rank_of(input)
    here, there = axes(need, input, source, name="source"), axes(need, input, destination, name="destination")
    if here is None or there is None or rank is None:
        return Tensor(shapeless(input, rank, None, "a dimension"), input.dtype)
    need.require(
        len(here) == len(there), Kind.OPERANDS, f"{len(here)} dimensions move to {len(there)} places", "destination"
    )
    others = iter(index for index in range(rank) if index not in here)
    target = dict(zip(there, here, strict=True))
    return permuted(input, tuple(target[index] if index in target else next(others) for index in range(rank)))


@op("{torch,Tensor}.unsqueeze Tensor.unsqueeze_", "input, dim", formula="(*, *) -> (*, 1, *)")
def unsqueeze(need: Needs, input: Tensor, dim: Value) -> Tensor:
    """One more dimension, of size 1."""
    at, rank = axis(need, input, dim, more=1), rank_of(input)
    dims = input.shape.dims
    if at is None:
        return Tensor(shapeless(input, None if rank is None else rank + 1, dim, "dim"), input.dtype)
    if rank is None:
        if -len(dims) - 1 <= at < 0:
            at += len(dims) + 1
            return Tensor(Shape((*dims[:at], 1, *dims[at:]), input.shape.lead), input.dtype)
        return unknown_tensor(input.shape.lead or "", input.dtype)
    return elements.carried(Tensor(Shape((*dims[:at], 1, *dims[at:])), input.dtype), input)


@op("Tensor.{squeeze,squeeze_}", "input, *dim", formula="(*, 1, *) -> (*, *)")
def squeeze_method(need: Needs, input: Tensor, dim: tuple[Value, ...]) -> Tensor:
    """``x.squeeze(0, 2)`` is ``x.squeeze((0, 2))``; ``x.squeeze()`` drops all."""
    return squeeze.shape(need, input, dim[0] if len(dim) == 1 else dim or None)


@op("torch.squeeze", "input, dim=None", formula="(*, 1, *) -> (*, *)")
def squeeze(need: Needs, input: Tensor, dim: Value) -> Tensor:
    """Dimensions of size 1 (all, or those of ``dim``) are dropped; others stay."""
    rank = rank_of(input)
    asked = range(rank) if dim is None and rank is not None else None if dim is None else axes(need, input, dim)
    if asked is None or rank is None:
        return unknown_tensor(reason_of(dim, "the rank of a squeezed tensor"), input.dtype)
    kept: list[Dim] = []
    lead = None
    for index, size in enumerate(input.shape.dims):
        match compare(size, 1, need.bounds) if index in asked else Equality.NEVER:
            case Equality.NEVER:
                kept.append(size)
            case Equality.DEPENDS:
                kept, lead = [], f"{size} may be 1 in a squeeze"
    if lead is not None:
        return Tensor(Shape(tuple(kept), lead), input.dtype)
    return elements.carried(Tensor(Shape(tuple(kept)), input.dtype), input)
