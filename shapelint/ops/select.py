"""Elements picked or written by index tensors and masks: gather, scatter, index_select, masked_fill, nonzero."""

from __future__ import annotations

from typing import Any

from ..shapes import Dim, Kind, Needs, Shape, Tensor, Unknown, fresh
from ..shapes.broadcast import broadcast
from .axes import axis, rank_of, size
from .declare import keep_shape, op
from .split import resized
from .values import like, operand, truth, unknown_tensor

_SAME = "(*) -> (*)"


def _vector(need: Needs, index: Tensor, name: str) -> Dim:
    """The length of an index of one dimension; a scalar counts as one."""
    rank = rank_of(index)
    need.require(
        rank is None or rank <= 1, Kind.OPERANDS, f"1 dimension expected in {name}, got {rank}: {index.shape}", "index"
    )
    return 1 if rank == 0 else size(index, -1)


@op("{torch,Tensor}.index_select", "input, dim, index, *, out=None", formula="(*, d, *), (n) -> (*, n, *)")
def index_select(need: Needs, input: Tensor, dim: Any, index: Any, out: Any) -> Tensor:
    """The entries that ``index`` names."""
    at = axis(need, input, dim)
    count = _vector(need, operand(need, index, "index"), "index_select")
    if at is None:
        return unknown_tensor("the dim of an index_select is not known", input.dtype)
    if rank_of(input) == 0:
        need.equal(count, 1, Kind.OPERANDS, f"{count} indices into a scalar", "index")
        return input
    return resized(input, at, count)


@op("{torch,Tensor}.gather", "input, dim, index, *, sparse_grad=False, out=None", formula="(*), (index) -> (index)")
def gather(need: Needs, input: Tensor, dim: Any, index: Any, sparse_grad: Any, out: Any) -> Tensor:
    """The shape of the index, which may exceed that of the input only along ``dim``."""
    places = operand(need, index, "index")
    _fits(need, input, dim, places, "gather")
    return like(places, input.dtype)


def _fits(need: Needs, input: Tensor, dim: Any, index: Tensor, name: str, *, also_along: bool = False) -> None:
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


@op(
    "{torch,Tensor}.{scatter,scatter_add} Tensor.{scatter_,scatter_add_}",
    "input, dim, index, src=None, value=None, *, reduce=None, out=None", formula=_SAME,
)  # fmt: skip
def scatter(need: Needs, input: Tensor, dim: Any, index: Any, src: Any, value: Any, reduce: Any, out: Any) -> Tensor:
    """The input with some elements replaced."""
    places = operand(need, index, "index")
    _fits(need, input, dim, places, "scatter")
    if isinstance(src, Tensor) and src.shape.rank != 0:
        _fits(need, src, dim, places, "scatter", also_along=True)
    return like(input)


@op(
    "{torch,Tensor}.scatter_reduce Tensor.scatter_reduce_",
    "input, dim, index, src, reduce, *, include_self=True, out=None", formula=_SAME,
)  # fmt: skip
def scatter_reduce(need: Needs, input: Tensor, dim: Any, index: Any, src: Any, reduce: Any, **options: Any) -> Tensor:
    """The input with reductions written into it."""
    places = operand(need, index, "index")
    _fits(need, input, dim, places, "scatter_reduce")
    return like(input)


@op(
    "{torch,Tensor}.{index_add,index_copy} Tensor.{index_add_,index_copy_}",
    "input, dim, index, source=None, *, alpha=1, tensor2=None, out=None", formula=_SAME,
)  # fmt: skip
def index_add(need: Needs, input: Tensor, dim: Any, index: Any, source: Any, **options: Any) -> Tensor:
    """Entries of one dimension written."""
    axis(need, input, dim)
    _vector(need, operand(need, index, "index"), "index_add")
    return like(input)


@op("{torch,Tensor}.index_fill Tensor.index_fill_", "input, dim, index, value", formula=_SAME)
def index_fill(need: Needs, input: Tensor, dim: Any, index: Any, value: Any) -> Tensor:
    """Entries of one dimension filled."""
    axis(need, input, dim)
    _vector(need, operand(need, index, "index"), "index_fill")
    return like(input)


@op(
    "{torch,Tensor}.index_put Tensor.index_put_ torch.index_put_",
    "input, indices, values, accumulate=False",
    formula=_SAME,
)
def index_put(need: Needs, input: Tensor, indices: Any, values: Any, accumulate: Any) -> Tensor:
    """Elements written."""
    return like(input)


@op("{torch,Tensor}.masked_fill", "input, mask, value", formula="(*), (*) -> (*), broadcast")
def masked_fill(need: Needs, input: Tensor, mask: Any, value: Any) -> Tensor:
    """Elements filled where the mask is true."""
    return Tensor(broadcast(need, (input.shape, operand(need, mask, "mask").shape), name="input and mask"), input.dtype)


@op("Tensor.masked_fill_", "input, mask, value", formula="(*), (mask) -> (*)")
def masked_fill_(need: Needs, input: Tensor, mask: Any, value: Any) -> Tensor:
    """Elements filled where the mask, broadcast to the input, is true."""
    return Tensor(broadcast(need, (input.shape, operand(need, mask, "mask").shape), name="input and mask"), input.dtype)


@op("{torch,Tensor}.masked_scatter Tensor.masked_scatter_", "input, mask, source", formula="(*), (*) -> (*), broadcast")
def masked_scatter(need: Needs, input: Tensor, mask: Any, source: Any) -> Tensor:
    """Elements written where the mask is true."""
    return Tensor(broadcast(need, (input.shape, operand(need, mask, "mask").shape), name="input and mask"), input.dtype)


