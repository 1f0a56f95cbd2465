"""Generated constructor arguments and inputs for every catalogued layer: mostly valid ones, and every sort of wrong one.

One entry is a function of ``draw`` and the number of spatial axes; it gives (kwargs, inputs), inputs being a tuple.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st
from oracle import Ints, T

__all__ = ["ARGUMENTS"]

Draw = Callable[[st.SearchStrategy[Any]], Any]
Case = tuple[dict[str, Any], tuple[Any, ...]]

flags = st.booleans()


def rarely(usual: st.SearchStrategy[Any], odd: st.SearchStrategy[Any], share: int = 20) -> st.SearchStrategy[Any]:
    """Mostly ``usual``; one in ``share`` is ``odd``."""
    return st.integers(0, share - 1).flatmap(lambda n: odd if n == share - 1 else usual)


def of(*values: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from(values)


def per_axis(item: st.SearchStrategy[int], spatial: int) -> st.SearchStrategy[Any]:
    """One number for all axes or one for each; rarely another number of them."""
    each = st.tuples(*[item] * spatial)
    wrong = st.one_of(st.tuples(*[item] * (spatial + 1)), st.tuples(item), each.map(list))
    return st.one_of(item, rarely(each, wrong, 10))


def some(draw: Draw, **options: st.SearchStrategy[Any]) -> dict[str, Any]:
    """Each option with even chance."""
    return {name: draw(values) for name, values in options.items() if draw(flags)}


kernels = rarely(st.integers(1, 4), of(0, -1, 7, 1.5), 30)
strides = rarely(st.integers(1, 3), of(0, -1), 30)
paddings = rarely(st.integers(0, 2), of(-1, 3, 5, 0.5), 30)
dilations = rarely(st.integers(1, 2), of(0, 3, -1), 30)
channels = st.sampled_from([1, 2, 3, 4, 6])
lengths = rarely(st.integers(3, 9), st.integers(0, 2), 10)
batches = rarely(st.integers(1, 3), of(0), 16)
widths = st.integers(1, 5)


def images(draw: Draw, spatial: int, wide: int | None = None, least: int = 0) -> T:
    """A batched or unbatched image; rarely with other channels or another rank."""
    wide = draw(channels) if wide is None else draw(rarely(st.just(wide), channels))
    size = tuple(max(least, draw(lengths)) for _ in range(spatial))
    match draw(st.integers(0, 23)):
        case 0:
            return T((2, max(least, draw(batches)), wide, *size))
        case 1:
            return T(size)
        case 2 | 3 | 4 | 5 | 6:
            return T((wide, *size))
    return T((max(least, draw(batches)), wide, *size))


def tensors(draw: Draw, *last: int, least: int = 0, most: int = 3) -> T:
    """A tensor of any rank that ends with ``last``; rarely it does not."""
    ends = tuple(draw(rarely(st.just(n), widths)) for n in last)
    before = tuple(draw(rarely(st.integers(1, 3), of(0), 16)) for _ in range(draw(st.integers(least, most))))
    return T((*before, *draw(rarely(st.just(ends), st.just(ends[1:]), 16))))


def _groups(draw: Draw) -> tuple[int, int, int]:
    groups = draw(rarely(of(1, 1, 2, 3), of(0, -1), 40))
    one, other = draw(of(1, 2)), draw(of(1, 2, 3))
    wrong = draw(rarely(st.just(0), of(1, -7), 30))
    return groups, groups * one + wrong, groups * other


def conv(draw: Draw, spatial: int, transposed: bool = False, lazy: bool = False) -> Case:
    groups, inside, outside = _groups(draw)
    modes = rarely(of("zeros", "reflect", "replicate", "circular"), of("constant", "same", None))
    kwargs = {
        "out_channels": outside,
        "kernel_size": draw(per_axis(kernels, spatial)),
        "groups": groups,
        **some(
            draw,
            stride=per_axis(strides, spatial),
            dilation=per_axis(dilations, spatial),
            bias=flags,
            padding_mode=modes if not transposed else rarely(st.just("zeros"), modes),
            padding=rarely(per_axis(paddings, spatial), of("same", "valid", "full"), 4),
        ),
    }
    if transposed:
        kwargs |= some(draw, output_padding=per_axis(rarely(of(0, 1), of(2, -1)), spatial))
    if not lazy:
        kwargs["in_channels"] = inside
    inputs: tuple[Any, ...] = (images(draw, spatial, max(inside, int(lazy))),)
    if transposed and draw(st.integers(0, 5)) == 0:
        inputs += (draw(per_axis(st.integers(1, 12), spatial).filter(lambda v: not isinstance(v, (int, float)))),)
    return kwargs, inputs


def max_pool(draw: Draw, spatial: int) -> Case:
    options = some(
        draw,
        stride=rarely(per_axis(strides, spatial), st.none()),
        padding=rarely(per_axis(paddings, spatial), of("same"), 16),
        dilation=per_axis(dilations, spatial),
        return_indices=flags,
        ceil_mode=flags,
    )
    return {"kernel_size": draw(per_axis(kernels, spatial)), **options}, (images(draw, spatial),)


def avg_pool(draw: Draw, spatial: int) -> Case:
    options = some(
        draw,
        stride=rarely(per_axis(strides, spatial), st.none()),
        padding=per_axis(paddings, spatial),
        ceil_mode=flags,
        count_include_pad=flags,
        **({"divisor_override": of(1, 2, None, 0)} if spatial > 1 else {}),
    )
    return {"kernel_size": draw(per_axis(kernels, spatial)), **options}, (images(draw, spatial),)


def lp_pool(draw: Draw, spatial: int) -> Case:
    options = some(draw, stride=rarely(per_axis(strides, spatial), st.none()), ceil_mode=flags)
    return {"norm_type": draw(of(1, 2, 3.0)), "kernel_size": draw(per_axis(kernels, spatial)), **options}, (
        images(draw, spatial),
    )


def adaptive_pool(draw: Draw, spatial: int, indices: bool = False) -> Case:
    sizes = rarely(st.one_of(st.integers(1, 6), st.none()), of(0, -1))
    kwargs = {"output_size": draw(per_axis(sizes, spatial))}
    return kwargs | (some(draw, return_indices=flags) if indices else {}), (images(draw, spatial),)


def fractional_pool(draw: Draw, spatial: int) -> Case:
    which = draw(rarely(of("output_size", "output_ratio"), of("both", "none")))
    kwargs: dict[str, Any] = {
        "kernel_size": draw(per_axis(st.integers(1, 3), spatial)),
        **some(draw, return_indices=flags),
    }
    if which in ("output_size", "both"):
        kwargs["output_size"] = draw(per_axis(rarely(st.integers(1, 4), of(0)), spatial))
    if which in ("output_ratio", "both"):
        kwargs["output_ratio"] = draw(per_axis(rarely(of(0.3, 0.5, 0.75), of(1.5)), spatial))
    return kwargs, (images(draw, spatial),)


def unpool(draw: Draw, spatial: int) -> Case:
    kwargs = {"kernel_size": draw(per_axis(st.integers(1, 3), spatial))}
    kwargs |= some(draw, stride=per_axis(st.integers(1, 3), spatial), padding=per_axis(of(0, 0, 1), spatial))
    image = images(draw, spatial)
    indices = draw(rarely(st.just(image), st.just(images(draw, spatial))))
    more = (tuple(draw(st.integers(1, 9)) for _ in range(draw(rarely(of(spatial), of(spatial + 1, spatial + 2))))),)
    return kwargs, (image, T(indices.shape, "int"), *(more if draw(st.integers(0, 3)) == 0 else ()))


def pad(draw: Draw, spatial: int, negative: bool = True) -> Case:
    one = rarely(st.integers(0, 3), of(-1, -2, 4, 9) if negative else of(4, 9))
    each = st.tuples(*[one] * (2 * spatial))
    wrong = st.one_of(st.tuples(*[one] * (2 * spatial + 2)), st.tuples(*[one] * (2 * spatial - 1)))
    return {"padding": draw(st.one_of(one, rarely(each, wrong, 16)))}, (images(draw, spatial),)


def batch_norm(draw: Draw, spatial: int, lazy: bool = False) -> Case:
    wide = draw(channels)
    options = some(draw, affine=flags, track_running_stats=flags, bias=flags)
    kwargs = options if lazy else {"num_features": draw(rarely(st.just(wide), of(0, -1, 2.0))), **options}
    image = images(draw, max(spatial, 1), wide, least=1)
    with_batch = (draw(st.integers(1, 3)), *image.shape[-max(spatial, 1) - 1 :])
    flat = (draw(st.integers(1, 3)), wide)
    shape = draw(of(image.shape, with_batch, with_batch, with_batch, flat if spatial < 2 else with_batch))
    return kwargs, (T(draw(rarely(st.just(shape), st.just(flat)))),)


def group_norm(draw: Draw, spatial: int) -> Case:
    groups, wide, _ = _groups(draw)
    kwargs = {"num_groups": groups, "num_channels": wide, **some(draw, affine=flags, bias=flags)}
    shape = tensors(draw, least=0, most=2).shape
    return kwargs, (T((draw(batches), max(0, draw(rarely(st.just(wide), channels))), *shape)),)


def layer_norm(draw: Draw, spatial: int, rms: bool = False) -> Case:
    shape = tuple(draw(st.lists(widths, min_size=1, max_size=2)))
    stated = draw(rarely(st.sampled_from([shape, list(shape), shape[0]]), of((), 0, -1, 1.5)))
    ends = shape if isinstance(stated, (tuple, list)) else shape[:1]
    options = some(draw, elementwise_affine=flags) if rms else some(draw, elementwise_affine=flags, bias=flags)
    return {"normalized_shape": stated, **options}, (tensors(draw, *ends),)


def linear(draw: Draw, spatial: int, lazy: bool = False) -> Case:
    inside, outside = draw(rarely(widths, of(0, -1))), draw(rarely(widths, of(0, -2)))
    kwargs = {"out_features": outside, **some(draw, bias=flags), **({} if lazy else {"in_features": inside})}
    return kwargs, (tensors(draw, max(inside, 0)),)


def bilinear(draw: Draw, spatial: int) -> Case:
    one, other = draw(widths), draw(widths)
    left = tensors(draw, one)
    before = draw(rarely(st.just(left.shape[:-1]), st.just((2,))))
    right = T((*before, draw(rarely(st.just(other), widths))))
    kwargs = {"in1_features": one, "in2_features": other, "out_features": draw(widths), **some(draw, bias=flags)}
    return kwargs, (left, right)


def elementwise(draw: Draw, spatial: int) -> Case:
    return {}, (tensors(draw, least=0, most=4),)


def dropout(draw: Draw, spatial: int) -> Case:
    return some(draw, p=of(0.0, 0.5, 1, -0.1, 1.5), inplace=flags), (tensors(draw, least=0, most=5),)


def softmax(draw: Draw, spatial: int) -> Case:
    return some(draw, dim=st.integers(-4, 4)), (tensors(draw, least=0, most=4),)


def hardtanh(draw: Draw, spatial: int) -> Case:
    options = some(draw, min_val=of(-1.0, 0.0), max_val=of(1.0, 6.0, -1.0), min_value=of(-2.0), max_value=of(0.5))
    return options, (tensors(draw),)


def glu(draw: Draw, spatial: int) -> Case:
    return some(draw, dim=st.integers(-3, 3)), (T(tuple(draw(st.lists(of(1, 2, 3, 4, 6, 0), max_size=4)))),)


def prelu(draw: Draw, spatial: int) -> Case:
    wide = draw(rarely(of(1, 2, 3), of(0, -1)))
    return {"num_parameters": wide}, (T(tuple(draw(st.lists(of(1, 2, 3, max(wide, 0)), max_size=4)))),)


def flatten(draw: Draw, spatial: int) -> Case:
    return some(draw, start_dim=st.integers(-4, 3), end_dim=st.integers(-4, 3)), (tensors(draw, least=0, most=5),)


def unflatten(draw: Draw, spatial: int) -> Case:
    sizes = draw(st.lists(rarely(st.integers(1, 3), of(-1, 0, -2), 6), max_size=3))
    whole = 1
    for n in sizes:
        whole *= n if n > 0 else 2
    size = draw(rarely(of(tuple(sizes), list(sizes)), of(3, None, 1.5), 20))
    return {"dim": draw(st.integers(-2, 2)), "unflattened_size": size}, (tensors(draw, whole, least=0, most=2),)


def pixel(draw: Draw, spatial: int, name: str) -> Case:
    r = draw(rarely(of(1, 2, 3), of(0, -1, 1.5)))
    c, h, w = (draw(of(1, 2, 3, 4, 6, 8, 9, 12, 18)) for _ in range(3))
    return {name: r}, (T((*draw(of((), (2,), (1, 3))), c, h, w)[draw(rarely(of(0), of(1, 2))) :]),)


def channel_shuffle(draw: Draw, spatial: int) -> Case:
    shape = tuple(draw(st.lists(of(1, 2, 3, 4, 6, 0), min_size=1, max_size=5)))
    return {"groups": draw(rarely(of(1, 2, 3), of(0, -1)))}, (T(shape),)


def unfold(draw: Draw, spatial: int) -> Case:
    options = some(draw, dilation=per_axis(dilations, 2), padding=per_axis(paddings, 2), stride=per_axis(strides, 2))
    return {"kernel_size": draw(per_axis(kernels, 2)), **options}, (images(draw, 2),)


def fold(draw: Draw, spatial: int) -> Case:
    kernel, stride, padding = draw(st.tuples(*[st.integers(1, 3)] * 2)), draw(st.integers(1, 2)), draw(of(0, 0, 1))
    size = draw(st.tuples(*[st.integers(2, 6)] * 2))
    blocks = 1
    for n, k in zip(size, kernel, strict=True):
        blocks *= max(0, (n + 2 * padding - k) // stride + 1)
    wide = kernel[0] * kernel[1] * draw(of(1, 2))
    shape = (draw(rarely(st.just(wide), of(5, 7))), draw(rarely(st.just(blocks), of(1, 5))))
    kwargs = {"output_size": size, "kernel_size": kernel, "stride": stride, "padding": padding}
    return kwargs, (T(draw(rarely(of(shape, (2, *shape)), of((1, 1, *shape), shape[1:])))),)


def upsample(draw: Draw, spatial: int) -> Case:
    axes = draw(of(1, 2, 3))
    fitting = {1: "linear", 2: "bilinear", 3: "trilinear"}[axes]
    options = some(
        draw,
        mode=rarely(of("nearest", fitting, "area", "nearest-exact"), of("bicubic", "linear", "cubic", "trilinear"), 6),
        align_corners=flags,
    )
    kwargs = _resize(draw, axes)
    wide, size = draw(channels), tuple(draw(lengths) for _ in range(axes))
    return kwargs | options, (T(draw(rarely(st.just((draw(batches), wide, *size)), of((wide, *size), size), 16))),)


def _resize(draw: Draw, axes: int) -> dict[str, Any]:
    which = draw(rarely(of("size", "scale_factor"), of("both", "none")))
    kwargs: dict[str, Any] = {}
    if which in ("size", "both"):
        kwargs["size"] = draw(per_axis(rarely(st.integers(1, 9), of(0)), axes))
    if which in ("scale_factor", "both"):
        kwargs["scale_factor"] = draw(per_axis(rarely(of(1, 2, 3, 0.5, 1.5, 2.0), of(0.1, 0)), axes))
    return kwargs


def upsampling(draw: Draw, spatial: int) -> Case:
    return _resize(draw, 2), (images(draw, 2),)


def local_response(draw: Draw, spatial: int) -> Case:
    return {"size": draw(rarely(st.integers(1, 4), of(0, -1)))}, (tensors(draw, most=5),)


def embedding(draw: Draw, spatial: int) -> Case:
    kwargs = {
        "num_embeddings": draw(rarely(st.integers(2, 5), of(1, -1))),
        "embedding_dim": draw(rarely(widths, of(0, -1))),
    }
    return kwargs | some(draw, padding_idx=st.integers(-6, 6)), (T(tensors(draw, most=4).shape, "int"),)


def embedding_bag(draw: Draw, spatial: int) -> Case:
    kwargs, _ = embedding(draw, 0)
    kwargs |= some(draw, mode=rarely(of("sum", "mean", "max"), of("min")), include_last_offset=flags, sparse=flags)
    input = Ints(*draw(rarely(st.sampled_from([(4,), (2, 3), (3, 1)]), of((), (1, 2, 2)))))
    bag = Ints(draw(of(2, 3)))  # torch itself crashes on one offset with include_last_offset
    offsets = draw(rarely(st.just(bag if len(input.shape) == 1 else None), st.sampled_from([bag, None])))
    weights = draw(rarely(st.just(None), st.sampled_from([T(input.shape), T((2,))]), 6))
    return kwargs, (input, offsets, weights)


def recurrent(draw: Draw, spatial: int, kind: str) -> Case:
    wide, hidden, depth = (
        draw(rarely(widths, of(0, -1))),
        draw(rarely(st.integers(2, 4), of(0))),
        draw(rarely(of(1, 2), of(0))),
    )
    kwargs: dict[str, Any] = {"input_size": wide, "hidden_size": hidden, "num_layers": depth}
    kwargs |= some(draw, bias=flags, batch_first=flags, bidirectional=flags, dropout=rarely(of(0.0, 0.5), of(2, "a")))
    if kind == "RNN":
        kwargs |= some(draw, nonlinearity=rarely(of("tanh", "relu"), of("sigmoid")))
    projected = kind == "LSTM" and draw(flags)
    if projected:
        kwargs["proj_size"] = draw(rarely(of(0, 1), of(5, -1)))
    length, batch = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    batched = draw(flags)
    first = kwargs.get("batch_first", False)
    lead = () if not batched else (batch,)
    order = (length,) if not batched else (batch, length) if first else (length, batch)
    input = T(draw(rarely(st.just((*order, draw(rarely(st.just(max(wide, 0)), widths)))), of((2,), (1, 2, 3, 4)), 16)))
    directions = 2 if kwargs.get("bidirectional") else 1
    out = kwargs.get("proj_size") or hidden
    state = T((depth * directions, *lead, max(out, 0)))
    cell = T((depth * directions, *lead, hidden))
    wrong = T((depth, *lead, hidden + 1))
    given: Any = (state, cell) if kind == "LSTM" else state
    odd: Any = (wrong, cell) if kind == "LSTM" else wrong
    return kwargs, (input, draw(of(None, None, given, given, odd)))


def cell(draw: Draw, spatial: int, kind: str) -> Case:
    wide, hidden = draw(widths), draw(rarely(widths, of(-1)))
    kwargs: dict[str, Any] = {"input_size": wide, "hidden_size": hidden, **some(draw, bias=flags)}
    if kind == "RNN":
        kwargs |= some(draw, nonlinearity=rarely(of("tanh", "relu"), of("sigmoid")))
    lead = draw(rarely(of((), (2,), (3,)), of((1, 2))))
    state = T((*lead, max(0, draw(rarely(st.just(hidden), widths, 5)))))
    given = (state, state) if kind == "LSTM" else state
    return kwargs, (T((*lead, draw(rarely(st.just(wide), widths)))), draw(st.sampled_from([None, given])))


def attention(draw: Draw, spatial: int) -> Case:
    heads, share = draw(rarely(of(1, 2, 3), of(0, -1))), draw(of(1, 2))
    embed = heads * share + draw(rarely(of(0), of(1)))
    kwargs: dict[str, Any] = {"embed_dim": embed, "num_heads": heads}
    kwargs |= some(
        draw, bias=flags, add_bias_kv=flags, add_zero_attn=flags, batch_first=flags, kdim=widths, vdim=widths
    )
    embed = max(embed, 0)
    length, source, batch, batched = draw(of(1, 2, 3)), draw(of(2, 4)), draw(of(1, 2)), draw(flags)
    first = kwargs.get("batch_first", False)

    def of_length(n: int, wide: int, at: int = batch) -> T:
        wide = draw(rarely(st.just(wide), widths, 20))
        return T((n, wide) if not batched else (at, n, wide) if first else (n, at, wide))

    query = of_length(length, embed)
    key = of_length(source, kwargs.get("kdim", embed), draw(rarely(of(batch), of(3), 20)))
    value = of_length(draw(rarely(of(source), of(5), 20)), kwargs.get("vdim", embed))
    lead = (batch,) if batched else ()
    padding = draw(of(None, None, T((*lead, source), "bool"), T((*lead, source + 1), "bool"), T((source,), "bool")))
    mask = (
        draw(
            of(
                None,
                None,
                T((length, source), "bool"),
                T((heads * (batch if batched else 1), length, source), "bool"),
                T((length, 7), "bool"),
            )
        )
        if heads > 0
        else None
    )
    return kwargs, (query, key, value, padding, draw(flags), mask, draw(flags))


def encoder_layer(draw: Draw, spatial: int) -> Case:
    return _transformer(draw, False)


def decoder_layer(draw: Draw, spatial: int) -> Case:
    return _transformer(draw, True)


def _transformer(draw: Draw, decoder: bool) -> Case:
    heads = draw(rarely(of(1, 2), of(0)))
    model = 2 * heads + draw(rarely(of(0), of(1)))
    kwargs: dict[str, Any] = {"d_model": model, "nhead": heads, "dim_feedforward": draw(of(2, 5))}
    kwargs |= some(
        draw, batch_first=flags, norm_first=flags, bias=flags, activation=rarely(of("relu", "gelu"), of("tanh"))
    )
    first, batched, length, batch = kwargs.get("batch_first", False), draw(flags), draw(of(2, 3)), draw(of(1, 2))

    def sequence(n: int, at: int) -> T:
        wide = draw(rarely(st.just(model), widths, 20))
        return T((n, wide) if not batched else (at, n, wide) if first else (n, at, wide))

    src = sequence(length, batch)
    mask = draw(rarely(of(None, T((length, length), "bool")), of(T((length, 5), "bool")), 10))
    if not decoder:
        return kwargs, (src, mask)
    return kwargs, (src, sequence(draw(of(2, 4)), draw(rarely(of(batch), of(3)))), mask)


def transformer(draw: Draw, spatial: int) -> Case:
    kwargs, inputs = _transformer(draw, True)
    return kwargs | {"num_encoder_layers": draw(of(1, 2)), "num_decoder_layers": draw(of(1, 2))}, inputs[:2]


reductions = rarely(of("none", "mean", "sum"), of("avg"))


def _old(draw: Draw) -> dict[str, Any]:
    return some(draw, reduction=reductions) | (
        some(draw, size_average=flags, reduce=flags) if draw(st.integers(0, 4)) == 0 else {}
    )


def pair_loss(draw: Draw, spatial: int, old: bool = True, **more: Any) -> Case:
    one = tensors(draw, most=3)
    other = T(tuple(draw(rarely(st.just(n), of(1, 2), 8)) for n in one.shape))
    other = draw(rarely(st.just(other), st.just(T(other.shape[1:])), 8))
    return (_old(draw) if old else some(draw, reduction=reductions)) | some(draw, **more), (one, other)


def weighted_loss(draw: Draw, spatial: int) -> Case:
    kwargs, (one, other) = pair_loss(draw, 0)
    weight = T(draw(of(one.shape, one.shape[-1:], (1,), (3,))))
    return kwargs | some(draw, weight=st.just(weight)), (one, draw(rarely(st.just(T(one.shape)), st.just(other), 5)))


def gaussian_loss(draw: Draw, spatial: int) -> Case:
    kwargs, (one, _) = pair_loss(draw, 0, old=False, full=flags)
    var = draw(of(T(one.shape), T((*one.shape[:-1], 1)) if one.shape else T(()), T(one.shape[:-1])))
    return kwargs, (one, T(one.shape), var)


def class_loss(draw: Draw, spatial: int, probabilities: bool = False, most: int = 2) -> Case:
    wide, rest = draw(of(1, 2, 3)), tuple(draw(st.lists(of(1, 2, 3), max_size=most)))
    batch = draw(of((), (2,), (3,)))
    shape = (*batch, wide, *rest) if batch else (wide,)
    target = (*batch, *rest) if batch else ()
    target = draw(rarely(st.just(target), of((2,), (), (5,), (2, 2)), 6))
    kwargs = _old(draw) | some(draw, weight=of(T((wide,)), T((wide,)), T((wide + 1,))))
    if probabilities and draw(flags):
        return kwargs, (T(shape), T(draw(rarely(st.just(shape), of((2, 3), (1,))))))
    if target == shape:  # torch would take it for probabilities, and want another dtype
        target = (*target, 1)
    return kwargs, (T(draw(rarely(st.just(shape), of((4,), (2, 5))))), T(target, "int"))


def margin_loss(draw: Draw, spatial: int) -> Case:
    kwargs, inputs = class_loss(draw, 0, most=0)
    return {**kwargs, **some(draw, p=of(1, 2, 3))}, inputs


def multilabel_loss(draw: Draw, spatial: int, dtype: str) -> Case:
    shape = tuple(draw(st.lists(of(1, 2, 3), min_size=1, max_size=3 if dtype == "float" else 2)))
    target = draw(rarely(st.just(shape), of((2,), (1, 2), (3, 3)), 6))
    return _old(draw), (T(shape), T(target, dtype))


def three(draw: Draw, spatial: int, last: bool = True, old: bool = True) -> Case:
    shape = tuple(draw(st.lists(of(1, 2, 3), min_size=1, max_size=3)))
    others = [T(draw(rarely(st.just(shape), of((*shape[:-1], 1), shape[1:], (2, *shape[1:])), 6))) for _ in range(2)]
    return (_old(draw) if old else some(draw, reduction=reductions)) | some(draw, margin=of(1.0, 0.5, 0.0, -1)), (
        T(shape),
        *others,
    )


def ranking_loss(draw: Draw, spatial: int) -> Case:
    kwargs, inputs = three(draw, 0)
    return kwargs, inputs


def cosine_loss(draw: Draw, spatial: int) -> Case:
    batch = draw(of((), (2,), (3,)))
    shape = (*batch, draw(widths))
    other = draw(rarely(st.just(shape), of((2, 2), (1,), (*batch, 1))))
    return _old(draw) | some(draw, margin=of(0.0, 0.5)), (
        T(shape),
        T(other),
        T(draw(rarely(st.just(batch), of((2,), (1,), (1, 1))))),
    )


def ctc(draw: Draw, spatial: int) -> Case:
    steps, batch, wide, size = draw(of(3, 5)), draw(of(1, 2)), draw(of(2, 4)), 2
    kwargs = some(draw, reduction=reductions)
    if draw(flags):
        return kwargs, (T((steps, wide)), T((size,), "ones"), T((), f"={steps}"), T((), f"={size}"))
    return kwargs, (
        T((steps, batch, wide)),
        T((batch, size), "ones"),
        T((batch,), f"={steps}"),
        T((batch,), f"={size}"),
    )


def adaptive_softmax(draw: Draw, spatial: int) -> Case:
    cuts = draw(rarely(of([2], [1, 3], [2, 4, 5]), of([], [3, 2], [9], [0, 1])))
    wide = draw(of(4, 8))
    batch = draw(of((), (2,), (3,)))
    target = draw(rarely(st.just(batch), of((2,), (2, 2), ())))
    kwargs = {
        "in_features": wide,
        "n_classes": 7,
        "cutoffs": cuts,
        **some(draw, div_value=of(2.0, 4.0), head_bias=flags),
    }
    return kwargs, (T((*batch, draw(rarely(st.just(wide), of(3))))), Ints(*target))


def linear_loss(draw: Draw, spatial: int) -> Case:
    wide, classes, more = draw(widths), draw(of(2, 3)), draw(of((), (), (2,)))
    batch = draw(of((), (2,)))
    kwargs = {"in_features": wide, "num_classes": classes, "out_features": more}
    kwargs |= some(draw, bias=flags, reduction=of("none", "mean", "sum"), weight=rarely(of(T((classes,))), of(T((5,)))))
    target = (*batch, *more)
    return kwargs, (
        T((*batch, draw(rarely(st.just(wide), widths)))),
        Ints(*draw(rarely(st.just(target), of((4,), (2, 5))))),
    )


def distance(draw: Draw, spatial: int, **more: Any) -> Case:
    _, inputs = pair_loss(draw, 0)
    return some(draw, **more), inputs


def _with(build: Callable[..., Case], **more: Any) -> Callable[[Draw, int], Case]:
    return lambda draw, spatial: build(draw, spatial, **more)


_NAMES: dict[str, Callable[[Draw, int], Case]] = {
    "Conv{}": conv,
    "LazyConv{}": _with(conv, lazy=True),
    "ConvTranspose{}": _with(conv, transposed=True),
    "LazyConvTranspose{}": _with(conv, transposed=True, lazy=True),
    "MaxPool{}": max_pool,
    "AvgPool{}": avg_pool,
    "LPPool{}": lp_pool,
    "AdaptiveAvgPool{}": adaptive_pool,
    "AdaptiveMaxPool{}": _with(adaptive_pool, indices=True),
    "FractionalMaxPool{}": fractional_pool,
    "MaxUnpool{}": unpool,
    "ReflectionPad{} ReplicationPad{} ZeroPad{}": pad,
    "CircularPad{}": _with(pad, negative=False),  # torch fails on some croppings for reasons of memory, not of shape
    "ConstantPad{}": lambda draw, spatial: (pad(draw, spatial)[0] | {"value": 0.5}, pad(draw, spatial)[1]),
    "BatchNorm{} InstanceNorm{} SyncBatchNorm": batch_norm,
    "LazyBatchNorm{} LazyInstanceNorm{}": _with(batch_norm, lazy=True),
    "GroupNorm": group_norm,
    "LayerNorm": layer_norm,
    "RMSNorm": _with(layer_norm, rms=True),
    "LocalResponseNorm": local_response,
    "CrossMapLRN2d": lambda draw, spatial: (local_response(draw, spatial)[0], (images(draw, 2),)),
    "Linear": linear,
    "LazyLinear": _with(linear, lazy=True),
    "Bilinear": bilinear,
    "Identity Hardsigmoid Hardswish Mish ReLU ReLU6 SELU SiLU LogSigmoid Sigmoid Softsign Tanh Tanhshrink ELU CELU GELU "
    "Hardshrink Softshrink LeakyReLU Softplus RReLU Softmax2d": elementwise,
    "Threshold": lambda draw, spatial: ({"threshold": 0.1, "value": 2.0}, elementwise(draw, spatial)[1]),
    "Dropout AlphaDropout FeatureAlphaDropout Dropout{}": dropout,
    "Softmax LogSoftmax Softmin": softmax,
    "Hardtanh": hardtanh,
    "GLU": glu,
    "PReLU": prelu,
    "Flatten": flatten,
    "Unflatten": unflatten,
    "PixelShuffle": _with(pixel, name="upscale_factor"),
    "PixelUnshuffle": _with(pixel, name="downscale_factor"),
    "ChannelShuffle": channel_shuffle,
    "Fold": fold,
    "Unfold": unfold,
    "Upsample": upsample,
    "UpsamplingNearest2d UpsamplingBilinear2d": upsampling,
    "Embedding": embedding,
    "EmbeddingBag": embedding_bag,
    "RNN": _with(recurrent, kind="RNN"),
    "GRU": _with(recurrent, kind="GRU"),
    "LSTM": _with(recurrent, kind="LSTM"),
    "RNNCell": _with(cell, kind="RNN"),
    "GRUCell": _with(cell, kind="GRU"),
    "LSTMCell": _with(cell, kind="LSTM"),
    "MultiheadAttention": attention,
    "TransformerEncoderLayer": encoder_layer,
    "TransformerDecoderLayer": decoder_layer,
    "Transformer": transformer,
    "CosineSimilarity": _with(distance, dim=st.integers(-3, 3)),
    "PairwiseDistance": _with(distance, keepdim=flags, p=of(1.0, 2.0)),
    "MSELoss L1Loss SmoothL1Loss SoftMarginLoss HingeEmbeddingLoss PoissonNLLLoss": pair_loss,
    "HuberLoss": _with(pair_loss, old=False, delta=of(1.0, 0.5, 0.0)),
    "KLDivLoss": _with(pair_loss, log_target=flags),
    "BCELoss BCEWithLogitsLoss": weighted_loss,
    "GaussianNLLLoss": gaussian_loss,
    "CrossEntropyLoss": _with(class_loss, probabilities=True),
    "NLLLoss NLLLoss2d": class_loss,
    "MultiMarginLoss": margin_loss,
    "MultiLabelMarginLoss": _with(multilabel_loss, dtype="int"),
    "MultiLabelSoftMarginLoss": _with(multilabel_loss, dtype="float"),
    "MarginRankingLoss": ranking_loss,
    "TripletMarginLoss": three,
    "TripletMarginWithDistanceLoss": _with(three, old=False),
    "CosineEmbeddingLoss": cosine_loss,
    "CTCLoss": ctc,
    "AdaptiveLogSoftmaxWithLoss": adaptive_softmax,
    "LinearCrossEntropyLoss": linear_loss,
}

ARGUMENTS: dict[str, Callable[[Draw, int], Case]] = {
    name: build
    for names, build in _NAMES.items()
    for word in names.split()
    for name in ([word.format(f"{n}d") for n in (1, 2, 3)] if "{}" in word else [word])
    if name != "FractionalMaxPool1d"
}
"""For each layer what generates a case."""
