"""Layers that move elements about: Flatten, Unflatten, PixelShuffle, ChannelShuffle, Fold and Unfold."""

from __future__ import annotations

import math
from collections.abc import Mapping

from ..shapes import Dim, Kind, Needs, Shape, Tensor, Value, exact_quotient, fresh, quotient, unknown_rank
from .activation import axis
from .argument_readers import number
from .declare import Args, layer


@layer("Flatten", "start_dim=1, end_dim=-1", formula="(N, *) -> (N, product of *)")
def flatten(need: Needs, a: Args, input: Tensor) -> Tensor:
    """Dimensions ``start_dim`` to ``end_dim`` become one."""
    dims, lead = input.shape.dims, input.shape.lead
    if lead is not None:
        return _flatten_unknown(a, input)
    first, last = axis(need, input, a.start_dim, "start_dim"), axis(need, input, a.end_dim, "end_dim")
    if first is None or last is None:
        return Tensor(unknown_rank("a flatten of unknown dims"), input.dtype)
    need.require(first <= last, Kind.ARGUMENT, f"start_dim {first} comes after end_dim {last}", "start_dim")
    return Tensor(Shape((*dims[:first], math.prod(dims[first : last + 1]), *dims[last + 1 :])), input.dtype)


def _flatten_unknown(a: Args, input: Tensor) -> Tensor:
    """Of unknown rank: ``(N, D)`` where all but the first dimensions are flattened."""
    if a.start_dim == 1 and a.end_dim == -1:
        first = input.size(0)
        return Tensor(
            Shape((first if first is not None else fresh("N"), fresh("D", minimum=0, reason=input.shape.lead))),
            input.dtype,
        )
    return Tensor(unknown_rank("a flatten of a tensor of unknown rank"), input.dtype)


def _sizes_of(a: Args) -> tuple[Value, ...] | None:
    """``unflattened_size`` as plain numbers; named dimensions come as (name, size) pairs."""
    if not isinstance(a.unflattened_size, (tuple, list)):
        return None
    return tuple(item[1] if isinstance(item, (tuple, list)) and len(item) == 2 else item for item in a.unflattened_size)


def _unflatten_construct(need: Needs, a: Args) -> Mapping[str, Value]:
    missing = a.unflattened_size is None
    bad = isinstance(a.unflattened_size, (int, float, str)) or missing
    message = f"a tuple of integers expected, got {a.unflattened_size!r}"
    need.require(not bad, Kind.ARGUMENT, message, "unflattened_size", got_none=missing)
    for item in _sizes_of(a) or ():
        number(need, item, "unflattened_size")
    return {}


@layer(
    "Unflatten",
    "dim, unflattened_size",
    formula="(*, D, *) -> (*, *unflattened_size, *)",
    construct=_unflatten_construct,
)
def unflatten(need: Needs, a: Args, input: Tensor) -> Tensor:
    """Dimension ``dim`` becomes ``unflattened_size``, in which one size may be -1, for what is left."""
    asked = _sizes_of(a)
    if isinstance(a.dim, str) or asked is None:
        return Tensor(unknown_rank("an unflatten of unknown arguments"), input.dtype)
    need.require(len(asked) > 0, Kind.ARGUMENT, "unflattened_size must not be empty", "unflattened_size")
    numbers = [number(need, item, "unflattened_size") for item in asked]
    index = _unflatten_index(need, a, input)
    if index is None and a.dim == 1 and input.shape.dims == (math.prod(numbers),):
        # Of unknown rank, after a Linear: as what is unflattened has just that many features, no dimension is in between.
        first = input.size(0)
        return Tensor(Shape((first if first is not None else fresh("N"), *numbers)), input.dtype)
    if index is None:
        return Tensor(unknown_rank("an unflatten of an unknown dim"), input.dtype)
    dims = input.shape.dims
    filled = _filled(need, dims[index], numbers)
    return Tensor(Shape((*dims[:index], *filled, *dims[index + 1 :]), input.shape.lead), input.dtype)


def _unflatten_index(need: Needs, a: Args, input: Tensor) -> int | None:
    if input.shape.lead is None:
        need.require(input.shape.rank != 0, Kind.OPERANDS, "at least 1 dimension expected, got 0")
        return axis(need, input, a.dim)
    known = len(input.shape.dims)
    return a.dim + known if isinstance(a.dim, int) and -known <= a.dim < 0 else None


