"""Padding layers: zero, constant, reflection, replication and circular, in one to three dimensions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..shapes import Dim, Kind, Needs, Shape, Tensor, Unknown, Value, fresh
from .argument_readers import number
from .declare import Args, Resizing, layer
from .image_axes import expects_image, image, nonempty, ranks

_FORMULA = "(N, C, H) -> (N, C, H + before + after)"


def padded(need: Needs, size: Sequence[Dim], around: Sequence[tuple[Dim, Dim]], mode: str) -> tuple[Dim, ...]:
    """Each axis with its (before, after) padding, within what the mode can take from the input.

    Reflection leaves the edge itself out, so it takes at most ``size - 1``; circular takes at most ``size``.
    """
    result = []
    for n, (before, after) in zip(size, around, strict=True):
        for p in (before, after):
            if mode == "reflect":
                need.at_least(
                    n - 1, p, Kind.PADDING, f"reflect padding {p} must be smaller than the input {n}", "padding"
                )
            elif mode == "circular":
                need.at_least(n, p, Kind.PADDING, f"circular padding {p} is wider than the input {n}", "padding")
        result.append(n + before + after)
    return tuple(result)


def _construct(need: Needs, a: Args) -> Mapping[str, Value]:
    """One number is for all sides; torch stores the tuple, innermost axis first."""
    padding = a.padding
    if isinstance(padding, (tuple, list)):
        return {"padding": tuple(padding)}
    return {} if isinstance(padding, Unknown) else {"padding": (padding,) * (2 * a.spatial)}


def pad(need: Needs, input: Tensor, flat: Sequence[Value], mode: str) -> Tensor:
    """``input`` padded as ``torch.nn.functional.pad`` does: pairs (before, after), the last axis first.

    ``mode`` is ``"constant"``, ``"reflect"``, ``"replicate"`` or ``"circular"``; all but the first take as many pairs
    as the image has spatial axes.  Source: https://docs.pytorch.org/docs/2.13/generated/torch.nn.functional.pad.html
    """
    need.require(len(flat) % 2 == 0, Kind.ARGUMENT, f"an even number of paddings expected, got {len(flat)}", "padding")
    numbers = [number(need, item, "padding", Kind.PADDING) for item in flat]
    around = [(numbers[2 * i], numbers[2 * i + 1]) for i in reversed(range(len(flat) // 2))]
    if mode == "constant":
        return _constant(need, input, around)
    need.require(1 <= len(around) <= 3, Kind.ARGUMENT, f"2, 4 or 6 paddings expected, got {len(flat)}", "padding")
    taken = image(need, input, len(around))
    size = padded(need, taken.size, around, mode)
    if mode != "circular":
        nonempty(need, taken)
    for n in size:
        need.at_least(n, int(mode != "circular"), Kind.EMPTY, f"{n} wide after padding: no output left", "padding")
    return taken.tensor(taken.channels, size)


def _constant(need: Needs, input: Tensor, around: Sequence[tuple[Dim, Dim]]) -> Tensor:
    """The last axes of a tensor of any rank that has them."""
    rank, count = input.shape.rank, len(around)
    need.require(
        rank is None or rank >= count, Kind.OPERANDS, f"{count} dimensions expected at least, got {rank}: {input.shape}"
    )
    tail = [n for index in range(-count, 0) if (n := input.size(index)) is not None]
    for n, pair in zip(tail, around, strict=True):  # torch crops before it fills
        crop = sum(min(p, 0) for p in pair if isinstance(p, int))
        message = f"{-crop} cannot be cropped from {n}" if crop else ""
        need.at_least(n + crop, 0, Kind.EMPTY, message, "padding")
    size = padded(need, tail, around, "constant")
    for n in size:
        need.at_least(n, 0, Kind.EMPTY, f"{n} wide after padding: no output left", "padding")
    before = input.shape.dims[: max(0, len(input.shape.dims) - count)]
    return input.resized(Shape((*before, *size), input.shape.lead), count)


def _layer(need: Needs, a: Args, input: Tensor, mode: str) -> Tensor:
    """A padding layer, also where its padding is not known."""
    if isinstance(a.padding, Unknown):
        known = max(0, len(input.shape.dims) - a.spatial)
        size = tuple(fresh("H", minimum=0, reason=a.padding.reason) for _ in input.shape.dims[known:])
        return Tensor(Shape((*input.shape.dims[:known], *size), input.shape.lead), input.dtype)
    flat = a.padding if isinstance(a.padding, (tuple, list)) else (a.padding,) * (2 * a.spatial)
    return pad(need, input, flat, mode)


@layer(
    "ReflectionPad{1,2,3}d",
    "padding",
    formula=_FORMULA,
    construct=_construct,
    expects=expects_image,
    resizing=Resizing.PADDING,
)
def reflection_pad(need: Needs, a: Args, input: Tensor) -> Tensor:
    """Mirrors at the edges; every padding must be smaller than the input."""
    return _layer(need, a, input, "reflect")


@layer(
    "ReplicationPad{1,2,3}d",
    "padding",
    formula=_FORMULA,
    construct=_construct,
    expects=expects_image,
    resizing=Resizing.PADDING,
)
def replication_pad(need: Needs, a: Args, input: Tensor) -> Tensor:
    """Repeats the edges."""
    return _layer(need, a, input, "replicate")


@layer(
    "CircularPad{1,2,3}d",
    "padding",
    formula=_FORMULA,
    construct=_construct,
    expects=expects_image,
    resizing=Resizing.PADDING,
)
def circular_pad(need: Needs, a: Args, input: Tensor) -> Tensor:
    """Wraps around; no padding may be wider than the input."""
    ranks(need, input, a.spatial + 1, a.spatial + 2)
    return _layer(need, a, input, "circular")


@layer(
    "ZeroPad{1,2,3}d",
    "padding",
    formula=_FORMULA,
    construct=_construct,
    expects=expects_image,
    resizing=Resizing.PADDING,
)
def zero_pad(need: Needs, a: Args, input: Tensor) -> Tensor:
    """Adds zeros; negative padding crops."""
    return _layer(need, a, input, "constant")


@layer(
    "ConstantPad{1,2,3}d",
    "padding, value",
    formula=_FORMULA,
    construct=_construct,
    expects=expects_image,
    resizing=Resizing.PADDING,
)
def constant_pad(need: Needs, a: Args, input: Tensor) -> Tensor:
    """Adds ``value``; negative padding crops."""
    return _layer(need, a, input, "constant")
