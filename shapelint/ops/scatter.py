"""Elements written at places that index tensors and masks name: scatter, index_add, masked_fill."""

from __future__ import annotations

from collections.abc import Mapping

from ..shapes import Expr, Kind, Needs, Shape, Tensor, Value
from ..shapes.broadcast import broadcast
from . import elements
from .axes import axis, rank_of
from .declare import keep_shape, op
from .operand_values import like, operand, unknown_tensor
from .reshape import count_of
from .select import fits, vector

_SAME = "(*) -> (*)"


@op(
    "{torch,Tensor}.{scatter,scatter_add} Tensor.{scatter_,scatter_add_}",
    "input, dim, index, src=None, value=None, *, reduce=None, out=None", formula=_SAME,
)  # fmt: skip
def scatter(
    need: Needs, input: Tensor, dim: Value, index: Value, src: Value, value: Value, reduce: Value, out: Value
) -> Tensor:
    """The input with some elements replaced."""
    places = operand(need, index, "index")
    fits(need, input, dim, places, "scatter")
    if isinstance(src, Tensor) and src.shape.rank != 0:
        fits(need, src, dim, places, "scatter", also_along=True)
    return like(input)


@op(
    "{torch,Tensor}.scatter_reduce Tensor.scatter_reduce_",
    "input, dim, index, src, reduce, *, include_self=True, out=None", formula=_SAME,
)  # fmt: skip
def scatter_reduce(
    need: Needs, input: Tensor, dim: Value, index: Value, src: Value, reduce: Value, **options: Value
) -> Tensor:
    """The input with reductions written into it."""
    places = operand(need, index, "index")
    fits(need, input, dim, places, "scatter_reduce")
    return like(input)


@op(
    "{torch,Tensor}.{index_add,index_copy} Tensor.{index_add_,index_copy_}",
    "input, dim, index, source=None, *, alpha=1, tensor2=None, out=None", formula=_SAME,
)  # fmt: skip
def index_add(need: Needs, input: Tensor, dim: Value, index: Value, source: Value, **options: Value) -> Tensor:
    """Entries of one dimension written: the source has one for each index, and the sizes of the input else."""
    at = axis(need, input, dim)
    count = vector(need, operand(need, index, "index"), "index_add")
    given = options["tensor2"] if source is None else source
    if at is None or not isinstance(given, Tensor) or not rank_of(given) or not rank_of(input):
        return like(input)
    wanted = Shape((*input.shape.dims[:at], count, *input.shape.dims[at + 1 :]))
    message = f"a source of shape {wanted} expected, got {given.shape}"
    need.require(rank_of(given) == rank_of(input), Kind.OPERANDS, message, "source")
    for mine, other in zip(wanted.dims, given.shape.dims, strict=True):
        need.equal(other, mine, Kind.OPERANDS, message, "source")
    return like(input)


def _number(need: Needs, value: Value, what: str) -> None:
    """A value to fill with is a number, or a tensor without dimensions."""
    if isinstance(value, Tensor):
        message = f"0 dimensions expected for the value of {what}, got {value.shape}"
        need.require(rank_of(value) in (0, None), Kind.OPERANDS, message, "value")


@op("{torch,Tensor}.index_fill Tensor.index_fill_", "input, dim, index, value", formula=_SAME)
def index_fill(need: Needs, input: Tensor, dim: Value, index: Value, value: Value) -> Tensor:
    """Entries of one dimension filled."""
    axis(need, input, dim)
    vector(need, operand(need, index, "index"), "index_fill")
    _number(need, value, "index_fill")
    return like(input)


@op(
    "{torch,Tensor}.index_put Tensor.index_put_ torch.index_put_",
    "input, indices, values, accumulate=False",
    formula=_SAME,
)
def index_put(need: Needs, input: Tensor, indices: Value, values: Value, accumulate: Value) -> Tensor:
    """Elements written."""
    return like(input)


def _masked(need: Needs, input: Tensor, mask: Value) -> Tensor:
    shapes = (input.shape, operand(need, mask, "mask").shape)
    return Tensor(broadcast(need, shapes, name="input and mask"), input.dtype)


