"""Matrices taken apart: svd, qr, eigenvalues, solutions of linear systems."""

from __future__ import annotations

from typing import NamedTuple

from ..shapes import Dim, Equality, Kind, Needs, Shape, Tensor, Value, compare, fresh
from ..shapes.broadcast import broadcast
from .axes import rank_of, rank_of_matrices, size
from .declare import Declared, op
from .operand_values import is_known, operand, truth, unknown_tensor

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
    if truth(compute_uv) is False or (truth(some) is False and truth(compute_uv) is True):  # zeros, or full matrices
        return _made(input, rows, rows), _made(input, least), _made(input, columns, columns)
    if truth(some) is None or truth(compute_uv) is None:
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
    formula="(*, n, n), (*, n, k) -> (*, n, k); or (*, n, n), (*, n) -> (*, n)",
)
def solve(need: Needs, input: Tensor, other: Value, B: Value, left: Value, out: Value) -> Tensor:
    """The right side is a vector if it has one dimension, or exactly the shape of the matrices without their last."""
    right = operand(need, other if B is None else B, "B")
    count = _square(need, input)
    one, two = rank_of(input), rank_of(right)
    if one is None or two is None or truth(left) is None:
        return unknown_tensor("the solution of a linear system", input.dtype)
    message = f"{input.shape} and {right.shape} in a linear system"
    batch, sides = Shape(input.shape.dims[:-2]), right.shape.dims
    if two == 1 or (two == one - 1 and sides == input.shape.dims[:-1]):
        need.require(truth(left) is True, Kind.ARGUMENT, f"{message}: left=False takes no vector", "left")
        need.equal(sides[-1], count, Kind.OPERANDS, message)
        return Tensor(Shape((*broadcast(need, (batch, Shape(sides[:-1])), name="batches").dims, count)), input.dtype)
    if two == one - 1:  # sizes that are not known may make it a vector
        sizes = zip(sides, input.shape.dims[:-1], strict=True)
        if all(compare(size, other_size, need.bounds) is not Equality.NEVER for size, other_size in sizes):
            return unknown_tensor("the solution of a linear system", input.dtype)
    need.require(two >= 2, Kind.OPERANDS, message)
    need.equal(sides[-2] if truth(left) else sides[-1], count, Kind.OPERANDS, message)
    common = broadcast(need, (batch, Shape(sides[:-2])), name="batches")
    return Tensor(Shape((*common.dims, *sides[-2:])), input.dtype)


_SQUARES = "(*, n, n) -> (*, n, n)"


def _squares(names: str, text: str) -> Declared:
    def shape(need: Needs, input: Tensor, **options: Value) -> Tensor:
        """Each matrix must be square, and stays so."""
        count = _square(need, input)
        return _made(input, count, count)

    return op(names, text, formula=_SQUARES)(shape)


SQUARES = (
    _squares("{torch,Tensor}.inverse torch.linalg.inv", "input, *, out=None"),
    _squares("torch.linalg.cholesky", "input, *, upper=False, out=None"),
    _squares("{torch,Tensor}.matrix_exp torch.linalg.matrix_exp", "input"),
    _squares("{torch,Tensor}.matrix_power torch.linalg.matrix_power", "input, n, *, out=None"),
)


@op("{torch,Tensor}.cholesky", "input, upper=False, *, out=None", formula=_SQUARES)
def cholesky(need: Needs, input: Tensor, upper: Value, out: Value) -> Tensor:
    """A triangular factor; matrices without entries need not be square."""
    _matrix(input)
    if 0 not in input.shape.dims:
        _square(need, input)
    return Tensor(input.shape, input.dtype)


@op("{torch,Tensor}.pinverse", "input, rcond=1e-15", formula="(*, m, n) -> (*, n, m)")
def pinverse(need: Needs, input: Tensor, rcond: Value) -> Tensor:
    """The pseudo-inverse is transposed."""
    rows, columns = _matrix(input)
    return _made(input, columns, rows)


@op(
    "torch.linalg.pinv",
    "input, rcond=None, hermitian=False, *, atol=None, rtol=None, out=None",
    formula="(*, m, n) -> (*, n, m)",
)
def pinv(need: Needs, input: Tensor, **options: Value) -> Tensor:
    """A tolerance for each matrix broadcasts with the batch, which is not followed."""
    rows, columns = _matrix(input)
    if options["hermitian"] is True and 0 not in input.shape.dims:
        _square(need, input)
    if any(not is_known(options[name]) for name in ("rcond", "atol", "rtol")):
        return unknown_tensor("a pseudo-inverse with tolerances", input.dtype)
    return _made(input, columns, rows)


@op("{torch,Tensor}.{det,logdet} torch.linalg.det", "input, *, out=None", formula="(*, n, n) -> (*)")
def det(need: Needs, input: Tensor, out: Value) -> Tensor:
    """The determinant of each matrix."""
    _square(need, input)
    return _made(input)
