"""Evenly spaced numbers and the grids they span: arange, linspace, meshgrid."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ..shapes import Dim, Kind, Needs, Shape, Tensor, Unknown, Value, fresh, quotient
from ..shapes.limits import MOST_AXES, MOST_ELEMENTS
from . import elements
from .axes import extent
from .create import OPTIONS
from .declare import op
from .operand_values import (
    kind_of,
    number_kind,
    operand,
    plain_numbers,
    plain_sizes,
    precise,
    promote,
    sequence,
    unknown_tensor,
    unpacked,
)


@op("torch.arange", f"start=None, end=None, step=1, *, {OPTIONS}", formula="-> (ceil((end - start)/step))")
def arange(need: Needs, start: Value, end: Value, step: Value, **options: Value) -> Tensor:
    """Numbers from ``start`` up to ``end`` exclusive."""
    if start is None or end is None:
        start, end = 0, end if start is None else start
    bounds = (start, end, step)
    whole, numbers = plain_sizes(bounds), plain_numbers(bounds)
    dtype = options["dtype"]
    kind = kind_of(dtype)
    if kind is None and dtype is None:
        kind = promote(number_kind(value) for value in bounds) if whole is None else "int"
    if numbers is not None:
        return _known_range(need, numbers, kind, precise(dtype))
    length = (
        fresh("L", minimum=0, reason="the length of an arange is not known") if whole is None else _length(need, whole)
    )
    return Tensor(Shape((length,)), kind)


def _known_range(need: Needs, bounds: Sequence[float], kind: str | None, exact: bool) -> Tensor:
    start, end, step = bounds
    need.require(step != 0, Kind.ARGUMENT, "arange with step 0", "step")
    length = (end - start) / step
    valid = math.isfinite(length) and length >= 0
    need.require(valid, Kind.ARGUMENT, f"{start} to {end} is no range in steps of {step}", "end")
    count = math.ceil(length)
    values = [start + index * step for index in range(count)] if exact and count <= MOST_ELEMENTS else None
    return elements.made(Shape((count,)), kind, values)


def _length(need: Needs, bounds: Sequence[Dim]) -> Dim:
    """The length of a range of whole numbers, not all of which are known."""
    start, end, step = bounds
    if isinstance(step, int) and step != 0:
        count = -((start - end) // step)
        need.at_least(count, 0, Kind.ARGUMENT, f"{start} to {end} is no range in steps of {step}", "end")
        return count
    if start == 0:
        return -quotient(-end, step, "the length of an arange")
    return fresh("L", minimum=0, reason="the length of an arange is not known")


@op("torch.logspace", f"start, end, steps=100, base=10.0, *, {OPTIONS}", formula="-> (steps)")
def logspace(need: Needs, start: Value, end: Value, steps: Value, base: Value, **options: Value) -> Tensor:
    """``steps`` numbers, both ends included."""
    return Tensor(Shape(extent(need, (steps,), name="steps")), kind_of(options["dtype"]) or "float")


@op("torch.linspace", f"start, end, steps=100, *, {OPTIONS}", formula="-> (steps)")
def linspace(need: Needs, start: Value, end: Value, steps: Value, **options: Value) -> Tensor:
    """``steps`` evenly spaced numbers, both ends included; computed from both ends, as torch does."""
    size = extent(need, (steps,), name="steps")
    shape, kind = Shape(size), kind_of(options["dtype"]) or "float"
    ends = plain_numbers(operand(need, value, "start").elements for value in (start, end))
    count = size[0]
    if ends is None or not isinstance(count, int) or count > MOST_ELEMENTS:
        return Tensor(shape, kind)
    if kind != "float" or not precise(options["dtype"]):
        return Tensor(shape, kind)
    low, high = map(elements.float32, ends)
    step = elements.float32(elements.float32(high - low) / (count - 1)) if count > 1 else 0.0
    half = count // 2
    fused = elements.fused
    values = [fused(step * i, low) if i < half else fused(-step * (count - i - 1), high) for i in range(count)]
    return elements.made(shape, kind, [low] if count == 1 else values)


@op("torch.meshgrid", "*tensors, indexing=None", formula="(A), (B), ... -> a tuple of (A, B, ...)")
def meshgrid(need: Needs, tensors: tuple[Value, ...], indexing: Value) -> tuple[Tensor, ...] | Unknown:
    """Coordinates of a grid; ``indexing="xy"`` swaps the first two dimensions."""
    given = sequence(unpacked(tensors))
    if given is None:
        return Unknown("an unknown number of axes in meshgrid")
    need.require(len(given) > 0, Kind.OPERANDS, "at least 1 tensor expected in meshgrid, got 0", "tensors")
    if len(given) > MOST_AXES:
        return Unknown("a grid of more axes than torch's functions take")
    parts = [operand(need, item, "tensors") for item in given]
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
def cartesian_prod(need: Needs, tensors: tuple[Value, ...]) -> Tensor:
    """All combinations."""
    if len(tensors) > MOST_ELEMENTS:
        return unknown_tensor("a product of very many tensors")
    parts = [operand(need, item, "tensors") for item in tensors]
    for part in parts:
        rank = part.shape.rank
        need.require(rank in (1, None), Kind.OPERANDS, f"1 dimension expected, got {rank}: {part.shape}", "tensors")
    if any(part.shape.rank is None for part in parts):
        return unknown_tensor("a product of tensors of unknown rank")
    count = math.prod(part.shape.dims[0] for part in parts)
    return Tensor(Shape((count,) if len(parts) == 1 else (count, len(parts))), promote(p.dtype for p in parts))


@op("torch.{tril,triu}_indices", f"row, col, offset=0, *, {OPTIONS}", formula="-> (2, number of entries)")
def tril_indices(need: Needs, row: Value, col: Value, offset: Value, **options: Value) -> Tensor:
    """Places of a triangle."""
    return Tensor(Shape((2, fresh("L", minimum=0, reason="the number of entries of a triangle"))), "int")


@op(
    "torch.{hann,hamming,blackman,bartlett,kaiser}_window",
    f"window_length, *args, {OPTIONS}, periodic=True, alpha=None, beta=None",
    formula="-> (window_length)",
)
def window(need: Needs, window_length: Value, args: tuple[Value, ...], **options: Value) -> Tensor:
    """A window function."""
    return Tensor(Shape(extent(need, (window_length,), name="window_length")), "float")
