"""What a layer or an operator makes of the receptive field of its input."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..interp.model.tape import Call, Tape
from ..layers import Resizing
from ..layers.argument_readers import ntuple
from ..shapes import Tensor, Value
from .receptive_axis import ReceptiveAxis
from .receptive_value import EVERYTHING, Field, ReceptiveField, each_axis, joined

__all__ = ["field_after"]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_POINTWISE = _words(
    "+ - * / ** += -= *= /= add add_ sub sub_ mul mul_ div div_ relu relu_ relu6 sigmoid sigmoid_ tanh tanh_ "
    "gelu silu mish elu celu selu leaky_relu hardswish hardsigmoid hardtanh softplus softsign logsigmoid "
    "dropout dropout1d dropout2d dropout3d alpha_dropout batch_norm clamp clamp_ clip abs exp log sqrt square "
    "neg contiguous clone detach to float half double local_response_norm prelu maximum minimum where lerp "
    "addcmul"
)
_POINTWISE_LAYERS = _words(
    "Identity Dropout Dropout1d Dropout2d Dropout3d AlphaDropout FeatureAlphaDropout BatchNorm1d BatchNorm2d "
    "BatchNorm3d LazyBatchNorm1d LazyBatchNorm2d LazyBatchNorm3d SyncBatchNorm LocalResponseNorm CrossMapLRN2d "
    "ChannelShuffle Softmax2d ReLU ReLU6 LeakyReLU PReLU RReLU ELU CELU SELU GELU SiLU Mish Sigmoid Tanh "
    "Hardswish Hardsigmoid Hardtanh Hardshrink Softshrink Softplus Softsign Tanhshrink LogSigmoid Threshold"
)
_OVER_EVERYTHING = frozenset(("GroupNorm", "InstanceNorm1d", "InstanceNorm2d", "InstanceNorm3d"))


def field_after(call: Call, tape: Tape, reached: Sequence[ReceptiveField]) -> ReceptiveField:
    if call.module is None:
        return _after_operator(call, tape, reached)
    layer, field = call.layer, reached[0]
    if layer is None or not isinstance(field, Field):
        return field if layer is not None and layer.name in _POINTWISE_LAYERS else joined(reached, weak=True)
    a = call.module.attributes
    name = layer.name.removeprefix("Lazy")
    if name in _POINTWISE_LAYERS:
        return field
    if name in _OVER_EVERYTHING:
        return EVERYTHING
    if layer.window is not None or name.startswith("Conv"):
        return _windowed(field, layer.spatial, a, transposed="Transpose" in name)
    if layer.resizing is Resizing.PADDING:
        before = _numbers(a["padding"], 2 * layer.spatial)[::2]
        return each_axis(field, layer.spatial, lambda axis, i: axis.shifted(before[layer.spatial - 1 - i]))
    if name.startswith(("Adaptive", "Upsample", "Upsampling")):
        return _resized(call, tape, field, a)
    if name == "PixelShuffle":
        return each_axis(field, 2, lambda axis, i: axis.enlarged(_number(a["upscale_factor"])))
    if name == "PixelUnshuffle":
        factor = _number(a["downscale_factor"])
        return each_axis(field, 2, lambda axis, i: axis.strided(factor, factor, 0))
    return None


def _after_operator(call: Call, tape: Tape, reached: Sequence[ReceptiveField]) -> ReceptiveField:
    name = call.name.rpartition(".")[2]
    given = _named(call, name)
    field = reached[0]
    if name in _POINTWISE or (name in ("cat", "concat", "concatenate") and given.get("dim", 0) == 1):
        return joined(reached)
    if not isinstance(field, Field):
        return joined(reached, weak=True)
    spatial = int(name[-2]) if name[-2:] in ("1d", "2d", "3d") else 0
    if name in _WINDOWS and spatial:
        if name.startswith("conv"):
            weight = call.arguments.get("1", call.arguments.get("weight"))
            kernel = tape.resolve(weight.shape).dims[2:] if isinstance(weight, Tensor) else None
            given = {**given, "kernel_size": kernel}
        else:
            given = {"stride": None, **given}
        return _windowed(field, spatial, given, transposed="transpose" in name)
    if name.startswith("adaptive") or name in ("interpolate", "upsample"):
        return _resized(call, tape, field, given)
    around = given.get("pad")
    if name == "pad" and isinstance(around, (tuple, list)):
        before = list(around)[::2]
        rank = tape.resolve(call.inputs[0].shape).rank
        if rank is not None and len(before) <= rank - 2:
            before += [0] * (rank - 2 - len(before))
            return each_axis(field, rank - 2, lambda axis, i: axis.shifted(_number(before[rank - 3 - i])))
    return None


_WINDOWS: Mapping[str, tuple[str, ...]] = {
    **{f"conv{n}d": ("input", "weight", "bias", "stride", "padding", "dilation", "groups") for n in "123"},
    **{
        f"conv_transpose{n}d": ("input", "weight", "bias", "stride", "padding", "output_padding", "groups", "dilation")
        for n in "123"
    },
    **{f"max_pool{n}d": ("input", "kernel_size", "stride", "padding", "dilation") for n in "123"},
    **{f"avg_pool{n}d": ("input", "kernel_size", "stride", "padding") for n in "123"},
    "pad": ("input", "pad", "mode"),
    "interpolate": ("input", "size", "scale_factor", "mode", "align_corners"),
    "upsample": ("input", "size", "scale_factor", "mode", "align_corners"),
    **dict.fromkeys(("cat", "concat", "concatenate"), ("tensors", "dim")),
}


def _named(call: Call, name: str) -> dict[str, Value]:
    names = _WINDOWS.get(name, ())
    return {names[int(key)] if key.isdigit() and int(key) < len(names) else key: v for key, v in call.arguments.items()}


def _windowed(field: Field, spatial: int, a: Mapping[str, Value], transposed: bool) -> ReceptiveField:
    kernel = _numbers(a["kernel_size"], spatial)
    stride = kernel if a.get("stride", 1) is None else _numbers(a.get("stride", 1), spatial)
    dilation = _numbers(a.get("dilation", 1), spatial)
    padding = a.get("padding", 0)
    if padding == "same":
        padding = tuple(d * (k - 1) // 2 for d, k in zip(dilation, kernel, strict=True))
    around = _numbers(0 if padding == "valid" else padding, spatial)

    def slide(axis: ReceptiveAxis, i: int) -> ReceptiveAxis:
        move = axis.transposed if transposed else axis.strided
        return move(kernel[i], stride[i], around[i], dilation[i])

    return each_axis(field, spatial, slide)


def _resized(call: Call, tape: Tape, field: Field, a: Mapping[str, Value]) -> ReceptiveField:
    """An adaptive pooling or an interpolation by a whole factor; one to a single position sees everything."""
    output = call.output[0] if isinstance(call.output, tuple) else call.output
    if not isinstance(output, Tensor):
        return None
    before, after = tape.resolve(call.inputs[0].shape), tape.resolve(output.shape)
    if before.rank is None or before.rank != after.rank:
        return None
    spatial = len(field.axes) or before.rank - 2
    old, new = before.dims[-spatial:], after.dims[-spatial:]
    if old == new:
        return field
    if all(size == 1 for size in new) and "pool" in call.name.lower():
        return EVERYTHING
    pairs = [(n, m) for n, m in zip(old, new, strict=True) if isinstance(n, int) and isinstance(m, int)]
    if len(pairs) < spatial:
        return None
    if all(m and n % m == 0 for n, m in pairs) and "pool" in call.name.lower():

        def factor(i: int) -> int:
            return pairs[i][0] // pairs[i][1]

        return each_axis(field, spatial, lambda axis, i: axis.strided(factor(i), factor(i), 0))
    if not all(n and m % n == 0 for n, m in pairs):
        return None
    mode = "bilinear" if call.name == "UpsamplingBilinear2d" else a.get("mode", "nearest")
    aligned = call.name == "UpsamplingBilinear2d" or bool(a.get("align_corners"))
    if mode in ("nearest", "nearest-exact"):
        return each_axis(field, spatial, lambda axis, i: axis.enlarged(pairs[i][1] // pairs[i][0]))
    if mode in ("linear", "bilinear", "trilinear") and not aligned:
        return each_axis(field, spatial, lambda axis, i: axis.blended(pairs[i][1] // pairs[i][0]))
    return None


def _numbers(value: Value, count: int) -> tuple[int, ...]:
    """One number for each axis; TypeError where one is not known."""
    found = ntuple(value, count)
    if not isinstance(found, tuple):
        raise TypeError
    numbers = tuple(map(_number, found if len(found) == count else found * count))
    if len(numbers) != count:  # of a weight whose rank is not known
        raise TypeError
    return numbers


def _number(value: Value) -> int:
    if not isinstance(value, int):
        raise TypeError
    return value
