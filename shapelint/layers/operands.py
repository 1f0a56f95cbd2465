"""Operands of a layer that must have the same shape, or broadcast, as far as the symbols allow.

``shapes.broadcast`` is for the operators of arithmetic: it also learns sizes from those that have to be equal.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..shapes import Dim, Equality, Kind, Needs, Reject, Shape, Tensor, compare, fresh, less

__all__ = ["broadcast", "same_dims", "same_shape"]


def broadcast(need: Needs, *operands: Tensor, kind: Kind = Kind.OPERANDS) -> Shape:
    """The shape that the operands broadcast to; ``Reject`` if they never do."""
    result = operands[0].shape
    for operand in operands[1:]:
        result = _pair(need, result, operand.shape, kind)
    return result


def same_shape(need: Needs, one: Tensor, other: Tensor, kind: Kind = Kind.OPERANDS) -> None:
    """Both must have the same shape."""
    if one.shape.lead is None and other.shape.lead is None:
        message = f"equal shapes expected, got {one.shape} and {other.shape}"
        same_dims(need, one.shape.dims, other.shape.dims, message, kind)


def same_dims(
    need: Needs,
    one: Sequence[Dim],
    other: Sequence[Dim],
    message: str,
    kind: Kind = Kind.OPERANDS,
    argument: str | None = None,
) -> None:
    """Both must be equally many and equal dimensions."""
    need.require(len(one) == len(other), kind, message, argument)
    for left, right in zip(one, other, strict=True):
        need.equal(left, right, kind, message, argument)


def _pair(need: Needs, one: Shape, other: Shape, kind: Kind) -> Shape:
    long, short = (one, other) if len(one.dims) >= len(other.dims) else (other, one)
    extra = len(long.dims) - len(short.dims)
    dims = [
        _dim(need, left, right, one, other, kind) for left, right in zip(long.dims[extra:], short.dims, strict=True)
    ]
    kept = long.dims[:extra]
    if short.lead is not None:  # the other may have sizes here too; only a number above 1 is certain to remain
        kept = tuple(d if isinstance(d, int) and d != 1 else fresh("D", reason=short.lead) for d in kept)
    return Shape((*kept, *dims), long.lead or short.lead)


def _dim(need: Needs, left: Dim, right: Dim, one: Shape, other: Shape, kind: Kind) -> Dim:
    if left == right or right == 1:
        return left
    if left == 1:
        return right
    match compare(left, right, need.bounds):
        case Equality.ALWAYS:
            return left
        case Equality.NEVER if _not_one(need, left) and _not_one(need, right):
            raise Reject(kind, f"{one} and {other} do not broadcast")
    for known in (left, right):
        if isinstance(known, int):  # not 1, so that the other can only be as large, or 1
            return known
    return fresh("D", minimum=0, reason="a broadcast of unknown sizes")


def _not_one(need: Needs, dim: Dim) -> bool:
    return compare(dim, 1, need.bounds) is Equality.NEVER or less(1, dim, need.bounds) is True
