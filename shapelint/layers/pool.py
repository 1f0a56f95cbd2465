"""Poolings: max, average, power-average, adaptive, fractional, and max unpooling."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from ..shapes import Dim, Kind, Needs, Shape, Tensor, Unknown, fresh, quotient
from .arguments import dim, entries, flag, nonnegative, ntuple, number, positive, sizes
from .axes import Image, batched, image, nonempty, ranks
from .declare import Args, layer

_FLOOR = "(N, C, H) -> (N, C, (H + 2*padding - dilation*(kernel_size - 1) - 1)//stride + 1)"
_MAX_FORMULA = f"{_FLOOR}; ceil_mode rounds up, and drops a window that would start beyond the input"
_AVG_FORMULA = "(N, C, H) -> (N, C, (H + 2*padding - kernel_size)//stride + 1); ceil_mode as in MaxPool"
_LP_FORMULA = "(N, C, H) -> (N, C, (H - kernel_size)//stride + 1); ceil_mode as in MaxPool"


def _expects(a: Args) -> tuple[Shape | None, ...]:
    return (batched(None, a.spatial),)


def _default_stride(need: Needs, a: Args) -> Mapping[str, Any]:
    return {"stride": a.kernel_size if a.stride is None else a.stride}


def _stride(need: Needs, a: Args, kernel: tuple[Dim, ...]) -> tuple[Dim, ...]:
    missing = a.stride is None or a.stride in ((), [])
    stride = kernel if missing else sizes(need, a, "stride")
    positive(need, stride, "kernel_size" if missing else "stride")
    return stride


def _pooled(
    need: Needs, a: Args, input: Tensor, padding: tuple[Dim, ...], dilation: tuple[Dim, ...]
) -> tuple[Image, tuple[Dim, ...]]:
    """The input taken apart, and the number of windows on each axis, after torch's ``pooling_output_shape``."""
    kernel = sizes(need, a, "kernel_size")
    positive(need, kernel, "kernel_size")
    positive(need, dilation, "dilation")
    for k, p in zip(kernel, padding, strict=True):
        need.at_least(p, 0, Kind.ARGUMENT, f"padding must not be negative, got {p}", "padding")
        need.at_least(k // 2, p, Kind.PADDING, f"padding {p} is more than half of the kernel, {k}", "padding")
    stride = _stride(need, a, kernel)
    taken = image(need, input, a.spatial)
    nonempty(need, taken)
    size = []
    for n, k, s, p, d in zip(taken.size, kernel, stride, padding, dilation, strict=True):
        if a.layer in ("AvgPool3d", "LPPool3d"):  # padding and ceil_mode do not help these two
            need.at_least(n, k, Kind.EMPTY, f"{k} wide kernel on {n} wide input: no output left", "kernel_size")
        size.append(_windows(need, n, d * (k - 1) + 1, s, p, flag(a.ceil_mode)))
    return taken, tuple(size)


def _windows(need: Needs, n: Dim, reach: Dim, stride: Dim, padding: Dim, ceil: bool | None) -> Dim:
    """Windows ``reach`` wide on an axis; with ``ceil`` the last may hang over, but must start inside the input."""
    room = n + 2 * padding - reach

    def message() -> str:
        return f"{reach} wide kernel on {n + 2 * padding} wide padded input: no output left"

    why = "a pooling of unknown stride"
    if ceil is None:
        return fresh("H", reason="ceil_mode is not known")
    if not ceil:
        need.at_least(room, 0, Kind.EMPTY, message, "kernel_size")
        return quotient(room, stride, why) + 1
    need.at_least(room + stride - 1, 0, Kind.EMPTY, message, "kernel_size")
    over, start = room + stride - 1, n + padding - 1
    gap = over - start
    if not isinstance(gap, int):
        return fresh("H", reason="ceil_mode with unknown arguments")
    return quotient(over if gap <= 0 else start, stride, why) + 1


@layer(
    "MaxPool{1,2,3}d",
    "kernel_size, stride=None, padding=0, dilation=1, return_indices=False, ceil_mode=False",
    formula=_MAX_FORMULA,
    construct=_default_stride,
    expects=_expects,
)
def max_pool(need: Needs, a: Args, input: Tensor) -> Any:
    """``(N, C, H, W) -> (N, C, H', W')``, batch optional; a pair with the indices if ``return_indices``."""
    padding, dilation = sizes(need, a, "padding", Kind.PADDING), sizes(need, a, "dilation")
    taken, size = _pooled(need, a, input, padding, dilation)
    return _with_indices(a, taken.tensor(taken.channels, size))


def _with_indices(a: Args, result: Tensor) -> Any:
    match flag(a.return_indices):
        case True:
            return result, Tensor(result.shape, "int")
        case False:
            return result
    return Unknown("return_indices is not known")


def _avg_construct(need: Needs, a: Args) -> Mapping[str, Any]:
    """AvgPool1d stores tuples, AvgPool2d and AvgPool3d what they were given."""
    stride = a.kernel_size if a.stride is None else a.stride
    if a.spatial > 1:
        return {"stride": stride}
    return {"kernel_size": ntuple(a.kernel_size, 1), "stride": ntuple(stride, 1), "padding": ntuple(a.padding, 1)}


def _avg(need: Needs, a: Args, input: Tensor) -> Tensor:
    taken, size = _pooled(need, a, input, sizes(need, a, "padding", Kind.PADDING), (1,) * a.spatial)
    return taken.tensor(taken.channels, size)


@layer(
    "AvgPool1d",
    "kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True",
    formula=_AVG_FORMULA,
    construct=_avg_construct,
    expects=_expects,
)
def avg_pool1d(need: Needs, a: Args, input: Tensor) -> Tensor:
    """``(N, C, L) -> (N, C, L')``, batch optional."""
    return _avg(need, a, input)


@layer(
    "AvgPool{2,3}d",
    "kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True, divisor_override=None",
    formula=_AVG_FORMULA,
    construct=_avg_construct,
    expects=_expects,
)
def avg_pool(need: Needs, a: Args, input: Tensor) -> Tensor:
    """``(N, C, H, W) -> (N, C, H', W')``, batch optional."""
    need.require(a.divisor_override != 0, Kind.ARGUMENT, "divisor_override must not be 0", "divisor_override")
    return _avg(need, a, input)


@layer(
    "LPPool{1,2,3}d",
    "norm_type, kernel_size, stride=None, ceil_mode=False",
    formula=_LP_FORMULA,
    expects=_expects,
)
def lp_pool(need: Needs, a: Args, input: Tensor) -> Tensor:
    """``(N, C, H, W) -> (N, C, H', W')``, batch optional; no padding."""
    taken, size = _pooled(need, a, input, (0,) * a.spatial, (1,) * a.spatial)
    if isinstance(a.kernel_size, (tuple, list)):
        _exactly(need, a, a.kernel_size, "kernel_size")
        message = f"an integer expected for kernel_size, got {a.kernel_size}"
        need.require(a.spatial > 1, Kind.ARGUMENT, message, "kernel_size")
    return taken.tensor(taken.channels, size)


def _exactly(need: Needs, a: Args, given: Sequence[Any], name: str) -> None:
    """One number for each axis."""
    message = f"{a.spatial} numbers expected for {name}, got {len(given)}"
    need.require(len(given) == a.spatial, Kind.ARGUMENT, message, name)


def _adaptive(need: Needs, a: Args, input: Tensor, average: bool) -> Tensor:
    """Every axis gets the asked size; None keeps the size of the input."""
    asked = a.output_size
    if isinstance(asked, Unknown):
        return _adapted(need, a, input, tuple(dim(asked, "H") for _ in range(a.spatial)))
    if not isinstance(asked, (tuple, list)):
        asked = (asked,) * a.spatial
        need.require(asked[0] is not None, Kind.ARGUMENT, "output_size must not be None", "output_size")
    _exactly(need, a, asked, "output_size")
    message = "an integer expected for output_size, got None"
    need.require(None not in asked or a.spatial > 1, Kind.ARGUMENT, message, "output_size")
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


@layer("AdaptiveAvgPool{1,2,3}d", "output_size", formula="(N, C, H) -> (N, C, output_size)", expects=_expects)
def adaptive_avg_pool(need: Needs, a: Args, input: Tensor) -> Tensor:
    """``(N, C, H, W) -> (N, C, *output_size)``, batch optional."""
    return _adaptive(need, a, input, average=True)


@layer(
    "AdaptiveMaxPool{1,2,3}d",
    "output_size, return_indices=False",
    formula="(N, C, H) -> (N, C, output_size)",
    expects=_expects,
)
def adaptive_max_pool(need: Needs, a: Args, input: Tensor) -> Any:
    """``(N, C, H, W) -> (N, C, *output_size)``, batch optional; a pair if ``return_indices``."""
    return _with_indices(a, _adaptive(need, a, input, average=False))


def _fractional_construct(need: Needs, a: Args) -> Mapping[str, Any]:
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
    for ratio in attributes["output_ratio"] if isinstance(attributes["output_ratio"], tuple) else ():
        known = isinstance(ratio, (int, float))
        need.require(
            not known or 0 < ratio < 1,
            Kind.ARGUMENT,
            f"output_ratio must be between 0 and 1, got {ratio}",
            "output_ratio",
        )
    return attributes


@layer(
    "FractionalMaxPool{2,3}d",
    "kernel_size, output_size=None, output_ratio=None, return_indices=False, _random_samples=None",
    formula="(N, C, H) -> (N, C, output_size), or (N, C, int(H*output_ratio))",
    construct=_fractional_construct,
    expects=_expects,
)
def fractional_max_pool(need: Needs, a: Args, input: Tensor) -> Any:
    """``(N, C, H, W) -> (N, C, H', W')``, batch optional; a pair if ``return_indices``."""
    taken = image(need, input, a.spatial)
    kernel = sizes(need, a, "kernel_size")
    if isinstance(a.kernel_size, (tuple, list)):
        _exactly(need, a, a.kernel_size, "kernel_size")
    positive(need, kernel, "kernel_size")
    nonempty(need, taken)
    if a.output_size is not None:
        size = sizes(need, a, "output_size")
        if isinstance(a.output_size, (tuple, list)):
            _exactly(need, a, a.output_size, "output_size")
    else:
        ratios = ntuple(a.output_ratio, a.spatial)
        ratios = (None,) * a.spatial if isinstance(ratios, Unknown) else ratios
        _exactly(need, a, ratios, "output_ratio")
        size = tuple(_scaled(n, ratio) for n, ratio in zip(taken.size, ratios, strict=True))
    nonnegative(need, size, "output_size")
    spare = 1 if a.spatial == 2 else 0  # torch's check is strict in three dimensions only
    for n, k, out in zip(taken.size, kernel, size, strict=True):
        need.at_least(n + spare, out + k, Kind.EMPTY, f"{out} windows {k} wide do not fit into {n}", "kernel_size")
    return _with_indices(a, taken.tensor(taken.channels, size))


def _scaled(n: Dim, ratio: Any) -> Dim:
    if isinstance(n, int) and isinstance(ratio, (int, float)) and math.isfinite(ratio):
        return int(n * ratio)
    if isinstance(ratio, float) and 0 < ratio < 1 and ratio.as_integer_ratio()[1] <= 1 << 10:
        numerator, denominator = ratio.as_integer_ratio()
        return n * numerator // denominator
    return fresh("H", minimum=0, reason="a fraction of an unknown size")


def _unpool_construct(need: Needs, a: Args) -> Mapping[str, Any]:
    stride = a.kernel_size if a.stride is None else a.stride
    given = {"kernel_size": a.kernel_size, "stride": stride, "padding": a.padding}
    return {name: ntuple(value, a.spatial) for name, value in given.items()}


def _first(need: Needs, a: Args, name: str, kind: Kind = Kind.ARGUMENT) -> tuple[Dim, ...]:
    """One number for each axis; torch never looks at further ones, except in three dimensions."""
    given = getattr(a, name)
    if a.spatial < 3 and isinstance(given, (tuple, list)):
        given = given[: a.spatial]
    return entries(need, given, a.spatial, name, kind)


@layer(
    "MaxUnpool{1,2,3}d",
    "kernel_size, stride=None, padding=0",
    inputs="input, indices, output_size=None",
    formula="(N, C, H) -> (N, C, (H - 1)*stride - 2*padding + kernel_size), or output_size",
    construct=_unpool_construct,
    expects=lambda a: (batched(None, a.spatial), batched(None, a.spatial)),
)
def max_unpool(need: Needs, a: Args, input: Tensor, indices: Tensor, output_size: Any = None) -> Tensor:
    """``(N, C, H, W) -> (N, C, H', W')``, batch optional; ``output_size`` may be off by less than a stride."""
    taken = image(need, input, a.spatial)
    _same_shape(need, input, indices)
    nonempty(need, taken)
    if isinstance(a.kernel_size, (tuple, list)):
        _exactly(need, a, a.kernel_size, "kernel_size")
    kernel, stride = sizes(need, a, "kernel_size"), _first(need, a, "stride")
    padding = _first(need, a, "padding", Kind.PADDING)
    size = tuple((n - 1) * s - 2 * p + k for n, s, p, k in zip(taken.size, stride, padding, kernel, strict=True))
    if output_size is not None:
        size = _asked(need, a, size, stride, output_size)
    for n in size:
        need.at_least(n, 1, Kind.EMPTY, f"{n} wide output: no output left", "padding")
    return taken.tensor(taken.channels, size)


def _same_shape(need: Needs, input: Tensor, indices: Tensor) -> None:
    if input.shape.lead is not None or indices.shape.lead is not None:
        return
    message = f"indices of shape {input.shape} expected, got {indices.shape}"
    need.require(len(input.shape.dims) == len(indices.shape.dims), Kind.OPERANDS, message)
    for left, right in zip(input.shape.dims, indices.shape.dims, strict=True):
        need.equal(left, right, Kind.OPERANDS, message)


def _asked(
    need: Needs, a: Args, default: tuple[Dim, ...], stride: tuple[Dim, ...], output_size: Any
) -> tuple[Dim, ...]:
    if not isinstance(output_size, (tuple, list)):
        return tuple(fresh("H", reason="output_size is not known") for _ in default)
    need.require(
        len(output_size) in (a.spatial, a.spatial + 2),
        Kind.ARGUMENT,
        f"{a.spatial} numbers expected for output_size, got {len(output_size)}",
    )
    wanted = entries(need, tuple(output_size[-a.spatial :]), a.spatial, "output_size")
    for want, n, s in zip(wanted, default, stride, strict=True):
        message = f"output_size {want} is not in {n - s + 1}..{n + s - 1}"
        need.at_least(want, n - s + 1, Kind.ARGUMENT, message)
        need.at_least(n + s - 1, want, Kind.ARGUMENT, message)
    return wanted
