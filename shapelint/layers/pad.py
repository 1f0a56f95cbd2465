"""Padding layers: zero, constant, reflection, replication and circular, in one to three dimensions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..shapes import Dim, Kind, Needs, Shape, Tensor, Unknown, fresh
from .arguments import number
from .axes import batched, image
from .declare import Args, layer

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


def _construct(need: Needs, a: Args) -> Mapping[str, Any]:
    """One number stands for all sides; torch stores the tuple, innermost axis first."""
    padding = a.padding
    if isinstance(padding, (tuple, list)):
        return {"padding": tuple(padding)}
    return {} if isinstance(padding, Unknown) else {"padding": (padding,) * (2 * a.spatial)}


def _around(need: Needs, a: Args) -> list[tuple[Dim, Dim]] | None:
    """(before, after) for each spatial axis, outermost first; None where the padding is not known."""
    padding = a.padding
    if isinstance(padding, Unknown):
        return None
    flat = padding if isinstance(padding, (tuple, list)) else (padding,) * (2 * a.spatial)
    need.require(
        len(flat) == 2 * a.spatial,
        Kind.ARGUMENT,
        f"{2 * a.spatial} numbers expected for padding, got {len(flat)}",
        "padding",
    )
    numbers = [number(need, item, "padding", Kind.PADDING) for item in flat]
    return [(numbers[2 * i], numbers[2 * i + 1]) for i in reversed(range(a.spatial))]


def _expects(a: Args) -> tuple[Shape | None, ...]:
    return (batched(None, a.spatial),)


def _limited(need: Needs, a: Args, input: Tensor, mode: str) -> Tensor:
    taken = image(need, input, a.spatial)
    around = _around(need, a)
    if around is None:
        return taken.tensor(taken.channels, tuple(fresh("H", minimum=0, reason=a.padding.reason) for _ in taken.size))
    size = padded(need, taken.size, around, mode)
    for n in size:
        need.at_least(n, 1, Kind.EMPTY, f"{n} wide after padding: no output left", "padding")
    return taken.tensor(taken.channels, size)


@layer("ReflectionPad{1,2,3}d", "padding", formula=_FORMULA, construct=_construct, expects=_expects)
def reflection_pad(need: Needs, a: Args, input: Tensor) -> Tensor:
    """Mirrors at the edges; every padding must be smaller than the input."""
    return _limited(need, a, input, "reflect")


@layer("ReplicationPad{1,2,3}d", "padding", formula=_FORMULA, construct=_construct, expects=_expects)
def replication_pad(need: Needs, a: Args, input: Tensor) -> Tensor:
    """Repeats the edges."""
    return _limited(need, a, input, "replicate")


@layer("CircularPad{1,2,3}d", "padding", formula=_FORMULA, construct=_construct, expects=_expects)
def circular_pad(need: Needs, a: Args, input: Tensor) -> Tensor:
    """Wraps around; no padding may be wider than the input."""
    return _limited(need, a, input, "circular")


def _filled(need: Needs, a: Args, input: Tensor) -> Tensor:
    """The last ``a.spatial`` axes of a tensor of any rank that has them."""
    around = _around(need, a)
    rank = input.shape.rank
    need.require(
        rank is None or rank >= a.spatial, Kind.OPERANDS, f"{a.spatial} dimensions expected at least, got {rank}"
    )
    tail = tuple(input.size(index) for index in range(-a.spatial, 0))
    before = input.shape.dims[: max(0, len(input.shape.dims) - a.spatial)]
    if around is None:
        size: tuple[Dim, ...] = tuple(fresh("H", minimum=0, reason=a.padding.reason) for _ in tail)
    else:
        size = padded(need, [n for n in tail if n is not None], around, "constant")
    for n in size:
        need.at_least(n, 0, Kind.EMPTY, f"{n} wide after padding: no output left", "padding")
    return Tensor(Shape((*before, *size), input.shape.lead), input.dtype)


@layer("ZeroPad{1,2,3}d", "padding", formula=_FORMULA, construct=_construct, expects=_expects)
def zero_pad(need: Needs, a: Args, input: Tensor) -> Tensor:
    """Adds zeros; negative padding crops."""
    return _filled(need, a, input)


@layer("ConstantPad{1,2,3}d", "padding, value", formula=_FORMULA, construct=_construct, expects=_expects)
def constant_pad(need: Needs, a: Args, input: Tensor) -> Tensor:
    """Adds ``value``; negative padding crops."""
    return _filled(need, a, input)
