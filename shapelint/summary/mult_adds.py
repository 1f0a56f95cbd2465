"""Multiply-adds of a layer call, as ``torch.utils.flop_counter`` counts them (its FLOPs are two for each).

Only products of matrices and convolutions are counted, as there: no bias, norm, activation, pooling or embedding, and
nothing of ``Bilinear``, whose kernel the counter does not know.  The formulas are those of ``conv_flop``, ``mm_flop`` and
``bmm_flop`` in https://github.com/pytorch/pytorch/blob/v2.13.0/torch/utils/flop_counter.py, applied to the products that
each layer is made of.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping

from ..interp.model.tape import Call, Tape
from ..layers import Args
from ..layers.declare import weights_of
from ..shapes import Dim, Expr, Shape, Tensor, Value
from .operator_mult_adds import of_operator

__all__ = ["mult_adds"]

Inputs = Mapping[str, Value]
"""The operands of a layer by the names of its ``forward``, tensors as their shapes."""


class _NotKnown(Exception):
    """A size that the count depends on is not known."""


def mult_adds(call: Call, tape: Tape) -> Dim | None:
    """The multiply-adds of one call of a layer or an operator, 0 of a module whose calls are on the tape themselves.

    None where a size is not known, or where the count depends on values (``AdaptiveLogSoftmaxWithLoss``).
    """
    if not call.leaf:
        return 0
    layer = call.layer
    if call.module is None or layer is None:
        return of_operator(call, tape)
    formula = _formula(layer.name.removeprefix("Lazy"))
    if formula is None:
        return 0
    values = call.module.attributes
    names = layer.inputs.positional
    positional = len(call.operands) - len(call.keywords)
    given = dict(zip(names, call.operands[:positional], strict=False))
    given |= dict(zip(call.keywords, call.operands[positional:], strict=True))
    shapes = {name: tape.resolve(value.shape) if isinstance(value, Tensor) else value for name, value in given.items()}
    output = call.output[0] if isinstance(call.output, tuple) and call.output else call.output
    shapes["output"] = tape.resolve(output.shape) if isinstance(output, Tensor) else None
    try:
        return formula(Args(values, layer.name, layer.spatial), shapes)
    except _NotKnown:
        return None


def _dims(inputs: Inputs, name: str) -> tuple[Dim, ...]:
    shape = inputs.get(name)
    if not isinstance(shape, Shape) or shape.lead is not None:
        raise _NotKnown
    return shape.dims


def _size(value: Value) -> Dim:
    if not isinstance(value, (int, Expr)):
        raise _NotKnown
    return value


def _whole(value: Value) -> int:
    if not isinstance(value, int):
        raise _NotKnown
    return value


def _weights(a: Args, pattern: str) -> Dim:
    """How many numbers the weights of that name hold."""
    total: Dim = 0
    for name, declared in weights_of(vars(a)).items():
        value = vars(a).get(name, declared)
        if re.fullmatch(pattern, name) and value is not None:
            if not isinstance(value, Tensor) or value.shape.lead is not None:
                raise _NotKnown
            total = total + math.prod(value.shape.dims)
    return total


def _slid(a: Args, inputs: Inputs, at: str) -> Dim:
    """``conv_flop_count``: the whole weight at each place of the output, of the input if transposed."""
    dims = _dims(inputs, at)
    batch = dims[0] if len(dims) == a.spatial + 2 else 1
    return batch * math.prod(dims[-a.spatial :]) * _weights(a, "weight")


def _convolution(a: Args, inputs: Inputs) -> Dim:
    return _slid(a, inputs, "output")


def _transposed(a: Args, inputs: Inputs) -> Dim:
    return _slid(a, inputs, "input")


def _linear(a: Args, inputs: Inputs) -> Dim:
    """``mm_flop``: each row of the input with each row of the weight."""
    return math.prod(_dims(inputs, "input")[:-1]) * _weights(a, r"(.*\.)?weight")


def _recurrent(a: Args, inputs: Inputs) -> Dim:
    """Every weight once for each step of each sequence."""
    return math.prod(_dims(inputs, "input")[:-1]) * _weights(a, "weight_.*")


def _attended(query: tuple[Dim, ...], key: tuple[Dim, ...], wide: Dim, first: bool, more: int = 0) -> Dim:
    """``bmm_flop`` twice: scores ``(L, E) @ (E, S)`` and their sums ``(L, S) @ (S, E)`` of every sequence.

    ``more``: positions that the layer adds to the source.
    """
    if len(query) == 2:
        return 2 * query[0] * (key[0] + more) * wide
    batch, length = (query[0], query[1]) if first else (query[1], query[0])
    return 2 * batch * length * (key[1 if first else 0] + more) * wide


def _attention(a: Args, inputs: Inputs) -> Dim:
    """Three projections in, the attention, one out; ``bias_k`` and the zero attention are positions of their own."""
    query, key, value = (_dims(inputs, name) for name in ("query", "key", "value"))
    wide = _size(a.embed_dim)
    projected = math.prod(query) * wide * 2 + math.prod(key) * wide + math.prod(value) * wide
    more = sum(map(bool, (a.add_bias_kv, a.add_zero_attn)))
    return projected + _attended(query, key, wide, bool(a.batch_first), more)


def _self_attention(a: Args, source: tuple[Dim, ...]) -> Dim:
    wide = _size(a.d_model)
    return 4 * math.prod(source) * wide + _attended(source, source, wide, bool(a.batch_first))


def _cross_attention(a: Args, target: tuple[Dim, ...], memory: tuple[Dim, ...]) -> Dim:
    wide = _size(a.d_model)
    return 2 * (math.prod(target) + math.prod(memory)) * wide + _attended(target, memory, wide, bool(a.batch_first))


def _feedforward(a: Args, tokens: tuple[Dim, ...]) -> Dim:
    return 2 * math.prod(tokens) * _size(a.dim_feedforward)


def _encoder_layer(a: Args, inputs: Inputs) -> Dim:
    source = _dims(inputs, "src")
    return _self_attention(a, source) + _feedforward(a, source)


def _decoder_layer(a: Args, inputs: Inputs) -> Dim:
    target, memory = _dims(inputs, "tgt"), _dims(inputs, "memory")
    return _self_attention(a, target) + _cross_attention(a, target, memory) + _feedforward(a, target)


def _stack(inner: str, formula: Callable[[Args, Inputs], Dim]) -> Callable[[Args, Inputs], Dim]:
    def counted(a: Args, inputs: Inputs) -> Dim:
        layer = getattr(getattr(a, inner), "attributes", {})
        if "d_model" not in layer:  # the program's own layer
            raise _NotKnown
        return _whole(a.num_layers) * formula(Args(layer), inputs)

    return counted


def _transformer(a: Args, inputs: Inputs) -> Dim:
    if a.custom_encoder is not None or a.custom_decoder is not None:
        raise _NotKnown
    encoder = _whole(a.num_encoder_layers) * _encoder_layer(a, inputs)
    return encoder + _whole(a.num_decoder_layers) * _decoder_layer(a, {**inputs, "memory": inputs["src"]})


def _never_known(a: Args, inputs: Inputs) -> Dim:
    """How many targets fall into each cluster is a matter of values."""
    raise _NotKnown


_FORMULAS: Mapping[str, Callable[[Args, Inputs], Dim]] = {
    "Linear": _linear,
    "LinearCrossEntropyLoss": _linear,
    **dict.fromkeys(("RNN", "LSTM", "GRU", "RNNCell", "LSTMCell", "GRUCell"), _recurrent),
    "MultiheadAttention": _attention,
    "TransformerEncoderLayer": _encoder_layer,
    "TransformerDecoderLayer": _decoder_layer,
    "TransformerEncoder": _stack("encoder_layer", _encoder_layer),
    "TransformerDecoder": _stack("decoder_layer", _decoder_layer),
    "Transformer": _transformer,
    "AdaptiveLogSoftmaxWithLoss": _never_known,
}


def _formula(name: str) -> Callable[[Args, Inputs], Dim] | None:
    if re.fullmatch(r"Conv[123]d", name):
        return _convolution
    return _transposed if name.startswith("ConvTranspose") else _FORMULAS.get(name)
