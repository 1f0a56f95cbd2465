"""The Transformer layers, their stacks, and the whole model."""

from __future__ import annotations

from collections.abc import Mapping

from ..records import dataclass
from ..shapes import Dim, Expr, Kind, Needs, Shape, Tensor, Unknown, Value, unknown_rank
from .argument_readers import dim, flag, number, optional
from .attention import END, attention_weights, check_heads, check_masks, check_sequence, sequences
from .declare import Args, Size, layer, parameters_of
from .image_axes import ranks

_LAYER = (
    "d_model, nhead, dim_feedforward=2048, dropout=0.1, activation='relu', layer_norm_eps=1e-5, batch_first=False, "
    f"norm_first=False, bias=True, {END}"
)


def _layer_construct(need: Needs, a: Args) -> Mapping[str, Value]:
    check_heads(need, a.d_model, a.nhead, "d_model", "nhead")
    wide = number(need, a.dim_feedforward, "dim_feedforward")
    need.at_least(wide, 0, Kind.ARGUMENT, f"dim_feedforward must not be negative, got {wide}", "dim_feedforward")
    if isinstance(a.activation, str):
        message = f"activation must be 'relu' or 'gelu', got {a.activation!r}"
        need.require(a.activation in ("relu", "gelu"), Kind.ARGUMENT, message, "activation")
    return {}


def _block(a: Args, attentions: tuple[str, ...]) -> dict[str, Size]:
    """The parameters of one encoder (one attention) or decoder (two) layer."""
    model, inner = dim(a.d_model, "E"), dim(a.dim_feedforward, "F")
    one = Args({"embed_dim": model, "bias": a.bias, "kdim": None, "vdim": None, "add_bias_kv": False})
    sizes: dict[str, Size] = {}
    for name in attentions:
        sizes |= attention_weights(one, f"{name}.")
    sizes |= {
        "linear1.weight": (inner, model),
        "linear1.bias": optional(a.bias, (inner,)),
        "linear2.weight": (model, inner),
        "linear2.bias": optional(a.bias, (model,)),
    }
    for index in range(1, len(attentions) + 2):
        sizes |= {f"norm{index}.weight": (model,), f"norm{index}.bias": optional(a.bias, (model,))}
    return sizes


MOST_LAYERS = 1000
"""So many layers of a stack have parameters of their own; more are counted, not listed."""
_ENCODER, _DECODER = ("self_attn",), ("self_attn", "multihead_attn")


def _encoded(
    need: Needs, a: Args, src: Tensor, mask: Value, padding: Value, name: str = "src", mask_name: str | None = None
) -> Tensor:
    """Self-attention over ``src``, an input called ``name``: its shape stays."""
    number(need, a.nhead, "nhead")
    ranks(need, src, 2, 3, name)
    check_sequence(need, src, dim(a.d_model, "E"), name, "d_model")
    first = flag(a.batch_first)
    if src.shape.lead is None and (src.shape.rank == 2 or first is not None):
        batch, length = _sequence(src, first)
        names = (f"{name}_key_padding_mask", mask_name or f"{name}_mask")
        check_masks(need, a.nhead, padding, mask, batch, length, length, names)
    return Tensor(src.shape, src.dtype)


def _sequence(tensor: Tensor, first: bool | None) -> tuple[tuple[Dim, ...], Dim]:
    """The batch, empty if there is none, and the length."""
    dims = tensor.shape.dims
    return ((), dims[0]) if len(dims) == 2 else ((dims[0],), dims[1]) if first else ((dims[1],), dims[0])


@layer(
    "TransformerEncoderLayer",
    _LAYER,
    inputs="src, src_mask=None, src_key_padding_mask=None, is_causal=False",
    formula="(L, N, d_model) -> (L, N, d_model); N first if batch_first",
    construct=_layer_construct,
    weights=lambda a: _block(a, _ENCODER),
    expects=lambda a: sequences(a, a.d_model),
)
def encoder_layer(
    need: Needs,
    a: Args,
    src: Tensor,
    src_mask: Value = None,
    src_key_padding_mask: Value = None,
    is_causal: Value = False,
) -> Tensor:
    """The shape of ``src``; unbatched ``(L, d_model)`` too."""
    return _encoded(need, a, src, src_mask, src_key_padding_mask)


def _decoded(
    need: Needs, a: Args, tgt: Tensor, memory: Tensor, masks: tuple[Value, Value], of_memory: tuple[Value, Value]
) -> Tensor:
    """Self-attention over ``tgt``, then attention from it to ``memory``: the shape of ``tgt`` stays.

    ``masks``: the attention mask and the padding mask of ``tgt``; ``of_memory``: those of the attention to ``memory``.
    """
    result = _encoded(need, a, tgt, *masks, "tgt")
    ranks(need, memory, 2, 3, "memory")
    check_sequence(need, memory, dim(a.d_model, "E"), "memory", "d_model")
    if tgt.shape.lead is None and memory.shape.lead is None:
        message = f"memory {memory.shape} does not go with tgt {tgt.shape}"
        need.require(tgt.shape.rank == memory.shape.rank, Kind.OPERANDS, message)
        first = flag(a.batch_first)
        if tgt.shape.rank == 3 and first is not None:
            index = 0 if first else 1
            need.equal(tgt.shape.dims[index], memory.shape.dims[index], Kind.OPERANDS, message)
        if tgt.shape.rank == 2 or first is not None:
            (batch, length), (_, source) = _sequence(tgt, first), _sequence(memory, first)
            mask, padding = of_memory
            names = ("memory_key_padding_mask", "memory_mask")
            check_masks(need, a.nhead, padding, mask, batch, length, source, names)
    return result


