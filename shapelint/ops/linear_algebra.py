"""Products of matrices and vectors: matmul, mm, bmm, mv, dot, outer; and sums with them: addmm, baddbmm."""

from __future__ import annotations

from ..shapes import Kind, Needs, Shape, Tensor, Value
from ..shapes.broadcast import broadcast
from .axes import rank_of
from .declare import op
from .operand_values import operand, promote, sequence, unknown_tensor

__all__ = ["product"]


def product(need: Needs, left: Tensor, right: Tensor) -> Tensor:
    """``left @ right``: matrices in the last two dimensions, the others broadcast."""
    kind = promote((left.dtype, right.dtype))
    for side in (left, right):
        need.require(rank_of(side) != 0, Kind.OPERANDS, f"at least 1 dimension expected in @, got 0: {side.shape}")
    if left.shape.lead is not None or right.shape.lead is not None:
        return _of_unknown_rank(need, left, right, kind)
    one, other = left.shape.dims, right.shape.dims
    inner = other[-2] if len(other) > 1 else other[0]
    need.equal(one[-1], inner, Kind.OPERANDS, f"{one[-1]} and {inner} in the product of {left.shape} and {right.shape}")
    batch = broadcast(need, (Shape(one[:-2]), Shape(other[:-2])), name="batches")
    rows = one[-2:-1] if len(one) > 1 else ()
    columns = other[-1:] if len(other) > 1 else ()
    return Tensor(Shape((*batch.dims, *rows, *columns)), kind)


def _of_unknown_rank(need: Needs, left: Tensor, right: Tensor, kind: str | None) -> Tensor:
    """A known matrix on the right fixes the last dimension."""
    lead = left.shape.lead or right.shape.lead
    other, one = right.shape, left.shape
    if len(one.dims) >= 1 and len(other.dims) >= 2:
        message = f"{one.dims[-1]} and {other.dims[-2]} in the product of {one} and {other}"
        need.equal(one.dims[-1], other.dims[-2], Kind.OPERANDS, message)
    if other.lead is None and len(other.dims) >= 2:
        return Tensor(Shape((other.dims[-1],), lead), kind)
    return unknown_tensor(lead or "", kind)


def _strict(need: Needs, left: Tensor, right: Tensor, rank: int, name: str) -> Tensor:
    """A product of tensors of exactly ``rank`` dimensions, whose batches are equal."""
    for side in (left, right):
        known = rank_of(side)
        need.require(
            known in (rank, None), Kind.OPERANDS, f"{rank} dimensions expected in {name}, got {known}: {side.shape}"
        )
    sides = [_ranked(side, rank) for side in (left, right)]
    one, other = sides[0].shape, sides[1].shape
    need.equal(
        one.dims[-1],
        other.dims[-2],
        Kind.OPERANDS,
        f"{one.dims[-1]} and {other.dims[-2]} in {name} of {one} and {other}",
    )
    if rank == 3:
        message = f"{one.dims[0]} and {other.dims[0]} batches in {name} of {one} and {other}"
        need.equal(one.dims[0], other.dims[0], Kind.OPERANDS, message)
    return Tensor(Shape((*one.dims[:-1], other.dims[-1])), promote((left.dtype, right.dtype)))


def _ranked(side: Tensor, rank: int) -> Tensor:
    """A tensor that must have ``rank`` dimensions, as one that has."""
    if side.shape.lead is None:
        return side
    missing = rank - len(side.shape.dims)
    sizes = [side.size(index) for index in range(-rank, 0)]
    return Tensor(Shape(tuple(s for s in sizes if s is not None)), side.dtype) if missing >= 0 else side


@op(
    "torch.{matmul} torch.linalg.matmul Tensor.{matmul,__matmul__}",
    "input, other, *, out=None",
    formula="(*, n, k), (*, k, m) -> (*, n, m)",
)
def matmul(need: Needs, input: Tensor, other: Value, out: Value) -> Tensor:
    """The operator ``@``."""
    return product(need, input, operand(need, other, "other"))


@op("{torch,Tensor}.mm", "input, mat2, out_dtype=None, *, out=None", formula="(n, k), (k, m) -> (n, m)")
def mm(need: Needs, input: Tensor, mat2: Value, out_dtype: Value, out: Value) -> Tensor:
    """Two matrices."""
    return _strict(need, input, operand(need, mat2, "mat2"), 2, "mm")


@op("{torch,Tensor}.bmm", "input, mat2, out_dtype=None, *, out=None", formula="(b, n, k), (b, k, m) -> (b, n, m)")
def bmm(need: Needs, input: Tensor, mat2: Value, out_dtype: Value, out: Value) -> Tensor:
    """Batches of matrices; no broadcasting."""
    return _strict(need, input, operand(need, mat2, "mat2"), 3, "bmm")


@op("{torch,Tensor}.mv", "input, vec, *, out=None", formula="(n, k), (k) -> (n)")
def mv(need: Needs, input: Tensor, vec: Value, out: Value) -> Tensor:
    """A matrix and a vector."""
    return _with_ranks(need, input, operand(need, vec, "vec"), (2, 1), "mv")


