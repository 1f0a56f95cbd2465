"""Elements picked by index tensors and masks: gather, index_select, masked_select, nonzero, take."""

from __future__ import annotations

from itertools import product

from ..shapes import Dim, Kind, Needs, Shape, Tensor, Unknown, Value, fresh
from ..shapes.broadcast import broadcast
from . import elements
from .axes import axis, rank_of, size
from .declare import op
from .operand_values import like, operand, truth, unknown_tensor
from .split import resized

_SAME = "(*) -> (*)"


def vector(need: Needs, index: Tensor, name: str) -> Dim:
    """The length of an index of one dimension; a scalar counts as one."""
    rank = rank_of(index)
    need.require(
        rank is None or rank <= 1, Kind.OPERANDS, f"1 dimension expected in {name}, got {rank}: {index.shape}", "index"
    )
    return 1 if rank == 0 else size(index, -1)


@op("{torch,Tensor}.index_select", "input, dim, index, *, out=None", formula="(*, d, *), (n) -> (*, n, *)")
def index_select(need: Needs, input: Tensor, dim: Value, index: Value, out: Value) -> Tensor:
    """The entries that ``index`` names."""
    at = axis(need, input, dim)
    count = vector(need, operand(need, index, "index"), "index_select")
    if at is None:
        return unknown_tensor("the dim of an index_select is not known", input.dtype)
    if rank_of(input) == 0:
        need.equal(count, 1, Kind.OPERANDS, f"{count} indices into a scalar", "index")
        return input
    return resized(input, at, count)


@op("{torch,Tensor}.gather", "input, dim, index, *, sparse_grad=False, out=None", formula="(*), (index) -> (index)")
def gather(need: Needs, input: Tensor, dim: Value, index: Value, sparse_grad: Value, out: Value) -> Tensor:
    """The shape of the index, which may exceed that of the input only along ``dim``."""
    places = operand(need, index, "index")
    fits(need, input, dim, places, "gather")
    return like(places, input.dtype)


def fits(need: Needs, input: Tensor, dim: Value, index: Tensor, name: str, *, also_along: bool = False) -> None:
    """An index has the rank of the input, and outside ``dim`` at most its sizes."""
    at = axis(need, input, dim)
    one, two = rank_of(input), rank_of(index)
    if one is None or two is None or at is None or 0 in index.shape.dims:
        return
    message = f"{max(two, 1)} index dimensions in {name} of {max(one, 1)}: {index.shape} and {input.shape}"
    need.require(max(one, 1) == max(two, 1), Kind.OPERANDS, message, "index")
    for place, (mine, limit) in enumerate(zip(index.shape.dims, input.shape.dims, strict=False)):
        if place != at or also_along:
            message = (
                f"{mine} indices in dimension {place} of {name}, which has {limit}: {index.shape} and {input.shape}"
            )
            need.at_least(limit, mine, Kind.OPERANDS, message, "index")


@op("{torch,Tensor}.masked_select", "input, mask, *, out=None", formula="(*), (*) -> (number of true elements)")
def masked_select(need: Needs, input: Tensor, mask: Value, out: Value) -> Tensor:
    """Elements where the mask is true, in one row."""
    chosen = operand(need, mask, "mask")
    shape = broadcast(need, (input.shape, chosen.shape), name="input and mask")
    known, sizes, all_sizes = elements.numbers(chosen), elements.kept_sizes(chosen.shape), elements.kept_sizes(shape)
    if known is not None and sizes is not None and all_sizes is not None:
        return Tensor(Shape((sum(map(bool, elements.spread(known, sizes, all_sizes))),)), input.dtype)
    return Tensor(Shape((_counted("the number of true elements of a mask"),)), input.dtype)


def _counted(reason: str) -> Dim:
    return fresh("n", minimum=0, reason=reason)


