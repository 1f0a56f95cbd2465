"""Multiply-adds are those of `torch.utils.flop_counter` on the meta device, for every layer and operator of the catalogue."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from layer_arguments import ARGUMENTS
from ops_oracle import our_value, torch_function, torch_value
from oracle import cases, in_ours, in_torch
from test_ops import STRATEGIES, declarations_of
from torch.utils.flop_counter import FlopCounterMode

from shapelint import layers
from shapelint.interp.model.classes import Class, Instance
from shapelint.interp.model.tape import Call, Tape
from shapelint.shapes import Needs, Reject, Shape, Tensor
from shapelint.summary import show
from shapelint.summary.mult_adds import mult_adds

_GENERATED = sorted(set(ARGUMENTS) & set(layers.CATALOGUE))
_LEFT_TO_OTHERS = {
    "tensor_split", "corrcoef", "cov", "lobpcg", "svd_lowrank", "pca_lowrank",
    "logdet", "slogdet", "cond", "pinv", "matrix_rank", "matrix_exp", "solve", "lstsq", "inv", "inverse", "det",
}  # fmt: skip
"""Decompositions: kernels that the counter does not know, some of which torch makes of products on the meta device."""


def counted(run: Any) -> int | None:
    """The multiply-adds that torch counts; None where the meta device refuses."""
    with warnings.catch_warnings(), torch.no_grad(), FlopCounterMode(display=False) as counter:
        warnings.simplefilter("ignore")
        try:
            run()
        except Exception:  # noqa: BLE001  # whatever the meta device refuses is not compared
            return None
    return counter.get_total_flops() // 2


def on_meta(value: Any) -> Any:
    match value:
        case torch.Tensor():
            return value.to("meta")
        case tuple() | list():
            return type(value)(map(on_meta, value))
        case dict():
            return {name: on_meta(part) for name, part in value.items()}
    return value


def of(name: str, module: Instance | None, operands: list[Any], arguments: dict[str, Any], output: Any) -> Any:
    """What we count of a call that is no part of a program."""
    tensors = tuple(value for value in operands if isinstance(value, Tensor))
    shapes = tuple(tensor.shape for tensor in tensors)
    call = Call(0, name, None, module, True, None, "", arguments, tensors, shapes, output, operands=tuple(operands))  # type: ignore[arg-type]
    return mult_adds(call, Tape())


@pytest.mark.parametrize("name", _GENERATED)
def test_a_layer_costs_what_torch_counts(name: str) -> None:
    """Whatever arguments and inputs the layer accepts."""
    layer = layers.CATALOGUE[name]

    @settings(max_examples=cases(25))
    @given(st.data())
    def agree(data: st.DataObject) -> None:
        kwargs, inputs = ARGUMENTS[name](data.draw, layer.spatial)
        given_ = in_ours(list(inputs))
        try:
            bound = layer.bind((), in_ours(dict(kwargs)))
            attributes = layer.construct(Needs(), bound)
            used = layer
            become = layer.materialize(given_)
            if become is not None:
                used = layers.CATALOGUE[become[0]]
                attributes.update(used.construct(Needs(), {**bound, **become[1]}))
            output = used.apply(Needs(), attributes, given_, {})
        except Reject:
            return
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            module = getattr(torch.nn, name)(**in_torch(dict(kwargs))).eval()
            if become is not None:
                module(*in_torch(list(inputs)))
        ready = on_meta(in_torch(list(inputs)))
        theirs = counted(lambda: module.to("meta")(*ready))
        ours = of(name, Instance(Class(name, layer=layer), attributes), given_, {}, output)
        assert theirs is None or ours in (theirs, None), f"{name}(**{kwargs}){inputs}: ours {ours}, torch {theirs}"
        assert ours is not None or name == "AdaptiveLogSoftmaxWithLoss"

    agree()


@pytest.mark.parametrize("pattern", STRATEGIES)
def test_an_operator_costs_what_torch_counts(pattern: str) -> None:
    """Whatever arguments it accepts: products and convolutions are counted, nothing else is."""
    declared = [op for op in declarations_of(pattern) if op.name.rpartition(".")[2].rstrip("_") not in _LEFT_TO_OTHERS]

    @settings(max_examples=cases(max(15, len(declared))))
    @given(st.data())
    def agree(data: st.DataObject) -> None:
        op = data.draw(st.sampled_from(declared)) if len(declared) > 1 else declared[0]
        args, kwargs = STRATEGIES[pattern](data.draw)
        mine, named = [our_value(arg) for arg in args], {key: our_value(value) for key, value in kwargs.items()}
        try:
            output = op.apply(Needs(), mine, named)
        except Reject:
            return
        function = torch_function(op)
        ready, keywords = (
            on_meta([torch_value(arg) for arg in args]),
            on_meta({k: torch_value(v) for k, v in kwargs.items()}),
        )
        theirs = counted(lambda: function(*ready, **keywords))
        arguments = {**{str(i): value for i, value in enumerate(mine)}, **named}
        ours = of(op.name, None, [*mine, *named.values()], arguments, output)
        assert theirs is None or ours == theirs, f"{op.name}{args}, {kwargs}: ours {ours}, torch {theirs}"

    if declared:
        agree()
    else:
        assert pattern  # every name of it is among those that are left out


@pytest.mark.parametrize(
    ("equation", "shapes"),
    [
        ("ij,jk,kl->il", [(2, 3), (3, 4), (4, 5)]),
        ("bhid,bhjd->bhij", [(2, 3, 4, 5), (2, 3, 6, 5)]),
        ("...ij,...jk->...ik", [(2, 3, 4), (2, 4, 5)]),
        ("bij,bjk->bik", [(1, 3, 4), (2, 4, 5)]),
        ("ij,kl->ijl", [(2, 3), (3, 4)]),
        ("bi,bi->b", [(2, 3), (2, 3)]),
        ("i,i->", [(3,), (3,)]),
        ("bc,bcn,cd->nd", [(2, 3), (2, 3, 5), (3, 4)]),
    ],
)
def test_an_einsum_is_counted_pair_by_pair(equation: str, shapes: list[tuple[int, ...]]) -> None:
    """The order in which torch multiplies decides what is counted."""
    tensors = [Tensor(Shape(shape)) for shape in shapes]
    from shapelint import ops

    op = ops.FUNCTIONS["torch.einsum"]
    output = op.apply(Needs(), [equation, *tensors], {})
    arguments = {"0": equation, **{str(i): tensor for i, tensor in enumerate(tensors, start=1)}}
    theirs = counted(lambda: torch.einsum(equation, *(torch.rand(shape, device="meta") for shape in shapes)))
    assert of("torch.einsum", None, [equation, *tensors], arguments, output) == theirs


MODEL = """
import torch
from torch import nn
import torch.nn.functional as F


