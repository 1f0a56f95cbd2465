"""Dimensions moved, added, dropped and repeated: permute, squeeze, expand, repeat and their kin."""

from __future__ import annotations

import math
from typing import Any

from ..shapes import Dim, Equality, Kind, Needs, Shape, Tensor, compare, fresh, unknown_rank
from . import elements
from .axes import axes, axis, extent, listed, rank_of, shapeless
from .declare import op
from .values import integer, reason_of, sequence, unknown_tensor

__all__ = ["expanded", "permuted"]


def permuted(input: Tensor, order: tuple[int, ...]) -> Tensor:
    """``input`` with its dimensions in another order."""
    dims = input.shape.dims
    result = Shape(tuple(dims[index] for index in order))
    values = elements.flat(input)
    if values is None or len(dims) < 2:
        return elements.carried(Tensor(result, input.dtype), input)
    places = elements.made(Shape(dims), "int", range(len(values)))
    return elements.made(
        result, input.dtype, _picked(values, places.elements, order, result), type(input) is elements.Array
    )


def _picked(values: list[Any], places: Any, order: tuple[int, ...], result: Shape) -> list[Any]:
    found = []
    for position in range(len(values)):
        index, rest = {}, position
        for source, count in zip(reversed(order), reversed(result.dims), strict=True):
            rest, index[source] = divmod(rest, int(count))  # type: ignore[arg-type]
        place = places
        for source in range(len(order)):
            place = place[index[source]]
        found.append(values[place])
    return found


@op("Tensor.permute", "input, *dims", formula="(d0, d1, ...) -> (d[dims[0]], d[dims[1]], ...)")
def permute_method(need: Needs, input: Tensor, dims: Any) -> Tensor:
    """All dimensions in another order."""
    return _permute(need, input, listed(dims))


@op("torch.permute", "input, dims", formula="(d0, d1, ...) -> (d[dims[0]], d[dims[1]], ...)")
def permute(need: Needs, input: Tensor, dims: Any) -> Tensor:
    """All dimensions in another order."""
    return _permute(need, input, sequence(dims))


def _permute(need: Needs, input: Tensor, dims: Any) -> Tensor:
    rank = rank_of(input)
    if dims is None:
        return Tensor(shapeless(input, rank, dims, "the order of dimensions"), input.dtype)
    if rank is None:
        return Tensor(shapeless(input, len(dims), dims, "a permutation of unknown dimensions"), input.dtype)
    need.require(
        len(dims) == rank, Kind.OPERANDS, f"{len(dims)} dimensions in permute of {rank}: {input.shape}", "dims"
    )
    order = axes(need, input, tuple(dims), name="dims")
    if order is None:
        return Tensor(shapeless(input, rank, dims, "the order of dimensions"), input.dtype)
    return permuted(input, order)


@op(
    "{torch,Tensor}.{transpose,swapdims} Tensor.{transpose_,swapdims_}", "input, dim0, dim1",
    formula="(*, A, *, B, *) -> (*, B, *, A, *)",
)  # fmt: skip
def transpose(need: Needs, input: Tensor, dim0: Any, dim1: Any) -> Tensor:
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
def swapaxes(need: Needs, input: Tensor, axis0: Any, axis1: Any) -> Any:
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
    return transpose.shape(need, input, -2, -1)  # type: ignore[no-any-return]


@op(
    "{torch,Tensor}.{movedim,moveaxis}", "input, source, destination",
    formula="the dimensions source stand at destination, the others keep their order",
)  # fmt: skip
def movedim(need: Needs, input: Tensor, source: Any, destination: Any) -> Tensor:
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
def unsqueeze(need: Needs, input: Tensor, dim: Any) -> Tensor:
    """A dimension of size 1 more."""
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


@op("{torch,Tensor}.squeeze Tensor.squeeze_", "input, dim=None", formula="(*, 1, *) -> (*, *)")
def squeeze(need: Needs, input: Tensor, dim: Any) -> Tensor:
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


def expanded(need: Needs, input: Tensor, wanted: Any) -> Tensor:
    """``input`` broadcast to the sizes ``wanted``, of which -1 keeps a size."""
    rank = rank_of(input)
    if wanted is None:
        return unknown_tensor("the sizes of an expand are not known", input.dtype)
    sizes = [integer(need, item, "size") for item in wanted]
    if rank is None:
        known = input.shape.dims
        dims = [
            (known[index] if -index <= len(known) else fresh("D", minimum=0, reason=input.shape.lead))
            if size == -1
            else size
            for index, size in zip(range(-len(sizes), 0), sizes, strict=True)
        ]
        return Tensor(Shape(tuple(dims)), input.dtype)
    need.require(
        len(sizes) >= rank,
        Kind.OPERANDS,
        f"{rank} dimensions cannot be expanded to {len(sizes)}: {input.shape}",
        "size",
    )
    new = len(sizes) - rank
    dims = []
    for index, size in enumerate(sizes):
        if index < new:
            need.require(size != -1, Kind.OPERANDS, "-1 stands for no size of a new dimension in expand", "size")
            need.at_least(size, 0, Kind.OPERANDS, f"{size} is no valid size", "size")
            dims.append(size)
        else:
            dims.append(_expanded_size(need, input.shape.dims[index - new], size, input.shape))
    return Tensor(Shape(tuple(dims)), input.dtype)


