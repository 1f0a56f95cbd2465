"""MultiheadAttention and the Transformer layers."""

from __future__ import annotations

from collections.abc import Mapping

from ..shapes import Dim, Kind, Needs, Shape, Tensor, Unknown, Value, fresh, quotient, unknown_rank
from .argument_readers import dim, flag, number, optional
from .declare import Args, Size, layer
from .image_axes import ranks, width
from .operands import same_dims

END = "device=None, dtype=None"


def check_heads(need: Needs, wide: Value, heads: Value, wide_name: str, heads_name: str) -> None:
    """The heads share the width evenly."""
    if isinstance(heads, float):  # only the call rejects it
        return
    wide, heads = number(need, wide, wide_name), number(need, heads, heads_name)
    need.at_least(wide, 1, Kind.ARGUMENT, f"{wide_name} must be positive, got {wide}", wide_name)
    need.at_least(heads, 1, Kind.ARGUMENT, f"{heads_name} must be positive, got {heads}", heads_name)
    if isinstance(heads, int):
        need.equal(wide % heads, 0, Kind.ARGUMENT, f"{heads} heads do not divide {wide} {wide_name}", heads_name)


def _attention_construct(need: Needs, a: Args) -> Mapping[str, Value]:
    check_heads(need, a.embed_dim, a.num_heads, "embed_dim", "num_heads")
    embed = dim(a.embed_dim, "E")
    widths = {name: embed if getattr(a, name) is None else dim(getattr(a, name), "E") for name in ("kdim", "vdim")}
    return {**widths, "head_dim": quotient(embed, dim(a.num_heads, "heads"))}


def attention_weights(a: Args, prefix: str = "") -> dict[str, Size]:
    """One packed projection where query, key and value are equally wide, else three."""
    embed = dim(a.embed_dim, "E")
    key, value = (embed if getattr(a, name) is None else dim(getattr(a, name), "E") for name in ("kdim", "vdim"))
    same = key == embed and value == embed
    more = flag(a.add_bias_kv)
    sizes: dict[str, Size] = {
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


def sequences(a: Args, *widths: Value) -> tuple[Shape | None, ...]:
    """``(L, N, width)`` for each input, the batch first if asked for."""
    batch, first = fresh("N"), flag(a.batch_first)
    return tuple(
        Shape((batch, fresh("L"), dim(wide, "E")) if first else (fresh("L"), batch, dim(wide, "E"))) for wide in widths
    )


def _expects(a: Args) -> tuple[Shape | None, ...]:
    return sequences(a, *(a.embed_dim if wide is None else wide for wide in (a.embed_dim, a.kdim, a.vdim)))


def check_sequence(need: Needs, tensor: Tensor, wide: Dim, name: str, argument: str) -> None:
    """The last dimension must be ``wide``, as the constructor's ``argument`` says."""
    width(need, tensor, wide, f"features of {name}", argument)


@layer(
    "MultiheadAttention",
    "embed_dim, num_heads, dropout=0.0, bias=True, add_bias_kv=False, add_zero_attn=False, kdim=None, vdim=None, "
    f"batch_first=False, {END}",
    inputs="query, key, value, key_padding_mask=None, need_weights=True, attn_mask=None, average_attn_weights=True, "
    "is_causal=False",
    formula="(L, N, embed_dim), (S, N, kdim), (S, N, vdim) -> (L, N, embed_dim), weights (N, L, S); "
    "N first if batch_first",
    construct=_attention_construct,
    weights=attention_weights,
    expects=_expects,
)
def multihead_attention(
    need: Needs,
    a: Args,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    key_padding_mask: Value = None,
    need_weights: Value = True,
    attn_mask: Value = None,
    average_attn_weights: Value = True,
    is_causal: Value = False,
) -> Value:
    """The output is shaped as the query; the weights are None unless ``need_weights``; unbatched ``(L, E)`` too."""
    embed = dim(a.embed_dim, "E")
    number(need, a.num_heads, "num_heads")
    for tensor, wide, name, argument in (
        (query, embed, "query", "embed_dim"),
        (key, embed if a.kdim is None else dim(a.kdim, "E"), "key", "kdim"),
        (value, embed if a.vdim is None else dim(a.vdim, "E"), "value", "vdim"),
    ):
        ranks(need, tensor, 2, 3, name)
        check_sequence(need, tensor, wide, name, argument)
    output = Tensor(query.shape, query.dtype)
    first = flag(a.batch_first)
    if any(t.shape.lead is not None for t in (query, key, value)) or (query.shape.rank == 3 and first is None):
        return output, _weights_unknown(need_weights)
    message = f"key {key.shape} and value {value.shape} do not go with query {query.shape}"
    need.require(query.shape.rank == key.shape.rank == value.shape.rank, Kind.OPERANDS, message)
    same_dims(need, key.shape.dims[:-1], value.shape.dims[:-1], message)
    batch: tuple[Dim, ...] = ()
    length, source = query.shape.dims[0], key.shape.dims[0]
    if query.shape.rank == 3:
        batch_axis, axis = (0, 1) if first else (1, 0)
        batch, length, source = (query.shape.dims[batch_axis],), query.shape.dims[axis], key.shape.dims[axis]
        need.equal(batch[0], key.shape.dims[batch_axis], Kind.OPERANDS, message)
    check_masks(need, a.num_heads, key_padding_mask, attn_mask, batch, length, source)
    return output, _weights_of(a, need_weights, average_attn_weights, batch, length, source)


def check_masks(
    need: Needs,
    heads: Value,
    padding: Value,
    mask: Value,
    batch: tuple[Dim, ...],
    length: Dim,
    source: Dim,
    names: tuple[str, str] = ("key_padding_mask", "attn_mask"),
) -> None:
    """A padding mask of ``(N, S)`` and an attention mask of ``(L, S)`` or ``(N*heads, L, S)``; ``names``: of both inputs."""
    if isinstance(padding, Tensor) and padding.shape.lead is None:
        _check_mask(need, padding, Shape((*batch, source)), "key_padding_mask", names[0])
    if isinstance(mask, Tensor) and mask.shape.lead is None:
        ranks(need, mask, 2, 3, "attn_mask")
        count = dim(heads, "heads") * (batch[0] if batch else 1)
        size = Shape((length, source) if len(mask.shape.dims) == 2 else (count, length, source))
        _check_mask(need, mask, size, "attn_mask", names[1])


def _check_mask(need: Needs, mask: Tensor, size: Shape, what: str, name: str) -> None:
    message = f"{what} of shape {size} expected, got {mask.shape}"
    need.require(len(mask.shape.dims) == len(size.dims), Kind.OPERANDS, message, name)
    for given, wanted in zip(mask.shape.dims, size.dims, strict=True):
        need.equal(given, wanted, Kind.OPERANDS, message, name)


def _weights_unknown(need_weights: Value) -> Value:
    return None if flag(need_weights) is False else Tensor(unknown_rank("attention weights of unknown rank"))


def _weights_of(a: Args, wanted: Value, average: Value, batch: tuple[Dim, ...], length: Dim, source: Dim) -> Value:
    """``(N, L, S)``, or for each head; the bias and the zero attention lengthen the source."""
    if flag(wanted) is False:
        return None
    more = [flag(a.add_bias_kv), flag(a.add_zero_attn)]
    if flag(wanted) is None or flag(average) is None or None in more:
        return Tensor(unknown_rank("attention weights of unknown rank"))
    source = source + sum(bool(extra) for extra in more)
    heads = () if flag(average) else (dim(a.num_heads, "heads"),)
    return Tensor(Shape((*batch, *heads, length, source)))
