"""Which dimensions of a tensor an argument names: one, several, or lists of sizes."""

from __future__ import annotations

from collections.abc import Sequence

from ..shapes import Dim, Expr, Kind, Needs, Reject, Shape, Tensor, Value, fresh
from .operand_values import integer, reason_of, sequence

__all__ = ["axes", "axis", "extent", "listed", "rank_among", "rank_of", "rank_of_matrices", "shapeless", "size"]


def rank_of(input: Tensor) -> int | None:
    """The number of dimensions, None if unknown."""
    return input.shape.rank


def rank_among(input: Tensor, *allowed: int) -> int | None:
    """As :func:`rank_of`; ``Reject(OPERANDS)`` if it is known and not one of these."""
    rank = input.shape.rank
    if rank is not None and rank not in allowed:
        noun = "dimension" if allowed == (1,) else "dimensions"
        raise Reject(Kind.OPERANDS, f"{' or '.join(map(str, allowed))} {noun} expected, got {rank}: {input.shape}")
    return rank


def rank_of_matrices(input: Tensor) -> int | None:
    """As :func:`rank_of`; ``Reject(OPERANDS)`` if there are fewer than 2 dimensions."""
    rank = input.shape.rank
    if rank is not None and rank < 2:
        raise Reject(Kind.OPERANDS, f"at least 2 dimensions expected, got {rank}: {input.shape}")
    return rank


def size(input: Tensor, index: int) -> Dim:
    """The size of a dimension that exists."""
    found = input.size(index)
    assert found is not None
    return found


def axis(need: Needs, input: Tensor, dim: Value, *, more: int = 0, name: str = "dim") -> int | None:
    """``dim`` as an index from the front, or from the end (negative) where the rank is unknown; None if unknown.

    ``more``: how many dimensions the result has beyond those of ``input`` (1 for ``unsqueeze`` and ``stack``).
    """
    value = integer(need, dim, name) if not isinstance(dim, int) else int(dim)
    if not isinstance(value, int):
        return None
    rank = rank_of(input)
    if rank is None:
        return value
    count = max(rank + more, 1)
    need.require(
        -count <= value < count,
        Kind.OPERANDS,
        f"{name}={value} is out of range for {count} {'dimension' if count == 1 else 'dimensions'}: {input.shape}",
        name,
    )
    return value % count


def axes(need: Needs, input: Tensor, dims: Value, *, name: str = "dim") -> tuple[int, ...] | None:
    """Several distinct dimensions; None where one of them is not known."""
    members = sequence(dims) if isinstance(dims, (tuple, list)) else (dims,)
    if members is None:
        return None
    found = [axis(need, input, member, name=name) for member in members]
    known = [index for index in found if index is not None]
    if len(known) < len(found):
        return None
    need.require(len(set(known)) == len(known), Kind.OPERANDS, f"{name}={dims} names a dimension twice", name)
    return tuple(known)


def listed(rest: tuple[Value, ...]) -> tuple[Value, ...] | None:
    """The numbers of ``view(2, 3)`` or ``view((2, 3))``; None where their count is not known."""
    if len(rest) == 1 and not isinstance(rest[0], (int, float)):
        only = rest[0]
        if isinstance(only, (tuple, list)):
            return sequence(only)
        if isinstance(only, Expr):
            return (only,) if only.as_parameter is None else None  # ``view(self.shape)``: one size, or all of them
        return (only,) if isinstance(only, Tensor) and not only.shape.dims else None
    return sequence(rest)


def extent(need: Needs, values: Sequence[Value], *, name: str = "size") -> tuple[Dim, ...]:
    """Sizes that must not be negative."""
    sizes = tuple(integer(need, value, name) for value in values)
    for value in sizes:
        need.at_least(value, 0, Kind.ARGUMENT, f"{value} is no valid {name}: it must not be negative", name)
    return sizes


def shapeless(input: Tensor, count: int | None, cause: Value, what: str) -> Shape:
    """``count`` dimensions (None: of unknown number), none of them known because ``cause`` is not."""
    reason = reason_of(cause, what)
    if count is None:
        return Shape((), reason)
    return Shape(tuple(fresh("D", minimum=0, reason=reason) for _ in range(count)))
