"""MultiheadAttention and the Transformer layers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..shapes import Dim, Kind, Needs, Shape, Tensor, Unknown, fresh, quotient, unknown_rank
from .arguments import dim, flag, number, optional
from .axes import ranks, width
from .broadcast import agreed
from .declare import Args, layer

_END = "device=None, dtype=None"


def _heads(need: Needs, wide: Any, heads: Any, wide_name: str, heads_name: str) -> None:
    """The heads share the width evenly."""
    if isinstance(heads, float):  # only the call rejects it
        return
    wide, heads = number(need, wide, wide_name), number(need, heads, heads_name)
    need.at_least(wide, 1, Kind.ARGUMENT, f"{wide_name} must be positive, got {wide}", wide_name)
    need.at_least(heads, 1, Kind.ARGUMENT, f"{heads_name} must be positive, got {heads}", heads_name)
    if isinstance(heads, int):
        need.equal(wide % heads, 0, Kind.ARGUMENT, f"{heads} heads do not divide {wide} {wide_name}", heads_name)


def _attention_construct(need: Needs, a: Args) -> Mapping[str, Any]:
    _heads(need, a.embed_dim, a.num_heads, "embed_dim", "num_heads")
    embed = dim(a.embed_dim, "E")
    widths = {name: embed if getattr(a, name) is None else dim(getattr(a, name), "E") for name in ("kdim", "vdim")}
    return {**widths, "head_dim": quotient(embed, dim(a.num_heads, "heads"))}


def _attention_weights(a: Args, prefix: str = "") -> dict[str, Any]:
    """One packed projection where query, key and value are equally wide, else three."""
    embed = dim(a.embed_dim, "E")
    key, value = (embed if getattr(a, name) is None else dim(getattr(a, name), "E") for name in ("kdim", "vdim"))
    same = key == embed and value == embed
    more = flag(a.add_bias_kv)
    sizes: dict[str, Any] = {
        "in_proj_weight": (3 * embed, embed) if same else None,
        "q_proj_weight": None if same else (embed, embed),
        "k_proj_weight": None if same else (embed, key),
        "v_proj_weight": None if same else (embed, value),
        "in_proj_bias": optional(a.bias, (3 * embed,)),
        "out_proj.weight": (embed, embed),
        "out_proj.bias": optional(a.bias, (embed,)),
        "bias_k": optional(more, (1, 1, embed)) if more is not None else Unknown("add_bias_kv is not known"),
        "bias_v": optional(more, (1, 1, embed)) if more is not None else Unknown("add_bias_kv is not known"),
    }
    return {f"{prefix}{name}": size for name, size in sizes.items()}


def _sequences(a: Args, *widths: Any) -> tuple[Shape | None, ...]:
    """``(L, N, width)`` for each input, the batch first if asked for."""
    batch, first = fresh("N"), flag(a.batch_first)
    return tuple(
        Shape((batch, fresh("L"), dim(wide, "E")) if first else (fresh("L"), batch, dim(wide, "E"))) for wide in widths
    )


def _expects(a: Args) -> tuple[Shape | None, ...]:
    return _sequences(a, *(a.embed_dim if wide is None else wide for wide in (a.embed_dim, a.kdim, a.vdim)))


def _sequence(need: Needs, tensor: Tensor, wide: Dim, name: str, argument: str) -> None:
    width(need, tensor, wide, f"features of {name}", argument)


@layer(
    "MultiheadAttention",
    "embed_dim, num_heads, dropout=0.0, bias=True, add_bias_kv=False, add_zero_attn=False, kdim=None, vdim=None, "
    f"batch_first=False, {_END}",
    inputs="query, key, value, key_padding_mask=None, need_weights=True, attn_mask=None, average_attn_weights=True, "
    "is_causal=False",
    formula="(L, N, embed_dim), (S, N, kdim), (S, N, vdim) -> (L, N, embed_dim), weights (N, L, S); "
    "N first if batch_first",
    construct=_attention_construct,
    weights=_attention_weights,
    expects=_expects,
)
def multihead_attention(
    need: Needs,
    a: Args,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    key_padding_mask: Any = None,
    need_weights: Any = True,
    attn_mask: Any = None,
    average_attn_weights: Any = True,
    is_causal: Any = False,
) -> Any:
    """The output is shaped as the query; the weights are None unless ``need_weights``; unbatched ``(L, E)`` too."""
    embed = dim(a.embed_dim, "E")
    number(need, a.num_heads, "num_heads")
    for tensor, wide, name, argument in (
        (query, embed, "query", "embed_dim"),
        (key, embed if a.kdim is None else dim(a.kdim, "E"), "key", "kdim"),
        (value, embed if a.vdim is None else dim(a.vdim, "E"), "value", "vdim"),
    ):
        ranks(need, tensor, 2, 3, name)
        _sequence(need, tensor, wide, name, argument)
    output = Tensor(query.shape, query.dtype)
    first = flag(a.batch_first)
    if any(t.shape.lead is not None for t in (query, key, value)) or (query.shape.rank == 3 and first is None):
        return output, _weights_unknown(need_weights)
    message = f"key {key.shape} and value {value.shape} do not go with query {query.shape}"
    need.require(query.shape.rank == key.shape.rank == value.shape.rank, Kind.OPERANDS, message)
    agreed(need, key.shape.dims[:-1], value.shape.dims[:-1], message)
    batch: tuple[Dim, ...] = ()
    length, source = query.shape.dims[0], key.shape.dims[0]
    if query.shape.rank == 3:
        batch_axis, axis = (0, 1) if first else (1, 0)
        batch, length, source = (query.shape.dims[batch_axis],), query.shape.dims[axis], key.shape.dims[axis]
        need.equal(batch[0], key.shape.dims[batch_axis], Kind.OPERANDS, message)
    _masks(need, a, key_padding_mask, attn_mask, batch, length, source)
    return output, _weights_of(a, need_weights, average_attn_weights, batch, length, source)


def _masks(need: Needs, a: Args, padding: Any, mask: Any, batch: tuple[Dim, ...], length: Dim, source: Dim) -> None:
    if isinstance(padding, Tensor) and padding.shape.lead is None:
        size = Shape((*batch, source))
        agreed(need, padding.shape.dims, size.dims, f"key_padding_mask of shape {size} expected, got {padding.shape}")
    if isinstance(mask, Tensor) and mask.shape.lead is None:
        ranks(need, mask, 2, 3, "attn_mask")
        heads = dim(a.num_heads, "heads") * (batch[0] if batch else 1)
        size = Shape((length, source) if len(mask.shape.dims) == 2 else (heads, length, source))
        agreed(need, mask.shape.dims, size.dims, f"attn_mask of shape {size} expected, got {mask.shape}")


def _weights_unknown(need_weights: Any) -> Any:
    return None if flag(need_weights) is False else Tensor(unknown_rank("attention weights of unknown rank"))


def _weights_of(a: Args, wanted: Any, average: Any, batch: tuple[Dim, ...], length: Dim, source: Dim) -> Any:
    """``(N, L, S)``, or for each head; the bias and the zero attention lengthen the source."""
    if flag(wanted) is False:
        return None
    more = [flag(a.add_bias_kv), flag(a.add_zero_attn)]
    if flag(wanted) is None or flag(average) is None or None in more:
        return Tensor(unknown_rank("attention weights of unknown rank"))
    source = source + sum(bool(extra) for extra in more)
    heads = () if flag(average) else (dim(a.num_heads, "heads"),)
    return Tensor(Shape((*batch, *heads, length, source)))


_LAYER = (
    "d_model, nhead, dim_feedforward=2048, dropout=0.1, activation='relu', layer_norm_eps=1e-5, batch_first=False, "
    f"norm_first=False, bias=True, {_END}"
)


def _layer_construct(need: Needs, a: Args) -> Mapping[str, Any]:
    _heads(need, a.d_model, a.nhead, "d_model", "nhead")
    wide = number(need, a.dim_feedforward, "dim_feedforward")
    need.at_least(wide, 0, Kind.ARGUMENT, f"dim_feedforward must not be negative, got {wide}", "dim_feedforward")
    if isinstance(a.activation, str):
        message = f"activation must be 'relu' or 'gelu', got {a.activation!r}"
        need.require(a.activation in ("relu", "gelu"), Kind.ARGUMENT, message, "activation")
    return {}


def _block(a: Args, attentions: tuple[str, ...]) -> dict[str, Any]:
    """The parameters of one encoder (one attention) or decoder (two) layer."""
    model, inner = dim(a.d_model, "E"), dim(a.dim_feedforward, "F")
    one = Args({"embed_dim": model, "bias": a.bias, "kdim": None, "vdim": None, "add_bias_kv": False})
    sizes: dict[str, Any] = {}
    for name in attentions:
        sizes |= _attention_weights(one, f"{name}.")
    sizes |= {
        "linear1.weight": (inner, model),
        "linear1.bias": optional(a.bias, (inner,)),
        "linear2.weight": (model, inner),
        "linear2.bias": optional(a.bias, (model,)),
    }
    for index in range(1, len(attentions) + 2):
        sizes |= {f"norm{index}.weight": (model,), f"norm{index}.bias": optional(a.bias, (model,))}
    return sizes


_ENCODER, _DECODER = ("self_attn",), ("self_attn", "multihead_attn")


def _encoded(need: Needs, a: Args, src: Tensor, mask: Any, padding: Any, name: str = "src") -> Tensor:
    """Self-attention over ``src``: its shape stays."""
    number(need, a.nhead, "nhead")
    ranks(need, src, 2, 3, name)
    _sequence(need, src, dim(a.d_model, "E"), name, "d_model")
    first = flag(a.batch_first)
    if src.shape.lead is None and (src.shape.rank == 2 or first is not None):
        dims = src.shape.dims
        batch: tuple[Dim, ...] = () if len(dims) == 2 else (dims[0 if first else 1],)
        length = dims[1 if len(dims) == 3 and first else 0]
        _masks(need, Args({"num_heads": a.nhead}), padding, mask, batch, length, length)
    return Tensor(src.shape, src.dtype)


@layer(
    "TransformerEncoderLayer",
    _LAYER,
    inputs="src, src_mask=None, src_key_padding_mask=None, is_causal=False",
    formula="(L, N, d_model) -> (L, N, d_model); N first if batch_first",
    construct=_layer_construct,
    weights=lambda a: _block(a, _ENCODER),
    expects=lambda a: _sequences(a, a.d_model),
)
def encoder_layer(
    need: Needs, a: Args, src: Tensor, src_mask: Any = None, src_key_padding_mask: Any = None, is_causal: Any = False
) -> Tensor:
    """The shape of ``src``; unbatched ``(L, d_model)`` too."""
    return _encoded(need, a, src, src_mask, src_key_padding_mask)


def _decoded(need: Needs, a: Args, tgt: Tensor, memory: Tensor, mask: Any, padding: Any) -> Tensor:
    """Self-attention over ``tgt``, then attention from it to ``memory``: the shape of ``tgt`` stays."""
    result = _encoded(need, a, tgt, mask, padding, "tgt")
    ranks(need, memory, 2, 3, "memory")
    _sequence(need, memory, dim(a.d_model, "E"), "memory", "d_model")
    if tgt.shape.lead is None and memory.shape.lead is None:
        message = f"memory {memory.shape} does not go with tgt {tgt.shape}"
        need.require(tgt.shape.rank == memory.shape.rank, Kind.OPERANDS, message)
        first = flag(a.batch_first)
        if tgt.shape.rank == 3 and first is not None:
            index = 0 if first else 1
            need.equal(tgt.shape.dims[index], memory.shape.dims[index], Kind.OPERANDS, message)
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
    expects=lambda a: _sequences(a, a.d_model, a.d_model),
)
def decoder_layer(
    need: Needs,
    a: Args,
    tgt: Tensor,
    memory: Tensor,
    tgt_mask: Any = None,
    memory_mask: Any = None,
    tgt_key_padding_mask: Any = None,
    memory_key_padding_mask: Any = None,
    tgt_is_causal: Any = False,
    memory_is_causal: Any = False,
) -> Tensor:
    """The shape of ``tgt``; unbatched ``(T, d_model)`` too."""
    return _decoded(need, a, tgt, memory, tgt_mask, tgt_key_padding_mask)


def _stack_weights(a: Args, given: Any) -> dict[str, Any]:
    """``num_layers`` copies of the parameters of the layer that was given, and those of the norm."""
    count, inner = dim(a.num_layers, "layers"), _built(given)
    sizes: dict[str, Any] = {}
    if inner is None:
        return {"layers": Unknown("the layer that is stacked is not known")}
    for name, value in inner.get("_parameters", {}).items():
        shape = value.shape if isinstance(value, Tensor) else None
        known = shape is not None and shape.lead is None
        sizes[f"layers.{name}"] = (count, *shape.dims) if shape is not None and known else value
    if a.norm is not None:
        norm = _built(a.norm) or {"_parameters": {"?": Unknown("the norm is not known")}}
        for name, value in norm.get("_parameters", {}).items():
            sizes[f"norm.{name}"] = value.shape.dims if isinstance(value, Tensor) else value
    return sizes


def _built(module: Any) -> Mapping[str, Any] | None:
    """The attributes of a catalogued layer that was built, however the interpreter wraps it."""
    attributes = getattr(module, "attributes", None)
    return attributes if isinstance(attributes, Mapping) and "_parameters" in attributes else None


def _inner(module: Any) -> Args:
    found = _built(module) or {}
    return Args(
        {name: found.get(name, Unknown(f"{name} is not known")) for name in ("d_model", "nhead", "batch_first")}
    )


def _known(module: Any) -> bool:
    found = _built(module)
    return found is not None and "d_model" in found


@layer(
    "TransformerEncoder",
    "encoder_layer, num_layers, norm=None, enable_nested_tensor=True, mask_check=True",
    inputs="src, mask=None, src_key_padding_mask=None, is_causal=None",
    formula="(L, N, d_model) -> (L, N, d_model)",
    weights=lambda a: _stack_weights(a, a.encoder_layer),
)
def encoder(
    need: Needs, a: Args, src: Tensor, mask: Any = None, src_key_padding_mask: Any = None, is_causal: Any = None
) -> Tensor:
    """A stack of copies of ``encoder_layer``; nothing is said of a layer that is not torch's own."""
    if not _known(a.encoder_layer):
        return Tensor(unknown_rank("an encoder of unknown layers"))
    return _encoded(need, _inner(a.encoder_layer), src, mask, src_key_padding_mask)