class Gated(nn.Conv2d):
    def forward(self, x):
        return super().forward(x) * torch.sigmoid(F.conv2d(x, self.weight, padding=self.padding))


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = Gated(3, 8, 3, padding=1)
        self.body = nn.Sequential(nn.Conv2d(8, 16, 3, stride=2, groups=4), nn.BatchNorm2d(16), nn.ReLU())
        self.attend = nn.TransformerEncoder(nn.TransformerEncoderLayer(16, 4, 32, batch_first=True), 2)
        self.words = nn.LSTM(16, 12, num_layers=2, bidirectional=True, batch_first=True)
        self.up = nn.ConvTranspose1d(24, 8, 4, stride=2)
        self.head = nn.Linear(8, 5, bias=False)

    def forward(self, x):
        x = self.body(self.stem(x)).flatten(2).transpose(1, 2)
        x, _ = self.words(self.attend(x))
        scores = torch.einsum("bid,bjd->bij", x, x) @ x
        scores = F.scaled_dot_product_attention(scores, x, x)
        return self.head(self.up(scores.transpose(1, 2)).mean(-1))
"""


def test_a_whole_model_costs_what_torch_counts(tmp_path: Path) -> None:
    """Layers, composite layers, functions and operators of one program, in each module and in all."""
    path = tmp_path / "net.py"
    path.write_text(MODEL)
    record = show(f"{path}::Net", [(2, 3, 9, 9)])
    names: dict[str, Any] = {}
    exec(MODEL, names)
    module = names["Net"]().eval().to("meta")
    counter = FlopCounterMode(display=False, depth=3)
    with warnings.catch_warnings(), torch.no_grad(), counter:
        warnings.simplefilter("ignore")
        module(torch.rand(2, 3, 9, 9, device="meta"))
    assert record["totals"]["mult_adds"] == counter.get_total_flops() // 2 and record["totals"]["complete"]
    theirs = {name.removeprefix("Net."): sum(per.values()) // 2 for name, per in counter.get_flop_counts().items()}
    ours = {call["path"]: call["mult_adds"] for call in [*record["modules"], *record["calls"]] if call["path"]}
    assert {name: cost for name, cost in ours.items() if name in theirs} == {n: theirs[n] for n in ours if n in theirs}
    assert {"stem", "body", "body.0", "attend", "words", "up", "head"} <= ours.keys() & theirs.keys()


def test_symbolic_sizes_keep_their_names(tmp_path: Path) -> None:
    """A count of open sizes is an expression of them."""
    path = tmp_path / "net.py"
    path.write_text("from torch import nn\n\nnet = nn.Linear(3, 8)\n")
    from shapelint.shapes.written_inputs import read_input

    written = read_input("BxLx3")
    assert written is not None
    assert show(f"{path}::net", [written])["totals"]["mult_adds"] == "24*B*L"
