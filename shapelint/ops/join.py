"""Tensors put together: cat, stack, hstack, vstack, block_diag."""

from __future__ import annotations

from collections.abc import Sequence

from ..shapes import Dim, Kind, Needs, Reject, Shape, Tensor, Value, fresh
from ..shapes.limits import MOST_ELEMENTS
from . import elements
from .axes import axis, rank_of, size
from .declare import Declared, op
from .operand_values import like, operand, promote, reason_of, sequence, unknown_tensor, unpacked
from .rearrange import unsqueeze

__all__ = ["joined", "members"]


def members(need: Needs, tensors: Value) -> list[Tensor] | None:
    """The tensors of a sequence, None where their number is not known."""
    if isinstance(tensors, Tensor):
        rank = rank_of(tensors)
        count = tensors.shape.dims[0] if rank else None
        if not isinstance(count, int) or count > MOST_ELEMENTS:
            return None
        return [Tensor(Shape(tensors.shape.dims[1:]), tensors.dtype)] * count
    found = sequence(tensors)
    return None if found is None else [operand(need, item, "tensors") for item in found]


@op(
    "torch.{cat,concat,concatenate}",
    "tensors, dim=0, *, out=None",
    formula="(*, d1, *), (*, d2, *), ... -> (*, d1 + d2 + ..., *)",
)
def cat(need: Needs, tensors: Value, dim: Value, out: Value) -> Tensor:
    """All other sizes must agree; an empty 1-d tensor goes with every shape."""
    parts = members(need, tensors)
    if parts is None:
        return _of_unknown_number(tensors, dim)
    need.require(len(parts) > 0, Kind.OPERANDS, "at least 1 tensor expected in cat, got 0", "tensors")
    kept = [part for part in parts if part.shape != Shape((0,))]
    if not kept:
        return parts[0]
    return joined(need, kept, dim, promote(part.dtype for part in parts))


def joined(need: Needs, parts: Sequence[Tensor], dim: Value, dtype: str | None) -> Tensor:
    """The parts one after the other along ``dim``."""
    first = next((part for part in parts if rank_of(part) is not None), None)
    if first is None:
        return unknown_tensor(parts[0].shape.lead or "", dtype)
    rank = rank_of(first)
    assert rank is not None
    need.require(rank > 0, Kind.OPERANDS, "at least 1 dimension expected in cat, got 0")
    at = axis(need, first, dim)
    if len(parts) == 1:
        return first
    for part in parts:
        known = rank_of(part)
        if known not in (None, rank) and not _may_be_empty(part):
            message = f"{rank} and {known} dimensions in cat: {first.shape} and {part.shape}"
            raise Reject(Kind.OPERANDS, message)
    parts = [part for part in parts if rank_of(part) in (rank, None) or not _may_be_empty(part)]
    dims: list[Dim] = []
    for index in range(rank):
        sizes = [(part, _size_from(part, index, rank)) for part in parts]
        if index == at:
            dims.append(sum((s for _, s in sizes), 0))
        elif at is None:
            dims.append(fresh("D", minimum=0, reason=reason_of(dim, "dim")))
        else:
            dims.append(_agreed(need, first, sizes, index))
    result = Tensor(Shape(tuple(dims)), dtype)
    if at != 0:
        return result
    return elements.made(result.shape, dtype, elements.concatenated(parts), isinstance(first, elements.Array))


def _may_be_empty(part: Tensor) -> bool:
    return len(part.shape.dims) == 1 and part.shape.lead is None and part.shape.dims[0] == 0


def _size_from(part: Tensor, index: int, rank: int) -> Dim:
    """A size of a tensor that has ``rank`` dimensions, though it may not be known to have them."""
    known = part.shape.dims
    if part.shape.lead is not None and index - rank >= -len(known):
        return known[index - rank]
    return size(part, index)


def _agreed(need: Needs, first: Tensor, sizes: list[tuple[Tensor, Dim]], index: int) -> Dim:
    """The size that all share; an integer among them fixes the others."""
    dim = next((s for _, s in sizes if isinstance(s, int)), size(first, index))
    for part, other in sizes:
        message = f"{dim} and {other} in dimension {index} of cat: {first.shape} and {part.shape}"
        need.equal(dim, other, Kind.OPERANDS, message)
    return dim


def _of_unknown_number(tensors: Value, dim: Value) -> Tensor:
    """Tensors of which one is known tell the rank and the sizes outside ``dim`` of the result."""
    known = next((t for t in tensors if isinstance(t, Tensor)), None) if isinstance(tensors, (tuple, list)) else None
    reason = reason_of(tensors, "the number of tensors in cat")
    if known is None or known.shape.lead is not None or not isinstance(dim, int) or known.shape == Shape((0,)):
        return unknown_tensor(reason, None)
    rank = len(known.shape.dims)
    if not -rank <= dim < rank:
        return unknown_tensor(reason, None)
    dims = list(known.shape.dims)
    dims[dim] = fresh("D", minimum=0, reason=reason)
    return Tensor(Shape(tuple(dims)), None)


