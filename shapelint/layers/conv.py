"""Convolutions and transposed convolutions in one, two and three dimensions, lazy ones included."""

from __future__ import annotations

from collections.abc import Mapping

from ..shapes import Dim, Kind, Needs, Reject, Shape, Tensor, Unknown, Value, fresh, quotient
from .argument_readers import dim, flag, nonnegative, ntuple, number, optional, positive, sizes
from .declare import Args, Lazy, Size, Window, layer
from .image_axes import Image, batched, image, nonempty
from .pad import pad

_MODES = ("zeros", "reflect", "replicate", "circular")
AXES = ("kernel_size", "stride", "padding", "dilation")
_CONV = (
    "out_channels, kernel_size, stride=1, padding=0, dilation=1, groups=1, bias=True, "
    "padding_mode='zeros', device=None, dtype=None"
)
_CONV_FORMULA = "(N, in_channels, H) -> (N, out_channels, (H + 2*padding - dilation*(kernel_size - 1) - 1)//stride + 1)"


def grouped(need: Needs, a: Args) -> None:
    """``groups`` must be positive and divide both channel counts; the kernel must be the size of a tensor."""
    for item in kernel_of(a):
        need.at_least(item, 0, Kind.ARGUMENT, f"kernel_size must not be negative, got {item}", "kernel_size")
    groups = number(need, a.groups, "groups")
    need.at_least(groups, 1, Kind.ARGUMENT, f"groups must be positive, got {groups}", "groups")
    for name in ("in_channels", "out_channels"):
        channels = getattr(a, name)
        if isinstance(channels, Unknown) and name == "in_channels":
            continue
        channels = number(need, channels, name)
        need.at_least(channels, 0, Kind.ARGUMENT, f"{name} must not be negative, got {channels}", name)
        _divided(need, groups, channels, name)


def _divided(need: Needs, groups: Value, channels: Dim, name: str) -> None:
    if isinstance(groups, int):
        need.equal(
            channels % groups, 0, Kind.ARGUMENT, lambda: f"{groups} groups do not divide {channels} {name}", "groups"
        )


def _construct(need: Needs, a: Args) -> Mapping[str, Value]:
    grouped(need, a)
    attributes: dict[str, Value] = {name: ntuple(getattr(a, name), a.spatial) for name in AXES}
    attributes |= {"output_padding": (0,) * a.spatial, "transposed": False}
    if isinstance(a.padding, str):
        attributes["padding"] = a.padding
        need.require(
            a.padding in ("same", "valid"),
            Kind.PADDING,
            f"padding must be a number, 'same' or 'valid', got {a.padding!r}",
            "padding",
        )
        strides = ntuple(a.stride, a.spatial)
        if a.padding == "same" and not isinstance(strides, Unknown):
            for stride in strides:
                message = f"padding='same' with stride {stride}"
                need.equal(dim(stride, "stride"), 1, Kind.STRIDED_SAME, message, "padding")
    _mode(need, a)
    return attributes


def _mode(need: Needs, a: Args) -> None:
    if isinstance(a.padding_mode, (str, int, type(None))):
        known = a.padding_mode in _MODES
        need.require(known, Kind.PADDING, f"unknown padding_mode {a.padding_mode!r}", "padding_mode")


def _weights(a: Args) -> Mapping[str, Size]:
    inner = share(a.in_channels, a.groups)
    out = dim(a.out_channels, "C")
    return {"weight": (out, inner, *kernel_of(a)), "bias": optional(a.bias, (out,))}


def kernel_of(a: Args) -> tuple[Dim, ...]:
    """The spatial size of the weight; ``Reject`` for what cannot be a size."""
    given = ntuple(a.kernel_size, a.spatial)
    kernel = (given,) * a.spatial if isinstance(given, Unknown) else given
    for item in kernel:
        if isinstance(item, (float, str, tuple, list)) or item is None:
            message = f"an integer expected for kernel_size, got {item!r}"
            raise Reject(Kind.ARGUMENT, message, "kernel_size", got_none=item is None)
    return tuple(dim(item, "k") for item in kernel)


def share(channels: Value, groups: Value) -> Dim:
    """The channels of each group."""
    return quotient(dim(channels, "C"), dim(groups, "groups", 1), "channels of a group")


def expects(a: Args) -> tuple[Shape | None, ...]:
    """A batch of images with the channels that the layer was built for."""
    return (batched(None if isinstance(a.in_channels, Unknown) else dim(a.in_channels, "C"), a.spatial),)