def _filled(need: Needs, whole: Dim, numbers: list[Dim]) -> list[Dim]:
    """The sizes with -1 worked out; their product must be ``whole``."""
    text = f"({', '.join(map(str, numbers))})"
    open_places = [i for i, n in enumerate(numbers) if n == -1]
    need.require(len(open_places) <= 1, Kind.ARGUMENT, f"only one -1 may be in {text}", "unflattened_size")
    for n in numbers:
        if n != -1:
            need.at_least(n, 0, Kind.ARGUMENT, f"{n} is no valid size in {text}", "unflattened_size")
    rest = math.prod(n for n in numbers if n != -1)
    message = f"{whole} cannot be unflattened to {text}"
    if not open_places:
        need.equal(rest, whole, Kind.OPERANDS, message, "unflattened_size")
        return numbers
    need.require(rest != 0, Kind.OPERANDS, message, "unflattened_size")
    left = exact_quotient(whole, rest)
    if left is None:
        if isinstance(rest, int):
            need.equal(whole % rest, 0, Kind.OPERANDS, message, "unflattened_size")
        left = quotient(whole, rest)
    return [left if n == -1 else n for n in numbers]


def _image(need: Needs, input: Tensor, a: Args) -> tuple[Shape, Dim, Dim, Dim]:
    """Leading dims, channels, height, width; at least three dimensions."""
    rank = input.shape.rank
    need.require(rank is None or rank >= 3, Kind.OPERANDS, f"at least 3 dimensions expected, got {rank}: {input.shape}")
    c, h, w = (size for index in (-3, -2, -1) if (size := input.size(index)) is not None)
    return Shape(input.shape.dims[: max(0, len(input.shape.dims) - 3)], input.shape.lead), c, h, w


@layer("PixelShuffle", "upscale_factor", formula="(*, C*r**2, H, W) -> (*, C, H*r, W*r), r = upscale_factor")
def pixel_shuffle(need: Needs, a: Args, input: Tensor) -> Tensor:
    """Channels become space."""
    before, c, h, w = _image(need, input, a)
    r = number(need, a.upscale_factor, "upscale_factor")
    need.at_least(r, 1, Kind.ARGUMENT, f"upscale_factor must be positive, got {r}", "upscale_factor")
    if isinstance(r, int):
        message = f"channels must be divisible by {r * r}, got {c}"
        need.equal(c % (r * r), 0, Kind.CHANNELS, message, "upscale_factor")
    return Tensor(Shape((*before.dims, quotient(c, r * r), h * r, w * r), before.lead), input.dtype)


@layer("PixelUnshuffle", "downscale_factor", formula="(*, C, H*r, W*r) -> (*, C*r**2, H, W), r = downscale_factor")
def pixel_unshuffle(need: Needs, a: Args, input: Tensor) -> Tensor:
    """Space becomes channels; height and width must be divisible."""
    before, c, h, w = _image(need, input, a)
    r = number(need, a.downscale_factor, "downscale_factor")
    need.at_least(r, 1, Kind.ARGUMENT, f"downscale_factor must be positive, got {r}", "downscale_factor")
    if isinstance(r, int):
        for n in (h, w):
            message = f"height and width must be divisible by {r}, got {n}"
            need.equal(n % r, 0, Kind.OPERANDS, message, "downscale_factor")
    return Tensor(Shape((*before.dims, c * r * r, quotient(h, r), quotient(w, r)), before.lead), input.dtype)


@layer("ChannelShuffle", "groups", formula="(N, C, *) -> (N, C, *), groups divide C")
def channel_shuffle(need: Needs, a: Args, input: Tensor) -> Tensor:
    """The shape of the input, whose channels the groups must divide."""
    rank = input.shape.rank
    need.require(rank is None or rank >= 3, Kind.OPERANDS, f"at least 3 dimensions expected, got {rank}: {input.shape}")
    groups = number(need, a.groups, "groups")
    need.at_least(groups, 1, Kind.ARGUMENT, f"groups must be positive, got {groups}", "groups")
    if rank is not None and isinstance(groups, int):
        c = input.shape.dims[1]
        need.equal(c % groups, 0, Kind.CHANNELS, f"{groups} groups do not divide {c} channels", "groups")
    return Tensor(input.shape, input.dtype)
