"""``torch.nn.functional`` counterparts of layers with weights, whose sizes are what the constructor would be given."""

from __future__ import annotations

from collections.abc import Sequence

from ..shapes import Dim, Expr, Kind, Needs, Tensor, Unknown, Value, unknown_rank
from .axes import rank_of_matrices, size
from .declare import ShapeFunction, op
from .functional_layers import through
from .operand_values import operand

__all__ = ["rows_of"]


def rows_of(need: Needs, weight: Value, rank: int) -> tuple[Dim, ...]:
    """The sizes of a weight tensor, unknowns where they are not known."""
    tensor = operand(need, weight, "weight")
    known = tensor.shape.rank
    if known is None:
        return tuple(size(tensor, index) for index in range(-rank, 0))
    message = f"a weight of {rank} dimensions expected, got {known}: {tensor.shape}"
    need.require(known == rank, Kind.OPERANDS, message, "weight")
    return tensor.shape.dims


def _times(channels: Dim, groups: Value) -> Dim | Unknown:
    return channels * groups if isinstance(groups, (int, Expr)) else Unknown("groups is not known")


def _conv(need: Needs, input: Tensor, weight: Value, bias: Value, spatial: int, **arguments: Value) -> Value:
    out, inner, *kernel = rows_of(need, weight, spatial + 2)
    _biased(need, bias, out)
    sizes = {"in_channels": _times(inner, arguments["groups"]), "out_channels": out, "kernel_size": tuple(kernel)}
    return through(need, f"Conv{spatial}d", {**arguments, **sizes, "bias": False}, (input,))


def _conv_transpose(need: Needs, input: Tensor, weight: Value, bias: Value, spatial: int, **arguments: Value) -> Value:
    inner, out, *kernel = rows_of(need, weight, spatial + 2)
    channels = _times(out, arguments["groups"])
    _biased(need, bias, channels)
    sizes = {"in_channels": inner, "out_channels": channels, "kernel_size": tuple(kernel)}
    return through(need, f"ConvTranspose{spatial}d", {**arguments, **sizes, "bias": False}, (input,))


def _biased(need: Needs, bias: Value, out: Dim | Unknown) -> None:
    if isinstance(bias, Tensor) and bias.shape.rank is not None and not isinstance(out, Unknown):
        need.require(bias.shape.rank == 1, Kind.OPERANDS, f"a bias of {out} expected, got {bias.shape}", "bias")
        given = bias.shape.dims[0]
        need.equal(given, out, Kind.CHANNELS, f"a bias of {out} expected, got {given}", "bias")


def _of_rank(function: ShapeFunction, spatial: int) -> ShapeFunction:
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
def linear(need: Needs, input: Tensor, weight: Value, bias: Value) -> Value:
    """``input @ weight.T + bias``; a weight of one dimension gives a sum."""
    tensor = operand(need, weight, "weight")
    if tensor.shape.rank == 1 or (tensor.shape.rank is None and len(tensor.shape.dims) < 2):
        return Tensor(unknown_rank("a linear map by a vector, or by a weight of unknown rank"), input.dtype)
    out, inner = rows_of(need, tensor, 2)
    if isinstance(bias, Tensor) and bias.shape.rank == 1 and bias.shape.dims != (1,):
        _biased(need, bias, out)
    return through(need, "Linear", {"in_features": inner, "out_features": out, "bias": False}, (input,))


@op("{F,torch}.bilinear", "input1, input2, weight, bias=None", formula="as nn.Bilinear")
def bilinear(need: Needs, input1: Value, input2: Value, weight: Value, bias: Value) -> Value:
    """A bilinear form of two inputs."""
    out, one, two = rows_of(need, weight, 3)
    arguments = {"in1_features": one, "in2_features": two, "out_features": out, "bias": False}
    return through(need, "Bilinear", arguments, (input1, input2))


@op(
    "{F}.{embedding}",
    "input, weight, padding_idx=None, max_norm=None, norm_type=2.0, scale_grad_by_freq=False, sparse=False",
    formula="(*), (V, E) -> (*, E)",
)
def embedding(need: Needs, input: Tensor, weight: Value, **options: Value) -> Value:
    """A row of ``weight`` for each index."""
    count, wide = rows_of(need, weight, 2)
    return through(need, "Embedding", {"num_embeddings": count, "embedding_dim": wide}, (input,))


@op("{F,torch}.{rms_norm}", "input, normalized_shape, weight=None, eps=None", formula="as nn.RMSNorm")
def rms_norm(need: Needs, input: Tensor, normalized_shape: Value, weight: Value, eps: Value) -> Value:
    """The last dimensions must be ``normalized_shape``."""
    return _normed(need, "RMSNorm", input, normalized_shape, (weight,))