_DECODER_INPUTS = (
    "tgt, memory, tgt_mask=None, memory_mask=None, tgt_key_padding_mask=None, memory_key_padding_mask=None, "
)


@layer(
    "TransformerDecoderLayer",
    _LAYER,
    inputs=f"{_DECODER_INPUTS}tgt_is_causal=False, memory_is_causal=False",
    formula="(T, N, d_model), (S, N, d_model) -> (T, N, d_model); N first if batch_first",
    construct=_layer_construct,
    weights=lambda a: _block(a, _DECODER),
    expects=lambda a: sequences(a, a.d_model, a.d_model),
)
def decoder_layer(
    need: Needs,
    a: Args,
    tgt: Tensor,
    memory: Tensor,
    tgt_mask: Value = None,
    memory_mask: Value = None,
    tgt_key_padding_mask: Value = None,
    memory_key_padding_mask: Value = None,
    tgt_is_causal: Value = False,
    memory_is_causal: Value = False,
) -> Tensor:
    """The shape of ``tgt``; unbatched ``(T, d_model)`` too."""
    of_memory = (memory_mask, memory_key_padding_mask)
    return _decoded(need, a, tgt, memory, (tgt_mask, tgt_key_padding_mask), of_memory)


def _stack_weights(a: Args, given: Value) -> dict[str, Size]:
    """``num_layers`` copies of the parameters of the layer that was given, and those of the norm."""
    inner = _built(given)
    if inner is None:
        return {"layers": Unknown("the layer that is stacked is not known")}
    inside = {name: _size_of(value) for name, value in parameters_of(inner).items()}
    sizes = _repeated("layers", dim(a.num_layers, "layers"), inside)
    if a.norm is not None:
        norm = _built(a.norm)
        if norm is None:
            return sizes | {"norm": Unknown("the norm is not known")}
        sizes |= {f"norm.{name}": _size_of(value) for name, value in parameters_of(norm).items()}
    return sizes


def _repeated(prefix: str, count: Dim, sizes: Mapping[str, Size]) -> dict[str, Size]:
    """The parameters of ``count`` equal layers; where their number is not known, each once, that number in front."""
    if isinstance(count, int) and count <= MOST_LAYERS:
        return {f"{prefix}.{index}.{name}": size for index in range(count) for name, size in sizes.items()}
    return {f"{prefix}.{name}": (count, *size) if isinstance(size, tuple) else size for name, size in sizes.items()}


def _size_of(parameter: Value) -> Size:
    match parameter:
        case Tensor(shape=Shape(lead=None) as shape):
            return shape.dims
        case None | Unknown():
            return parameter
    return Unknown("the size of a parameter is not known")


@dataclass(frozen=True, slots=True, eq=False)
class Stacked(Unknown):
    """A layer that a stack made copies of: it is not a submodule of the stack itself.

    ``attributes``: those of a layer of torch's own, empty for another.  ``module``: the layer itself.
    """

    attributes: Mapping[str, Value]
    module: Value


def _stacked(a: Args, name: str) -> dict[str, Value]:
    """What a stack keeps of the layer and the norm that it is given."""
    return {key: _kept(getattr(a, key), key) for key in (name, "norm")}


def _kept(module: Value, name: str) -> Value:
    if module is None:
        return None
    found = _built(module)
    if found is not None:
        return Stacked(f"the {name} of a stack", found, module)
    return Stacked(f"the {name} of a stack is not torch's own", {}, module)


def _stack_expects(given: Value, inputs: int) -> tuple[Shape | None, ...]:
    inner = _inner(given)
    return sequences(inner, *(inner.d_model,) * inputs) if _known(given) else ()


def _normed(need: Needs, a: Args, result: Tensor) -> Tensor:
    """A final LayerNorm must be as wide as the layers."""
    shape = (_built(a.norm) or {}).get("normalized_shape")
    wide = shape[0] if isinstance(shape, (tuple, list)) and len(shape) == 1 else shape
    last = result.size(-1)
    if isinstance(wide, (int, Expr)) and last is not None:
        need.equal(last, wide, Kind.CHANNELS, f"{wide} features expected by the norm, got {last}")
    return result


def _built(module: Value) -> Mapping[str, Value] | None:
    """The attributes of a catalogued layer that was built, however the interpreter wraps it."""
    attributes = getattr(module, "attributes", None)
    return attributes if isinstance(attributes, Mapping) and "_parameters" in attributes else None


