"""Elements in another order, or combined with their neighbours: sort, topk, cumsum, flip, roll, unfold, diff."""

from __future__ import annotations

import itertools
import operator
from collections.abc import Iterable

from ..shapes import Elements, Kind, Needs, Shape, Tensor, Value, fresh, less, quotient
from . import elements
from .axes import axes, axis, rank_of, rank_of_matrices, shapeless, size
from .declare import Declared, op
from .operand_values import WHOLE, integer, kind_of, like, unpacked
from .rearrange import permuted
from .reduce import Extremes
from .split import resized

_SAME = "(*) -> (*)"


@op(
    "{torch,Tensor}.sort",
    "input, dim=-1, descending=False, stable=False, *, out=None",
    formula="(*) -> (*) and indices",
)
def sort(need: Needs, input: Tensor, dim: Value, descending: Value, stable: Value, out: Value) -> Extremes:
    """Sorted values and where they were."""
    axis(need, input, dim)
    return Extremes(like(input), like(input, "int"))


@op("{torch,Tensor}.msort", "input, *, out=None", formula=_SAME)
def msort(need: Needs, input: Tensor, out: Value) -> Tensor:
    """Sorted along the first dimension, without the indices."""
    return like(input)


@op("{torch,Tensor}.argsort", "input, dim=-1, descending=False, stable=False, *, out=None", formula=_SAME)
def argsort(need: Needs, input: Tensor, dim: Value, descending: Value, stable: Value, out: Value) -> Tensor:
    """Where the sorted values were."""
    axis(need, input, dim)
    return like(input, "int")


@op(
    "{torch,Tensor}.topk",
    "input, k, dim=-1, largest=True, sorted=True, *, out=None",
    formula="(*, d, *) -> (*, k, *) and indices",
)
def topk(need: Needs, input: Tensor, k: Value, dim: Value, largest: Value, sorted: Value, out: Value) -> Extremes:
    """The ``k`` largest, at most all."""
    at, count = axis(need, input, dim), integer(need, k, "k")
    need.at_least(count, 0, Kind.ARGUMENT, f"{count} is no valid k: it must not be negative", "k")
    if at is None:
        shape = shapeless(input, rank_of(input), dim, "dim")
        return Extremes(Tensor(shape, input.dtype), Tensor(shape, "int"))
    if rank_of(input) == 0:
        need.at_least(1, count, Kind.OPERANDS, f"the {count} largest of a scalar", "k")
        return Extremes(like(input), like(input, "int"))
    total = size(input, at)
    need.at_least(total, count, Kind.OPERANDS, f"the {count} largest of {total} in {input.shape}", "k")
    values = resized(input, at, count)
    return Extremes(values, Tensor(values.shape, "int"))


def _running(names: str, function: elements.Binary) -> Declared:
    def shape(need: Needs, input: Tensor, dim: Value, dtype: Value, out: Value) -> Tensor:
        """Sums and products so far; of bools and whole numbers whole."""
        axis(need, input, dim)
        kind = kind_of(dtype) or ("int" if input.dtype in WHOLE else input.dtype)
        values = elements.numbers(input) if rank_of(input) == 1 and dtype is None else None
        if values is None:
            return like(input, kind)
        # torch accumulates in double precision
        sums: Iterable[float] = itertools.accumulate(values, function)
        return elements.made(input.shape, kind, sums)

    return op(names, "input, dim, dtype=None, *, out=None", formula=_SAME)(shape)


RUNNING = (
    _running("{torch,Tensor}.cumsum Tensor.cumsum_", operator.add),
    _running("{torch,Tensor}.cumprod Tensor.cumprod_", operator.mul),
)


@op("{torch,Tensor}.logcumsumexp", "input, dim, *, out=None", formula=_SAME)
def logcumsumexp(need: Needs, input: Tensor, dim: Value, out: Value) -> Tensor:
    """The logarithm of the sum of exponentials so far."""
    axis(need, input, dim)
    return like(input)


@op("{torch,Tensor}.{cummax,cummin}", "input, dim, *, out=None", formula="(*) -> (*) and indices")
def cummax(need: Needs, input: Tensor, dim: Value, out: Value) -> Extremes:
    """Extremes so far."""
    axis(need, input, dim)
    return Extremes(like(input), like(input, "int"))


@op("Tensor.flip", "input, *dims", formula=_SAME)
def flip_method(need: Needs, input: Tensor, dims: tuple[Value, ...]) -> Tensor:
    """Some dimensions backwards."""
    return _flipped(input, axes(need, input, tuple(unpacked(dims))))


@op("torch.flip", "input, dims", formula=_SAME)
def flip(need: Needs, input: Tensor, dims: Value) -> Tensor:
    """Some dimensions backwards."""
    return _flipped(input, axes(need, input, dims))


def _flipped(input: Tensor, backwards: tuple[int, ...] | None) -> Tensor:
    if backwards is None or not isinstance(input.elements, list):
        return like(input)
    return like(input, elements=_backwards(input.elements, backwards, 0))


def _backwards(rows: Elements, backwards: tuple[int, ...], depth: int) -> Elements:
    """The nested ``rows`` with those at the depths ``backwards`` in the opposite order."""
    if not isinstance(rows, list):
        return rows
    inner = [_backwards(row, backwards, depth + 1) for row in rows]
    return inner[::-1] if depth in backwards else inner


