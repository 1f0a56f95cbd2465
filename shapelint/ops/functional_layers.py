"""``torch.nn.functional`` counterparts of layers: each runs the layer of the catalogue, so that no formula is written twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..shapes import Kind, Needs, Tensor, Value, unknown_rank
from .declare import Declared, ShapeFunction, op
from .operand_values import operand

__all__ = ["through"]


def through(need: Needs, layer: str, arguments: Mapping[str, Value], inputs: Sequence[Value]) -> Value:
    """What ``torch.nn``'s ``layer``, built with ``arguments``, returns for ``inputs``."""
    from ..layers import CATALOGUE

    declared = CATALOGUE[layer]
    scale_factor = arguments.get("scale_factor")
    if isinstance(scale_factor, list):  # which the module does not take
        arguments = {**arguments, "scale_factor": tuple(scale_factor)}
    built = declared.construct(need, declared.bind((), arguments))
    return declared.apply(need, built, inputs, {})


def _as_layer(layer: str, **fixed: Value) -> ShapeFunction:
    """The shape function of a functional whose arguments are those of the layer's constructor, some of them ``fixed``."""

    def shape(need: Needs, input: Tensor, **arguments: Value) -> Value:
        return through(need, layer, {**arguments, **fixed}, (input,))

    return shape


def _same_as(names: str, layer: str, text: str) -> Declared:
    return op(names, f"input, {text}", formula=f"as nn.{layer}")(_as_layer(layer))


def _each_rank(names: str, layer: str, text: str, ranks: str = "123") -> tuple[Declared, ...]:
    return tuple(_same_as(names.replace("#", n), layer.replace("#", n), text) for n in ranks)


_MAX = "kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, return_indices=False"
_AVG = "kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True"
POOLS = (
    *_each_rank("F.max_pool#d torch.max_pool#d", "MaxPool#d", _MAX),
    *_each_rank("F.avg_pool#d", "AvgPool#d", f"{_AVG}, divisor_override=None", "23"),
    _same_as("F.avg_pool1d torch.avg_pool1d", "AvgPool1d", _AVG),
    *_each_rank("F.lp_pool#d", "LPPool#d", "norm_type, kernel_size, stride=None, ceil_mode=False"),
    *_each_rank("F.adaptive_avg_pool#d", "AdaptiveAvgPool#d", "output_size", "23"),
    _same_as("F.adaptive_avg_pool1d torch.adaptive_avg_pool1d", "AdaptiveAvgPool1d", "output_size"),
    *_each_rank("F.adaptive_max_pool#d", "AdaptiveMaxPool#d", "output_size, return_indices=False"),
    *_each_rank(
        "F.fractional_max_pool#d", "FractionalMaxPool#d",
        "kernel_size, output_size=None, output_ratio=None, return_indices=False, _random_samples=None", "23",
    ),
)  # fmt: skip


INDEXED = tuple(
    op(names.replace("#", n), f"input, {text}", formula=f"as nn.{layer.replace('#', n)} with its indices")(
        _as_layer(layer.replace("#", n), return_indices=True)
    )
    for names, layer, text, ranks in (
        ("F.max_pool#d_with_indices", "MaxPool#d", _MAX, "123"),
        ("F.adaptive_max_pool#d_with_indices", "AdaptiveMaxPool#d", "output_size, return_indices=False", "123"),
        (
            "F.fractional_max_pool#d_with_indices", "FractionalMaxPool#d",
            "kernel_size, output_size=None, output_ratio=None, return_indices=False, _random_samples=None", "23",
        ),
    )
    for n in ranks
)  # fmt: skip
OTHERS = (
    _same_as("F.{pixel_shuffle} torch.pixel_shuffle", "PixelShuffle", "upscale_factor"),
    _same_as("F.{pixel_unshuffle} torch.pixel_unshuffle", "PixelUnshuffle", "downscale_factor"),
    _same_as("{F,torch}.{channel_shuffle,native_channel_shuffle}", "ChannelShuffle", "groups"),
    _same_as("F.unfold", "Unfold", "kernel_size, dilation=1, padding=0, stride=1"),
    _same_as("F.fold", "Fold", "output_size, kernel_size, dilation=1, padding=0, stride=1"),
    _same_as("F.glu", "GLU", "dim=-1"),
    _same_as("F.local_response_norm", "LocalResponseNorm", "size, alpha=0.0001, beta=0.75, k=1.0"),
    _same_as("F.upsample", "Upsample", "size=None, scale_factor=None, mode='nearest', align_corners=None"),
    _same_as("F.upsample_nearest", "UpsamplingNearest2d", "size=None, scale_factor=None"),
    _same_as("F.upsample_bilinear", "UpsamplingBilinear2d", "size=None, scale_factor=None"),
)  # fmt: skip


@op(
    "F.interpolate",
    "input, size=None, scale_factor=None, mode='nearest', align_corners=None, recompute_scale_factor=None, antialias=False",
    formula="as nn.Upsample",
)
def interpolate(need: Needs, input: Tensor, antialias: Value, **arguments: Value) -> Value:
    """To a size or by a factor."""
    size = arguments["size"]
    if isinstance(size, tuple) and not size:
        return Tensor(unknown_rank("an empty size"), input.dtype)
    mode = arguments["mode"]
    if antialias is True and isinstance(mode, str):
        message = (
            f"antialias needs mode 'bilinear', 'bicubic' or 'lanczos' and 4 dimensions, got {mode!r} and {input.shape}"
        )
        fits = mode in ("bilinear", "bicubic", "lanczos") and input.shape.rank in (4, None)
        need.require(fits, Kind.ARGUMENT, message, "antialias")
    return through(need, "Upsample", arguments, (input,))


def _unpool(layer: str) -> ShapeFunction:
    def shape(need: Needs, input: Tensor, indices: Value, output_size: Value, **arguments: Value) -> Value:
        return through(need, layer, arguments, (input, operand(need, indices, "indices"), output_size))

    return shape


UNPOOLS = tuple(
    op(
        f"F.max_unpool{n}d", "input, indices, kernel_size, stride=None, padding=0, output_size=None",
        formula=f"as nn.MaxUnpool{n}d",
    )(_unpool(f"MaxUnpool{n}d"))
    for n in "123"
)  # fmt: skip