@op("torch.stack", "tensors, dim=0, *, out=None", formula="n of (*, *) -> (*, n, *)")
def stack(need: Needs, tensors: Value, dim: Value, out: Value) -> Tensor:
    """Tensors of one shape along a new dimension."""
    parts = members(need, tensors)
    if parts is None:
        return _stacked_unknown(need, tensors, dim)
    need.require(len(parts) > 0, Kind.OPERANDS, "at least 1 tensor expected in stack, got 0", "tensors")
    first = next((part for part in parts if rank_of(part) is not None), parts[0])
    for part in parts:
        message = f"tensors of shape {first.shape} and {part.shape} in stack"
        if first.shape.lead is None and part.shape.lead is None:
            need.require(len(first.shape.dims) == len(part.shape.dims), Kind.OPERANDS, message)
            for left, right in zip(first.shape.dims, part.shape.dims, strict=True):
                need.equal(left, right, Kind.OPERANDS, message)
    base = like(first, promote(part.dtype for part in parts))
    wide = unsqueeze.shape(need, base, dim)
    at = axis(need, base, dim, more=1)
    if at is None:
        return wide
    if rank_of(base) is None:
        if at >= 0 or -at > len(wide.shape.dims):
            return wide
        tail = list(wide.shape.dims)
        tail[at] = len(parts)
        return Tensor(Shape(tuple(tail), wide.shape.lead), base.dtype)
    dims = (*wide.shape.dims[:at], len(parts), *wide.shape.dims[at + 1 :])
    return elements.made(Shape(dims), base.dtype, elements.concatenated(parts) if at == 0 else None)


def _stacked_unknown(need: Needs, tensors: Value, dim: Value) -> Tensor:
    known = next((t for t in tensors if isinstance(t, Tensor)), None) if isinstance(tensors, (tuple, list)) else None
    reason = reason_of(tensors, "the number of tensors in stack")
    if known is None or known.shape.lead is not None:
        return unknown_tensor(reason, None)
    at = axis(need, known, dim, more=1)
    if at is None:
        return unknown_tensor(reason, None)
    dims = known.shape.dims
    return Tensor(Shape((*dims[:at], fresh("D", minimum=0, reason=reason), *dims[at:])), known.dtype)


def _at_least(need: Needs, part: Tensor, rank: int) -> Tensor:
    """``torch.atleast_1d``, ``2d`` or ``3d``: dimensions of size 1 are added where numpy adds them."""
    dims = part.shape.dims
    if part.shape.lead is not None:
        return part if len(dims) >= rank else unknown_tensor(part.shape.lead, part.dtype)
    if len(dims) >= rank:
        return part
    if rank == 3 and len(dims) == 2:
        return Tensor(Shape((*dims, 1)), part.dtype)
    if rank == 3 and len(dims) == 1:
        return Tensor(Shape((1, *dims, 1)), part.dtype)
    return Tensor(Shape((1,) * (rank - len(dims)) + dims), part.dtype)


def _dimensions_added(rank: int) -> Declared:
    def shape(need: Needs, tensors: tuple[Value, ...]) -> Tensor | tuple[Tensor, ...]:
        parts = unpacked(tensors)
        found = tuple(_at_least(need, operand(need, part, "tensors"), rank) for part in parts)
        return found if len(tensors) != 1 or parts is not tensors else found[0]

    return op(f"torch.atleast_{rank}d", "*tensors", formula=f"at least {rank} dimensions, new ones of size 1")(shape)


AT_LEAST = tuple(_dimensions_added(rank) for rank in (1, 2, 3))


def _stacked(need: Needs, tensors: Value, rank: int, dim: int) -> Tensor:
    parts = members(need, tensors)
    if parts is None:
        return unknown_tensor(reason_of(tensors, "the number of tensors"), None)
    need.require(len(parts) > 0, Kind.OPERANDS, "at least 1 tensor expected, got 0", "tensors")
    wide = [_at_least(need, part, rank) for part in parts]
    at = 0 if dim == 1 and all(rank_of(part) == 1 for part in wide) else dim
    return joined(need, wide, at, promote(part.dtype for part in parts))


@op("torch.{hstack}", "tensors, *, out=None", formula="cat in dimension 1, of 1-d tensors in 0")
def hstack(need: Needs, tensors: Value, out: Value) -> Tensor:
    """Side by side."""
    return _stacked(need, tensors, 1, 1)


@op(
    "torch.{vstack,row_stack}",
    "tensors, *, out=None",
    formula="cat in dimension 0 of tensors with 2 dimensions at least",
)
def vstack(need: Needs, tensors: Value, out: Value) -> Tensor:
    """One above the other."""
    return _stacked(need, tensors, 2, 0)


@op("torch.dstack", "tensors, *, out=None", formula="cat in dimension 2 of tensors with 3 dimensions at least")
def dstack(need: Needs, tensors: Value, out: Value) -> Tensor:
    """One after the other in depth."""
    return _stacked(need, tensors, 3, 2)


@op("torch.column_stack", "tensors, *, out=None", formula="cat in dimension 1; 1-d tensors are columns")
def column_stack(need: Needs, tensors: Value, out: Value) -> Tensor:
    """Columns side by side."""
    parts = members(need, tensors)
    if parts is None:
        return unknown_tensor(reason_of(tensors, "the number of tensors"), None)
    need.require(len(parts) > 0, Kind.OPERANDS, "at least 1 tensor expected, got 0", "tensors")
    if any(rank_of(part) is None for part in parts):
        return unknown_tensor("columns of unknown rank", None)
    wide = [
        Tensor(Shape((*part.shape.dims, *(1,) * (2 - len(part.shape.dims)))) if len(part.shape.dims) else Shape((1, 1)))
        for part in parts
    ]
    return joined(need, wide, 1, promote(part.dtype for part in parts))


@op("torch.block_diag", "*tensors", formula="(a, b), (c, d), ... -> (a + c + ..., b + d + ...)")
def block_diag(need: Needs, tensors: tuple[Value, ...]) -> Tensor:
    """Matrices along a diagonal."""
    parts = [_at_least(need, operand(need, part, "tensors"), 2) for part in tensors]
    if any(rank_of(part) != 2 for part in parts):
        return unknown_tensor("blocks of unknown rank", None)
    rows, columns = (sum((part.shape.dims[i] for part in parts), 0) for i in (0, 1))
    return Tensor(Shape((rows, columns)), promote(part.dtype for part in parts))
