"""What the interpreter relies on: kinds and blame, unknown values, input ranks, lazy layers, stacks of layers."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from layer_arguments import ARGUMENTS
from oracle import COMPARED, T, cases, compare_layer, in_ours, in_torch, our_layer, shapes_of

from shapelint import layers
from shapelint.shapes import Kind, Needs, Reject, Shape, Tensor, Unknown, symbol, unknown_rank

_BLAME: tuple[tuple[str, dict[str, Any], tuple[int, ...], Kind, str], ...] = (
    ("Conv2d", {"in_channels": 3, "out_channels": 8, "kernel_size": 3}, (1, 4, 8, 8), Kind.CHANNELS, "in_channels"),
    ("Conv2d", {"in_channels": 3, "out_channels": 8, "kernel_size": 9}, (1, 3, 8, 8), Kind.EMPTY, "kernel_size"),
    ("Conv2d", {"in_channels": 3, "out_channels": 8, "kernel_size": 3, "groups": 2}, (1, 3, 8, 8), Kind.ARGUMENT, "groups"),
    ("Conv2d", {"in_channels": 3, "out_channels": 8, "kernel_size": 3, "stride": 0}, (1, 3, 8, 8), Kind.ARGUMENT, "stride"),
    ("Conv2d", {"in_channels": 3, "out_channels": 8, "kernel_size": 3, "padding": "full"}, (1, 3, 8, 8), Kind.PADDING, "padding"),
    ("Conv2d", {"in_channels": 3, "out_channels": 8, "kernel_size": 3, "padding": "same", "stride": 2}, (1, 3, 8, 8), Kind.STRIDED_SAME, "padding"),
    ("Conv2d", {"in_channels": 3, "out_channels": 8, "kernel_size": 3, "padding_mode": "mirror"}, (1, 3, 8, 8), Kind.PADDING, "padding_mode"),
    ("Conv2d", {"in_channels": 3, "out_channels": 8, "kernel_size": 3, "padding": 8, "padding_mode": "reflect"}, (1, 3, 8, 8), Kind.PADDING, "padding"),
    ("Conv2d", {"in_channels": 3, "out_channels": 8, "kernel_size": 3, "padding": -1}, (1, 3, 8, 8), Kind.ARGUMENT, "padding"),
    ("ConvTranspose2d", {"in_channels": 3, "out_channels": 8, "kernel_size": 3, "padding_mode": "reflect"}, (1, 3, 8, 8), Kind.PADDING, "padding_mode"),
    ("ConvTranspose2d", {"in_channels": 3, "out_channels": 8, "kernel_size": 3, "padding": "same"}, (1, 3, 8, 8), Kind.PADDING, "padding"),
    ("ConvTranspose2d", {"in_channels": 3, "out_channels": 8, "kernel_size": 3, "output_padding": 1}, (1, 3, 8, 8), Kind.ARGUMENT, "output_padding"),
    ("MaxPool2d", {"kernel_size": 2, "padding": 2}, (1, 3, 8, 8), Kind.PADDING, "padding"),
    ("MaxPool2d", {"kernel_size": 2, "padding": "same"}, (1, 3, 8, 8), Kind.PADDING, "padding"),
    ("AvgPool2d", {"kernel_size": 9}, (1, 3, 8, 8), Kind.EMPTY, "kernel_size"),
    ("ReflectionPad2d", {"padding": 8}, (1, 3, 8, 8), Kind.PADDING, "padding"),
    ("CircularPad2d", {"padding": 9}, (1, 3, 8, 8), Kind.PADDING, "padding"),
    ("BatchNorm2d", {"num_features": 64}, (1, 128, 8, 8), Kind.CHANNELS, "num_features"),
    ("GroupNorm", {"num_groups": 3, "num_channels": 64}, (1, 64, 8, 8), Kind.ARGUMENT, "num_groups"),
    ("LayerNorm", {"normalized_shape": 64}, (1, 5, 32), Kind.CHANNELS, "normalized_shape"),
    ("Linear", {"in_features": 512, "out_features": 10}, (1, 4608), Kind.CHANNELS, "in_features"),
    ("LSTM", {"input_size": 5, "hidden_size": 4}, (3, 2, 6), Kind.CHANNELS, "input_size"),
    ("LSTM", {"input_size": 5, "hidden_size": 4, "proj_size": 4}, (3, 2, 5), Kind.ARGUMENT, "proj_size"),
    ("TransformerEncoderLayer", {"d_model": 10, "nhead": 4}, (3, 2, 10), Kind.ARGUMENT, "nhead"),
    ("PixelShuffle", {"upscale_factor": 2}, (1, 6, 8, 8), Kind.CHANNELS, "upscale_factor"),
    ("Unflatten", {"dim": 1, "unflattened_size": (3, 4)}, (1, 16), Kind.OPERANDS, "unflattened_size"),
)  # fmt: skip


@pytest.mark.parametrize(("name", "kwargs", "shape", "kind", "argument"), _BLAME)
def test_rejection_names_its_kind_and_the_argument_to_blame(
    name: str, kwargs: dict[str, Any], shape: tuple[int, ...], kind: Kind, argument: str
) -> None:
    """Every sort of mistake has its rule, and a constructor argument that the finding can point at."""
    rejected = our_layer(name, (), kwargs, [T(shape)]).reject
    assert rejected is not None
    assert (rejected.kind, rejected.argument) == (kind, argument)
    assert rejected.message[0].islower() or rejected.message[0].isdigit() or rejected.message[0] in "(-"


@pytest.mark.parametrize(
    ("name", "kwargs"),
    [
        ("Linear", {"in_features": None, "out_features": 8}),
        ("Conv2d", {"in_channels": 3, "out_channels": 8, "kernel_size": None}),
        ("ConvTranspose2d", {"in_channels": 3, "out_channels": 8, "kernel_size": 3, "padding_mode": None}),
        ("LayerNorm", {"normalized_shape": None}),
        ("LSTM", {"input_size": 3, "hidden_size": 8, "bias": None}),
        ("RNN", {"input_size": 3, "hidden_size": 8, "nonlinearity": None}),
        ("GRU", {"input_size": 3, "hidden_size": 8, "dropout": None}),
        ("Unflatten", {"dim": 1, "unflattened_size": None}),
    ],
)
def test_a_none_is_told_from_other_wrong_arguments(name: str, kwargs: dict[str, Any]) -> None:
    """A None often stands for "must be given", so the rejection says that it is about one; any other value is not."""
    for value, expected in ((None, True), ("wrong", False)):
        given = {key: value if kwargs[key] is None else kwargs[key] for key in kwargs}
        rejected = our_layer(name, (), given, [T((2, 3, 8, 8))]).reject
        assert rejected is not None
        assert (rejected.got_none, rejected.message.endswith("got None")) == (expected, expected)


@pytest.mark.parametrize("name", ["BatchNorm2d", "InstanceNorm2d", "GroupNorm"])
def test_norm_without_numbers_of_its_own_accepts_any_width(name: str) -> None:
    """Without affine parameters and running statistics the stated width is not used."""
    kwargs: dict[str, Any] = {"num_features": 128, "track_running_stats": False}
    if name == "GroupNorm":
        kwargs = {"num_groups": 2, "num_channels": 128}
    assert our_layer(name, (), {**kwargs, "affine": False}, [T((2, 64, 8, 8))]).stage is None
    assert our_layer(name, (), {**kwargs, "affine": True}, [T((2, 64, 8, 8))]).stage == "call"


def test_chain_of_symbolic_layers_is_one_quotient() -> None:
    """A DCGAN stage halves a symbolic size, and its transposed twin doubles it again."""
    n, h = symbol("N"), symbol("H")
    x = Tensor(Shape((n, 3, h, h)))
    for name, args in (("Conv2d", (3, 64, 4, 2, 1)), ("MaxPool2d", (2,)), ("ConvTranspose2d", (64, 8, 4, 4))):
        layer = layers.CATALOGUE[name]
        x = layer.apply(Needs(), layer.construct(Needs(), layer.bind(args, {})), [x], {})
    assert str(x) == "Tensor(N, 8, 4*(H//4), 4*(H//4))"


def test_symbolic_channels_divide_or_stay_silent() -> None:
    """Parameters without a default are symbols: groups and shuffles of them are no error, and cancel where they divide."""
    c, h = symbol("ngf"), symbol("H")
    shuffle = layers.CATALOGUE["PixelShuffle"]
    out = shuffle.apply(Needs(), {"upscale_factor": 2}, [Tensor(Shape((1, 4 * c, h, h)))], {})
    assert out.shape.dims == (1, c, 2 * h, 2 * h)
    conv = layers.CATALOGUE["Conv2d"]
    attributes = conv.construct(Needs(), conv.bind((c, 2 * c, 3), {"groups": c}))
    assert conv.parameters(attributes) == 2 * c * 9 + 2 * c


def test_in_channels_teach_the_channels_of_an_unknown_input() -> None:
    """What an unknown size must be is recorded, so that the interpreter can learn it."""
    c, need = symbol("C"), Needs()
    conv = layers.CATALOGUE["Conv2d"]
    attributes = conv.construct(need, conv.bind((3, 8, 3), {}))
    conv.apply(need, attributes, [Tensor(Shape((1, c, 8, 8)))], {})
    assert (c, 3) in need.equalities


@pytest.mark.parametrize("name", sorted(set(ARGUMENTS) & set(layers.CATALOGUE)))
def test_expected_shapes_are_accepted(name: str) -> None:
    """An input of unknown rank that is narrowed to what the layer expects passes through it."""

    @settings(max_examples=cases(6))
    @given(st.data())
    def accepted(data: st.DataObject) -> None:
        layer = layers.CATALOGUE[name]
        kwargs, inputs = ARGUMENTS[name](data.draw, layer.spatial)
        empty = any(0 in item.shape for item in inputs if isinstance(item, T))
        if empty or our_layer(name, (), kwargs, inputs).stage is not None:
            return
        attributes = layer.construct(Needs(), layer.bind((), in_ours(kwargs)))
        given_inputs = in_ours(list(inputs))[: len(layer.inputs.required)]
        for at, expected in enumerate(layer.expects(attributes)[: len(given_inputs)]):
            if expected is not None and isinstance(given_inputs[at], Tensor):
                given_inputs[at] = Tensor(unknown_rank("unknown"), given_inputs[at].dtype)
                given_inputs[at].narrow(expected)
            elif isinstance(given_inputs[at], Tensor):
                given_inputs[at] = Tensor(unknown_rank("unknown"), given_inputs[at].dtype)
        layer.apply(Needs(), attributes, given_inputs, {})

    accepted()


class _Anything:
    """A value of which no layer has ever heard."""


_JUNK: tuple[Any, ...] = (
    None, True, -3, 0, 10**30, 1.5, float("nan"), float("inf"), "same", "", (), [], (2,), (1, 2), (1, None), ("a", 2), [[1]], {}, {"a": 1},
    ..., slice(1, 2), Unknown("?"), (Unknown("?"), 2), symbol("k"), (symbol("k"), 3), _Anything(), Tensor(Shape((2, 3))),
    Tensor(unknown_rank("?")), (Tensor(Shape((2, 3))), Unknown("?")),
)  # fmt: skip


@pytest.mark.parametrize("name", sorted(layers.CATALOGUE))
def test_no_argument_whatsoever_crashes_a_layer(name: str) -> None:
    """Junk is rejected or unknown; nothing but ``Reject`` ever comes out."""
    layer = layers.CATALOGUE[name]
    junk, few = st.sampled_from(_JUNK), st.integers(0, 4)

    @settings(max_examples=cases(15))
    @given(st.data())
    def survives(data: st.DataObject) -> None:
        draw = data.draw
        COMPARED["layers: calls with junk"] += 1
        kwargs, inputs = ARGUMENTS[name](draw, layer.spatial) if name in ARGUMENTS else ({}, ())
        names = layer.signature.positional
        kwargs = in_ours(kwargs)
        for _ in range(draw(few)):
            if names:
                kwargs[draw(st.sampled_from(names))] = draw(junk)
        given_inputs = [draw(junk) if draw(few) == 0 else item for item in in_ours(list(inputs))]
        try:
            attributes = layer.construct(Needs(), layer.bind((), kwargs))
            if draw(few) == 0 and len(attributes) > 1:
                attributes[draw(st.sampled_from(sorted(attributes.keys() - {"_parameters"})))] = draw(junk)
            layer.expects(attributes)
            layer.parameters(attributes)
            layer.materialize(given_inputs)
            layer.apply(Needs(), attributes, given_inputs, {})
        except Reject:
            pass

    survives()


@pytest.mark.parametrize(
    ("name", "args", "shape", "becomes"),
    [
        ("LazyConv2d", (8, 3), (2, 5, 9, 9), "Conv2d"),
        ("LazyConv2d", (8, 3), (5, 9, 9), "Conv2d"),
        ("LazyConvTranspose1d", (8, 3), (2, 5, 9), "ConvTranspose1d"),
        ("LazyBatchNorm2d", (), (2, 5, 9, 9), "BatchNorm2d"),
        ("LazyInstanceNorm1d", (), (2, 5, 9), "InstanceNorm1d"),
        ("LazyLinear", (8,), (2, 5), "Linear"),
    ],
)
def test_lazy_layer_becomes_what_torch_makes_of_it(
    name: str, args: tuple[Any, ...], shape: tuple[int, ...], becomes: str
) -> None:
    """The first call settles the class and the width; from then on the parameters can be counted."""
    lazy = layers.CATALOGUE[name]
    attributes = lazy.construct(Needs(), lazy.bind(args, {}))
    settled = lazy.materialize([Tensor(Shape(shape))])
    assert settled is not None
    assert settled[0] == becomes
    layer = layers.CATALOGUE[becomes]
    known = {
        k: v
        for k, v in {**attributes, **settled[1]}.items()
        if k in layer.signature.bind((), {**lazy.bind(args, {}), **settled[1]})
    }
    built = layer.construct(Needs(), layer.bind((), {**lazy.bind(args, {}), **settled[1]}))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        module = getattr(torch.nn, name)(*args)
        module(torch.rand(shape))
    assert type(module).__name__ == becomes
    assert layer.parameters(built) == sum(p.numel() for p in module.parameters())
    assert known


@dataclass
class _Instance:
    """A module as the interpreter holds it: what matters here is its attributes."""

    attributes: dict[str, Any]


@pytest.mark.parametrize("kind", ["Encoder", "Decoder"])
@pytest.mark.parametrize("batch_first", [False, True])
@pytest.mark.parametrize("norm", [False, True])
def test_stack_of_transformer_layers_agrees_with_torch(kind: str, batch_first: bool, norm: bool) -> None:
    """A stack keeps the shape, counts the parameters of its copies, and rejects another width."""
    options = {"d_model": 6, "nhead": 2, "dim_feedforward": 5, "batch_first": batch_first}
    block, ln = layers.CATALOGUE[f"Transformer{kind}Layer"], layers.CATALOGUE["LayerNorm"]
    stack = layers.CATALOGUE[f"Transformer{kind}"]
    inner = _Instance(block.construct(Needs(), block.bind((), options)))
    final = _Instance(ln.construct(Needs(), ln.bind((6,), {}))) if norm else None
    attributes = stack.construct(Needs(), stack.bind((inner, 3, final), {}))
    theirs = getattr(torch.nn, f"Transformer{kind}")(
        getattr(torch.nn, f"Transformer{kind}Layer")(**options), 3, torch.nn.LayerNorm(6) if norm else None
    ).eval()
    inputs = [T((2, 3, 6))] if kind == "Encoder" else [T((2, 3, 6)), T((2, 3, 6))]
    ours = stack.apply(Needs(), attributes, in_ours(inputs), {})
    assert shapes_of(ours) == shapes_of(theirs(*in_torch(inputs)))
    assert stack.parameters(attributes) == sum(p.numel() for p in theirs.parameters())
    with pytest.raises(Reject) as rejected:
        stack.apply(Needs(), attributes, in_ours([T((2, 3, 5))] * len(inputs)), {})
    assert rejected.value.kind is Kind.CHANNELS


def test_stack_of_modules_of_ones_own_is_unknown() -> None:
    """Nothing is said of a stack of layers that torch does not define."""
    stack = layers.CATALOGUE["TransformerEncoder"]
    attributes = stack.construct(Needs(), stack.bind((_Anything(), 2), {}))
    assert stack.apply(Needs(), attributes, [Tensor(Shape((1, 2, 3)))], {}).shape.lead is not None


@pytest.mark.parametrize(
    ("name", "inputs"),
    [
        ("GaussianNLLLoss", (T((2, 3)), T((2, 3)), 0.5)),
        ("CTCLoss", (T((5, 2, 4)), T((2, 2), "ones"), (5, 5), (2, 2))),
        ("EmbeddingBag", (T((4,), "int"), T((2,), "int"))),
    ],
)
def test_inputs_that_need_not_be_tensors_are_taken(name: str, inputs: tuple[Any, ...]) -> None:
    """Numbers and tuples stand where torch lets them, and the result is torch's."""
    compare_layer(name, (5, 3) if name == "EmbeddingBag" else (), {}, inputs)


