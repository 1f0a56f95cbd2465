"""``torch.nn.functional`` counterparts of layers: each runs the layer of the catalogue, so that no formula stands twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..shapes import Dim, Kind, Needs, Tensor, Unknown, unknown_rank
from .declare import Family, op
from .values import operand

__all__ = ["rows_of", "through"]


def through(need: Needs, layer: str, arguments: Mapping[str, Any], inputs: Sequence[Any]) -> Any:
    """What ``torch.nn``'s ``layer``, built with ``arguments``, returns for ``inputs``."""
    from ..layers import CATALOGUE

    declared = CATALOGUE[layer]
    built = declared.construct(need, declared.bind((), arguments))
    return declared.apply(need, built, inputs, {})


def _as_layer(layer: str, renamed: Mapping[str, str], dropped: Sequence[str]) -> Callable[..., Any]:
    """The shape function of a functional whose arguments are those of the layer's constructor."""

    def shape(need: Needs, input: Tensor, **arguments: Any) -> Any:
        built = {renamed.get(name, name): value for name, value in arguments.items() if name not in dropped}
        return through(need, layer, built, (input,))

    return shape


def _same_as(
    names: str, layer: str, text: str, *, drop: Sequence[str] = (), rename: Mapping[str, str] | None = None
) -> Family:
    formula = f"as nn.{layer}"
    return op(names, f"input, {text}" if text else "input", formula=formula)(_as_layer(layer, rename or {}, drop))


def _each_rank(names: str, layer: str, text: str, ranks: str = "123", **options: Any) -> tuple[Family, ...]:
    return tuple(_same_as(names.replace("#", n), layer.replace("#", n), text, **options) for n in ranks)


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


def _with_indices(layer: str) -> Callable[..., Any]:
    def shape(need: Needs, input: Tensor, **arguments: Any) -> Any:
        return through(need, layer, {**arguments, "return_indices": True}, (input,))

    return shape


