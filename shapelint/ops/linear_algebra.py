"""Products of matrices: matmul, mm, bmm, addmm, einsum, tensordot and what is made of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from ..shapes import Dim, Kind, Needs, Shape, Tensor, fresh
from ..shapes.broadcast import broadcast
from .axes import axes, axis, rank_of
from .declare import op
from .values import operand, promote, sequence, unknown_tensor

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
    """A known matrix on the right tells the last dimension."""
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
def matmul(need: Needs, input: Tensor, other: Any, out: Any) -> Tensor:
    """The operator ``@``."""
    return product(need, input, operand(need, other, "other"))


@op("{torch,Tensor}.mm", "input, mat2, out_dtype=None, *, out=None", formula="(n, k), (k, m) -> (n, m)")
def mm(need: Needs, input: Tensor, mat2: Any, out_dtype: Any, out: Any) -> Tensor:
    """Two matrices."""
    return _strict(need, input, operand(need, mat2, "mat2"), 2, "mm")


@op("{torch,Tensor}.bmm", "input, mat2, out_dtype=None, *, out=None", formula="(b, n, k), (b, k, m) -> (b, n, m)")
def bmm(need: Needs, input: Tensor, mat2: Any, out_dtype: Any, out: Any) -> Tensor:
    """Batches of matrices; no broadcasting."""
    return _strict(need, input, operand(need, mat2, "mat2"), 3, "bmm")


@op("{torch,Tensor}.mv", "input, vec, *, out=None", formula="(n, k), (k) -> (n)")
def mv(need: Needs, input: Tensor, vec: Any, out: Any) -> Tensor:
    """A matrix and a vector."""
    return _with_ranks(need, input, operand(need, vec, "vec"), (2, 1), "mv")


@op(
    "{torch,Tensor}.{dot,vdot,inner} torch.linalg.vecdot",
    "input, other=None, *, tensor=None, dim=-1, out=None",
    formula="(k), (k) -> ()",
)
def dot(need: Needs, input: Tensor, other: Any, tensor: Any, dim: Any, out: Any) -> Tensor:
    """The inner product over the last dimension."""
    right = operand(need, tensor if other is None else other, "other")
    one, two = rank_of(input), rank_of(right)
    if one == two == 1:
        return product(need, input, right)
    return unknown_tensor("an inner product of several dimensions", input.dtype)


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
def addmm(need: Needs, input: Tensor, mat1: Any, mat2: Any, **others: Any) -> Tensor:
    """``input + mat1 @ mat2``."""
    return _added(need, input, _strict(need, operand(need, mat1, "mat1"), operand(need, mat2, "mat2"), 2, "addmm"))


@op(
    "{torch,Tensor}.{baddbmm} Tensor.baddbmm_",
    "input, batch1, batch2, *, beta=1, alpha=1, out=None, out_dtype=None",
    formula="(b, n, m), (b, n, k), (b, k, m) -> (b, n, m)",
)
def baddbmm(need: Needs, input: Tensor, batch1: Any, batch2: Any, **others: Any) -> Tensor:
    """``input + batch1 @ batch2``."""
    return _added(
        need, input, _strict(need, operand(need, batch1, "batch1"), operand(need, batch2, "batch2"), 3, "baddbmm")
    )


@op(
    "{torch,Tensor}.{addbmm} Tensor.addbmm_",
    "input, batch1, batch2, *, beta=1, alpha=1, out=None",
    formula="(n, m), (b, n, k), (b, k, m) -> (n, m)",
)
def addbmm(need: Needs, input: Tensor, batch1: Any, batch2: Any, **others: Any) -> Tensor:
    """``input`` and the sum of all products."""
    whole = _strict(need, operand(need, batch1, "batch1"), operand(need, batch2, "batch2"), 3, "addbmm")
    return _added(need, input, Tensor(Shape(whole.shape.dims[1:]), whole.dtype))


@op(
    "{torch,Tensor}.{addmv} Tensor.addmv_",
    "input, mat, vec, *, beta=1, alpha=1, out=None",
    formula="(n), (n, k), (k) -> (n)",
)
def addmv(need: Needs, input: Tensor, mat: Any, vec: Any, **others: Any) -> Tensor:
    """``input + mat @ vec``."""
    return _added(need, input, _with_ranks(need, operand(need, mat, "mat"), operand(need, vec, "vec"), (2, 1), "addmv"))


@op("{torch,Tensor}.{outer,ger}", "input, vec2, *, out=None", formula="(n), (m) -> (n, m)")
def outer(need: Needs, input: Tensor, vec2: Any, out: Any) -> Tensor:
    """All products of two vectors."""
    sides = (input, operand(need, vec2, "vec2"))
    for side in sides:
        known = rank_of(side)
        need.require(known in (1, None), Kind.OPERANDS, f"1 dimension expected in outer, got {known}: {side.shape}")
    dims = (size for side in (_ranked(s, 1) for s in sides) for size in side.shape.dims)
    return Tensor(Shape(tuple(dims)), promote(side.dtype for side in sides))


@op("torch.tensordot", "input, other=None, dims=2, *, b=None, out=None", formula="(*A, *K), (*K, *B) -> (*A, *B)")
def tensordot(need: Needs, input: Tensor, other: Any, dims: Any, b: Any, out: Any) -> Tensor:
    """A sum over several dimensions of both."""
    right = operand(need, b if other is None else other, "b")
    if rank_of(input) is None or rank_of(right) is None:
        return unknown_tensor("a tensordot of unknown rank", input.dtype)
    one, two = input.shape.dims, right.shape.dims
    if isinstance(dims, int):
        message = f"{dims} dimensions in tensordot of {input.shape} and {right.shape}"
        need.require(0 <= dims <= min(len(one), len(two)), Kind.OPERANDS, message, "dims")
        pairs: Any = (tuple(range(len(one) - dims, len(one))), tuple(range(dims)))
    else:
        pairs = sequence(dims)
    if pairs is None or len(pairs) != 2:
        return unknown_tensor("the dims of a tensordot are not known", input.dtype)
    first, second = axes(need, input, pairs[0], name="dims"), axes(need, right, pairs[1], name="dims")
    if first is None or second is None:
        return unknown_tensor("the dims of a tensordot are not known", input.dtype)
    need.require(len(first) == len(second), Kind.OPERANDS, f"{len(first)} and {len(second)} dims in tensordot", "dims")
    for i, j in zip(first, second, strict=True):
        # a size of 1 is broadcast
        broadcast(need, (Shape((one[i],)), Shape((two[j],))), name=f"tensordot of {input.shape} and {right.shape}:")
    rest = [d for i, d in enumerate(one) if i not in first] + [d for j, d in enumerate(two) if j not in second]
    return Tensor(Shape(tuple(rest)), promote((input.dtype, right.dtype)))


@op("torch.kron Tensor.kron", "input, other, *, out=None", formula="(a, b), (c, d) -> (a*c, b*d)")
def kron(need: Needs, input: Tensor, other: Any, out: Any) -> Tensor:
    """Every product, block by block."""
    right = operand(need, other, "other")
    if rank_of(input) is None or rank_of(right) is None:
        return unknown_tensor("a product of unknown rank", input.dtype)
    one, two = input.shape.dims, right.shape.dims
    count = max(len(one), len(two))
    wide = [(1,) * (count - len(side)) + side for side in (one, two)]
    return Tensor(Shape(tuple(a * b for a, b in zip(*wide, strict=True))), input.dtype)


@op(
    "torch.{cross} torch.linalg.cross Tensor.cross",
    "input, other, dim=None, *, out=None",
    formula="(*, 3, *), (*, 3, *) -> (*, 3, *)",
)
def cross(need: Needs, input: Tensor, other: Any, dim: Any, out: Any) -> Tensor:
    """The vector product."""
    return Tensor(broadcast(need, (input.shape, operand(need, other, "other").shape)), input.dtype)


@op("torch.cdist", "input, other=None, p=2.0, compute_mode=None", formula="(*, P, M), (*, R, M) -> (*, P, R)")
def cdist(need: Needs, input: Tensor, other: Any, p: Any, compute_mode: Any) -> Tensor:
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


@op(
    "{torch,Tensor}.{inverse,pinverse,cholesky,matrix_exp,matrix_power} torch.linalg.{inv,pinv,cholesky,matrix_exp,matrix_power}",
    "input, *args, **kwargs", formula="(*, n, n) -> (*, n, n)",
)  # fmt: skip
def square(need: Needs, input: Tensor, args: Any, kwargs: Any) -> Tensor:
    """A square matrix from a square matrix; a pseudo-inverse is transposed."""
    dims = input.shape.dims
    if len(dims) < 2:
        return unknown_tensor(input.shape.lead or "a matrix of unknown sizes", input.dtype)
    return Tensor(Shape((*dims[:-2], dims[-1], dims[-2]), input.shape.lead), input.dtype)


@op("{torch,Tensor}.{det,logdet} torch.linalg.det", "input, *, out=None", formula="(*, n, n) -> (*)")
def det(need: Needs, input: Tensor, out: Any) -> Tensor:
    """The determinant of each matrix."""
    return Tensor(Shape(input.shape.dims[:-2], input.shape.lead), input.dtype)


@op("{torch,Tensor}.trace", "input", formula="(n, m) -> ()")
def trace(need: Needs, input: Tensor) -> Tensor:
    """The sum of the diagonal."""
    known = rank_of(input)
    need.require(known in (2, None), Kind.OPERANDS, f"2 dimensions expected, got {known}: {input.shape}")
    return Tensor(Shape(()), input.dtype)


def _diagonal_size(need: Needs, rows: Dim, columns: Dim, offset: Any) -> Dim:
    if isinstance(rows, int) and isinstance(columns, int) and isinstance(offset, int):
        return max(0, min(rows, columns - offset) if offset >= 0 else min(rows + offset, columns))
    if rows == columns and offset == 0:
        return rows
    return fresh("D", minimum=0, reason="the length of a diagonal")


@op(
    "{torch,Tensor}.diagonal torch.linalg.diagonal",
    "input, offset=0, dim1=0, dim2=1",
    formula="(*, n, m) -> (*, min(n, m))",
)
def diagonal(need: Needs, input: Tensor, offset: Any, dim1: Any, dim2: Any) -> Tensor:
    """The diagonal of two dimensions, which moves to the end."""
    first, second = axis(need, input, dim1, name="dim1"), axis(need, input, dim2, name="dim2")
    if first is None or second is None or rank_of(input) is None:
        return unknown_tensor("a diagonal of unknown dimensions", input.dtype)
    need.require(first != second, Kind.OPERANDS, f"dim1 and dim2 are both {first} in diagonal", "dim2")
    dims = input.shape.dims
    rest = tuple(d for i, d in enumerate(dims) if i not in (first, second))
    return Tensor(Shape((*rest, _diagonal_size(need, dims[first], dims[second], offset))), input.dtype)


@op("{torch,Tensor}.diag", "input, diagonal=0, *, out=None", formula="(n) -> (n, n); (n, m) -> (min(n, m))")
def diag(need: Needs, input: Tensor, diagonal: Any, out: Any) -> Tensor:
    """A diagonal matrix of a vector, or the diagonal of a matrix."""
    known = rank_of(input)
    need.require(known in (1, 2, None), Kind.OPERANDS, f"1 or 2 dimensions expected, got {known}: {input.shape}")
    if known is None:
        return unknown_tensor(input.shape.lead or "", input.dtype)
    dims = input.shape.dims
    if known == 2:
        return Tensor(Shape((_diagonal_size(need, dims[0], dims[1], diagonal),)), input.dtype)
    size: Dim = dims[0] + abs(diagonal) if isinstance(diagonal, int) else fresh("D", reason="diag")
    return Tensor(Shape((size, size)), input.dtype)


@op("{torch,Tensor}.diag_embed", "input, offset=0, dim1=-2, dim2=-1", formula="(*, n) -> (*, n, n)")
def diag_embed(need: Needs, input: Tensor, offset: Any, dim1: Any, dim2: Any) -> Tensor:
    """Diagonal matrices of the last dimension."""
    known = rank_of(input)
    need.require(known != 0, Kind.OPERANDS, "at least 1 dimension expected in diag_embed, got 0")
    if known is None or not isinstance(offset, int) or (dim1, dim2) != (-2, -1):
        return unknown_tensor("a diag_embed of unknown dimensions", input.dtype)
    size = input.shape.dims[-1] + abs(offset)
    return Tensor(Shape((*input.shape.dims[:-1], size, size)), input.dtype)


@op("{torch,Tensor}.diagflat", "input, offset=0", formula="(*) -> (n, n), n = number of elements")
def diagflat(need: Needs, input: Tensor, offset: Any) -> Tensor:
    """A diagonal matrix of all elements."""
    if rank_of(input) is None or not isinstance(offset, int):
        return unknown_tensor("a diagonal of unknown length", input.dtype)
    size = math.prod(input.shape.dims) + abs(offset)
    return Tensor(Shape((size, size)), input.dtype)


@op(
    "{torch,Tensor}.{tril,triu} Tensor.{tril_,triu_}",
    "input, diagonal=0, *, out=None",
    formula="(*, n, m) -> (*, n, m)",
)
def tril(need: Needs, input: Tensor, diagonal: Any, out: Any) -> Tensor:
    """Half of each matrix zeroed."""
    known = rank_of(input)
    need.require(
        known is None or known >= 2, Kind.OPERANDS, f"at least 2 dimensions expected, got {known}: {input.shape}"
    )
    return Tensor(input.shape, input.dtype)


@op("torch.{chain_matmul} torch.linalg.multi_dot", "*matrices, out=None", formula="(a, b), (b, c), ... -> (a, z)")
def chain_matmul(need: Needs, matrices: Any, out: Any) -> Tensor:
    """A product of several matrices."""
    given: Sequence[Any] | None = sequence(matrices[0]) if len(matrices) == 1 else matrices
    if not given:
        return unknown_tensor("an unknown number of matrices")
    result = operand(need, given[0], "matrices")
    for item in given[1:]:
        result = product(need, result, operand(need, item, "matrices"))
    return result