@op(
    "{torch,Tensor}.{nonzero} Tensor.argwhere torch.argwhere",
    "input, *, out=None, as_tuple=False",
    formula="(*) -> (number of nonzero elements, rank)",
)
def nonzero(need: Needs, input: Tensor, out: Value, as_tuple: Value) -> Tensor | tuple[Tensor, ...] | Unknown:
    """Places of the elements that are not zero; ``as_tuple``: one tensor per dimension."""
    rank = rank_of(input)
    known = _places(input)
    if known is not None and isinstance(as_tuple, bool):
        return _columns(known, max(rank or 0, 1)) if as_tuple else _rows(known, rank or 0)
    count = _counted("the number of nonzero elements")
    match truth(as_tuple):
        case None:
            return Unknown("as_tuple is not known")
        case True if rank is None:
            return Unknown("the number of dimensions of a nonzero is not known")
        case True:
            return tuple(Tensor(Shape((count,)), "int") for _ in range(max(rank or 0, 1)))
    return Tensor(Shape((count, fresh("rank", minimum=0, reason=input.shape.lead) if rank is None else rank)), "int")


def _places(input: Tensor) -> list[tuple[int, ...]] | None:
    """Where the elements are not zero, None where that is not known."""
    values, sizes = elements.numbers(input), elements.kept_sizes(input.shape)
    if values is None or sizes is None:
        return None
    return [place for place, value in zip(product(*map(range, sizes)), values, strict=True) if value]


def _rows(places: list[tuple[int, ...]], rank: int) -> Tensor:
    return elements.made(Shape((len(places), rank)), "int", [index for place in places for index in place])


def _columns(places: list[tuple[int, ...]], rank: int) -> tuple[Tensor, ...]:
    # A scalar counts as a row of one.
    found = [place or (0,) for place in places]
    return tuple(elements.made(Shape((len(found),)), "int", [place[at] for place in found]) for at in range(rank))


@op("{torch,Tensor}.take", "input, index", formula="(*), (index) -> (index)")
def take(need: Needs, input: Tensor, index: Value) -> Tensor:
    """Elements by their place in the flattened input."""
    return like(operand(need, index, "index"), input.dtype)


@op("{torch,Tensor}.take_along_dim", "input, indices, dim=None, *, out=None", formula="(*), (index) -> (index)")
def take_along_dim(need: Needs, input: Tensor, indices: Value, dim: Value, out: Value) -> Tensor:
    """``gather`` that broadcasts."""
    places = operand(need, indices, "indices")
    if dim is None or rank_of(input) is None or rank_of(places) is None:
        return like(places, input.dtype) if dim is None and rank_of(places) == 1 else unknown_tensor("take_along_dim")
    at = axis(need, input, dim)
    need.require(
        rank_of(input) == rank_of(places), Kind.OPERANDS, f"indices of {input.shape} and {places.shape}", "indices"
    )
    if at is None:
        return unknown_tensor("the dim of a take_along_dim is not known")
    one, two = (Shape((*s.dims[:at], 1, *s.dims[at + 1 :])) for s in (input.shape, places.shape))
    common = broadcast(need, (one, two))
    return resized(Tensor(common, input.dtype), at, places.shape.dims[at])


@op(
    "torch.{isin}",
    "input, test_elements=None, *, assume_unique=False, invert=False, elements=None, element=None, test_element=None, out=None",
    formula=_SAME,
)
def isin(need: Needs, input: Tensor, **others: Value) -> Tensor:
    """Whether each element is among others."""
    return like(input, "bool")


@op("torch.bucketize", "input, boundaries, *, out_int32=False, right=False, out=None", formula="(*), (n) -> (*)")
def bucketize(need: Needs, input: Tensor, boundaries: Value, **options: Value) -> Tensor:
    """Places among boundaries."""
    bounds = operand(need, boundaries, "boundaries")
    message = f"1 dimension expected for boundaries, got {bounds.shape}"
    need.require(rank_of(bounds) in (1, None), Kind.OPERANDS, message, "boundaries")
    return like(input, "int")


@op(
    "torch.searchsorted",
    "sorted_sequence, input=None, *, self=None, out_int32=False, right=False, side=None, sorter=None, out=None",
    formula="(*, n), (*, m) -> (*, m)",
)
def searchsorted(need: Needs, sorted_sequence: Value, input: Value, self: Value, **options: Value) -> Tensor:
    """Places among boundaries, which may be a row for each row of values."""
    return like(operand(need, self if input is None else input, "input"), "int")