@op("{torch,Tensor}.masked_select", "input, mask, *, out=None", formula="(*), (*) -> (number of true elements)")
def masked_select(need: Needs, input: Tensor, mask: Any, out: Any) -> Tensor:
    """Elements where the mask is true, in one row."""
    broadcast(need, (input.shape, operand(need, mask, "mask").shape), name="input and mask")
    return Tensor(Shape((_counted("the number of true elements of a mask"),)), input.dtype)


def _counted(reason: str) -> Dim:
    return fresh("n", minimum=0, reason=reason)


@op(
    "{torch,Tensor}.{nonzero} Tensor.argwhere torch.argwhere",
    "input, *, out=None, as_tuple=False",
    formula="(*) -> (number of nonzero elements, rank)",
)
def nonzero(need: Needs, input: Tensor, out: Any, as_tuple: Any) -> Any:
    """Places of the elements that are not zero; ``as_tuple``: one tensor a dimension."""
    rank = rank_of(input)
    count = _counted("the number of nonzero elements")
    match truth(as_tuple):
        case None:
            return Unknown("as_tuple is not known")
        case True if rank is None:
            return Unknown("the number of dimensions of a nonzero is not known")
        case True:
            return tuple(Tensor(Shape((count,)), "int") for _ in range(max(rank or 0, 1)))
    return Tensor(Shape((count, fresh("rank", minimum=0, reason=input.shape.lead) if rank is None else rank)), "int")


@op("{torch,Tensor}.take", "input, index", formula="(*), (index) -> (index)")
def take(need: Needs, input: Tensor, index: Any) -> Tensor:
    """Elements by their place in the flattened input."""
    return like(operand(need, index, "index"), input.dtype)


@op("{torch,Tensor}.take_along_dim", "input, indices, dim=None, *, out=None", formula="(*), (index) -> (index)")
def take_along_dim(need: Needs, input: Tensor, indices: Any, dim: Any, out: Any) -> Tensor:
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


@op("{torch,Tensor}.put Tensor.put_", "input, index, source, accumulate=False", formula=_SAME)
def put(need: Needs, input: Tensor, index: Any, source: Any, accumulate: Any) -> Tensor:
    """Elements written by their place in the flattened input."""
    return like(input)


@op("Tensor.copy_", "input, src=None, non_blocking=False, *, other=None", formula="(*), (src) -> (*)")
def copy_(need: Needs, input: Tensor, src: Any, non_blocking: Any, other: Any) -> Tensor:
    """``src`` broadcast into the input."""
    given = operand(need, src if other is None else other, "src")
    both = Tensor(broadcast(need, (input.shape, given.shape), name="target and source"), input.dtype)
    keep_shape(need, input, both)
    return like(input)


@op("torch.fill Tensor.fill_ torch.fill_", "input, value", formula=_SAME)
def fill(need: Needs, input: Tensor, value: Any) -> Tensor:
    """All elements one number."""
    if isinstance(value, Tensor):
        need.require(value.shape.rank in (0, None), Kind.OPERANDS, f"0 dimensions expected, got {value.shape}", "value")
    return like(input)


@op("Tensor.fill_diagonal_", "input, fill_value, wrap=False", formula=_SAME)
def fill_diagonal_(need: Needs, input: Tensor, fill_value: Any, wrap: Any) -> Tensor:
    """The diagonal one number."""
    return like(input)


@op("Tensor.resize_", "input, *size, memory_format=None", formula="(*) -> size")
def resize_(need: Needs, input: Tensor, size: Any, memory_format: Any) -> Any:
    """Another size in place: what it does to views is not followed."""
    return unknown_tensor("a tensor resized in place", input.dtype)


@op("Tensor.{set_,map_,map2_,apply_,as_strided_,resize_as_}", "input, *args, **kwargs", formula="(*) -> (*)")
def set_(need: Needs, input: Tensor, args: Any, kwargs: Any) -> Any:
    """Storage changed by hand: not followed."""
    return unknown_tensor("a tensor changed in place", input.dtype)


@op("{torch,Tensor}.{select_scatter}", "input, src, dim, index", formula=_SAME)
def select_scatter(need: Needs, input: Tensor, src: Any, dim: Any, index: Any) -> Tensor:
    """The input with one entry of a dimension replaced."""
    return like(input)


@op("{torch,Tensor}.{slice_scatter}", "input, src, dim=0, start=None, end=None, step=1", formula=_SAME)
def slice_scatter(need: Needs, input: Tensor, src: Any, dim: Any, start: Any, end: Any, step: Any) -> Tensor:
    """The input with a slice replaced."""
    return like(input)


@op(
    "torch.{isin}",
    "input, test_elements=None, *, assume_unique=False, invert=False, elements=None, element=None, test_element=None, out=None",
    formula=_SAME,
)
def isin(need: Needs, input: Tensor, **others: Any) -> Tensor:
    """Whether each element is among others."""
    return like(input, "bool")


@op("torch.bucketize", "input, boundaries, *, out_int32=False, right=False, out=None", formula="(*), (n) -> (*)")
def bucketize(need: Needs, input: Tensor, boundaries: Any, **options: Any) -> Tensor:
    """Places among boundaries."""
    return like(input, "int")


@op(
    "torch.searchsorted",
    "sorted_sequence, input=None, *, self=None, out_int32=False, right=False, side=None, sorter=None, out=None",
    formula="(*, n), (*, m) -> (*, m)",
)
def searchsorted(need: Needs, sorted_sequence: Any, input: Any, self: Any, **options: Any) -> Tensor:
    """Places among boundaries, which may be a row for each row of values."""
    return like(operand(need, self if input is None else input, "input"), "int")
