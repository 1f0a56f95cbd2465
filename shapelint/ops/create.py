"""Tensors made from sizes or numbers: zeros, rand, full, arange, tensor and their kin."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from ..shapes import Dim, Expr, Kind, Needs, Shape, Tensor, Unknown, fresh, quotient
from ..shapes.broadcast import broadcast
from . import elements
from .axes import extent, listed
from .declare import op
from .values import is_known, kind_of, like, operand, precise, promote, reason_of, sequence, unknown_tensor

__all__ = ["nested_data", "sized"]

_OPTIONS = (
    "out=None, dtype=None, layout=None, device=None, pin_memory=False, requires_grad=False, memory_format=None, "
    "generator=None, names=None"
)
_SIZED = "(sizes) -> (sizes)"


def sized(need: Needs, given: Any, dtype: str | None) -> Tensor:
    """A tensor of the sizes ``given`` (None: of unknown number)."""
    if given is None:
        return unknown_tensor("the sizes of a new tensor are not known", dtype)
    return Tensor(Shape(extent(need, given)), dtype)


def _filled(number: float | None, method: bool) -> Callable[..., Tensor]:
    def shape(need: Needs, size: Any, input: Tensor | None = None, **options: Any) -> Tensor:
        given = size if size else (options.get("size_"),)
        usual = input.dtype if input is not None else "float"
        dtype = options.get("dtype")
        result = sized(need, listed(given), kind_of(dtype) or (usual if dtype is None else None))
        if number is None or not precise(dtype) or (method and usual != "int") or not result.shape.is_concrete:
            return result
        count = math.prod(d for d in result.shape.dims if isinstance(d, int))
        return elements.made(result.shape, result.dtype, [number] * count) if count <= 4096 else result

    return shape


def _named(number: float | None, method: bool) -> Callable[..., Tensor]:
    """``zeros(2, 3)``, ``zeros((2, 3))`` and ``zeros(size=(2, 3))`` are one."""
    made = _filled(number, method)

    def shape(need: Needs, size: Any, **options: Any) -> Tensor:
        keyword = options.pop("options", {})
        extra = keyword.pop("size", None) if isinstance(keyword, dict) else None
        return made(need, size if size or extra is None else (extra,), **options, **keyword)

    return shape


FILLED = tuple(
    op(f"torch.{names}", "*size, **options", formula=_SIZED)(_named(number, False))
    for names, number in (("zeros", 0), ("ones", 1), ("{empty,rand,randn}", None))
) + tuple(
    op(f"Tensor.{names}", "input, *size, **options", formula=_SIZED)(_named(number, True))
    for names, number in (("new_zeros", 0), ("new_ones", 1), ("new_empty", None))
)


@op("torch.full", f"size, fill_value, *, {_OPTIONS}", formula=_SIZED)
def full(need: Needs, size: Any, fill_value: Any, **options: Any) -> Tensor:
    """All elements the same number."""
    result = sized(need, sequence(size), kind_of(options["dtype"]) or operand(Needs(), fill_value, "fill_value").dtype)
    count = math.prod(d for d in result.shape.dims if isinstance(d, int))
    known = (
        isinstance(fill_value, (int, float))
        and precise(options["dtype"])
        and result.shape.is_concrete
        and count <= 4096
    )
    return elements.made(result.shape, result.dtype, [fill_value] * count) if known else result


@op("Tensor.new_full", f"input, size, fill_value, *, {_OPTIONS}", formula=_SIZED)
def new_full(need: Needs, input: Tensor, size: Any, fill_value: Any, **options: Any) -> Tensor:
    """All elements the same number, of the dtype of ``input``."""
    return sized(need, sequence(size), kind_of(options["dtype"]) or input.dtype)


@op("torch.randint", f"low=0, high=None, size=None, *, {_OPTIONS}", formula=_SIZED)
def randint(need: Needs, low: Any, high: Any, size: Any, **options: Any) -> Tensor:
    """Random whole numbers: ``randint(high, size)`` or ``randint(low, high, size)``."""
    given = high if size is None and isinstance(high, (tuple, list)) else size
    return sized(need, sequence(given), kind_of(options["dtype"]) or "int")


@op("torch.randperm", f"n, *, {_OPTIONS}", formula="-> (n)")
def randperm(need: Needs, n: Any, **options: Any) -> Tensor:
    """A random order of ``n`` numbers."""
    return Tensor(Shape(extent(need, (n,), name="n")), "int")


@op("torch.{zeros,ones,empty,rand,randn}_like", f"input, *, {_OPTIONS}", formula="(*) -> (*)")
def like_(need: Needs, input: Tensor, **options: Any) -> Tensor:
    """The shape of another tensor."""
    return _retyped(input, options["dtype"])


@op("torch.full_like", f"input, fill_value, *, {_OPTIONS}", formula="(*) -> (*)")
def full_like(need: Needs, input: Tensor, fill_value: Any, **options: Any) -> Tensor:
    """The shape of another tensor."""
    return _retyped(input, options["dtype"])


@op("torch.randint_like", f"input, low=0, high=None, *, {_OPTIONS}", formula="(*) -> (*)")
def randint_like(need: Needs, input: Tensor, low: Any, high: Any, **options: Any) -> Tensor:
    """The shape of another tensor."""
    return _retyped(input, options["dtype"])


def _retyped(input: Tensor, dtype: Any) -> Tensor:
    result = like(input, kind_of(dtype))
    if dtype is not None and kind_of(dtype) is None:
        result.dtype = None
    return result


@op("torch.eye", f"n, m=None, *, {_OPTIONS}", formula="-> (n, m)")
def eye(need: Needs, n: Any, m: Any, **options: Any) -> Tensor:
    """The identity matrix."""
    return Tensor(Shape(extent(need, (n, n if m is None else m), name="n")), kind_of(options["dtype"]) or "float")


@op("torch.arange", f"start=None, end=None, step=1, *, {_OPTIONS}", formula="-> (ceil((end - start)/step))")
def arange(need: Needs, start: Any, end: Any, step: Any, **options: Any) -> Tensor:
    """Numbers from ``start`` up to ``end`` exclusive."""
    if start is None or end is None:
        start, end = 0, end if start is None else start
    bounds = (start, end, step)
    whole = all(isinstance(value, (int, Expr)) for value in bounds)
    dtype = options["dtype"]
    kind = kind_of(dtype) or (
        None if dtype is not None else "int" if whole else promote(_kind(value) for value in bounds)
    )
    if all(isinstance(value, (int, float)) for value in bounds):
        return _known_range(need, start, end, step, kind, precise(dtype))
    if whole and isinstance(step, int) and step != 0:
        count: Dim = -((start - end) // step)
        need.at_least(count, 0, Kind.ARGUMENT, f"{start} to {end} is no range in steps of {step}", "end")
        return Tensor(Shape((count,)), kind)
    if whole and start == 0:
        return Tensor(Shape((-quotient(-end, step, "the length of an arange"),)), kind)
    return Tensor(Shape((fresh("L", minimum=0, reason="the length of an arange is not known"),)), kind)


def _kind(value: Any) -> str | None:
    return type(value).__name__ if isinstance(value, (bool, int, float)) else None


def _known_range(need: Needs, start: Any, end: Any, step: Any, kind: str | None, exact: bool) -> Tensor:
    need.require(step != 0, Kind.ARGUMENT, "arange with step 0", "step")
    need.require((end - start) / step >= 0, Kind.ARGUMENT, f"{start} to {end} is no range in steps of {step}", "end")
    count = math.ceil((end - start) / step)
    values = [start + index * step for index in range(count)] if exact and count <= 4096 else None
    return elements.made(Shape((count,)), kind, values)


@op("torch.logspace", f"start, end, steps=100, base=10.0, *, {_OPTIONS}", formula="-> (steps)")
def logspace(need: Needs, start: Any, end: Any, steps: Any, base: Any, **options: Any) -> Tensor:
    """``steps`` numbers, both ends included."""
    return Tensor(Shape(extent(need, (steps,), name="steps")), kind_of(options["dtype"]) or "float")


@op("torch.linspace", f"start, end, steps=100, *, {_OPTIONS}", formula="-> (steps)")
def linspace(need: Needs, start: Any, end: Any, steps: Any, **options: Any) -> Tensor:
    """``steps`` evenly spaced numbers, both ends included; computed from both ends, as torch does."""
    size = extent(need, (steps,), name="steps")
    shape, kind = Shape(size), kind_of(options["dtype"]) or "float"
    first, last = (operand(need, value, "start").elements for value in (start, end))
    known = all(isinstance(value, (int, float)) for value in (first, last)) and isinstance(size[0], int)
    if not known or kind != "float" or not precise(options["dtype"]):
        return Tensor(shape, kind)
    count = int(steps)
    low, high = elements.float32(first), elements.float32(last)
    step = elements.float32(elements.float32(high - low) / (count - 1)) if count > 1 else 0.0
    half = count // 2
    fused = elements.fused
    values = [fused(step * i, low) if i < half else fused(-step * (count - i - 1), high) for i in range(count)]
    return elements.made(shape, kind, [low] if count == 1 else values)


@op(
    "torch.{tensor,as_tensor,asarray}",
    f"data, dtype=None, device=None, *, {_OPTIONS.replace('dtype=None, ', '').replace('device=None, ', '')}, copy=None",
    formula="nested lists -> their sizes",
)
def tensor(need: Needs, data: Any, dtype: Any, device: Any, **options: Any) -> Tensor:
    """A tensor of the numbers ``data``."""
    if isinstance(data, Tensor):
        kind = kind_of(dtype) or (data.dtype if dtype is None else None)
        result = Tensor(data.shape, kind)
        return elements.carried(result, data) if precise(dtype) and not isinstance(data, elements.Array) else result
    found = nested_data(data)
    if found is None:
        return unknown_tensor(reason_of(data, "the data of a tensor"), kind_of(dtype))
    shape, values = found
    kinds = {kind for value in values for kind in (_member_kind(value),)}
    kind = kind_of(dtype) or (promote(kinds) if dtype is None else None)
    numbers = all(isinstance(value, (bool, int, float, Expr)) for value in values)
    return elements.made(shape, kind, values if numbers and precise(dtype) else None)


def _member_kind(value: Any) -> str | None:
    return "int" if isinstance(value, Expr) else value.dtype if isinstance(value, Tensor) else _kind(value)


def nested_data(data: Any) -> tuple[Shape, list[Any]] | None:
    """The shape of nested lists and their members; None where it is not known."""
    if not isinstance(data, (tuple, list)):
        plain = isinstance(data, (bool, int, float, complex, Expr))
        return (Shape(()), [data]) if plain else None
    rows = sequence(data)
    if rows is None:
        return None
    if not rows:
        return Shape((0,)), []
    inner = [
        (Shape(()), [row.elements]) if isinstance(row, Tensor) and row.shape == Shape(()) else nested_data(row)
        for row in rows
    ]
    first = inner[0]
    if first is None:
        return None
    values: list[Any] = []
    for row in inner:
        if row is None or row[0] != first[0]:
            return None
        values += row[1]
    return Shape((len(rows), *first[0].dims)), values


@op("torch.from_numpy", "input", formula="(*) -> (*)")
def from_numpy(need: Needs, input: Tensor) -> Tensor:
    """A tensor of float64 or whole numbers, of which the elements are followed only if whole."""
    result = Tensor(input.shape, input.dtype)
    return elements.carried(result, input) if input.dtype in ("int", "bool") else result


@op("torch.{Tensor,FloatTensor}", "*data, **options", formula="(sizes) -> (sizes)")
def float_tensor(need: Needs, data: Any, options: Any) -> Tensor:
    """Sizes give an unfilled tensor, a list its numbers."""
    return _legacy(need, data, "float")


@op("torch.{LongTensor,IntTensor}", "*data, **options", formula="(sizes) -> (sizes)")
def long_tensor(need: Needs, data: Any, options: Any) -> Tensor:
    """Sizes give an unfilled tensor, a list its numbers."""
    return _legacy(need, data, "int")


def _legacy(need: Needs, data: Any, kind: str) -> Tensor:
    if not data:
        return Tensor(Shape((0,)), kind)
    if len(data) == 1 and isinstance(data[0], (list, tuple)):
        found = nested_data(data[0])
        return (
            unknown_tensor("the data of a tensor", kind) if found is None else elements.made(found[0], kind, found[1])
        )
    if len(data) == 1 and isinstance(data[0], Tensor):
        return Tensor(data[0].shape, kind)
    return sized(need, listed(data) if is_known(data[0]) or len(data) > 1 or isinstance(data[0], Expr) else None, kind)


@op("Tensor.{new_tensor,new}", "input, *data, **options", formula="nested lists -> their sizes")
def new_tensor(need: Needs, input: Tensor, data: Any, options: Any) -> Tensor:
    """A tensor of the dtype of ``input``."""
    return _legacy(need, data, input.dtype or "float")


@op("torch.{normal}", f"mean=0, std=1, size=None, *, {_OPTIONS}", formula="(*), (*) -> (*) or (sizes)")
def normal(need: Needs, mean: Any, std: Any, size: Any, **options: Any) -> Tensor:
    """Random numbers of given means and deviations."""
    if size is not None:
        return sized(need, sequence(size), "float")
    one, two = operand(need, mean, "mean"), operand(need, std, "std")
    return Tensor(broadcast(need, (one.shape, two.shape), name="means and deviations"), "float")


@op(
    "torch.{complex,polar}",
    "input, other=None, *, imag=None, real=None, abs=None, angle=None, out=None",
    formula="(*), (*) -> (*)",
)
def complex_(need: Needs, input: Tensor, **others: Any) -> Tensor:
    """Complex numbers of two parts."""
    return like(input, "complex")


@op("torch.meshgrid", "*tensors, indexing=None", formula="(A), (B), ... -> a tuple of (A, B, ...)")
def meshgrid(need: Needs, tensors: Any, indexing: Any) -> Any:
    """Coordinates of a grid; ``indexing="xy"`` swaps the first two dimensions."""
    given = tensors[0] if len(tensors) == 1 and isinstance(tensors[0], (tuple, list)) else tensors
    parts = [operand(need, item, "tensors") for item in given] if sequence(given) is not None else None
    if parts is None:
        return Unknown("an unknown number of axes in meshgrid")
    dims: list[Dim] = []
    for part in parts:
        rank = part.shape.rank
        need.require(
            rank is None or rank <= 1, Kind.OPERANDS, f"1 dimension expected, got {rank}: {part.shape}", "tensors"
        )
        dims.append(
            1 if rank == 0 else part.shape.dims[0] if part.shape.dims else fresh("L", minimum=0, reason=part.shape.lead)
        )
    if indexing == "xy" and len(dims) > 1:
        dims[0], dims[1] = dims[1], dims[0]
    elif indexing not in (None, "ij", "xy"):
        return tuple(unknown_tensor("indexing is not known", part.dtype) for part in parts)
    return tuple(Tensor(Shape(tuple(dims)), part.dtype) for part in parts)


@op("torch.{cartesian_prod}", "*tensors", formula="(A), (B), ... -> (A*B*..., n)")
def cartesian_prod(need: Needs, tensors: Any) -> Tensor:
    """All combinations."""
    parts = [operand(need, item, "tensors") for item in tensors]
    for part in parts:
        rank = part.shape.rank
        need.require(rank in (1, None), Kind.OPERANDS, f"1 dimension expected, got {rank}: {part.shape}", "tensors")
    if any(part.shape.rank is None for part in parts):
        return unknown_tensor("a product of tensors of unknown rank")
    count = math.prod(part.shape.dims[0] for part in parts)
    return Tensor(Shape((count,) if len(parts) == 1 else (count, len(parts))), promote(p.dtype for p in parts))


@op("torch.{tril,triu}_indices", f"row, col, offset=0, *, {_OPTIONS}", formula="-> (2, number of entries)")
def tril_indices(need: Needs, row: Any, col: Any, offset: Any, **options: Any) -> Tensor:
    """Places of a triangle."""
    return Tensor(Shape((2, fresh("L", minimum=0, reason="the number of entries of a triangle"))), "int")


@op(
    "torch.{hann,hamming,blackman,bartlett,kaiser}_window",
    f"window_length, *args, {_OPTIONS}, periodic=True, alpha=None, beta=None",
    formula="-> (window_length)",
)
def window(need: Needs, window_length: Any, args: Any, **options: Any) -> Tensor:
    """A window function."""
    return Tensor(Shape(extent(need, (window_length,), name="window_length")), "float")