def _inner(module: Value) -> Args:
    found = _built(module) or {}
    return Args(
        {name: found.get(name, Unknown(f"{name} is not known")) for name in ("d_model", "nhead", "batch_first")}
    )


def _known(module: Value) -> bool:
    found = _built(module)
    return found is not None and "d_model" in found


@layer(
    "TransformerEncoder",
    "encoder_layer, num_layers, norm=None, enable_nested_tensor=True, mask_check=True",
    inputs="src, mask=None, src_key_padding_mask=None, is_causal=None",
    formula="(L, N, d_model) -> (L, N, d_model)",
    construct=lambda need, a: _stacked(a, "encoder_layer"),
    weights=lambda a: _stack_weights(a, a.encoder_layer),
    expects=lambda a: _stack_expects(a.encoder_layer, 1),
)
def encoder(
    need: Needs, a: Args, src: Tensor, mask: Value = None, src_key_padding_mask: Value = None, is_causal: Value = None
) -> Tensor:
    """A stack of copies of ``encoder_layer``; nothing is said of a layer that is not torch's own."""
    if not _known(a.encoder_layer):
        return Tensor(unknown_rank("an encoder of unknown layers"))
    return _normed(need, a, _encoded(need, _inner(a.encoder_layer), src, mask, src_key_padding_mask, mask_name="mask"))


@layer(
    "TransformerDecoder",
    "decoder_layer, num_layers, norm=None",
    inputs=f"{_DECODER_INPUTS}tgt_is_causal=None, memory_is_causal=False",
    formula="(T, N, d_model), (S, N, d_model) -> (T, N, d_model)",
    construct=lambda need, a: _stacked(a, "decoder_layer"),
    weights=lambda a: _stack_weights(a, a.decoder_layer),
    expects=lambda a: _stack_expects(a.decoder_layer, 2),
)
def decoder(
    need: Needs,
    a: Args,
    tgt: Tensor,
    memory: Tensor,
    tgt_mask: Value = None,
    memory_mask: Value = None,
    tgt_key_padding_mask: Value = None,
    memory_key_padding_mask: Value = None,
    tgt_is_causal: Value = None,
    memory_is_causal: Value = False,
) -> Tensor:
    """A stack of copies of ``decoder_layer``; nothing is said of a layer that is not torch's own."""
    if not _known(a.decoder_layer):
        return Tensor(unknown_rank("a decoder of unknown layers"))
    of_memory = (memory_mask, memory_key_padding_mask)
    result = _decoded(need, _inner(a.decoder_layer), tgt, memory, (tgt_mask, tgt_key_padding_mask), of_memory)
    return _normed(need, a, result)


def _transformer_weights(a: Args) -> dict[str, Size]:
    model = dim(a.d_model, "E")
    sizes: dict[str, Size] = {}
    for name, custom, count, attentions in (
        ("encoder", a.custom_encoder, a.num_encoder_layers, _ENCODER),
        ("decoder", a.custom_decoder, a.num_decoder_layers, _DECODER),
    ):
        if custom is not None:
            sizes[name] = Unknown(f"the custom {name} is not known")
            continue
        sizes |= _repeated(f"{name}.layers", dim(count, "layers"), _block(a, attentions))
        sizes |= {f"{name}.norm.weight": (model,), f"{name}.norm.bias": optional(a.bias, (model,))}
    return sizes


@layer(
    "Transformer",
    "d_model=512, nhead=8, num_encoder_layers=6, num_decoder_layers=6, dim_feedforward=2048, dropout=0.1, "
    "activation='relu', custom_encoder=None, custom_decoder=None, layer_norm_eps=1e-5, batch_first=False, "
    f"norm_first=False, bias=True, {END}",
    inputs="src, tgt, src_mask=None, tgt_mask=None, memory_mask=None, src_key_padding_mask=None, "
    "tgt_key_padding_mask=None, memory_key_padding_mask=None, src_is_causal=None, tgt_is_causal=None, "
    "memory_is_causal=False",
    formula="(S, N, d_model), (T, N, d_model) -> (T, N, d_model); N first if batch_first",
    construct=_layer_construct,
    weights=_transformer_weights,
    expects=lambda a: sequences(a, a.d_model, a.d_model),
)
def transformer(
    need: Needs,
    a: Args,
    src: Tensor,
    tgt: Tensor,
    src_mask: Value = None,
    tgt_mask: Value = None,
    memory_mask: Value = None,
    src_key_padding_mask: Value = None,
    tgt_key_padding_mask: Value = None,
    memory_key_padding_mask: Value = None,
    src_is_causal: Value = None,
    tgt_is_causal: Value = None,
    memory_is_causal: Value = False,
) -> Tensor:
    """The shape of ``tgt``; unbatched ``(T, d_model)`` too."""
    if a.custom_encoder is not None or a.custom_decoder is not None:
        return Tensor(unknown_rank("a transformer with a custom encoder or decoder"))
    memory = _encoded(need, a, src, src_mask, src_key_padding_mask)
    of_memory = (memory_mask, memory_key_padding_mask)
    return _decoded(need, a, tgt, memory, (tgt_mask, tgt_key_padding_mask), of_memory)
