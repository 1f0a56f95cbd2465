"""Functions of ``torch.nn.functional`` that keep the shape, and those that have no layer: activations, softmax, pad."""

from __future__ import annotations

from ..shapes import Dim, Expr, Kind, Needs, Reject, Shape, Tensor, Value, fresh
from ..shapes.broadcast import broadcast
from .axes import axis, rank_among, rank_of, shapeless
from .declare import Declared, op
from .functional_layers import through
from .operand_values import integer, kind_of, like, operand, sequence, unknown_tensor
from .reduce import reduction

_SAME = "(*) -> (*)"


def _same(need: Needs, input: Tensor, **options: Value) -> Tensor:
    return like(input)


def _activation(names: str, text: str) -> Declared:
    return op(names, f"input, {text}" if text else "input", formula=_SAME)(_same)


ACTIVATIONS = (
    _activation("F.{relu,relu6,hardsigmoid,hardswish,mish,selu,silu}", "inplace=False"),
    _activation("F.{logsigmoid,sigmoid,tanh,softsign,tanhshrink} F.{relu_,selu_} torch.selu torch.selu_", ""),
    _activation("F.{elu,celu} torch.celu", "alpha=1.0, inplace=False"),
    _activation("F.elu_", "alpha=1.0, scale=1, input_scale=1"),
    _activation("F.celu_ torch.celu_", "alpha=1.0"),
    _activation("F.gelu", "approximate='none'"),
    _activation("F.leaky_relu", "negative_slope=0.01, inplace=False"),
    _activation("F.leaky_relu_", "negative_slope=0.01"),
    _activation("F.hardtanh", "min_val=-1.0, max_val=1.0, inplace=False"),
    _activation("F.hardtanh_", "min_val=-1.0, max_val=1.0"),
    _activation("F.threshold torch.threshold", "threshold, value, inplace=False"),
    _activation("F.threshold_ torch.threshold_", "threshold, value"),
    _activation("F.{hardshrink,softshrink} {torch,Tensor}.hardshrink", "lambd=0.5"),
    _activation("F.softplus", "beta=1, threshold=20"),
    _activation("F.rrelu torch.rrelu", "lower=0.125, upper=0.3333333333333333, training=False, inplace=False"),
    _activation("F.rrelu_ torch.rrelu_", "lower=0.125, upper=0.3333333333333333, training=False"),
    _activation("F.dropout", "p=0.5, training=True, inplace=False"),
    _activation("F.{dropout1d,dropout2d,dropout3d}", "p=0.5, training=True, inplace=False"),
    _activation("F.{alpha_dropout,feature_alpha_dropout}", "p=0.5, training=False, inplace=False"),
)


@op("F.{softmax,log_softmax,softmin}", "input, dim=None, _stacklevel=3, dtype=None", formula=_SAME)
def softmax(need: Needs, input: Tensor, dim: Value, _stacklevel: Value, dtype: Value) -> Tensor:
    """The shape stays; the dimension must exist."""
    return _along(need, input, dim, dtype)


@op(
    "{torch,Tensor}.{softmax,log_softmax} torch.special.{softmax,log_softmax}",
    "input, dim, dtype=None, *, out=None",
    formula=_SAME,
)
def torch_softmax(need: Needs, input: Tensor, dim: Value, dtype: Value, out: Value) -> Tensor:
    """The shape stays; the dimension must exist."""
    return _along(need, input, dim, dtype)


def _along(need: Needs, input: Tensor, dim: Value, dtype: Value) -> Tensor:
    if dim is not None:
        axis(need, input, dim)
    return like(input, kind_of(dtype))


@op("F.gumbel_softmax", "logits, tau=1, hard=False, eps=1e-10, dim=-1", formula=_SAME)
def gumbel_softmax(need: Needs, logits: Value, tau: Value, hard: Value, eps: Value, dim: Value) -> Tensor:
    """The shape stays."""
    tensor = operand(need, logits, "logits")
    return _along(need, tensor, dim, None)


@op("F.normalize", "input, p=2.0, dim=1, eps=1e-12, out=None", formula=_SAME)
def normalize(need: Needs, input: Tensor, p: Value, dim: Value, eps: Value, out: Value) -> Tensor:
    """The shape stays; the dimension must exist."""
    for one in dim if isinstance(dim, (tuple, list)) else (dim,):
        axis(need, input, one)
    return like(input)


@op("F.cosine_similarity torch.cosine_similarity", "x1, x2, dim=1, eps=1e-8", formula="(*, d, *), (*, d, *) -> (*, *)")
def cosine_similarity(need: Needs, x1: Value, x2: Value, dim: Value, eps: Value) -> Tensor:
    """Both broadcast; the dimension is dropped."""
    one, two = operand(need, x1, "x1"), operand(need, x2, "x2")
    both = Tensor(broadcast(need, (one.shape, two.shape)), one.dtype)
    return reduction(need, both, dim, False, "float")


