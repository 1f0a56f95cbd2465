"""Matrices taken apart: svd, qr, eigenvalues, solutions of linear systems."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ..shapes import Dim, Kind, Needs, Shape, Tensor, Value, fresh
from .axes import rank_of_matrices, size
from .declare import op
from .values import operand, truth, unknown_tensor

__all__ = ["Eigen", "LogDeterminant", "Orthogonal", "Singular"]


class Singular(NamedTuple):
    """``torch.linalg.svd``."""

    U: Tensor
    S: Tensor
    Vh: Tensor


class Orthogonal(NamedTuple):
    """``torch.linalg.qr``."""

    Q: Tensor
    R: Tensor


class Eigen(NamedTuple):
    """``torch.linalg.eigh``."""

    eigenvalues: Tensor
    eigenvectors: Tensor


class LogDeterminant(NamedTuple):
    """``torch.linalg.slogdet``."""

    sign: Tensor
    logabsdet: Tensor


def _matrix(input: Tensor) -> tuple[Dim, Dim]:
    rank_of_matrices(input)
    return size(input, -2), size(input, -1)


def _square(need: Needs, input: Tensor) -> Dim:
    rows, columns = _matrix(input)
    need.equal(rows, columns, Kind.OPERANDS, f"a square matrix expected, got {input.shape}")
    return rows


def _made(input: Tensor, *tail: Dim) -> Tensor:
    """The same batch with other last dimensions."""
    return Tensor(Shape((*input.shape.dims[:-2], *tail), input.shape.lead), input.dtype)


def _smaller(rows: Dim, columns: Dim) -> Dim:
    if isinstance(rows, int) and isinstance(columns, int):
        return min(rows, columns)
    return rows if rows == columns else fresh("k", minimum=0, reason="the smaller of two unknown sizes")


@op(
    "torch.linalg.svd",
    "input, full_matrices=True, *, driver=None, out=None",
    formula="(*, m, n) -> (*, m, m), (*, min(m, n)), (*, n, n)",
)
def svd(need: Needs, input: Tensor, full_matrices: Value, driver: Value, out: Value) -> Singular:
    """Singular values; without ``full_matrices`` only as many vectors."""
    rows, columns = _matrix(input)
    least = _smaller(rows, columns)
    match truth(full_matrices):
        case True:
            return Singular(_made(input, rows, rows), _made(input, least), _made(input, columns, columns))
        case False:
            return Singular(_made(input, rows, least), _made(input, least), _made(input, least, columns))
    unknown = unknown_tensor("full_matrices is not known")
    return Singular(unknown, _made(input, least), unknown)


@op(
    "{torch,Tensor}.svd",
    "input, some=True, compute_uv=True, *, out=None",
    formula="(*, m, n) -> (*, m, k), (*, k), (*, n, k), k = min(m, n)",
)
def old_svd(need: Needs, input: Tensor, some: Value, compute_uv: Value, out: Value) -> tuple[Tensor, Tensor, Tensor]:
    """The third result is not transposed."""
    rows, columns = _matrix(input)
    least = _smaller(rows, columns)
    if truth(some) is not True:
        return (unknown_tensor("some is not known"), _made(input, least), unknown_tensor("some is not known"))
    return _made(input, rows, least), _made(input, least), _made(input, columns, least)


@op("torch.linalg.svdvals", "input, *, driver=None, out=None", formula="(*, m, n) -> (*, min(m, n))")
def svdvals(need: Needs, input: Tensor, driver: Value, out: Value) -> Tensor:
    """Singular values alone."""
    return _made(input, _smaller(*_matrix(input)))


@op(
    "torch.linalg.qr torch.qr Tensor.qr",
    "input, mode='reduced', *, some=True, out=None",
    formula="(*, m, n) -> (*, m, k), (*, k, n), k = min(m, n)",
)
def qr(need: Needs, input: Tensor, mode: Value, some: Value, out: Value) -> Orthogonal:
    """An orthogonal and a triangular factor."""
    rows, columns = _matrix(input)
    if mode not in ("reduced", True) or some is not True:
        return Orthogonal(unknown_tensor("the mode of a qr"), unknown_tensor("the mode of a qr"))
    least = _smaller(rows, columns)
    return Orthogonal(_made(input, rows, least), _made(input, least, columns))


@op("torch.linalg.{eig,eigh}", "input, UPLO='L', *, out=None", formula="(*, n, n) -> (*, n), (*, n, n)")
def eigh(need: Needs, input: Tensor, UPLO: Value, out: Value) -> Eigen:
    """Eigenvalues and eigenvectors."""
    count = _square(need, input)
    return Eigen(_made(input, count), _made(input, count, count))


@op("torch.linalg.{eigvals,eigvalsh}", "input, UPLO='L', *, out=None", formula="(*, n, n) -> (*, n)")
def eigvalsh(need: Needs, input: Tensor, UPLO: Value, out: Value) -> Tensor:
    """Eigenvalues alone."""
    return _made(input, _square(need, input))


@op("torch.linalg.slogdet {torch,Tensor}.slogdet", "input, *, out=None", formula="(*, n, n) -> (*), (*)")
def slogdet(need: Needs, input: Tensor, out: Value) -> LogDeterminant:
    """Sign and logarithm of the determinant."""
    _square(need, input)
    return LogDeterminant(_made(input), _made(input))


@op(
    "torch.linalg.solve",
    "input, other=None, *, B=None, left=True, out=None",
    formula="(*, n, n), (*, n, k) -> (*, n, k)",
)
def solve(need: Needs, input: Tensor, other: Value, B: Value, **options: Value) -> Tensor:
    """The solution has the shape of the right side where that is a batch of matrices; else it is not followed."""
    right = operand(need, other if B is None else B, "B")
    same = input.shape.rank == right.shape.rank == 2 and options["left"] is True
    if not same:
        return unknown_tensor("the solution of a linear system", input.dtype)
    need.equal(
        input.shape.dims[0], right.shape.dims[0], Kind.OPERANDS, f"{input.shape} and {right.shape} in a linear system"
    )
    return Tensor(Shape((input.shape.dims[1], right.shape.dims[1])), input.dtype)


@op(
    "{torch,Tensor}.{inverse,pinverse,cholesky,matrix_exp,matrix_power} torch.linalg.{inv,pinv,cholesky,matrix_exp,matrix_power}",
    "input, *args, **kwargs", formula="(*, n, n) -> (*, n, n)",
)  # fmt: skip
def square(need: Needs, input: Tensor, args: tuple[Value, ...], kwargs: Mapping[str, Value]) -> Tensor:
    """A square matrix from a square matrix; a pseudo-inverse is transposed."""
    dims = input.shape.dims
    if len(dims) < 2:
        return unknown_tensor(input.shape.lead or "a matrix of unknown sizes", input.dtype)
    return Tensor(Shape((*dims[:-2], dims[-1], dims[-2]), input.shape.lead), input.dtype)


@op("{torch,Tensor}.{det,logdet} torch.linalg.det", "input, *, out=None", formula="(*, n, n) -> (*)")
def det(need: Needs, input: Tensor, out: Value) -> Tensor:
    """The determinant of each matrix."""
    return Tensor(Shape(input.shape.dims[:-2], input.shape.lead), input.dtype)
