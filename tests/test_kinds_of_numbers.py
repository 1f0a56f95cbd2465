"""Fractions as indices: refused where they certainly are such, and nowhere else, as torch has it on the CPU."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from interp_support import explored, rejections, values
from ops_oracle import torch_function, torch_value
from oracle import T, cases
from test_ops import STRATEGIES, declarations_of
from torch import nn

from shapelint.shapes import Fractions, Needs, Shape, Tensor

FRACTIONS = [
    "torch.rand(3)", "torch.randn(3)", "torch.rand(2, 3)[0]", "i / 2", "i * 0.5", "0.5 + i", "i.float()", "i.double().view(3)",
    "torch.relu(torch.rand(3))", "torch.rand(2, 3).mean(0)", "torch.rand(3).softmax(0)", "nn.Linear(4, 3)(torch.rand(4))",
    "nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Dropout())(torch.rand(4))", "torch.rand(3, 2).max(1)[0]", "i.to(torch.float32)",
    "torch.rand(3, 4).max(dim=1).values", "torch.cat([torch.rand(2), torch.rand(1)])", "torch.zeros(3)", "torch.sigmoid(i)",
    "torch.rand(3, 2).sum(1)", "torch.rand(4).topk(3)[0]", "torch.zeros(3, dtype=torch.float32)", "nn.Embedding(9, 3)(i)[0]",
    "nn.LSTM(4, 3)(torch.rand(1, 4))[0][0]", "nn.Conv1d(1, 1, 1)(torch.rand(1, 1, 3))[0, 0]", "i.exp().floor()", "i.float() + i",
    "torch.rand(3).clone().detach()", "torch.rand(3).unsqueeze(0).squeeze(0)", "torch.rand(1, 3).flatten()", "torch.true_divide(i, 2)",
]  # fmt: skip
CHANGED = [
    "torch.rand(3).long()", "torch.rand(3).to(torch.int64)", "torch.rand(3).type(torch.LongTensor)", "torch.rand(3) > 0.5",
    "torch.rand(3).type_as(i)", "torch.rand(3).int()", "torch.rand(3).argsort()", "torch.rand(3).round().long()",
    "torch.rand(3).bool()", "torch.rand(3).topk(3).indices", "torch.rand(3).view(torch.int32)", "torch.zeros_like(i)",
    "torch.randint(0, 3, (3,))", "torch.rand(3).to(i)", "torch.rand(3).to(dtype=torch.long)",
    "torch.empty_like(torch.rand(3), dtype=torch.long).zero_()", "torch.ones_like(torch.rand(3), dtype=torch.long)",
    "torch.cat([i, i])[:3]", "i // 1", "i * 1", "torch.div(i, 1, rounding_mode='floor')", "nn.ReLU()(i)", "nn.Flatten(0)(i)",
    "torch.rand(3, 2).max(1)[1]", "torch.rand(3, 4).argmax(1)", "torch.rand(3, 2).sort(1).indices[:, 0]", "(i / 1).long()",
    "torch.rand(3).softmax(0).mul(2).int()", "i.clamp(0, 2)", "i.view(3, 1).max(1)[0]", "torch.relu(i)", "i.sum(0, keepdim=True)",
    "torch.zeros_like(torch.rand(3), dtype=torch.long)", "torch.multinomial(torch.rand(4), 3)", "torch.rand(3).sign().to(i.dtype)",
    "torch.bucketize(torch.rand(3), torch.tensor([0.5]))", "torch.rand(3).ge(0.5).long()", "nn.Identity()(i)", "torch.where(i > 0, i, i)",
    "torch.arange(3)", "torch.eye(3, dtype=torch.long)[0]", "torch.ones(3, dtype=i.dtype)", "torch.gather(i, 0, i)", "torch.rand(3).new_zeros(3, dtype=torch.long)", "torch.rand(3).sort()[1]", "torch.zeros(3).long()",
]  # fmt: skip
USES = ["torch.zeros(3, 4)[{}]", "nn.Embedding(9, 4)({})"]


def accepted(program: str) -> bool:
    """Whether torch runs it."""
    try:
        exec(program, {"torch": torch, "nn": nn})
    except (RuntimeError, IndexError, TypeError):
        return False
    return True


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("index", FRACTIONS)
def test_fractions_are_no_index(index: str, use: str) -> None:
    """Torch refuses it as well."""
    program = f"i = torch.tensor([0, 1, 2])\nr = {use.format(index)}"
    assert not accepted(program)
    assert len(rejections(explored(program))) == 1


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("index", CHANGED)
def test_what_was_made_of_it_may_be_one(index: str, use: str) -> None:
    """Nothing is said where torch runs it, however the type was changed."""
    program = f"i = torch.tensor([0, 1, 2])\nr = {use.format(index)}"
    assert not accepted(program) or rejections(explored(program)) == []


def test_parameters_of_forward_may_be_whole_numbers() -> None:
    """Of a class that nobody calls nothing is known."""
    body = """
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.embed = nn.Embedding(9, 4)
        def forward(self, x, places):
            return self.embed(x)[places], self.embed(torch.zeros_like(x)), x[places]
    """
    assert rejections(explored(body)) == []


KINDS = {"float": "float", "ones": "int", "bool": "bool"}


def with_kinds(value: Any, kinds: Iterator[str]) -> Any:
    """The value with other kinds of elements in its tensors."""
    if isinstance(value, T):
        return T(value.shape, next(kinds)) if value.dtype in (*KINDS, "int") else value
    return type(value)(with_kinds(item, kinds) for item in value) if isinstance(value, (tuple, list)) else value


def with_fractions(value: Any) -> Any:
    """The value as shapelint has it, its floats known for such."""
    if isinstance(value, T):
        return (Fractions if value.dtype == "float" else Tensor)(Shape(value.shape), KINDS.get(value.dtype, "int"))
    return type(value)(map(with_fractions, value)) if isinstance(value, (tuple, list)) else value


def tensors_in(value: Any) -> Iterator[Any]:
    """All tensors in a result."""
    if isinstance(value, (torch.Tensor, Tensor)):
        yield value
    elif isinstance(value, (tuple, list)):
        for item in value:
            yield from tensors_in(item)


def kind_in_torch(tensor: torch.Tensor) -> str:
    """What kind of element it has."""
    if tensor.is_floating_point() or tensor.is_complex():
        return "fractions"
    return "bool" if tensor.dtype == torch.bool else "int"


@pytest.mark.slow
@pytest.mark.parametrize("pattern", STRATEGIES)
def test_operators_give_fractions_only_where_torch_does(pattern: str) -> None:
    """Whatever kinds go in: what is stated to be fractions, whole numbers or truths is just that in torch."""
    declared = declarations_of(pattern)

    @settings(max_examples=cases(6))
    @given(st.data())
    def agree(data: st.DataObject) -> None:
        op = data.draw(st.sampled_from(declared))
        given, named = STRATEGIES[pattern](data.draw)
        kinds = data.draw(st.lists(st.sampled_from(sorted(KINDS)), min_size=8, max_size=8))
        each = itertools.cycle(kinds[:1] if data.draw(st.booleans()) else kinds)
        given, named = [with_kinds(arg, each) for arg in given], {n: with_kinds(arg, each) for n, arg in named.items()}
        try:
            theirs = torch_function(op)(*map(torch_value, given), **{n: torch_value(arg) for n, arg in named.items()})
            ours = op.apply(
                Needs(), [with_fractions(arg) for arg in given], {n: with_fractions(arg) for n, arg in named.items()}
            )
        except Exception:  # noqa: BLE001  # torch refuses kinds in many ways; other tests compare what it refuses
            return
        for one, other in zip(tensors_in(ours), tensors_in(theirs), strict=False):
            if isinstance(one, Fractions):
                assert kind_in_torch(other) == "fractions", (op.name, given, named)
            elif one.dtype in ("int", "bool"):
                assert kind_in_torch(other) == one.dtype, (op.name, given, named)

    agree()


LAYERS = {
    "Linear(3, 2)": (4, 3), "Bilinear(3, 3, 2)": None, "Conv1d(2, 2, 1)": (1, 2, 3), "Conv2d(2, 2, 1)": (1, 2, 3, 3),
    "ConvTranspose2d(2, 2, 2)": (1, 2, 3, 3), "BatchNorm1d(3)": (4, 3), "InstanceNorm1d(2)": (1, 2, 3), "LayerNorm(3)": (4, 3),
    "GroupNorm(1, 2)": (1, 2, 3), "RMSNorm(3)": (4, 3), "Embedding(9, 2)": (4,), "EmbeddingBag(9, 2)": (4, 2), "RNN(3, 2)": (4, 1, 3),
    "GRU(3, 2)": (4, 1, 3), "LSTM(3, 2)": (4, 1, 3), "GRUCell(3, 2)": (4, 3), "LSTMCell(3, 2)": (4, 3), "Sigmoid()": (3,),
    "TransformerEncoderLayer(4, 2, 8)": (3, 1, 4), "Tanh()": (3,), "Softmax(0)": (3,), "LogSoftmax(0)": (3,), "Softmin(0)": (3,),
    "GELU()": (3,), "SiLU()": (3,), "Mish()": (3,), "ELU()": (3,), "SELU()": (3,), "CELU()": (3,), "Softplus()": (3,),
    "LeakyReLU()": (3,), "PReLU()": (3,), "GLU()": (4,), "LogSigmoid()": (3,), "Hardswish()": (3,), "Hardsigmoid()": (3,),
    "AdaptiveAvgPool1d(1)": (1, 2, 3), "AdaptiveAvgPool2d(1)": (1, 2, 3, 3), "ReLU()": (3,), "ReLU6()": (3,), "Flatten()": (2, 3),
    "Unflatten(1, (3, 1))": (2, 3), "Dropout()": (3,), "AlphaDropout()": (3,), "MaxPool1d(1)": (1, 2, 3), "MaxPool2d(1)": (1, 2, 3, 3),
    "AvgPool1d(1)": (1, 2, 3), "AvgPool2d(1)": (1, 2, 3, 3), "AdaptiveMaxPool1d(1)": (1, 2, 3), "ZeroPad2d(1)": (1, 2, 3, 3),
    "ReflectionPad1d(1)": (1, 2, 3), "ReplicationPad1d(1)": (1, 2, 3), "CircularPad1d(1)": (1, 2, 3), "ConstantPad1d(1, 0)": (1, 2, 3),
    "Upsample(scale_factor=2)": (1, 2, 3), "PixelShuffle(1)": (1, 2, 3, 3), "PixelUnshuffle(1)": (1, 2, 3, 3), "Unfold(1)": (1, 2, 3, 3),
    "Fold(3, 1)": (1, 2, 9), "ChannelShuffle(1)": (1, 2, 3, 3), "Identity()": (3,), "Threshold(1, 0)": (3,), "Hardtanh()": (3,),
}  # fmt: skip


@pytest.mark.parametrize(
    "made", ["torch.rand({})", "torch.ones({}, dtype=torch.long)", "torch.ones({}, dtype=torch.bool)"]
)
@pytest.mark.parametrize("layer", LAYERS)
def test_layers_give_fractions_only_where_torch_does(layer: str, made: str) -> None:
    """Whatever kinds go in."""
    x = made.format(LAYERS[layer] or (4, 3))
    program = f"x = {x}\nr = nn.{layer}({'x, x' if LAYERS[layer] is None else 'x'})"
    names: dict[str, Any] = {"torch": torch, "nn": nn}
    try:
        exec(program, names)
    except (RuntimeError, NotImplementedError, TypeError, ValueError):
        return
    ours = list(tensors_in(values(program)["r"]))
    for one, other in zip(ours, tensors_in(names["r"]), strict=True):
        if isinstance(one, Fractions):
            assert kind_in_torch(other) == "fractions"
        elif other.is_floating_point():
            assert layer.startswith(("Identity", "Threshold", "Hardtanh")) or "rand" not in made
