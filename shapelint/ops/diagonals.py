"""Diagonals and triangles of matrices."""

from __future__ import annotations

import math

from ..shapes import Dim, Kind, Needs, Shape, Tensor, Value, fresh
from .axes import axis, rank_among, rank_of, rank_of_matrices
from .declare import op
from .operand_values import unknown_tensor


@op("{torch,Tensor}.trace", "input", formula="(n, m) -> ()")
def trace(need: Needs, input: Tensor) -> Tensor:
    """The sum of the diagonal."""
    rank_among(input, 2)
    return Tensor(Shape(()), input.dtype)


def _diagonal_size(rows: Dim, columns: Dim, offset: Value) -> Dim:
    if isinstance(rows, int) and isinstance(columns, int) and isinstance(offset, int):
        return max(0, min(rows, columns - offset) if offset >= 0 else min(rows + offset, columns))
    if rows == columns and offset == 0:
        return rows
    return fresh("D", minimum=0, reason="the length of a diagonal")


@op(
    "{torch,Tensor}.diagonal",
    "input, offset=0, dim1=0, dim2=1",
    formula="(n, m, *) -> (*, min(n, m))",
)
def diagonal(need: Needs, input: Tensor, offset: Value, dim1: Value, dim2: Value) -> Tensor:
    """The diagonal of two dimensions, which moves to the end."""
    first, second = axis(need, input, dim1, name="dim1"), axis(need, input, dim2, name="dim2")
    if first is None or second is None or rank_of(input) is None:
        return unknown_tensor("a diagonal of unknown dimensions", input.dtype)
    need.require(first != second, Kind.OPERANDS, f"dim1 and dim2 are both {first} in diagonal", "dim2")
    dims = input.shape.dims
    rest = tuple(d for i, d in enumerate(dims) if i not in (first, second))
    return Tensor(Shape((*rest, _diagonal_size(dims[first], dims[second], offset))), input.dtype)


@op("torch.linalg.diagonal", "input, *, offset=0, dim1=-2, dim2=-1", formula="(*, n, m) -> (*, min(n, m))")
def linalg_diagonal(need: Needs, input: Tensor, offset: Value, dim1: Value, dim2: Value) -> Tensor:
    """As ``diagonal``, of the last two dimensions."""
    return diagonal.shape(need, input, offset, dim1, dim2)


@op("{torch,Tensor}.diag", "input, diagonal=0, *, out=None", formula="(n) -> (n, n); (n, m) -> (min(n, m))")
def diag(need: Needs, input: Tensor, diagonal: Value, out: Value) -> Tensor:
    """A diagonal matrix of a vector, or the diagonal of a matrix."""
    known = rank_among(input, 1, 2)
    if known is None:
        return unknown_tensor(input.shape.lead or "", input.dtype)
    dims = input.shape.dims
    if known == 2:
        return Tensor(Shape((_diagonal_size(dims[0], dims[1], diagonal),)), input.dtype)
    size: Dim = dims[0] + abs(diagonal) if isinstance(diagonal, int) else fresh("D", reason="diag")
    return Tensor(Shape((size, size)), input.dtype)


@op("{torch,Tensor}.diag_embed", "input, offset=0, dim1=-2, dim2=-1", formula="(*, n) -> (*, n, n)")
def diag_embed(need: Needs, input: Tensor, offset: Value, dim1: Value, dim2: Value) -> Tensor:
    """Diagonal matrices of the last dimension."""
    known = rank_of(input)
    need.require(known != 0, Kind.OPERANDS, "at least 1 dimension expected in diag_embed, got 0")
    first = axis(need, input, dim1, more=1, name="dim1")
    second = axis(need, input, dim2, more=1, name="dim2")
    if known is None or not isinstance(offset, int) or first is None or second is None:
        return unknown_tensor("a diag_embed of unknown dimensions", input.dtype)
    need.require(first != second, Kind.OPERANDS, f"dim1 and dim2 are both {first} in diag_embed", "dim2")
    size = input.shape.dims[-1] + abs(offset)
    batch = iter(input.shape.dims[:-1])
    return Tensor(Shape(tuple(size if i in (first, second) else next(batch) for i in range(known + 1))), input.dtype)


@op("{torch,Tensor}.diagflat", "input, offset=0", formula="(*) -> (n, n), n = number of elements")
def diagflat(need: Needs, input: Tensor, offset: Value) -> Tensor:
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
def tril(need: Needs, input: Tensor, diagonal: Value, out: Value) -> Tensor:
    """Half of each matrix zeroed."""
    rank_of_matrices(input)
    return Tensor(input.shape, input.dtype)