@pytest.mark.parametrize("value", [None, 1.5, (1, 2), [T((2, 3))], "x"])
def test_what_is_no_tensor_is_rejected(value: Any) -> None:
    """A tuple given to a Linear (an LSTM's output, say) is a call that the layer does not accept."""
    assert compare_layer("Linear", (3, 4), {}, (value,)).stage == "call"


@pytest.mark.parametrize(
    ("name", "args", "inputs"),
    [
        ("GroupNorm", (2.0, 4), 1),
        ("MultiheadAttention", (4, 2.0), 3),
        ("TransformerEncoderLayer", (4, 2.0, 8), 1),
        ("InstanceNorm1d", (4.0,), 1),
        ("Conv1d", (2, 4, 3, 1, 1.0), 1),
        ("MaxPool1d", (2.0,), 1),
        ("PixelShuffle", (2.0,), 1),
    ],
)
def test_float_where_an_integer_belongs_is_rejected_where_torch_rejects_it(
    name: str, args: tuple[Any, ...], inputs: int
) -> None:
    """``n / 2`` is the commonest of wrong arguments; a layer that is never called may keep it."""
    compare_layer(name, args, {}, (T((3, 2, 4)),) * inputs)


def test_symbolic_size_times_a_binary_fraction_is_exact() -> None:
    """``scale_factor=1.5`` of H is ``H + H//2``."""
    up = layers.CATALOGUE["Upsample"]
    for factor, text in ((1.5, "H + H//2"), (0.25, "H//4"), (2, "2*H")):
        attributes = up.construct(Needs(), up.bind((), {"scale_factor": factor}))
        out = up.apply(Needs(), attributes, [Tensor(Shape((1, 2, symbol("H"), 6)))], {})
        assert str(out.shape.dims[2]) == text


@pytest.mark.parametrize("batch", [0, 1])
@pytest.mark.parametrize("channels", [(0, 4), (4, 0), (0, 0), (4, 4)])
@pytest.mark.parametrize(
    "name", ["Conv1d", "Conv2d", "Conv3d", "ConvTranspose1d", "ConvTranspose2d", "ConvTranspose3d"]
)
def test_convolutions_without_channels_agree_with_torch(name: str, channels: tuple[int, int], batch: int) -> None:
    """No input channels give an empty result; no output channels, and of transposed ones no input channels, are refused."""
    compare_layer(name, (*channels, 1), {}, (T((batch, channels[0], *(4,) * int(name[-2]))),))


def test_containers_are_marked() -> None:
    """The interpreter runs containers itself and finds them by what they are declared as."""
    marked = {name for name, layer in layers.CATALOGUE.items() if layer.is_container}
    assert marked == {
        "Sequential", "ModuleList", "ModuleDict", "ParameterList", "ParameterDict", "Container", "DataParallel"
    }  # fmt: skip
