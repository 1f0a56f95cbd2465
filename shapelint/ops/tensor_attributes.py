"""Attributes of tensors, and methods that only read them: ``x.shape``, ``x.size()``, ``x.T``, ``x.item()``."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from ..records import dataclass
from ..shapes import Dim, Element, Elements, Expr, Kind, Needs, Shape, Tensor, Unknown, Value, fresh
from ..shapes.broadcast import broadcast
from ..shapes.limits import LOWEST
from .axes import axis, rank_among, rank_of, rank_of_matrices, size
from .declare import op
from .elements import Array, arrayed, carried, kept_sizes
from .operand_values import Dtype, like, plain_sizes, unknown_tensor
from .rearrange import permuted
from .sharing import viewed

__all__ = ["OpenSize", "attribute"]


@dataclass(frozen=True, slots=True, eq=False)
class OpenSize(Unknown):
    """``x.size()`` of a tensor of unknown rank, and which tensor: its sizes can still be asked for one by one."""

    tensor: Tensor


def sizes_of(tensor: Tensor) -> tuple[Dim, ...] | OpenSize:
    """``x.shape``: a tuple, or where the rank is unknown an :class:`OpenSize`."""
    lead = tensor.shape.lead
    return tensor.shape.dims if lead is None else OpenSize(lead, tensor)


def _rank(tensor: Tensor) -> Dim:
    rank = rank_of(tensor)
    return fresh("rank", minimum=len(tensor.shape.dims), reason=tensor.shape.lead) if rank is None else rank


def _count(tensor: Tensor) -> Dim:
    if tensor.shape.lead is not None:
        return fresh("numel", minimum=0, reason=tensor.shape.lead)
    return math.prod(tensor.shape.dims)


def _reversed(tensor: Tensor) -> Tensor:
    rank = rank_of(tensor)
    return (
        unknown_tensor(tensor.shape.lead or "", tensor.dtype)
        if rank is None
        else permuted(tensor, tuple(reversed(range(rank))))
    )


def _matrices(tensor: Tensor) -> Tensor:
    if rank_of(tensor) == 0:
        return tensor  # deprecated, but taken
    dims, rank = tensor.shape.dims, rank_of_matrices(tensor)
    if rank is not None:
        return permuted(tensor, (*range(rank - 2), rank - 1, rank - 2))
    if len(dims) < 2:
        return unknown_tensor(tensor.shape.lead or "", tensor.dtype)
    return Tensor(Shape((*dims[:-2], dims[-1], dims[-2]), tensor.shape.lead), tensor.dtype)


def _matrix(tensor: Tensor) -> Tensor:
    """``x.H`` of a matrix or a scalar; ``x.mH`` is that of batches."""
    rank_among(tensor, 0, 2)
    return _reversed(tensor)


def _plain(tensor: Tensor) -> Tensor:
    return carried(like(tensor), tensor)


def _unknown(what: str) -> Callable[[Tensor], Unknown]:
    return lambda tensor: Unknown(what)


_ATTRIBUTES: Mapping[str, Callable[[Tensor], Value]] = {
    "shape": sizes_of,
    "ndim": _rank,
    "T": _reversed,
    "H": _matrix,
    "mT": _matrices,
    "mH": _matrices,
    # the tensor itself: code that resizes `x.data` in place wants `x` to change
    "data": lambda tensor: _plain(tensor) if type(tensor) is not Tensor and tensor.shape.lead is None else tensor,
    "real": lambda tensor: like(tensor, "float" if tensor.dtype == "complex" else None),
    "imag": lambda tensor: like(tensor, "float"),
    "dtype": lambda tensor: Dtype("the dtype of a tensor", tensor.dtype),
    "device": _unknown("the device of a tensor"),
    "layout": _unknown("the layout of a tensor"),
    "grad": _unknown("the gradient of a tensor"),
    "grad_fn": _unknown("the gradient of a tensor"),
    "requires_grad": _unknown("whether a tensor requires a gradient"),
    "is_leaf": _unknown("whether a tensor is a leaf"),
    "is_cuda": _unknown("the device of a tensor"),
    "is_mps": _unknown("the device of a tensor"),
    "is_meta": _unknown("the device of a tensor"),
    "is_cpu": _unknown("the device of a tensor"),
    "is_quantized": lambda tensor: False,
    "is_sparse": lambda tensor: False,
    "is_nested": lambda tensor: False,
    "is_mkldnn": lambda tensor: False,
    "names": _unknown("the names of dimensions"),
    "itemsize": _unknown("the dtype of a tensor"),
    "nbytes": _unknown("the dtype of a tensor"),
    "values": _unknown("the values of a sparse tensor"),
}
_NOT_METHODS = {name: get for name, get in _ATTRIBUTES.items() if name != "values"}


def attribute(tensor: Tensor, name: str) -> Value:
    """``tensor.name`` that is not a method; ``KeyError`` where we know none."""
    if name == "size" and isinstance(tensor, Array):
        return _count(tensor)
    found = _NOT_METHODS[name](tensor)
    found = arrayed(found) if isinstance(tensor, Array) else found
    if tensor.memory is None or not isinstance(found, Tensor):
        return found
    return viewed(tensor, found, _NOT_METHODS[name])


@op("Tensor.size", "input, dim=None", formula="(d0, d1, ...) -> the tuple, or one of them")
def size_method(need: Needs, input: Tensor, dim: Value) -> Dim | tuple[Dim, ...] | OpenSize:
    """All sizes, or one."""
    if dim is None:
        return sizes_of(input)
    need.require(rank_of(input) != 0, Kind.OPERANDS, f"size({dim}) of a tensor without dimensions", "dim")
    at = axis(need, input, dim)
    return fresh("D", minimum=0, reason="the size of an unknown dimension") if at is None else size(input, at)


@op("Tensor.{dim,ndimension}", "input", formula="-> number of dimensions")
def dim(need: Needs, input: Tensor) -> Dim:
    """The rank."""
    return _rank(input)


@op("{torch,Tensor}.numel Tensor.nelement", "input", formula="(d0, d1, ...) -> d0*d1*...")
def numel(need: Needs, input: Tensor) -> Dim:
    """The number of elements."""
    return _count(input)


@op("Tensor.{item,__int__,__float__,__index__,__bool__}", "input", formula="() -> a number of Python")
def item(need: Needs, input: Tensor) -> Element | Unknown:
    """The only element."""
    count = _count(input)
    need.equal(count, 1, Kind.OPERANDS, f"1 element expected in item, got {count}: {input.shape}")
    values = input.values
    if values is not None and len(values) == 1:
        return values[0]
    if input.dtype in ("int", "byte"):
        return fresh("item", minimum=LOWEST, reason="the value of a tensor is not known")
    return Unknown("the value of a tensor is not known")


@op("Tensor.tolist", "input", formula="-> nested lists")
def tolist(need: Needs, input: Tensor) -> Value:
    """The elements as lists, where they are known."""
    if (known := input.elements) is not None:
        return _copied(known)
    sizes = kept_sizes(input.shape)
    return Unknown("the elements of a tensor are not known") if sizes is None else _unknown_list(sizes)


def _unknown_list(sizes: tuple[int, ...]) -> Value:
    if not sizes:
        return Unknown("the value of a tensor is not known")
    return [_unknown_list(sizes[1:]) for _ in range(sizes[0])]


def _copied(rows: Elements) -> Elements:
    return [_copied(row) for row in rows] if isinstance(rows, list) else rows


@op("Tensor.__len__", "input", formula="(d0, *) -> d0")
def length(need: Needs, input: Tensor) -> Dim:
    """``len(x)``."""
    need.require(rank_of(input) != 0, Kind.OPERANDS, "len of a tensor without dimensions")
    return size(input, 0)


@op("Tensor.numpy", "input, *, force=False", formula="(*) -> (*)")
def numpy(need: Needs, input: Tensor, force: Value) -> Tensor:
    """The same numbers as an array."""
    return carried(Array(input.shape, input.dtype), input)


@op(
    "{torch,Tensor}.{is_floating_point,is_complex} torch.is_nonzero Tensor.is_nonzero", "input", formula="(*) -> a bool"
)
def is_floating_point(need: Needs, input: Tensor) -> Unknown:
    """A bool that no shape depends on."""
    return Unknown("the dtype of a tensor")


@op(
    "Tensor.{is_contiguous,is_inference,is_shared,is_pinned,get_device,storage_offset,data_ptr,element_size,stride,storage}",
    "input, *args, **kwargs",
    formula="-> a property of the storage",
)
def storage(need: Needs, input: Tensor, args: tuple[Value, ...], kwargs: Mapping[str, Value]) -> Unknown:
    """How the elements lie in memory."""
    return Unknown("how a tensor lies in memory")


@op("torch.is_tensor", "obj", formula="-> a bool")
def is_tensor(need: Needs, obj: Value) -> bool | Unknown:
    """Whether it is a tensor."""
    if isinstance(obj, Tensor):
        return True
    return (
        False
        if obj is None or isinstance(obj, (bool, int, float, str, tuple, list, dict, Expr))
        else Unknown("its type")
    )


@op("Tensor.{__setstate__,__reduce__,share_memory_}", "input, *args, **kwargs", formula="-> nothing")
def nothing(need: Needs, input: Tensor, args: tuple[Value, ...], kwargs: Mapping[str, Value]) -> None:
    """No shape depends on it."""


@op(
    "Tensor.backward",
    "input, gradient=None, retain_graph=None, create_graph=False, inputs=None",
    formula="() -> nothing; any shape with a gradient",
)
def backward(
    need: Needs, input: Tensor, gradient: Value, retain_graph: Value, create_graph: Value, inputs: Value
) -> None:
    """Of one number, unless the gradient is given; no shape depends on it."""
    if gradient is None and input.shape.is_concrete:
        count = math.prod(dim for dim in input.shape.dims if isinstance(dim, int))
        message = f"a single number expected for backward without a gradient, got {input.shape}"
        need.require(count == 1, Kind.OPERANDS, message)


@op("torch.{broadcast_shapes}", "*shapes", formula="sizes, sizes, ... -> their common sizes")
def broadcast_shapes(need: Needs, shapes: tuple[Value, ...]) -> tuple[Dim, ...] | Unknown:
    """Broadcasting of plain sizes."""
    found = [plain_sizes(shape if isinstance(shape, tuple) else (shape,)) for shape in shapes]
    known = [Shape(sizes) for sizes in found if sizes is not None]
    return broadcast(need, known).dims if len(known) == len(found) > 0 else Unknown("the shapes are not known")
