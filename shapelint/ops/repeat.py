"""Dimensions repeated: expand without copying, repeat and tile with."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ..shapes import Dim, Equality, Kind, Needs, Shape, Tensor, Value, compare, fresh
from . import elements
from .axes import axis, extent, listed, rank_of, shapeless
from .declare import op
from .operand_values import integer, plain_sizes, reason_of, sequence, unknown_tensor

__all__ = ["expanded"]


def expanded(need: Needs, input: Tensor, wanted: Sequence[Value] | None) -> Tensor:
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
    result = Tensor(Shape(tuple(dims)), input.dtype)
    values, own, all_sizes = input.values, elements.kept_sizes(input.shape), elements.kept_sizes(result.shape)
    if values is not None and own is not None and all_sizes is not None:
        result.hold(elements.spread(values, own, all_sizes))
    return result


def _expanded_size(need: Needs, have: Dim, size: Dim, shape: Shape) -> Dim:
    if size == -1 or size == have:
        return have
    if compare(have, 1, need.bounds) is Equality.NEVER:
        need.equal(have, size, Kind.OPERANDS, f"{have} cannot be expanded to {size}: {shape}", "size")
    return size


@op("Tensor.expand", "input, *size, implicit=False", formula="(1 or d, ...) -> size, -1 keeps d")
def expand(need: Needs, input: Tensor, size: tuple[Value, ...], implicit: Value) -> Tensor:
    """Dimensions of size 1 repeated without copying."""
    return expanded(need, input, listed(size))


@op("torch.broadcast_to", "input, size", formula="(1 or d, ...) -> size")
def broadcast_to(need: Needs, input: Tensor, size: Value) -> Tensor:
    """``expand`` by another name."""
    return expanded(need, input, sequence(size))


@op("Tensor.broadcast_to", "input, *size", formula="(1 or d, ...) -> size")
def broadcast_to_method(need: Needs, input: Tensor, size: tuple[Value, ...]) -> Tensor:
    """``expand`` by another name."""
    return expanded(need, input, listed(size))


@op("Tensor.expand_as", "input, other", formula="(1 or d, ...), (size) -> (size)")
def expand_as(need: Needs, input: Tensor, other: Value) -> Tensor:
    """Expanded to the shape of ``other``."""
    if not isinstance(other, Tensor) or other.shape.lead is not None:
        return unknown_tensor(reason_of(other, "other"), input.dtype)
    return expanded(need, input, other.shape.dims)


@op("Tensor.repeat", "input, *repeats", formula="(d1, ..., dn) -> (r1*d1, ..., rn*dn); missing d are 1")
def repeat(need: Needs, input: Tensor, repeats: tuple[Value, ...]) -> Tensor:
    """Copies of the tensor, side by side."""
    times, rank = listed(repeats), rank_of(input)
    if times is None or rank is None:
        return Tensor(shapeless(input, None if times is None else len(times), None, "a repeat"), input.dtype)
    need.require(
        len(times) >= rank, Kind.OPERANDS, f"{len(times)} repeats for {rank} dimensions: {input.shape}", "repeats"
    )
    return _tiled(need, input, times)


@op("torch.tile", "input, dims", formula="(d1, ..., dn) -> (r1*d1, ..., rn*dn); missing d and r are 1")
def tile(need: Needs, input: Tensor, dims: Value) -> Tensor:
    """Copies of the tensor, side by side."""
    return _tile(need, input, sequence(dims))


@op("Tensor.tile", "input, *dims", formula="(d1, ..., dn) -> (r1*d1, ..., rn*dn); missing d and r are 1")
def tile_method(need: Needs, input: Tensor, dims: tuple[Value, ...]) -> Tensor:
    """Copies of the tensor, side by side."""
    return _tile(need, input, listed(dims))


def _tile(need: Needs, input: Tensor, times: tuple[Value, ...] | None) -> Tensor:
    rank = rank_of(input)
    if times is None or rank is None:
        return unknown_tensor("a tile of unknown rank", input.dtype)
    return _tiled(need, input, (1,) * (rank - len(times)) + times)


def _tiled(need: Needs, input: Tensor, times: tuple[Value, ...]) -> Tensor:
    counts = tuple(integer(need, time, "repeats") for time in times)
    dims = (1,) * (len(counts) - len(input.shape.dims)) + input.shape.dims
    sizes = tuple(d * r for d, r in zip(dims, counts, strict=True))
    for size, count in zip(sizes, counts, strict=True):
        need.at_least(size, 0, Kind.ARGUMENT, f"{count} is no valid repeat: it must not be negative", "repeats")
    return Tensor(Shape(sizes), input.dtype)


@op(
    "{torch,Tensor}.repeat_interleave", "input, repeats=None, dim=None, *, output_size=None",
    formula="(*, d, *) -> (*, repeats*d, *); without dim the input is flattened",
)  # fmt: skip
def repeat_interleave(need: Needs, input: Tensor, repeats: Value, dim: Value, output_size: Value) -> Tensor:
    """Every element repeated in place."""
    total = _total(need, repeats, output_size)
    rank = rank_of(input)
    if repeats is None:
        return Tensor(Shape((total if output_size is not None else fresh("D", minimum=0, reason="repeats"),)), "int")
    single = not isinstance(repeats, Tensor) or repeats.shape.dims in ((), (1,))
    single = single and output_size is None and not isinstance(repeats, (tuple, list))
    if dim is None:
        size = math.prod(input.shape.dims) if rank is not None else fresh("D", minimum=0, reason=input.shape.lead)
        return Tensor(Shape((size * total if single else total,)), input.dtype)
    at = axis(need, input, dim)
    need.require(rank != 0, Kind.OPERANDS, "repeat_interleave along a dimension of a scalar", "dim")
    if at is None or rank is None:
        return Tensor(shapeless(input, rank, dim, "dim"), input.dtype)
    dims = list(input.shape.dims)
    dims[at] = dims[at] * total if single else total
    return Tensor(Shape(tuple(dims)), input.dtype)


def _total(need: Needs, repeats: Value, output_size: Value) -> Dim:
    if output_size is not None:
        return integer(need, output_size, "output_size")
    if isinstance(repeats, Tensor) and repeats.shape.dims not in ((), (1,)):
        values = elements.flat(repeats)
        counts = None if values is None else plain_sizes(values)
        return fresh("D", minimum=0, reason="the repeats are not known") if counts is None else sum(counts, 0)
    return extent(need, (repeats,), name="repeats")[0]