@op("{torch,Tensor}.masked_fill", "input, mask, value", formula="(*), (*) -> (*), broadcast")
def masked_fill(need: Needs, input: Tensor, mask: Value, value: Value) -> Tensor:
    """Elements filled where the mask is true."""
    _number(need, value, "masked_fill")
    return _masked(need, input, mask)


@op("Tensor.masked_fill_", "input, mask, value", formula="(*), (mask) -> (*)")
def masked_fill_(need: Needs, input: Tensor, mask: Value, value: Value) -> Tensor:
    """Elements filled where the mask, broadcast to the input, is true."""
    _number(need, value, "masked_fill_")
    return _masked(need, input, mask)


@op("{torch,Tensor}.masked_scatter Tensor.masked_scatter_", "input, mask, source", formula="(*), (*) -> (*), broadcast")
def masked_scatter(need: Needs, input: Tensor, mask: Value, source: Value) -> Tensor:
    """Elements written where the mask is true."""
    return _masked(need, input, mask)


@op("{torch,Tensor}.put Tensor.put_", "input, index, source, accumulate=False", formula=_SAME)
def put(need: Needs, input: Tensor, index: Value, source: Value, accumulate: Value) -> Tensor:
    """Elements written by their place in the flattened input."""
    counts = [count_of(operand(need, item, name).shape) for item, name in ((index, "index"), (source, "source"))]
    if counts[0] is not None and counts[1] is not None:
        need.equal(counts[1], counts[0], Kind.OPERANDS, f"{counts[0]} places for {counts[1]} elements", "source")
    return like(input)


@op("Tensor.copy_", "input, src=None, non_blocking=False, *, other=None", formula="(*), (src) -> (*)")
def copy_(need: Needs, input: Tensor, src: Value, non_blocking: Value, other: Value) -> Tensor:
    """``src`` broadcast into the input."""
    given = operand(need, src if other is None else other, "src")
    both = Tensor(broadcast(need, (input.shape, given.shape), name="target and source"), input.dtype)
    keep_shape(need, input, both)
    values, sizes, wanted = given.values, elements.kept_sizes(given.shape), elements.kept_sizes(input.shape)
    if input.memory is None or values is None or sizes is None or wanted is None:
        return like(input)
    return elements.made(input.shape, given.dtype, elements.spread(values, sizes, wanted))


@op("torch.fill Tensor.fill_ torch.fill_", "input, value", formula=_SAME)
def fill(need: Needs, input: Tensor, value: Value) -> Tensor:
    """All elements one number."""
    _number(need, value, "fill")
    number = operand(need, value, "value").values
    if input.memory is None or number is None or isinstance(number[0], Expr):
        return like(input)
    return elements.filled(input.shape, input.dtype, number[0])


@op("Tensor.fill_diagonal_", "input, fill_value, wrap=False", formula=_SAME)
def fill_diagonal_(need: Needs, input: Tensor, fill_value: Value, wrap: Value) -> Tensor:
    """The diagonal one number."""
    return like(input)


@op("Tensor.resize_", "input, *size, memory_format=None", formula="(*) -> size")
def resize_(need: Needs, input: Tensor, size: tuple[Value, ...], memory_format: Value) -> Tensor:
    """Another size in place: what it does to views is not followed."""
    return unknown_tensor("a tensor resized in place", input.dtype)


@op("Tensor.{set_,map_,map2_,apply_,as_strided_,resize_as_}", "input, *args, **kwargs", formula="(*) -> (*)")
def set_(need: Needs, input: Tensor, args: tuple[Value, ...], kwargs: Mapping[str, Value]) -> Tensor:
    """Storage changed by hand: not followed."""
    return unknown_tensor("a tensor changed in place", input.dtype)


@op("{torch,Tensor}.{select_scatter}", "input, src, dim, index", formula=_SAME)
def select_scatter(need: Needs, input: Tensor, src: Value, dim: Value, index: Value) -> Tensor:
    """The input with one entry of a dimension replaced."""
    return like(input)


@op("{torch,Tensor}.{slice_scatter}", "input, src, dim=0, start=None, end=None, step=1", formula=_SAME)
def slice_scatter(need: Needs, input: Tensor, src: Value, dim: Value, start: Value, end: Value, step: Value) -> Tensor:
    """The input with a slice replaced."""
    return like(input)