@op("{torch,Tensor}.fliplr", "input", formula="(A, B, *) -> (A, B, *)")
def fliplr(need: Needs, input: Tensor) -> Tensor:
    """Dimension 1 backwards."""
    rank_of_matrices(input)
    return like(input)


@op("{torch,Tensor}.flipud", "input", formula="(A, *) -> (A, *)")
def flipud(need: Needs, input: Tensor) -> Tensor:
    """Dimension 0 backwards."""
    need.require(rank_of(input) != 0, Kind.OPERANDS, "at least 1 dimension expected, got 0")
    return like(input)


@op("{torch,Tensor}.roll", "input, shifts, dims=(), *, dim=None", formula=_SAME)
def roll(need: Needs, input: Tensor, shifts: Value, dims: Value, dim: Value) -> Tensor:
    """Elements moved around the ends."""
    asked = dims if dim is None else dim
    need.require(shifts not in ((), []), Kind.ARGUMENT, "at least 1 shift expected in roll", "shifts")
    if isinstance(asked, (tuple, list)) and asked and isinstance(shifts, (tuple, list)):
        message = f"{len(shifts)} shifts for {len(asked)} dims in roll"
        need.require(len(shifts) == len(asked), Kind.OPERANDS, message, "dims")
    for one in asked if isinstance(asked, (tuple, list)) else (asked,):
        if 0 in input.shape.dims:
            break  # torch looks at no dimension of an empty tensor
        need.require(rank_of(input) != 0, Kind.OPERANDS, f"dimension {one} of a scalar in roll", "dims")
        axis(need, input, one)
    return like(input)


@op("{torch,Tensor}.rot90", "input, k=1, dims=(0, 1)", formula="(*, A, *, B, *) -> (*, B, *, A, *) for odd k")
def rot90(need: Needs, input: Tensor, k: Value, dims: Value) -> Tensor:
    """A quarter turn in the plane of two dimensions."""
    rank, plane = rank_of(input), axes(need, input, dims)
    need.require(plane is None or len(plane) == 2, Kind.ARGUMENT, f"2 dims expected in rot90, got {dims}", "dims")
    need.require(rank is None or rank >= 2, Kind.OPERANDS, f"at least 2 dimensions expected in rot90: {input.shape}")
    if rank is None or plane is None or not isinstance(k, int) or len(plane) != 2:
        return Tensor(shapeless(input, rank, dims, "the plane of a rotation"), input.dtype)
    order = list(range(rank))
    if k % 2:
        order[plane[0]], order[plane[1]] = plane[1], plane[0]
    result = permuted(Tensor(input.shape, input.dtype), tuple(order))
    return Tensor(result.shape, input.dtype)


@op("Tensor.unfold", "input, dimension, size, step", formula="(*, d, *) -> (*, (d - size)//step + 1, *, size)")
def unfold(need: Needs, input: Tensor, dimension: Value, size: Value, step: Value) -> Tensor:
    """Overlapping pieces of a dimension, laid out along a new last dimension."""
    at, wide, every = (
        axis(need, input, dimension, name="dimension"),
        integer(need, size, "size"),
        integer(need, step, "step"),
    )
    need.at_least(every, 1, Kind.ARGUMENT, f"{every} is no valid step: it must be positive", "step")
    need.at_least(wide, 0, Kind.ARGUMENT, f"{wide} is no valid size: it must not be negative", "size")
    rank = rank_of(input)
    if at is None or rank in (None, 0):
        return Tensor(shapeless(input, None if rank is None else rank + 1, dimension, "dimension"), input.dtype)
    total = input.shape.dims[at]
    need.at_least(total, wide, Kind.OPERANDS, f"pieces of {wide} in a dimension of {total}", "size")
    count = quotient(total - wide, every, "an unfold of unknown step") + 1
    return Tensor(Shape((*input.shape.dims[:at], count, *input.shape.dims[at + 1 :], wide)), input.dtype)


@op(
    "{torch,Tensor}.diff",
    "input, n=1, dim=-1, prepend=None, append=None, *, out=None",
    formula="(*, d, *) -> (*, d - n, *)",
)
def diff(need: Needs, input: Tensor, n: Value, dim: Value, prepend: Value, append: Value, out: Value) -> Tensor:
    """Differences of neighbours."""
    rank = rank_of(input)
    need.require(rank != 0, Kind.OPERANDS, "at least 1 dimension expected in diff, got 0")
    if n == 0:
        return like(input)
    at = axis(need, input, dim)
    if at is None or rank is None or prepend is not None or append is not None or not isinstance(n, int):
        return Tensor(shapeless(input, rank, dim, "a difference"), input.dtype)
    total = input.shape.dims[at]
    match less(total, n, need.bounds):
        case True:
            return resized(input, at, 0)
        case False:
            result = resized(input, at, total - n)
            values = elements.numbers(input) if rank == 1 and n == 1 else None
            if values is None:
                return result
            steps = [later - earlier for earlier, later in itertools.pairwise(values)]
            return elements.made(result.shape, input.dtype, steps, isinstance(input, elements.Array))
    return resized(input, at, fresh("D", minimum=0, reason=f"a difference of {total}"))


@op("{torch,Tensor}.renorm Tensor.renorm_", "input, p, dim, maxnorm, *, out=None", formula=_SAME)
def renorm(need: Needs, input: Tensor, p: Value, dim: Value, maxnorm: Value, out: Value) -> Tensor:
    """Entries of a dimension scaled down."""
    rank_of_matrices(input)
    axis(need, input, dim)
    return like(input)