@op(
    "{F,torch}.layer_norm",
    "input, normalized_shape, weight=None, bias=None, eps=1e-5, cudnn_enable=True",
    formula="as nn.LayerNorm",
)
def layer_norm(
    need: Needs, input: Tensor, normalized_shape: Value, weight: Value, bias: Value, **options: Value
) -> Value:
    """The last dimensions must be ``normalized_shape``."""
    return _normed(need, "LayerNorm", input, normalized_shape, (weight, bias))


def _normed(need: Needs, layer: str, input: Tensor, normalized_shape: Value, weights: Sequence[Value]) -> Value:
    if isinstance(normalized_shape, (tuple, list)):
        for weight in weights:
            if isinstance(weight, Tensor) and weight.shape.rank is not None:
                message = f"a weight of shape {tuple(normalized_shape)} expected, got {weight.shape}"
                need.require(len(weight.shape.dims) == len(normalized_shape), Kind.CHANNELS, message, "weight")
    return through(need, layer, {"normalized_shape": normalized_shape}, (input,))


@op("F.group_norm", "input, num_groups, weight=None, bias=None, eps=1e-5", formula="as nn.GroupNorm")
def group_norm(need: Needs, input: Tensor, num_groups: Value, weight: Value, bias: Value, eps: Value) -> Value:
    """Groups must divide the channels."""
    return _grouped(need, input, num_groups, (weight, bias))


@op(
    "torch.group_norm",
    "input, num_groups, weight=None, bias=None, eps=1e-5, cudnn_enabled=True",
    formula="as nn.GroupNorm",
)
def torch_group_norm(
    need: Needs, input: Tensor, num_groups: Value, weight: Value, bias: Value, **options: Value
) -> Value:
    """Groups must divide the channels."""
    return _grouped(need, input, num_groups, (weight, bias))


def _grouped(need: Needs, input: Tensor, num_groups: Value, weights: Sequence[Value]) -> Value:
    channels = input.size(1)
    if input.shape.rank is not None:
        need.require(input.shape.rank >= 2, Kind.OPERANDS, f"at least 2 dimensions expected, got {input.shape.rank}")
    _wide(need, channels, weights)
    return through(need, "GroupNorm", {"num_groups": num_groups, "num_channels": channels}, (input,))


def _wide(need: Needs, channels: Dim | None, weights: Sequence[Value]) -> None:
    """Weights, biases and running statistics have a number for each channel."""
    for weight in weights:
        if isinstance(weight, Tensor) and weight.shape.rank == 1 and channels is not None:
            given = weight.shape.dims[0]
            need.equal(channels, given, Kind.CHANNELS, f"{given} channels expected, got {channels}")


def _normalised(need: Needs, input: Tensor, statistics: tuple[Value, ...]) -> Tensor:
    if rank_of_matrices(input) is not None:
        _wide(need, input.size(1), statistics)
    return Tensor(input.shape, input.dtype)


@op(
    "F.batch_norm",
    "input, running_mean, running_var, weight=None, bias=None, training=False, momentum=0.1, eps=1e-5",
    formula="(N, C, *) -> (N, C, *)",
)
def batch_norm(
    need: Needs, input: Tensor, running_mean: Value, running_var: Value, weight: Value, bias: Value, **options: Value
) -> Tensor:
    """All statistics have one number for each channel."""
    return _normalised(need, input, (running_mean, running_var, weight, bias))


@op(
    "F.instance_norm",
    "input, running_mean=None, running_var=None, weight=None, bias=None, use_input_stats=True, momentum=0.1, eps=1e-5",
    formula="(N, C, *) -> (N, C, *)",
)
def instance_norm(
    need: Needs, input: Tensor, running_mean: Value, running_var: Value, weight: Value, bias: Value, **options: Value
) -> Tensor:
    """All statistics have one number for each channel."""
    return _normalised(need, input, (running_mean, running_var, weight, bias))


@op("{F,torch}.prelu Tensor.prelu", "input, weight", formula="(*) -> (*)")
def prelu(need: Needs, input: Tensor, weight: Value) -> Value:
    """One slope, or one for each channel."""
    tensor = operand(need, weight, "weight")
    rank = tensor.shape.rank
    need.require(
        rank is None or rank <= 1, Kind.OPERANDS, f"a weight of 1 dimension expected, got {tensor.shape}", "weight"
    )
    count = tensor.shape.dims[0] if tensor.shape.rank == 1 else 1 if tensor.shape.rank == 0 else Unknown("a weight")
    return through(need, "PReLU", {"num_parameters": count}, (input,))