@layer(
    "TransformerDecoder",
    "decoder_layer, num_layers, norm=None",
    inputs=f"{_DECODER_INPUTS}tgt_is_causal=None, memory_is_causal=False",
    formula="(T, N, d_model), (S, N, d_model) -> (T, N, d_model)",
    weights=lambda a: _stack_weights(a, a.decoder_layer),
)
def decoder(
    need: Needs,
    a: Args,
    tgt: Tensor,
    memory: Tensor,
    tgt_mask: Any = None,
    memory_mask: Any = None,
    tgt_key_padding_mask: Any = None,
    memory_key_padding_mask: Any = None,
    tgt_is_causal: Any = None,
    memory_is_causal: Any = False,
) -> Tensor:
    """A stack of copies of ``decoder_layer``; nothing is said of a layer that is not torch's own."""
    if not _known(a.decoder_layer):
        return Tensor(unknown_rank("a decoder of unknown layers"))
    return _decoded(need, _inner(a.decoder_layer), tgt, memory, tgt_mask, tgt_key_padding_mask)


def _transformer_weights(a: Args) -> dict[str, Any]:
    model = dim(a.d_model, "E")
    sizes: dict[str, Any] = {}
    for name, custom, count, attentions in (
        ("encoder", a.custom_encoder, a.num_encoder_layers, _ENCODER),
        ("decoder", a.custom_decoder, a.num_decoder_layers, _DECODER),
    ):
        if custom is not None:
            sizes[name] = Unknown(f"the custom {name} is not known")
            continue
        for inner, size in _block(a, attentions).items():
            stacked = (dim(count, "layers"), *size) if isinstance(size, tuple) else size
            sizes[f"{name}.layers.{inner}"] = stacked
        sizes |= {f"{name}.norm.weight": (model,), f"{name}.norm.bias": optional(a.bias, (model,))}
    return sizes


