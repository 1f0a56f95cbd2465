"""Which layers certainly give fractions, as ``ops/fractional.py`` says of operators."""

from __future__ import annotations

from collections.abc import Sequence

from ..shapes import Fractions, Tensor, Value

__all__ = ["of_layer"]

_ALWAYS = (
    "Linear", "Bilinear", "Conv", "LazyConv", "LazyLinear", "BatchNorm", "LazyBatchNorm", "InstanceNorm", "LazyInstanceNorm",
    "SyncBatchNorm", "LayerNorm", "GroupNorm", "RMSNorm", "Embedding", "EmbeddingBag", "RNN", "GRU", "LSTM", "MultiheadAttention",
    "Transformer", "Sigmoid", "Tanh", "Softmax", "LogSoftmax", "Softmin", "GELU", "SiLU", "Mish", "ELU", "SELU", "CELU",
    "Softplus", "LeakyReLU", "PReLU", "GLU", "LogSigmoid", "Hardswish", "Hardsigmoid", "AdaptiveAvgPool",
)  # fmt: skip
"""How the names of layers begin that have weights, or a function that torch has for floats only."""
_AS_GIVEN = (
    "ReLU", "Flatten", "Unflatten", "Dropout", "AlphaDropout", "FeatureAlphaDropout", "MaxPool", "AvgPool", "AdaptiveMaxPool",
    "ZeroPad", "ConstantPad", "ReflectionPad", "ReplicationPad", "CircularPad", "Upsample", "UpsamplingNearest",
    "UpsamplingBilinear", "PixelShuffle", "PixelUnshuffle", "ChannelShuffle", "Fold", "Unfold",
)  # fmt: skip
_LOSSES = "Loss"


def of_layer(name: str, args: Sequence[Value], result: Value) -> Value:
    """``result`` of a layer of this name, with its tensors marked as fractions where they certainly are.

    A function that does the same may be given weights of whole numbers; those of a layer are floats.
    """
    if name.endswith(_LOSSES):
        return result
    if name.startswith(_ALWAYS):
        return _marked(result, args)
    if name.startswith(_AS_GIVEN) and args and isinstance(args[0], Fractions) and isinstance(result, Tensor):
        return _marked(result, args)
    return result


def _marked(result: Value, given: Sequence[Value]) -> Value:
    if type(result) is tuple:
        return tuple(_marked(part, given) for part in result)
    if type(result) is not Tensor or result.shape.lead is not None or any(result is each for each in given):
        return result
    return Fractions.of(result)