def _expanded_size(need: Needs, have: Dim, size: Dim, shape: Shape) -> Dim:
    if size == -1 or size == have:
        return have
    if compare(have, 1, need.bounds) is Equality.NEVER:
        need.equal(have, size, Kind.OPERANDS, f"{have} cannot be expanded to {size}: {shape}", "size")
    return size


@op("Tensor.expand", "input, *size, implicit=False", formula="(1 or d, ...) -> size, -1 keeps d")
def expand(need: Needs, input: Tensor, size: Any, implicit: Any) -> Tensor:
    """Dimensions of size 1 repeated without copying."""
    return expanded(need, input, listed(size))


@op("{torch,Tensor}.broadcast_to", "input, size", formula="(1 or d, ...) -> size")
def broadcast_to(need: Needs, input: Tensor, size: Any) -> Tensor:
    """``expand`` by another name."""
    return expanded(need, input, sequence(size))


@op("Tensor.expand_as", "input, other", formula="(1 or d, ...), (size) -> (size)")
def expand_as(need: Needs, input: Tensor, other: Any) -> Tensor:
    """Expanded to the shape of ``other``."""
    if not isinstance(other, Tensor) or other.shape.lead is not None:
        return unknown_tensor(reason_of(other, "other"), input.dtype)
    return expanded(need, input, other.shape.dims)


@op("Tensor.repeat", "input, *repeats", formula="(d1, ..., dn) -> (r1*d1, ..., rn*dn); missing d are 1")
def repeat(need: Needs, input: Tensor, repeats: Any) -> Tensor:
    """The tensor laid side by side."""
    times, rank = listed(repeats), rank_of(input)
    if times is None or rank is None:
        return Tensor(shapeless(input, None if times is None else len(times), None, "a repeat"), input.dtype)
    need.require(
        len(times) >= rank, Kind.OPERANDS, f"{len(times)} repeats for {rank} dimensions: {input.shape}", "repeats"
    )
    return _tiled(need, input, times)


@op("torch.tile", "input, dims", formula="(d1, ..., dn) -> (r1*d1, ..., rn*dn); missing d and r are 1")
def tile(need: Needs, input: Tensor, dims: Any) -> Tensor:
    """The tensor laid side by side."""
    return _tile(need, input, sequence(dims))


@op("Tensor.tile", "input, *dims", formula="(d1, ..., dn) -> (r1*d1, ..., rn*dn); missing d and r are 1")
def tile_method(need: Needs, input: Tensor, dims: Any) -> Tensor:
    """The tensor laid side by side."""
    return _tile(need, input, listed(dims))


def _tile(need: Needs, input: Tensor, times: Any) -> Tensor:
    rank = rank_of(input)
    if times is None or rank is None:
        return unknown_tensor("a tile of unknown rank", input.dtype)
    return _tiled(need, input, (1,) * (rank - len(times)) + tuple(times))


def _tiled(need: Needs, input: Tensor, times: Any) -> Tensor:
    counts = extent(need, times, name="repeats")
    dims = (1,) * (len(counts) - len(input.shape.dims)) + input.shape.dims
    return Tensor(Shape(tuple(d * r for d, r in zip(dims, counts, strict=True))), input.dtype)


@op(
    "{torch,Tensor}.repeat_interleave", "input, repeats=None, dim=None, *, output_size=None",
    formula="(*, d, *) -> (*, repeats*d, *); without dim the input is flattened",
)  # fmt: skip
def repeat_interleave(need: Needs, input: Tensor, repeats: Any, dim: Any, output_size: Any) -> Tensor:
    """Every element repeated in place."""
    total = _total(need, repeats, output_size)
    rank = rank_of(input)
    if repeats is None:
        return Tensor(Shape((total if output_size is not None else fresh("D", minimum=0, reason="repeats"),)), "int")
    if dim is None:
        size = math.prod(input.shape.dims) if rank is not None else fresh("D", minimum=0, reason=input.shape.lead)
        return Tensor(Shape((size * total if isinstance(repeats, int) else total,)), input.dtype)
    at = axis(need, input, dim)
    need.require(rank != 0, Kind.OPERANDS, "repeat_interleave along a dimension of a scalar", "dim")
    if at is None or rank is None:
        return Tensor(shapeless(input, rank, dim, "dim"), input.dtype)
    dims = list(input.shape.dims)
    single = not isinstance(repeats, Tensor) or repeats.shape.dims in ((), (1,))
    dims[at] = dims[at] * total if single and output_size is None and not isinstance(repeats, (tuple, list)) else total
    return Tensor(Shape(tuple(dims)), input.dtype)


def _total(need: Needs, repeats: Any, output_size: Any) -> Dim:
    if output_size is not None:
        return integer(need, output_size, "output_size")
    if isinstance(repeats, Tensor) and repeats.shape.dims not in ((), (1,)):
        counts = elements.flat(repeats)
        return sum(counts) if counts is not None else fresh("D", minimum=0, reason="the repeats are not known")
    return extent(need, (repeats,), name="repeats")[0]
