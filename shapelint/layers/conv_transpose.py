"""Transposed convolutions in one, two and three dimensions, lazy ones included."""

from __future__ import annotations

from collections.abc import Mapping

from ..shapes import Dim, Kind, Needs, Tensor, Value, fresh
from .argument_readers import dim, entries, nonnegative, ntuple, optional, sizes
from .conv import AXES, expects, grouped, kernel_of, lazy_weights, share, taken_by, window
from .declare import Args, Lazy, Size, Window, layer
from .image_axes import Image

_TRANSPOSED = (
    "out_channels, kernel_size, stride=1, padding=0, output_padding=0, groups=1, bias=True, dilation=1, "
    "padding_mode='zeros', device=None, dtype=None"
)
_TRANSPOSED_FORMULA = (
    "(N, in_channels, H) -> (N, out_channels, "
    "(H - 1)*stride - 2*padding + dilation*(kernel_size - 1) + output_padding + 1)"
)


def _construct_transposed(need: Needs, a: Args) -> Mapping[str, Value]:
    if isinstance(a.padding_mode, (str, int, type(None))):
        need.require(
            a.padding_mode == "zeros",
            Kind.PADDING,
            f"padding_mode must be 'zeros', got {a.padding_mode!r}",
            "padding_mode",
            got_none=a.padding_mode is None,
        )
    grouped(need, a)
    attributes = {name: ntuple(getattr(a, name), a.spatial) for name in (*AXES, "output_padding")}
    return attributes | {"transposed": True}


def _weights_transposed(a: Args) -> Mapping[str, Size]:
    inner = dim(a.in_channels, "C")
    out = dim(a.out_channels, "C")
    return {"weight": (inner, share(out, a.groups), *kernel_of(a)), "bias": optional(a.bias, (out,))}


@layer(
    "ConvTranspose{1,2,3}d",
    f"in_channels, {_TRANSPOSED}",
    inputs="input, output_size=None",
    formula=_TRANSPOSED_FORMULA,
    construct=_construct_transposed,
    weights=_weights_transposed,
    expects=expects,
    window=Window.TRANSPOSED,
)
def conv_transpose(need: Needs, a: Args, input: Tensor, output_size: Value = None) -> Tensor:
    """``(N, in_channels, H, W) -> (N, out_channels, H', W')``; ``output_size`` picks one of ``stride`` sizes."""
    kernel, stride, dilation = window(need, a)
    padding = sizes(need, a, "padding", Kind.PADDING)
    nonnegative(need, padding, "padding")
    taken = taken_by(need, a, input)
    least = tuple(
        (n - 1) * s - 2 * p + d * (k - 1) + 1
        for n, s, p, d, k in zip(taken.size, stride, padding, dilation, kernel, strict=True)
    )
    if output_size is None:
        extra = sizes(need, a, "output_padding")
        nonnegative(need, extra, "output_padding")
    else:
        extra = _asked(need, a, taken, least, output_size)
    for e, s, d in zip(extra, stride, dilation, strict=True):
        if isinstance(s, int) and isinstance(d, int) and 0 not in taken.batch:
            message = f"output_padding {e} must be smaller than stride or dilation {max(s, d)}"
            need.at_least(max(s, d) - 1, e, Kind.ARGUMENT, message, "output_padding")
    size = tuple(n + e for n, e in zip(least, extra, strict=True))
    for n in size:
        need.at_least(n, 1, Kind.EMPTY, f"{n} wide output: no output left", "padding")
    return taken.tensor(dim(a.out_channels, "C"), size)


def _asked(need: Needs, a: Args, taken: Image, least: tuple[Dim, ...], output_size: Value) -> tuple[Dim, ...]:
    """The output padding that gives ``output_size``."""
    if not isinstance(output_size, (tuple, list)):
        return tuple(fresh("op", minimum=0, reason="output_size is not known") for _ in least)
    asked = tuple(output_size[-a.spatial :])
    allowed = (a.spatial, a.spatial + 1, a.spatial + 2)
    need.require(
        len(output_size) in allowed,
        Kind.ARGUMENT,
        f"{a.spatial} numbers expected for output_size, got {len(output_size)}",
    )
    stride = sizes(need, a, "stride")
    wanted = entries(need, asked, a.spatial, "output_size")
    for want, low, s in zip(wanted, least, stride, strict=True):
        message = f"output_size {want} is not in {low}..{low + s - 1}"
        need.at_least(want, low, Kind.ARGUMENT, message, "output_size")
        need.at_least(low + s - 1, want, Kind.ARGUMENT, message, "output_size")
    return tuple(want - low for want, low in zip(wanted, least, strict=True))


@layer(
    "LazyConvTranspose{1,2,3}d",
    _TRANSPOSED,
    inputs="input, output_size=None",
    formula=_TRANSPOSED_FORMULA,
    construct=_construct_transposed,
    weights=lazy_weights,
    expects=expects,
    lazy=Lazy("in_channels"),
)
def lazy_conv_transpose(need: Needs, a: Args, input: Tensor, output_size: Value = None) -> Value:
    """A transposed convolution that takes ``in_channels`` from its first input."""
    return conv_transpose.shape(need, a, input, output_size)
