"""Products over several dimensions or of all pairs: tensordot, inner, vecdot, kron, cross, cdist."""

from __future__ import annotations

from collections.abc import Sequence

from ..shapes import Kind, Needs, Shape, Tensor, Value
from ..shapes.broadcast import broadcast
from .axes import axes, axis, rank_of
from .declare import op
from .operand_values import operand, promote, sequence, unknown_tensor
from .reduce import reduction


@op("torch.tensordot", "input, other=None, dims=2, *, b=None, out=None", formula="(*A, *K), (*K, *B) -> (*A, *B)")
def tensordot(need: Needs, input: Tensor, other: Value, dims: Value, b: Value, out: Value) -> Tensor:
    """A sum over several dimensions of both."""
    right = operand(need, b if other is None else other, "b")
    if rank_of(input) is None or rank_of(right) is None:
        return unknown_tensor("a tensordot of unknown rank", input.dtype)
    one, two = input.shape.dims, right.shape.dims
    if isinstance(dims, int):
        message = f"{dims} dimensions in tensordot of {input.shape} and {right.shape}"
        need.require(0 <= dims <= min(len(one), len(two)), Kind.OPERANDS, message, "dims")
        pairs: Sequence[Value] | None = (tuple(range(len(one) - dims, len(one))), tuple(range(dims)))
    else:
        pairs = sequence(dims)
    if pairs is None or len(pairs) != 2:
        return unknown_tensor("the dims of a tensordot are not known", input.dtype)
    first, second = axes(need, input, pairs[0], name="dims"), axes(need, right, pairs[1], name="dims")
    if first is None or second is None:
        return unknown_tensor("the dims of a tensordot are not known", input.dtype)
    need.require(len(first) == len(second), Kind.OPERANDS, f"{len(first)} and {len(second)} dims in tensordot", "dims")
    for side, contracted in ((input, first), (right, second)):
        need.require(
            not contracted or rank_of(side) != 0, Kind.OPERANDS, "a dimension of a scalar in tensordot", "dims"
        )
    for i, j in zip(first, second, strict=True):
        # a size of 1 is broadcast
        broadcast(need, (Shape((one[i],)), Shape((two[j],))), name=f"tensordot of {input.shape} and {right.shape}:")
    rest = [d for i, d in enumerate(one) if i not in first] + [d for j, d in enumerate(two) if j not in second]
    return Tensor(Shape(tuple(rest)), promote((input.dtype, right.dtype)))


@op("{torch,Tensor}.inner", "input, other, *, out=None", formula="(*A, k), (*B, k) -> (*A, *B)")
def inner(need: Needs, input: Tensor, other: Value, out: Value) -> Tensor:
    """Sums over the last dimension of both; a scalar multiplies."""
    right = operand(need, other, "other")
    one, two, kind = rank_of(input), rank_of(right), promote((input.dtype, right.dtype))
    if one is None or two is None:
        return unknown_tensor("an inner product of unknown rank", kind)
    if one == 0 or two == 0:
        return Tensor(input.shape if two == 0 else right.shape, kind)
    left, last = input.shape.dims, right.shape.dims
    message = f"{left[-1]} and {last[-1]} in the inner product of {input.shape} and {right.shape}"
    need.equal(left[-1], last[-1], Kind.OPERANDS, message)
    return Tensor(Shape((*left[:-1], *last[:-1])), kind)


@op("torch.linalg.vecdot", "input, other=None, *, y=None, dim=-1, out=None", formula="(*, k), (*, k) -> (*)")
def vecdot(need: Needs, input: Tensor, other: Value, y: Value, dim: Value, out: Value) -> Tensor:
    """Vectors along ``dim`` of tensors that broadcast."""
    right = operand(need, y if other is None else other, "y")
    both = Tensor(broadcast(need, (input.shape, right.shape), name="operands of vecdot"))
    return reduction(need, both, dim, False, promote((input.dtype, right.dtype)))


@op("torch.kron Tensor.kron", "input, other, *, out=None", formula="(a, b), (c, d) -> (a*c, b*d)")
def kron(need: Needs, input: Tensor, other: Value, out: Value) -> Tensor:
    """Every product, block by block."""
    right = operand(need, other, "other")
    kind = promote((input.dtype, right.dtype))
    if rank_of(input) is None or rank_of(right) is None:
        return unknown_tensor("a product of unknown rank", kind)
    one, two = input.shape.dims, right.shape.dims
    count = max(len(one), len(two))
    wide = [(1,) * (count - len(side)) + side for side in (one, two)]
    return Tensor(Shape(tuple(a * b for a, b in zip(*wide, strict=True))), kind)


@op("{torch,Tensor}.cross", "input, other, dim=None, *, out=None", formula="(*, 3, *), (*, 3, *) -> (*, 3, *)")
def cross(need: Needs, input: Tensor, other: Value, dim: Value, out: Value) -> Tensor:
    """The vector product along ``dim``, or along the first dimension of size 3."""
    if dim is not None or not input.shape.is_concrete:
        return _crossed(need, input, operand(need, other, "other"), dim)
    dims = input.shape.dims
    need.require(3 in dims, Kind.OPERANDS, f"a dimension of 3 expected in cross: {input.shape}")
    return _crossed(need, input, operand(need, other, "other"), dims.index(3))


@op("torch.linalg.cross", "input, other, *, dim=-1, out=None", formula="(*, 3, *), (*, 3, *) -> (*, 3, *)")
def linalg_cross(need: Needs, input: Tensor, other: Value, dim: Value, out: Value) -> Tensor:
    """The vector product along ``dim``."""
    return _crossed(need, input, operand(need, other, "other"), dim)


def _crossed(need: Needs, left: Tensor, right: Tensor, dim: Value) -> Tensor:
    """Equally many dimensions, which broadcast but for ``dim``."""
    one, two = rank_of(left), rank_of(right)
    if one is not None and two is not None:
        message = f"equally many dimensions expected in cross: {left.shape} and {right.shape}"
        need.require(one == two, Kind.OPERANDS, message)
    for side in (left, right):
        at = axis(need, side, dim) if dim is not None else None
        if at is None or rank_of(side) is None:
            continue
        need.require(rank_of(side) != 0, Kind.OPERANDS, "at least 1 dimension expected in cross, got 0")
        found = side.shape.dims[at]
        need.equal(found, 3, Kind.OPERANDS, f"3 entries expected in dimension {at} of cross, got {found}: {side.shape}")
    return Tensor(broadcast(need, (left.shape, right.shape)), promote((left.dtype, right.dtype)))


@op("torch.cdist", "input, other=None, p=2.0, compute_mode=None", formula="(*, P, M), (*, R, M) -> (*, P, R)")
def cdist(need: Needs, input: Tensor, other: Value, p: Value, compute_mode: Value) -> Tensor:
    """Distances of all pairs of rows."""
    right = operand(need, other, "x2")
    if rank_of(input) is None or rank_of(right) is None:
        return unknown_tensor("distances of tensors of unknown rank", "float")
    one, two = input.shape.dims, right.shape.dims
    need.require(
        min(len(one), len(two)) >= 2,
        Kind.OPERANDS,
        f"2 dimensions expected at least in cdist: {input.shape}, {right.shape}",
    )
    need.equal(
        one[-1], two[-1], Kind.OPERANDS, f"{one[-1]} and {two[-1]} columns in cdist of {input.shape} and {right.shape}"
    )
    batch = broadcast(need, (Shape(one[:-2]), Shape(two[:-2])), name="batches")
    return Tensor(Shape((*batch.dims, one[-2], two[-2])), "float")