@layer(
    "Transformer",
    "d_model=512, nhead=8, num_encoder_layers=6, num_decoder_layers=6, dim_feedforward=2048, dropout=0.1, "
    "activation='relu', custom_encoder=None, custom_decoder=None, layer_norm_eps=1e-5, batch_first=False, "
    f"norm_first=False, bias=True, {_END}",
    inputs="src, tgt, src_mask=None, tgt_mask=None, memory_mask=None, src_key_padding_mask=None, "
    "tgt_key_padding_mask=None, memory_key_padding_mask=None, src_is_causal=None, tgt_is_causal=None, "
    "memory_is_causal=False",
    formula="(S, N, d_model), (T, N, d_model) -> (T, N, d_model); N first if batch_first",
    construct=_layer_construct,
    weights=_transformer_weights,
    expects=lambda a: _sequences(a, a.d_model, a.d_model),
)
def transformer(
    need: Needs,
    a: Args,
    src: Tensor,
    tgt: Tensor,
    src_mask: Any = None,
    tgt_mask: Any = None,
    memory_mask: Any = None,
    src_key_padding_mask: Any = None,
    tgt_key_padding_mask: Any = None,
    memory_key_padding_mask: Any = None,
    src_is_causal: Any = None,
    tgt_is_causal: Any = None,
    memory_is_causal: Any = False,
) -> Tensor:
    """The shape of ``tgt``; unbatched ``(T, d_model)`` too."""
    if a.custom_encoder is not None or a.custom_decoder is not None:
        return Tensor(unknown_rank("a transformer with a custom encoder or decoder"))
    memory = _encoded(need, a, src, src_mask, src_key_padding_mask)
    return _decoded(need, a, tgt, memory, tgt_mask, tgt_key_padding_mask)
