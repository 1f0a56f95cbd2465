"""A tensor taken apart along one dimension: split, chunk, unbind, narrow, select."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TypeAlias

from ..shapes import Dim, Equality, Expr, Kind, Needs, Shape, Tensor, Unknown, Value, compare, quotient
from ..shapes.limits import MOST_ELEMENTS
from .axes import axis, rank_of, shapeless, size
from .declare import op
from .operand_values import first_given, integer, is_known, reason_of, sequence, unknown_tensor
from .picking import take

__all__ = ["cut", "resized", "within"]

Pieces: TypeAlias = "tuple[Tensor, ...] | Unknown"
"""What a split returns: unknown where the number of pieces is."""


def resized(input: Tensor, at: int, new: Dim) -> Tensor:
    """``input`` with another size in dimension ``at``, its elements not known."""
    dims = list(input.shape.dims)
    if input.shape.lead is None:
        dims[at] = new
        return Tensor(Shape(tuple(dims)), input.dtype)
    if -len(dims) <= at < 0:
        dims[at] = new
        return Tensor(Shape(tuple(dims), input.shape.lead), input.dtype)
    return Tensor(Shape((), input.shape.lead), input.dtype)


def cut(input: Tensor, at: int, lengths: Sequence[Dim], starts: Sequence[int] = ()) -> Pieces:
    """Pieces of these lengths, which begin at ``starts`` or else where the one before ends."""
    if len(lengths) > MOST_ELEMENTS:
        return _too_many(len(lengths))
    pieces: list[Tensor] = []
    start: Dim = 0
    for index, length in enumerate(lengths):
        piece = resized(input, at, length)
        start = starts[index] if starts else start
        if input.memory is not None and at >= 0:
            take(input, piece, [*(slice(None),) * at, slice(start, start + length)])
            start = start + length
        pieces.append(piece)
    return tuple(pieces)


def _too_many(count: int) -> Unknown:
    return Unknown(f"{count} pieces of a tensor are more than are followed")


@op(
    "{torch,Tensor}.{split,split_with_sizes,unsafe_split,unsafe_split_with_sizes}",
    "input, split_size=None, dim=0, *, split_sizes=None, split_size_or_sections=None",
    formula="(*, d, *) -> pieces (*, size, *) that sum to d",
)
def split(
    need: Needs, input: Tensor, split_size: Value, dim: Value, split_sizes: Value, split_size_or_sections: Value
) -> Pieces:
    """Pieces of one size, the last perhaps smaller, or of the sizes listed."""
    asked = first_given(split_size, split_sizes, split_size_or_sections)
    at = axis(need, input, dim)
    need.require(rank_of(input) != 0, Kind.OPERANDS, "split needs at least 1 dimension, got 0")
    if at is None:
        return Unknown(reason_of(dim, "dim"))
    total = size(input, at)
    if isinstance(asked, (tuple, list)):
        listed = sequence(asked)
        if listed is None:
            return Unknown("the sizes of a split are not known")
        return cut(input, at, _listed(need, total, listed))
    if not isinstance(asked, (int, Expr)) and not is_known(asked):
        return Unknown(reason_of(asked, "split_size"))
    step = integer(need, asked, "split_size")
    need.at_least(step, 0, Kind.ARGUMENT, f"{step} is no valid split_size: it must not be negative", "split_size")
    if step == 0:
        need.equal(total, 0, Kind.ARGUMENT, f"split_size is 0 for a dimension of {total}", "split_size")
        return cut(input, at, (0,))
    count = -quotient(-total, step)
    if not isinstance(count, int):
        return Unknown(f"the number of pieces of {step} in {total} is not known")
    if count > MOST_ELEMENTS:
        return _too_many(count)
    lengths: list[Dim] = [step] * (count - 1) + [total - step * (count - 1)] if count else [0]
    return cut(input, at, lengths)


def _listed(need: Needs, total: Dim, lengths: Sequence[Value]) -> tuple[Dim, ...]:
    sizes = tuple(integer(need, length, "split_sizes") for length in lengths)
    for length in sizes:
        need.at_least(length, 0, Kind.ARGUMENT, f"{length} is no valid size of a split", "split_sizes")
    together: Dim = sum(sizes, 0)
    need.equal(together, total, Kind.OPERANDS, f"{together} in all pieces of a split of {total}", "split_sizes")
    return sizes


@op("{torch,Tensor}.{chunk,unsafe_chunk}", "input, chunks, dim=0", formula="(*, d, *) -> pieces of ceil(d/chunks)")
def chunk(need: Needs, input: Tensor, chunks: Value, dim: Value) -> Pieces:
    """At most ``chunks`` pieces of one size, the last perhaps smaller."""
    at = axis(need, input, dim)
    need.require(rank_of(input) != 0, Kind.OPERANDS, "chunk needs at least 1 dimension, got 0")
    count = integer(need, chunks, "chunks")
    need.at_least(count, 1, Kind.ARGUMENT, f"{count} is no valid number of chunks: it must be positive", "chunks")
    if at is None or not isinstance(count, int):
        return Unknown("the number of chunks is not known")
    total = size(input, at)
    pieces = min(count, total) if isinstance(total, int) and total else count
    return _too_many(pieces) if pieces > MOST_ELEMENTS else cut(input, at, _even(need, total, count))


def _even(need: Needs, total: Dim, count: int) -> Sequence[Dim]:
    if isinstance(total, int):
        if total == 0:
            return (0,) * count
        step = -(-total // count)
        full = -(-total // step)
        return [step] * (full - 1) + [total - step * (full - 1)]
    if compare(total % count, 0, need.bounds) is Equality.ALWAYS:
        return (total // count,) * count
    # fewer chunks than asked come only of sizes below count squared; code that unpacks the chunks excludes them
    each = -((-total) // count)
    return [each] * (count - 1) + [total - each * (count - 1)]


@op(
    "{torch,Tensor}.tensor_split",
    "input, indices_or_sections=None, dim=0, *, indices=None, sections=None, tensor_indices_or_sections=None",
    formula="(*, d, *) -> n pieces, the first d % n of them one longer",
)
def tensor_split(
    need: Needs, input: Tensor, indices_or_sections: Value, dim: Value, indices: Value, sections: Value,
    tensor_indices_or_sections: Value,
) -> Pieces:  # fmt: skip
    """Even pieces, or pieces between indices."""
    asked = first_given(indices_or_sections, indices, sections, tensor_indices_or_sections)
    at = axis(need, input, dim)
    need.require(rank_of(input) != 0, Kind.OPERANDS, "tensor_split needs at least 1 dimension, got 0")
    if at is None:
        return Unknown(reason_of(dim, "dim"))
    total = size(input, at)
    if isinstance(asked, int):
        need.at_least(asked, 1, Kind.ARGUMENT, f"{asked} is no valid number of pieces: it must be positive", "sections")
        if asked > MOST_ELEMENTS:
            return _too_many(asked)
        return cut(input, at, [(total + asked - 1 - index) // asked for index in range(asked)])
    if isinstance(asked, (tuple, list)) and isinstance(total, int) and all(isinstance(item, int) for item in asked):
        marks = [0, *(range(total)[slice(item)].stop for item in asked), total]
        return cut(input, at, [max(0, end - start) for start, end in pairwise(marks)], marks)
    return Unknown("the number of pieces is not known")


@op("{torch,Tensor}.unbind", "input, dim=0", formula="(*, n, *) -> n of (*, *)")
def unbind(need: Needs, input: Tensor, dim: Value) -> Pieces:
    """One tensor for each index of a dimension."""
    at, rank = axis(need, input, dim), rank_of(input)
    need.require(rank != 0, Kind.OPERANDS, "unbind needs at least 1 dimension, got 0")
    if at is None or rank is None:
        return Unknown("the number of tensors in an unbind is not known")
    count = input.shape.dims[at]
    if not isinstance(count, int):
        return Unknown(f"the number of tensors in an unbind of {count} is not known")
    if count > MOST_ELEMENTS:
        return _too_many(count)
    rest = Shape((*input.shape.dims[:at], *input.shape.dims[at + 1 :]))
    ahead = (slice(None),) * at
    return tuple(take(input, Tensor(rest, input.dtype), [*ahead, index]) for index in range(count))


@op("{torch,Tensor}.{narrow,narrow_copy}", "input, dim, start, length", formula="(*, d, *) -> (*, length, *)")
def narrow(need: Needs, input: Tensor, dim: Value, start: Value, length: Value) -> Tensor:
    """``length`` entries from ``start`` on."""
    at = axis(need, input, dim)
    need.require(rank_of(input) != 0, Kind.OPERANDS, "narrow needs at least 1 dimension, got 0")
    wanted = integer(need, length, "length")
    need.at_least(wanted, 0, Kind.ARGUMENT, f"{wanted} is no valid length: it must not be negative", "length")
    if at is None:
        return Tensor(shapeless(input, rank_of(input), dim, "dim"), input.dtype)
    result = resized(input, at, wanted)
    if rank_of(input) is not None:
        total, first = size(input, at), integer(need, start, "start")
        message = f"{wanted} entries from {first} on in a dimension of {total}"
        if isinstance(first, int) and first < 0:
            first = first + total
            need.at_least(first, 0, Kind.OPERANDS, message, "start")
        need.at_least(total - first, wanted, Kind.OPERANDS, message, "length")
        if input.memory is not None:
            take(input, result, [*(slice(None),) * at, slice(first, first + wanted)])
    return result


@op("{torch,Tensor}.select torch.select_copy", "input, dim, index", formula="(*, d, *) -> (*, *)")
def select(need: Needs, input: Tensor, dim: Value, index: Value) -> Tensor:
    """One entry of a dimension."""
    at, rank = axis(need, input, dim), rank_of(input)
    need.require(rank != 0, Kind.OPERANDS, "select needs at least 1 dimension, got 0")
    if at is None or rank is None:
        return unknown_tensor(reason_of(dim, "a dimension of unknown place"), input.dtype)
    total, place = input.shape.dims[at], integer(need, index, "index")
    within(need, total, place)
    result = Tensor(Shape((*input.shape.dims[:at], *input.shape.dims[at + 1 :])), input.dtype)
    return take(input, result, [*(slice(None),) * at, place]) if input.memory is not None else result


def within(need: Needs, total: Dim, place: Dim) -> None:
    """``place`` must be an index into ``total`` entries."""
    message = f"index {place} is out of range for a dimension of {total}"
    if isinstance(place, int) and place < 0:
        need.at_least(total, -place, Kind.OPERANDS, message, "index")
    else:
        need.at_least(total, place + 1, Kind.OPERANDS, message, "index")


@op(
    "torch.{hsplit} Tensor.hsplit",
    "input, indices_or_sections=None, *, indices=None, sections=None",
    formula="tensor_split in dimension 1, of 1-d tensors in 0",
)
def hsplit(need: Needs, input: Tensor, indices_or_sections: Value, indices: Value, sections: Value) -> Pieces:
    """Pieces side by side."""
    need.require(rank_of(input) != 0, Kind.OPERANDS, "hsplit needs at least 1 dimension, got 0")
    dim = 0 if rank_of(input) == 1 else 1
    return _exact_split(need, input, first_given(indices_or_sections, indices, sections), dim)


@op(
    "{torch,Tensor}.vsplit",
    "input, indices_or_sections=None, *, indices=None, sections=None",
    formula="tensor_split in dimension 0",
)
def vsplit(need: Needs, input: Tensor, indices_or_sections: Value, indices: Value, sections: Value) -> Pieces:
    """Pieces one above the other."""
    rank = rank_of(input)
    need.require(rank is None or rank >= 2, Kind.OPERANDS, f"vsplit needs at least 2 dimensions, got {rank}")
    return _exact_split(need, input, first_given(indices_or_sections, indices, sections), 0)


def _exact_split(need: Needs, input: Tensor, asked: Value, dim: int) -> Pieces:
    """``tensor_split``, but a number of pieces must divide the size."""
    at = axis(need, input, dim)
    if isinstance(asked, int) and asked > 0 and at is not None:
        total = size(input, at)
        need.equal(total % asked, 0, Kind.OPERANDS, f"{asked} even pieces of {total}", "sections")
    return tensor_split.shape(need, input, asked, dim, None, None, None)
