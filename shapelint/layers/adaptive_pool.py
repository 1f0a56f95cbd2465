"""Adaptive and fractional poolings: the output size is what is asked for."""

from __future__ import annotations

import math
from collections.abc import Mapping

from ..shapes import Dim, Kind, Needs, Shape, Tensor, Unknown, Value, fresh
from .argument_readers import dim, nonnegative, ntuple, number, positive, sizes
from .declare import Args, Window, layer
from .image_axes import expects_image, image, nonempty, ranks
from .pool import exactly, with_indices


def _adaptive(need: Needs, a: Args, input: Tensor, average: bool) -> Tensor:
    """Every axis gets the asked size; None keeps the size of the input."""
    asked = a.output_size
    if isinstance(asked, Unknown):
        return _adapted(need, a, input, tuple(dim(asked, "H") for _ in range(a.spatial)))
    if not isinstance(asked, (tuple, list)):
        asked = (asked,) * a.spatial
        need.require(asked[0] is not None, Kind.ARGUMENT, "output_size must not be None", "output_size")
    exactly(need, a, asked, "output_size")
    message = "an integer expected for output_size, got None"
    need.require(None not in asked or a.spatial > 1, Kind.ARGUMENT, message, "output_size", got_none=True)
    kept = (input.size(index) for index in range(-a.spatial, 0))
    size = tuple(
        (0 if n is None else n) if want is None else number(need, want, "output_size")
        for n, want in zip(kept, asked, strict=True)
    )
    nonnegative(need, size, "output_size")
    mean = average and all(n == 1 or not isinstance(n, int) for n in size)  # as far as is known
    odd = input.shape.rank not in (None, a.spatial + 1, a.spatial + 2)
    if a.spatial > 1 and mean and (odd or all(n == 1 for n in size)):
        return _adapted(need, a, input, size)
    taken = image(need, input, a.spatial)
    if not mean:
        nonempty(need, taken, channels=not average)
    return taken.tensor(taken.channels, size)


def _adapted(need: Needs, a: Args, input: Tensor, size: tuple[Dim, ...]) -> Tensor:
    """Pooling to 1 is a mean over the last axes, and torch takes a tensor of any rank for it."""
    ranks(need, input, a.spatial + isinstance(a.output_size, (tuple, list)), None)
    kept = input.shape.dims[: max(0, len(input.shape.dims) - a.spatial)]
    return Tensor(Shape((*kept, *size), input.shape.lead), input.dtype)


@layer("AdaptiveAvgPool{1,2,3}d", "output_size", formula="(N, C, H) -> (N, C, output_size)", expects=expects_image)
def adaptive_avg_pool(need: Needs, a: Args, input: Tensor) -> Tensor:
    """``(N, C, H, W) -> (N, C, *output_size)``, batch optional."""
    return _adaptive(need, a, input, average=True)


@layer(
    "AdaptiveMaxPool{1,2,3}d",
    "output_size, return_indices=False",
    formula="(N, C, H) -> (N, C, output_size)",
    expects=expects_image,
)
def adaptive_max_pool(need: Needs, a: Args, input: Tensor) -> Value:
    """``(N, C, H, W) -> (N, C, *output_size)``, batch optional; a pair if ``return_indices``."""
    return with_indices(a, _adaptive(need, a, input, average=False))


def _fractional_construct(need: Needs, a: Args) -> Mapping[str, Value]:
    neither = a.output_size is None and a.output_ratio is None
    both = all(isinstance(v, (int, float, tuple, list)) for v in (a.output_size, a.output_ratio))
    need.require(not neither, Kind.ARGUMENT, "output_size or output_ratio must be given", "output_size")
    need.require(not both, Kind.ARGUMENT, "only one of output_size and output_ratio may be given", "output_ratio")
    attributes = {
        name: value if value is None else ntuple(value, a.spatial)
        for name, value in (
            ("kernel_size", a.kernel_size),
            ("output_size", a.output_size),
            ("output_ratio", a.output_ratio),
        )
    }
    ratios = attributes["output_ratio"]
    if isinstance(ratios, tuple):
        message = f"{a.spatial} numbers expected for output_ratio, got {len(ratios)}"
        need.require(len(ratios) >= a.spatial, Kind.ARGUMENT, message, "output_ratio")
        for ratio in ratios[: a.spatial]:  # torch looks at no more
            good = not isinstance(ratio, (int, float)) or 0 < ratio < 1
            need.require(good, Kind.ARGUMENT, f"output_ratio must be between 0 and 1, got {ratio}", "output_ratio")
    return attributes


@layer(
    "FractionalMaxPool{2,3}d",
    "kernel_size, output_size=None, output_ratio=None, return_indices=False, _random_samples=None",
    buffers="_random_samples",
    formula="(N, C, H) -> (N, C, output_size), or (N, C, int(H*output_ratio))",
    construct=_fractional_construct,
    expects=expects_image,
    window=Window.POOLING,
)
def fractional_max_pool(need: Needs, a: Args, input: Tensor) -> Value:
    """``(N, C, H, W) -> (N, C, H', W')``, batch optional; a pair if ``return_indices``."""
    taken = image(need, input, a.spatial)
    kernel = sizes(need, a, "kernel_size")
    if isinstance(a.kernel_size, (tuple, list)):
        exactly(need, a, a.kernel_size, "kernel_size")
    positive(need, kernel, "kernel_size")
    nonempty(need, taken)
    if a.output_size is not None:
        size = sizes(need, a, "output_size")
        if isinstance(a.output_size, (tuple, list)):
            exactly(need, a, a.output_size, "output_size")
    else:
        ratios = ntuple(a.output_ratio, a.spatial)
        if isinstance(ratios, Unknown):
            ratios = (None,) * a.spatial
        elif a.spatial == 3:
            ratios = ratios[:3]  # in three dimensions torch looks at no more
        exactly(need, a, ratios, "output_ratio")
        size = tuple(_scaled(n, ratio) for n, ratio in zip(taken.size, ratios, strict=True))
    nonnegative(need, size, "output_size")
    spare = 1 if a.spatial == 2 else 0  # torch's check is strict in three dimensions only
    for n, k, out in zip(taken.size, kernel, size, strict=True):
        need.at_least(n + spare, out + k, Kind.EMPTY, f"{out} windows {k} wide do not fit into {n}", "kernel_size")
    return with_indices(a, taken.tensor(taken.channels, size))


def _scaled(n: Dim, ratio: Value) -> Dim:
    if isinstance(n, int) and isinstance(ratio, (int, float)) and math.isfinite(ratio):
        return int(n * ratio)
    if isinstance(ratio, float) and 0 < ratio < 1 and ratio.as_integer_ratio()[1] <= 1 << 10:
        numerator, denominator = ratio.as_integer_ratio()
        return n * numerator // denominator
    return fresh("H", minimum=0, reason="a fraction of an unknown size")
