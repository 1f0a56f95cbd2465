"""Poolings: max, average, power-average, adaptive, fractional, and max unpooling."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..shapes import Dim, Kind, Needs, Tensor, Unknown, Value, fresh, quotient
from .argument_readers import flag, ntuple, positive, sizes
from .declare import Args, Window, layer
from .image_axes import Image, expects_image, image, nonempty

_FLOOR = "(N, C, H) -> (N, C, (H + 2*padding - dilation*(kernel_size - 1) - 1)//stride + 1)"
_MAX_FORMULA = f"{_FLOOR}; ceil_mode rounds up, and drops a window that would start beyond the input"
_AVG_FORMULA = "(N, C, H) -> (N, C, (H + 2*padding - kernel_size)//stride + 1); ceil_mode as in MaxPool"
_LP_FORMULA = "(N, C, H) -> (N, C, (H - kernel_size)//stride + 1); ceil_mode as in MaxPool"


def _default_stride(need: Needs, a: Args) -> Mapping[str, Value]:
    return {"stride": a.kernel_size if a.stride is None else a.stride}


def _stride(need: Needs, a: Args, kernel: tuple[Dim, ...]) -> tuple[Dim, ...]:
    missing = a.stride is None or a.stride in ((), [])
    stride = kernel if missing else sizes(need, a, "stride")
    positive(need, stride, "kernel_size" if missing else "stride")
    return stride


def _pooled(
    need: Needs, a: Args, input: Tensor, padding: tuple[Dim, ...], dilation: tuple[Dim, ...]
) -> tuple[Image, tuple[Dim, ...]]:
    """The input taken apart, and the number of windows on each axis.

    Source: ``pooling_output_shape`` and ``pool2d_shape_check`` in torch's ``aten/src/ATen/native/Pool.h``.
    """
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
        if a.layer in ("AvgPool3d", "LPPool3d"):  # their own checks leave out padding and ceil_mode
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
    expects=expects_image,
    window=Window.POOLING,
)
def max_pool(need: Needs, a: Args, input: Tensor) -> Value:
    """``(N, C, H, W) -> (N, C, H', W')``, batch optional; a pair with the indices if ``return_indices``."""
    padding, dilation = sizes(need, a, "padding", Kind.PADDING), sizes(need, a, "dilation")
    taken, size = _pooled(need, a, input, padding, dilation)
    return with_indices(a, taken.tensor(taken.channels, size))


def with_indices(a: Args, result: Tensor) -> Value:
    """``result``, or if ``return_indices`` a pair of it and the indices of the maxima."""
    match flag(a.return_indices):
        case True:
            return result, Tensor(result.shape, "int")
        case False:
            return result
    return Unknown("return_indices is not known")


def _avg_construct(need: Needs, a: Args) -> Mapping[str, Value]:
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
    expects=expects_image,
    window=Window.POOLING,
)
def avg_pool1d(need: Needs, a: Args, input: Tensor) -> Tensor:
    """``(N, C, L) -> (N, C, L')``, batch optional."""
    return _avg(need, a, input)


@layer(
    "AvgPool{2,3}d",
    "kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True, divisor_override=None",
    formula=_AVG_FORMULA,
    construct=_avg_construct,
    expects=expects_image,
    window=Window.POOLING,
)
def avg_pool(need: Needs, a: Args, input: Tensor) -> Tensor:
    """``(N, C, H, W) -> (N, C, H', W')``, batch optional."""
    need.require(a.divisor_override != 0, Kind.ARGUMENT, "divisor_override must not be 0", "divisor_override")
    return _avg(need, a, input)


@layer(
    "LPPool{1,2,3}d",
    "norm_type, kernel_size, stride=None, ceil_mode=False",
    formula=_LP_FORMULA,
    expects=expects_image,
    window=Window.POOLING,
)
def lp_pool(need: Needs, a: Args, input: Tensor) -> Tensor:
    """``(N, C, H, W) -> (N, C, H', W')``, batch optional; no padding."""
    taken, size = _pooled(need, a, input, (0,) * a.spatial, (1,) * a.spatial)
    if isinstance(a.kernel_size, (tuple, list)):
        exactly(need, a, a.kernel_size, "kernel_size")
        message = f"an integer expected for kernel_size, got {a.kernel_size}"
        need.require(a.spatial > 1, Kind.ARGUMENT, message, "kernel_size")
    found = taken.tensor(taken.channels, size)
    return Tensor(found.shape, found.dtype if found.dtype in ("float", "complex", None) else "float")  # by a root


def exactly(need: Needs, a: Args, given: Sequence[Value], name: str) -> None:
    """One number for each axis."""
    message = f"{a.spatial} numbers expected for {name}, got {len(given)}"
    need.require(len(given) == a.spatial, Kind.ARGUMENT, message, name)