def window(need: Needs, a: Args) -> tuple[tuple[Dim, ...], tuple[Dim, ...], tuple[Dim, ...]]:
    """Kernel, stride and dilation; the kernel is as long as the weight has axes, so one number is not all."""
    kernel, stride, dilation = (sizes(need, a, name) for name in ("kernel_size", "stride", "dilation"))
    if isinstance(a.kernel_size, (tuple, list)):
        message = f"{a.spatial} numbers expected for kernel_size, got {len(a.kernel_size)}"
        need.require(len(a.kernel_size) == a.spatial, Kind.ARGUMENT, message, "kernel_size")
    positive(need, kernel, "kernel_size")
    positive(need, stride, "stride")
    positive(need, dilation, "dilation")
    return kernel, stride, dilation


def taken_by(need: Needs, a: Args, input: Tensor) -> Image:
    """The input, not empty, and with as many channels as the layer was built for."""
    taken = image(need, input, a.spatial)
    if a.layer.startswith("Lazy"):
        _divided(need, a.groups, taken.channels, "in_channels")
    elif not isinstance(a.in_channels, Unknown):
        expected = dim(a.in_channels, "C")
        need.equal(
            taken.channels,
            expected,
            Kind.CHANNELS,
            lambda: f"{expected} channels expected, got {taken.channels}",
            "in_channels",
        )
    if 0 not in taken.batch:
        nonempty(need, taken, channels=False)
    for name in ("out_channels", "in_channels") if "Transpose" in a.layer else ("out_channels",):
        # of the weight torch asks only that its first two sizes, or the first, are not 0
        need.require(getattr(a, name) != 0, Kind.ARGUMENT, f"{name} must be positive, got 0", name)
    return taken


@layer(
    "Conv{1,2,3}d",
    f"in_channels, {_CONV}",
    formula=_CONV_FORMULA,
    construct=_construct,
    weights=_weights,
    expects=expects,
    window=Window.CONVOLUTION,
)
def conv(need: Needs, a: Args, input: Tensor) -> Tensor:
    """``(N, in_channels, H, W) -> (N, out_channels, H', W')``, batch optional."""
    sliding = window(need, a)
    around = _around(a, sliding[0], sliding[2])
    if around is not None:
        input = pad(need, input, around, str(a.padding_mode))
    taken = taken_by(need, a, input)
    # without input channels there is nothing to sum, and torch gives an empty result
    channels = 0 if taken.channels == 0 else dim(a.out_channels, "C")
    match a.padding:
        case Unknown(reason=reason):
            return taken.tensor(channels, tuple(fresh("H", minimum=0, reason=reason) for _ in taken.size))
        case "same" if around is None:
            return taken.tensor(channels, taken.size)
        case _ if around is not None or a.padding == "valid":
            wide = taken.size
        case _:
            padding = sizes(need, a, "padding", Kind.PADDING)
            if a.padding_mode == "zeros":
                nonnegative(need, padding, "padding")
            wide = tuple(n + 2 * p for n, p in zip(taken.size, padding, strict=True))
    return taken.tensor(channels, tuple(_slide(need, *axis) for axis in zip(wide, *sliding, strict=True)))


def _around(a: Args, kernel: tuple[Dim, ...], dilation: tuple[Dim, ...]) -> list[Value] | None:
    """What a padding mode other than zeros pads beforehand, as ``pad`` takes it; None where nothing is."""
    if a.padding_mode not in _MODES[1:]:
        return None
    match a.padding:
        case Unknown():
            return None
        case "valid":
            each: list[tuple[Value, Value]] = [(0, 0)] * a.spatial
        case "same":
            totals = [d * (k - 1) for d, k in zip(dilation, kernel, strict=True)]
            each = [(total // 2, total - total // 2) for total in totals]
        case _:
            given = ntuple(a.padding, a.spatial)
            assert not isinstance(given, Unknown)  # as the padding is not
            each = [(p, p) for p in given]
    return [p for pair in reversed(each) for p in pair]


def _slide(need: Needs, n: Dim, kernel: Dim, stride: Dim, dilation: Dim) -> Dim:
    """The number of places of a kernel on a padded axis."""
    reach = dilation * (kernel - 1)
    room = n - reach - 1
    need.at_least(
        room,
        0,
        Kind.EMPTY,
        lambda: f"{reach + 1} wide kernel on {n} wide padded input: no output left",
        "kernel_size",
    )
    return quotient(room, stride, "a convolution of unknown stride") + 1


def lazy_weights(a: Args) -> Mapping[str, Size]:
    """The parameters before the first call: their sizes are not known yet."""
    unknown = Unknown("a lazy layer that has not been called")
    return {"weight": unknown, "bias": unknown if flag(a.bias) is not False else None}


@layer(
    "LazyConv{1,2,3}d",
    _CONV,
    formula=_CONV_FORMULA,
    construct=_construct,
    weights=lazy_weights,
    expects=expects,
    lazy=Lazy("in_channels"),
)
def lazy_conv(need: Needs, a: Args, input: Tensor) -> Value:
    """A convolution that takes ``in_channels`` from its first input."""
    return conv.shape(need, a, input)
