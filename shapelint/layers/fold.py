"""Fold and Unfold: an image as columns of sliding blocks, and back."""

from __future__ import annotations

import math
from typing import TypeAlias

from ..shapes import Dim, Kind, Needs, Shape, Tensor, Value, fresh, quotient
from .argument_readers import entries, nonnegative, positive
from .declare import Args, layer
from .image_axes import batched, image, nonempty, ranks

_Sliding: TypeAlias = tuple[tuple[Dim, ...], tuple[Dim, ...], tuple[Dim, ...], tuple[Dim, ...]]
"""Kernel, dilation, padding and stride on both axes."""


def _sliding(need: Needs, a: Args) -> _Sliding:
    """What the arguments say of the sliding block."""
    kernel, dilation, padding, stride = (
        entries(need, getattr(a, name), 2, name) for name in ("kernel_size", "dilation", "padding", "stride")
    )
    for name in ("kernel_size", "dilation", "padding", "stride"):
        _two(need, getattr(a, name), name)
    for values, name in ((kernel, "kernel_size"), (dilation, "dilation"), (stride, "stride")):
        positive(need, values, name)
    nonnegative(need, padding, "padding")
    return kernel, dilation, padding, stride


def _two(need: Needs, value: Value, name: str) -> None:
    """One number, or exactly two."""
    if isinstance(value, (tuple, list)):
        need.require(len(value) == 2, Kind.ARGUMENT, f"2 numbers expected for {name}, got {len(value)}", name)


def _blocks(need: Needs, window: _Sliding, size: tuple[Dim, ...], blame: str) -> Dim:
    """How many places the window has."""
    count: Dim = 1
    for n, k, d, p, s in zip(size, *window, strict=True):
        room = n + 2 * p - d * (k - 1) - 1
        message = f"{d * (k - 1) + 1} wide kernel on {n + 2 * p} wide padded input: no output left"
        need.at_least(room, 0, Kind.EMPTY, message, blame)
        count = count * (quotient(room, s, "an unfold of unknown stride") + 1)
    return count


@layer(
    "Unfold",
    "kernel_size, dilation=1, padding=0, stride=1",
    formula="(N, C, H, W) -> (N, C*product of kernel_size, L); "
    "L = product of (H + 2*padding - dilation*(kernel_size - 1) - 1)//stride + 1",
    expects=lambda a: (batched(None, 2),),
)
def unfold(need: Needs, a: Args, input: Tensor) -> Tensor:
    """``(N, C, H, W) -> (N, C*kh*kw, L)``, batch optional."""
    window = _sliding(need, a)
    taken = image(need, input, 2)
    nonempty(need, taken)
    elements, count = math.prod(window[0]), _blocks(need, window, taken.size, "kernel_size")
    return Tensor(Shape((*taken.batch, taken.channels * elements, count), taken.lead), input.dtype)


@layer(
    "Fold",
    "output_size, kernel_size, dilation=1, padding=0, stride=1",
    formula="(N, C*product of kernel_size, L) -> (N, C, *output_size)",
    expects=lambda a: (Shape((fresh("N"), fresh("C"), fresh("L"))),),
)
def fold(need: Needs, a: Args, input: Tensor) -> Tensor:
    """``(N, C*kh*kw, L) -> (N, C, H, W)``, batch optional; ``L`` must be the number of blocks."""
    window = _sliding(need, a)
    _two(need, a.output_size, "output_size")
    size = entries(need, a.output_size, 2, "output_size")
    positive(need, size, "output_size")
    ranks(need, input, 2, 3)
    elements, count = math.prod(window[0]), _blocks(need, window, size, "output_size")
    wide, length = input.size(-2), input.size(-1)
    assert wide is not None and length is not None
    need.equal(length, count, Kind.OPERANDS, f"{count} blocks expected, got {length}", "output_size")
    if isinstance(elements, int):
        message = f"channels must be divisible by {elements}, got {wide}"
        need.equal(wide % elements, 0, Kind.CHANNELS, message, "kernel_size")
    before = input.shape.dims[:-2]
    return Tensor(Shape((*before, quotient(wide, elements), *size), None if before else input.shape.lead), input.dtype)