@op(
    "F.pairwise_distance torch.pairwise_distance",
    "x1, x2, p=2.0, eps=1e-6, keepdim=False",
    formula="(*, d), (*, d) -> (*)",
)
def pairwise_distance(need: Needs, x1: Value, x2: Value, p: Value, eps: Value, keepdim: Value) -> Tensor:
    """Both broadcast; the last dimension is dropped."""
    one, two = operand(need, x1, "x1"), operand(need, x2, "x2")
    both = Tensor(broadcast(need, (one.shape, two.shape)), one.dtype)
    return reduction(need, both, -1, keepdim, "float")


@op("F.pdist torch.pdist", "input, p=2", formula="(n, m) -> (n*(n - 1)//2)")
def pdist(need: Needs, input: Tensor, p: Value) -> Tensor:
    """Distances of all pairs of rows."""
    if rank_among(input, 2) is None:
        return Tensor(Shape((fresh("D", minimum=0, reason=input.shape.lead),)), "float")
    rows = input.shape.dims[0]
    return Tensor(Shape((rows * (rows - 1) // 2,)), "float")


@op("F.one_hot", "tensor, num_classes=-1", formula="(*) -> (*, num_classes)")
def one_hot(need: Needs, tensor: Value, num_classes: Value) -> Tensor:
    """One more dimension, of unknown size if the classes are counted from the data."""
    input = operand(need, tensor, "tensor")
    count = integer(need, num_classes, "num_classes")
    if count == -1:
        count = fresh("classes", reason="the number of classes is counted from the data")
    return Tensor(Shape((*input.shape.dims, count), input.shape.lead), "int")


@op(
    "F.pad",
    "input, pad, mode='constant', value=None",
    formula="(*, d) -> (*, before + d + after), pairs from the last dimension on",
)
def padding(need: Needs, input: Tensor, pad: Value, mode: Value, value: Value) -> Value:
    """Pairs for the last dimensions; negative ones crop.  Reflect and circular are limited by the input."""
    given = sequence(pad) if isinstance(pad, (tuple, list)) else None
    if given is None:
        return Tensor(shapeless(input, rank_of(input), pad, "pad"), input.dtype)
    need.require(len(given) % 2 == 0, Kind.ARGUMENT, f"an even number of paddings expected, got {len(given)}", "pad")
    pairs = [(given[i], given[i + 1]) for i in range(0, len(given), 2)]
    rank = rank_of(input)
    need.require(
        rank is None or len(pairs) <= rank,
        Kind.OPERANDS,
        f"paddings for {len(pairs)} of {rank} dimensions: {input.shape}",
        "pad",
    )
    if isinstance(mode, str) and mode != "constant":
        return _mirrored(need, input, pairs, mode)
    return _padded(need, input, [tuple(integer(need, p, "pad") for p in pair) for pair in pairs], isinstance(mode, str))


_LAYERS = {"reflect": "ReflectionPad", "replicate": "ReplicationPad", "circular": "CircularPad"}


def _mirrored(need: Needs, input: Tensor, pairs: list[tuple[Value, Value]], mode: str) -> Value:
    """The layers know the limits of the modes."""
    if mode not in _LAYERS:
        raise Reject(Kind.PADDING, f"unknown padding mode {mode!r}", "mode")
    rank = rank_of(input)
    fits = 1 <= len(pairs) <= 3 and (rank is None or rank in (len(pairs) + 1, len(pairs) + 2))
    message = f"{mode} padding of {len(pairs)} dimensions of an input of {rank}: {input.shape}"
    need.require(fits, Kind.OPERANDS, message, "pad")
    flat = tuple(p for pair in pairs for p in pair)
    return through(need, f"{_LAYERS[mode]}{len(pairs)}d", {"padding": flat}, (input,))


def _padded(need: Needs, input: Tensor, pairs: list[tuple[Dim, ...]], certain: bool) -> Tensor:
    dims = list(input.shape.dims)
    while len(dims) < len(pairs):
        found = input.size(-len(dims) - 1)
        assert found is not None
        dims.insert(0, found)
    for back, (before, after) in enumerate(pairs, start=1):
        size = dims[-back] + before + after
        if certain:
            # torch crops before it pads, so (1, -2) does not fit one column
            crop = sum(p for p in (before, after) if isinstance(p, int) and p < 0)
            message = f"{size} wide after padding {dims[-back]} by {before} and {after}"
            need.at_least(dims[-back] + crop, 0, Kind.EMPTY, message, "pad")
            need.at_least(size, 0, Kind.EMPTY, message, "pad")
        dims[-back] = size
    return input.resized(Shape(tuple(dims), input.shape.lead), len(pairs))


@op("torch.constant_pad_nd", "input, pad, value=0", formula="as F.pad")
def constant_pad_nd(need: Needs, input: Tensor, pad: Value, value: Value) -> Value:
    """``F.pad`` with a constant."""
    return padding.shape(need, input, pad, "constant", value)


@op(
    "F.scaled_dot_product_attention",
    "query, key, value, attn_mask=None, dropout_p=0.0, is_causal=False, scale=None, enable_gqa=False",
    formula="(*, L, E), (*, S, E), (*, S, V) -> (*, L, V)",
)
def scaled_dot_product_attention(need: Needs, query: Value, key: Value, value: Value, **options: Value) -> Tensor:
    """Queries and keys agree in width, keys and values in length; batches broadcast."""
    q, k, v = (operand(need, item, name) for item, name in ((query, "query"), (key, "key"), (value, "value")))
    if any(rank_of(item) is None for item in (q, k, v)):
        reason = "the rank of an attention is not known"
        length = q.shape.dims[-2:-1] if v.shape.dims else ()
        return Tensor(Shape((*length, *v.shape.dims[-1:]), reason), q.dtype)
    for item in (q, k, v):
        need.require(
            len(item.shape.dims) >= 2, Kind.OPERANDS, f"at least 2 dimensions expected in attention: {item.shape}"
        )
    one, two, three = q.shape.dims, k.shape.dims, v.shape.dims
    need.equal(
        one[-1], two[-1], Kind.OPERANDS, f"{one[-1]} and {two[-1]} wide query and key: {q.shape}, {k.shape}", "key"
    )
    need.equal(
        two[-2], three[-2], Kind.OPERANDS, f"{two[-2]} keys for {three[-2]} values: {k.shape}, {v.shape}", "value"
    )
    if options["enable_gqa"] is not False:
        if options["enable_gqa"] is True:
            _check_groups(need, q, k, v)
        batch = Shape(one[:-2])
    else:
        batch = broadcast(need, [Shape(dims[:-2]) for dims in (one, two, three)], name="batches")
    mask = options["attn_mask"]
    if isinstance(mask, Tensor) and options["enable_gqa"] is False:
        broadcast(need, (Shape((*batch.dims, one[-2], two[-2]), batch.lead), mask.shape), name="attention and mask")
    return Tensor(Shape((*batch.dims, one[-2], three[-1]), batch.lead), q.dtype)


def _check_groups(need: Needs, query: Tensor, *others: Tensor) -> None:
    """Each head of keys and values serves equally many heads of queries."""
    for item in others:
        heads = query.shape.dims[-3:-2] + item.shape.dims[-3:-2]
        if len(heads) == 2 and isinstance(heads[1], int) and heads[1] > 0:
            message = f"{heads[1]} heads do not divide {heads[0]} heads of queries: {query.shape}, {item.shape}"
            need.equal(heads[0] % heads[1], 0, Kind.OPERANDS, message)


@op(
    "F.multi_head_attention_forward",
    "query, key, value, embed_dim_to_check, num_heads, in_proj_weight, in_proj_bias, bias_k, bias_v, add_zero_attn, dropout_p, "
    "out_proj_weight, out_proj_bias, training=True, key_padding_mask=None, need_weights=True, attn_mask=None, "
    "use_separate_proj_weight=False, q_proj_weight=None, k_proj_weight=None, v_proj_weight=None, static_k=None, "
    "static_v=None, average_attn_weights=True, is_causal=False",
    formula="(L, N, E), (S, N, K), (S, N, V) -> (L, N, out features)",
)
def multi_head_attention_forward(
    need: Needs,
    query: Value,
    embed_dim_to_check: Value,
    in_proj_weight: Value,
    out_proj_weight: Value,
    need_weights: Value,
    use_separate_proj_weight: Value,
    **others: Value,
) -> tuple[Tensor, Tensor | None]:
    """The query with as many features as ``out_proj_weight`` gives; the attention weights are not followed."""
    tensor, weight = operand(need, query, "query"), operand(need, out_proj_weight, "out_proj_weight")
    dims = tensor.shape.dims
    if dims:
        if isinstance(embed_dim_to_check, (int, Expr)):
            message = f"{embed_dim_to_check} features of query expected, got {dims[-1]}"
            need.equal(dims[-1], embed_dim_to_check, Kind.OPERANDS, message)
        if use_separate_proj_weight is False and isinstance(in_proj_weight, Tensor):
            _check_packed_weight(need, in_proj_weight, dims[-1])
    wide = weight.shape.dims[0] if rank_of(weight) == 2 else fresh("E", reason="the output projection is not known")
    output = Tensor(Shape((*dims[:-1], wide), tensor.shape.lead), tensor.dtype)
    return output, None if need_weights is False else unknown_tensor("attention weights")


def _check_packed_weight(need: Needs, weight: Tensor, width: Dim) -> None:
    """The three projections to ``width`` features are in one matrix, one below the other."""
    wanted = Shape((3 * width, width))
    if rank_of(weight) == 2:
        for size, other in zip(weight.shape.dims, wanted.dims, strict=True):
            need.equal(size, other, Kind.OPERANDS, f"in_proj_weight of shape {wanted} expected, got {weight.shape}")