@op(
    "{torch,Tensor}.{dot,vdot}",
    "input, other=None, *, tensor=None, out=None",
    formula="(k), (k) -> ()",
)
def dot(need: Needs, input: Tensor, other: Value, tensor: Value, out: Value) -> Tensor:
    """The product of two vectors."""
    return _with_ranks(need, input, operand(need, tensor if other is None else other, "tensor"), (1, 1), "dot")


def _with_ranks(need: Needs, left: Tensor, right: Tensor, ranks: tuple[int, int], name: str) -> Tensor:
    for side, rank in zip((left, right), ranks, strict=True):
        known = rank_of(side)
        message = f"{rank} dimensions expected in {name}, got {known}: {side.shape}"
        need.require(known in (rank, None), Kind.OPERANDS, message)
    return product(need, _ranked(left, ranks[0]), _ranked(right, ranks[1]))


def _added(need: Needs, input: Tensor, result: Tensor) -> Tensor:
    """``input`` is expanded to the shape of the product."""
    both = broadcast(need, (result.shape, input.shape), name="summand and product")
    message = f"{input.shape} cannot be expanded to {result.shape}"
    need.require(both.lead is not None or len(both.dims) == len(result.shape.dims), Kind.OPERANDS, message)
    if both.lead is None:
        for wide, size in zip(both.dims, result.shape.dims, strict=True):
            need.equal(wide, size, Kind.OPERANDS, message)
    return result


@op(
    "{torch,Tensor}.{addmm} Tensor.addmm_",
    "input, mat1, mat2, *, beta=1, alpha=1, out=None, out_dtype=None",
    formula="(n, m), (n, k), (k, m) -> (n, m)",
)
def addmm(need: Needs, input: Tensor, mat1: Value, mat2: Value, **others: Value) -> Tensor:
    """``input + mat1 @ mat2``."""
    return _added(need, input, _strict(need, operand(need, mat1, "mat1"), operand(need, mat2, "mat2"), 2, "addmm"))


@op(
    "{torch,Tensor}.{baddbmm} Tensor.baddbmm_",
    "input, batch1, batch2, *, beta=1, alpha=1, out=None, out_dtype=None",
    formula="(b, n, m), (b, n, k), (b, k, m) -> (b, n, m)",
)
def baddbmm(need: Needs, input: Tensor, batch1: Value, batch2: Value, **others: Value) -> Tensor:
    """``input + batch1 @ batch2``."""
    return _added(
        need, input, _strict(need, operand(need, batch1, "batch1"), operand(need, batch2, "batch2"), 3, "baddbmm")
    )


@op(
    "{torch,Tensor}.{addbmm} Tensor.addbmm_",
    "input, batch1, batch2, *, beta=1, alpha=1, out=None",
    formula="(n, m), (b, n, k), (b, k, m) -> (n, m)",
)
def addbmm(need: Needs, input: Tensor, batch1: Value, batch2: Value, **others: Value) -> Tensor:
    """``input`` and the sum of all products."""
    whole = _strict(need, operand(need, batch1, "batch1"), operand(need, batch2, "batch2"), 3, "addbmm")
    return _added(need, input, Tensor(Shape(whole.shape.dims[1:]), whole.dtype))


@op(
    "{torch,Tensor}.{addmv} Tensor.addmv_",
    "input, mat, vec, *, beta=1, alpha=1, out=None",
    formula="(n), (n, k), (k) -> (n)",
)
def addmv(need: Needs, input: Tensor, mat: Value, vec: Value, **others: Value) -> Tensor:
    """``input + mat @ vec``."""
    return _added(need, input, _with_ranks(need, operand(need, mat, "mat"), operand(need, vec, "vec"), (2, 1), "addmv"))


@op("{torch,Tensor}.{outer,ger}", "input, vec2, *, out=None", formula="(n), (m) -> (n, m)")
def outer(need: Needs, input: Tensor, vec2: Value, out: Value) -> Tensor:
    """All products of two vectors."""
    sides = (input, operand(need, vec2, "vec2"))
    for side in sides:
        known = rank_of(side)
        need.require(known in (1, None), Kind.OPERANDS, f"1 dimension expected in outer, got {known}: {side.shape}")
    dims = (size for side in (_ranked(s, 1) for s in sides) for size in side.shape.dims)
    return Tensor(Shape(tuple(dims)), promote(side.dtype for side in sides))


@op("torch.{chain_matmul} torch.linalg.multi_dot", "*matrices, out=None", formula="(a, b), (b, c), ... -> (a, z)")
def chain_matmul(need: Needs, matrices: tuple[Value, ...], out: Value) -> Tensor:
    """A product of several matrices."""
    given = sequence(matrices[0]) if len(matrices) == 1 else matrices
    if not given:
        return unknown_tensor("an unknown number of matrices")
    result = operand(need, given[0], "matrices")
    for item in given[1:]:
        result = product(need, result, operand(need, item, "matrices"))
    return result