INDEXED = tuple(
    op(names.replace("#", n), f"input, {text}", formula=f"as nn.{layer.replace('#', n)} with its indices")(
        _with_indices(layer.replace("#", n))
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
def interpolate(need: Needs, input: Tensor, antialias: Any, **arguments: Any) -> Any:
    """To a size or by a factor."""
    size = arguments["size"]
    if isinstance(size, tuple) and not size:
        return Tensor(unknown_rank("an empty size"), input.dtype)
    return through(need, "Upsample", arguments, (input,))


def _unpool(layer: str) -> Callable[..., Any]:
    def shape(need: Needs, input: Tensor, indices: Any, output_size: Any, **arguments: Any) -> Any:
        return through(need, layer, arguments, (input, operand(need, indices, "indices"), output_size))

    return shape


UNPOOLS = tuple(
    op(
        f"F.max_unpool{n}d", "input, indices, kernel_size, stride=None, padding=0, output_size=None",
        formula=f"as nn.MaxUnpool{n}d",
    )(_unpool(f"MaxUnpool{n}d"))
    for n in "123"
)  # fmt: skip


def rows_of(need: Needs, weight: Any, rank: int) -> tuple[Any, ...]:
    """The sizes of a weight tensor, unknowns where they are not known."""
    tensor = operand(need, weight, "weight")
    known = tensor.shape.rank
    if known is None:
        return tuple(tensor.size(index) for index in range(-rank, 0))
    message = f"a weight of {rank} dimensions expected, got {known}: {tensor.shape}"
    need.require(known == rank, Kind.OPERANDS, message, "weight")
    return tensor.shape.dims


def _times(left: Any, right: Any) -> Any:
    plain = isinstance(right, int) or hasattr(right, "terms")
    return left * right if plain else Unknown("groups is not known")


def _conv(need: Needs, input: Tensor, weight: Any, bias: Any, spatial: int, **arguments: Any) -> Any:
    out, inner, *kernel = rows_of(need, weight, spatial + 2)
    _biased(need, bias, out)
    channels = {"in_channels": _times(inner, arguments["groups"]), "out_channels": out, "kernel_size": tuple(kernel)}
    return through(need, f"Conv{spatial}d", {**arguments, **channels, "bias": False}, (input,))


def _conv_transpose(need: Needs, input: Tensor, weight: Any, bias: Any, spatial: int, **arguments: Any) -> Any:
    inner, out, *kernel = rows_of(need, weight, spatial + 2)
    out = _times(out, arguments["groups"])
    _biased(need, bias, out)
    channels = {"in_channels": inner, "out_channels": out, "kernel_size": tuple(kernel), "bias": False}
    return through(need, f"ConvTranspose{spatial}d", {**arguments, **channels}, (input,))


def _biased(need: Needs, bias: Any, out: Any) -> None:
    if isinstance(bias, Tensor) and bias.shape.rank == 1 and not isinstance(out, Unknown):
        size: Dim = bias.shape.dims[0]
        need.equal(size, out, Kind.CHANNELS, f"a bias of {out} expected, got {size}", "bias")


def _of_rank(function: Callable[..., Any], spatial: int) -> Callable[..., Any]:
    return lambda need, **arguments: function(need, spatial=spatial, **arguments)


CONVS = tuple(
    op(f"{{F,torch}}.{name}{n}d", f"input, weight, bias=None, {text}", formula=f"as nn.{layer}{n}d")(_of_rank(function, n))
    for n in (1, 2, 3)
    for name, layer, text, function in (
        ("conv", "Conv", "stride=1, padding=0, dilation=1, groups=1", _conv),
        ("conv_transpose", "ConvTranspose", "stride=1, padding=0, output_padding=0, groups=1, dilation=1", _conv_transpose),
    )
)  # fmt: skip


@op("F.linear", "input, weight, bias=None", formula="(*, k), (m, k) -> (*, m)")
def linear(need: Needs, input: Tensor, weight: Any, bias: Any) -> Any:
    """``input @ weight.T + bias``; a weight of one dimension gives a sum."""
    tensor = operand(need, weight, "weight")
    if tensor.shape.rank == 1 or (tensor.shape.rank is None and len(tensor.shape.dims) < 2):
        return Tensor(unknown_rank("a linear map by a vector, or by a weight of unknown rank"), input.dtype)
    out, inner = rows_of(need, tensor, 2)
    if isinstance(bias, Tensor) and bias.shape.rank == 1 and bias.shape.dims != (1,):
        _biased(need, bias, out)
    return through(need, "Linear", {"in_features": inner, "out_features": out, "bias": False}, (input,))


@op("{F,torch}.bilinear", "input1, input2, weight, bias=None", formula="as nn.Bilinear")
def bilinear(need: Needs, input1: Any, input2: Any, weight: Any, bias: Any) -> Any:
    """A bilinear form of two inputs."""
    out, one, two = rows_of(need, weight, 3)
    arguments = {"in1_features": one, "in2_features": two, "out_features": out, "bias": False}
    return through(need, "Bilinear", arguments, (input1, input2))


@op(
    "{F}.{embedding}",
    "input, weight, padding_idx=None, max_norm=None, norm_type=2.0, scale_grad_by_freq=False, sparse=False",
    formula="(*), (V, E) -> (*, E)",
)
def embedding(need: Needs, input: Tensor, weight: Any, **options: Any) -> Any:
    """A row of ``weight`` for each index."""
    count, wide = rows_of(need, weight, 2)
    return through(need, "Embedding", {"num_embeddings": count, "embedding_dim": wide}, (input,))


@op("{F,torch}.{rms_norm}", "input, normalized_shape, weight=None, eps=None", formula="as nn.RMSNorm")
def rms_norm(need: Needs, input: Tensor, normalized_shape: Any, weight: Any, eps: Any) -> Any:
    """The last dimensions must be ``normalized_shape``."""
    return _normed(need, "RMSNorm", input, normalized_shape, (weight,))


@op(
    "{F,torch}.layer_norm",
    "input, normalized_shape, weight=None, bias=None, eps=1e-5, cudnn_enable=True",
    formula="as nn.LayerNorm",
)
def layer_norm(need: Needs, input: Tensor, normalized_shape: Any, weight: Any, bias: Any, **options: Any) -> Any:
    """The last dimensions must be ``normalized_shape``."""
    return _normed(need, "LayerNorm", input, normalized_shape, (weight, bias))


def _normed(need: Needs, layer: str, input: Tensor, normalized_shape: Any, weights: Sequence[Any]) -> Any:
    if isinstance(normalized_shape, (tuple, list)):
        for weight in weights:
            if isinstance(weight, Tensor) and weight.shape.rank is not None:
                message = f"a weight of shape {tuple(normalized_shape)} expected, got {weight.shape}"
                need.require(len(weight.shape.dims) == len(normalized_shape), Kind.CHANNELS, message, "weight")
    return through(need, layer, {"normalized_shape": normalized_shape}, (input,))


@op("F.group_norm", "input, num_groups, weight=None, bias=None, eps=1e-5", formula="as nn.GroupNorm")
def group_norm(need: Needs, input: Tensor, num_groups: Any, weight: Any, bias: Any, eps: Any) -> Any:
    """Groups must divide the channels."""
    return _grouped(need, input, num_groups, (weight, bias))


@op(
    "torch.group_norm",
    "input, num_groups, weight=None, bias=None, eps=1e-5, cudnn_enabled=True",
    formula="as nn.GroupNorm",
)
def torch_group_norm(need: Needs, input: Tensor, num_groups: Any, weight: Any, bias: Any, **options: Any) -> Any:
    """Groups must divide the channels."""
    return _grouped(need, input, num_groups, (weight, bias))


def _grouped(need: Needs, input: Tensor, num_groups: Any, weights: Sequence[Any]) -> Any:
    channels = input.size(1)
    if input.shape.rank is not None:
        need.require(input.shape.rank >= 2, Kind.OPERANDS, f"at least 2 dimensions expected, got {input.shape.rank}")
    _wide(need, channels, weights)
    return through(need, "GroupNorm", {"num_groups": num_groups, "num_channels": channels}, (input,))


def _wide(need: Needs, channels: Dim | None, weights: Sequence[Any]) -> None:
    """Weights, biases and running statistics have a number for each channel."""
    for weight in weights:
        if isinstance(weight, Tensor) and weight.shape.rank == 1 and channels is not None:
            size = weight.shape.dims[0]
            need.equal(channels, size, Kind.CHANNELS, f"{size} channels expected, got {channels}")


@op(
    "F.batch_norm",
    "input, running_mean, running_var, weight=None, bias=None, training=False, momentum=0.1, eps=1e-5",
    formula="(N, C, *) -> (N, C, *)",
)
def batch_norm(
    need: Needs, input: Tensor, running_mean: Any, running_var: Any, weight: Any, bias: Any, **options: Any
) -> Any:
    """All statistics have one number for each channel."""
    rank = input.shape.rank
    need.require(rank is None or rank >= 2, Kind.OPERANDS, f"at least 2 dimensions expected, got {rank}: {input.shape}")
    if rank is not None:
        _wide(need, input.size(1), (running_mean, running_var, weight, bias))
    return Tensor(input.shape, input.dtype)


@op(
    "F.instance_norm",
    "input, running_mean=None, running_var=None, weight=None, bias=None, use_input_stats=True, momentum=0.1, eps=1e-5",
    formula="(N, C, *) -> (N, C, *)",
)
def instance_norm(
    need: Needs, input: Tensor, running_mean: Any, running_var: Any, weight: Any, bias: Any, **options: Any
) -> Any:
    """All statistics have one number for each channel."""
    rank = input.shape.rank
    need.require(rank is None or rank >= 2, Kind.OPERANDS, f"at least 2 dimensions expected, got {rank}: {input.shape}")
    if rank is not None:
        _wide(need, input.size(1), (running_mean, running_var, weight, bias))
    return Tensor(input.shape, input.dtype)


@op("{F,torch}.prelu Tensor.prelu", "input, weight", formula="(*) -> (*)")
def prelu(need: Needs, input: Tensor, weight: Any) -> Any:
    """One slope, or one for each channel."""
    tensor = operand(need, weight, "weight")
    count = tensor.shape.dims[0] if tensor.shape.rank == 1 else 1 if tensor.shape.rank == 0 else Unknown("a weight")
    return through(need, "PReLU", {"num_parameters": count}, (input,))
