"""Parameters and buffers of a module: torch's names, shapes, order, ties and `requires_grad`."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import pytest
import torch

from shapelint.interp.model.state import State, state_of
from shapelint.interp.paths.targets import construct
from shapelint.summary import show
from shapelint.summary.table import render_table
from shapelint.summary.target import load

HEAD = "import copy\nimport torch\nfrom torch import nn\n\n"
BLOCK = """
class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.fc = nn.Linear(width, width)
        self.scale = nn.Parameter(torch.zeros(width, 3), requires_grad=False)
        self.register_buffer("seen", torch.zeros(2))
        self.register_buffer("scratch", torch.zeros(5), persistent=False)

    def forward(self, x):
        return self.fc(x)
"""


def ours(tmp_path: Path, text: str, expression: str = "Net()") -> State:
    path = tmp_path / "net.py"
    path.write_text(text)
    project, file = load(str(path))
    return state_of(construct(file, project, expression))


def theirs(text: str, expression: str = "Net()") -> torch.nn.Module:
    names: dict[str, Any] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(text, names)
        module: torch.nn.Module = eval(expression, names)
    return module


def agree(state: State, module: torch.nn.Module) -> None:
    listed = [(e.name, e.tensor.shape.dims, e.tensor.trainable) for e in state.parameters]
    assert listed == [(name, tuple(p.shape), p.requires_grad) for name, p in module.named_parameters()]
    assert [(e.name, e.tensor.shape.dims) for e in state.buffers] == [
        (name, tuple(b.shape)) for name, b in module.named_buffers()
    ]
    assert [(e.name, e.tensor.shape.dims) for e in state.saved] == [
        (name, tuple(t.shape)) for name, t in module.state_dict().items()
    ]


def net(*lines: str) -> str:
    body = "".join(f"        {line}\n" for line in lines)
    return (
        f"{HEAD}{BLOCK}\n\nclass Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n{body}\n"
        "    def forward(self, x):\n        return x\n"
    )


@pytest.mark.parametrize(
    "lines",
    [
        ["self.pos = nn.Parameter(torch.zeros(1, 7, 8))", "self.block = Block(4)"],
        ["self.attn = nn.MultiheadAttention(8, 2, add_bias_kv=True)", "self.a = nn.MultiheadAttention(8, 2, kdim=6)"],
        ["self.enc = nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2, 16), 3, norm=nn.LayerNorm(8))"],
        ["self.dec = nn.TransformerDecoder(nn.TransformerDecoderLayer(8, 2, 16, bias=False), 2)"],
        ["self.enc = nn.TransformerEncoder(Block(8), 2)"],
        ["self.whole = nn.Transformer(8, 2, 2, 1, 16)"],
        ["self.blocks = nn.ModuleList([copy.deepcopy(Block(4)) for _ in range(2)])", "self.again = self.blocks[0]"],
        ["one = Block(6)", "self.clones = nn.ModuleList([copy.deepcopy(one) for _ in range(3)])"],
        ["self.norms = nn.Sequential(nn.BatchNorm2d(4), nn.InstanceNorm1d(3), nn.BatchNorm1d(2, affine=False))"],
        ["self.n = nn.InstanceNorm2d(3, track_running_stats=True)", "self.g = nn.GroupNorm(2, 4, affine=False)"],
        ["self.lstm = nn.LSTM(3, 4, 2, bidirectional=True)", "self.gru = nn.GRU(2, 2, bias=False)"],
        ["self.many = nn.ParameterList([torch.zeros(2), nn.Parameter(torch.zeros(3))])"],
        ["self.named = nn.ParameterDict({'a': torch.zeros(2, 2), 'b': torch.zeros(1)})"],
        ["self.emb = nn.Embedding(9, 8)", "self.head = nn.Linear(8, 9)", "self.head.weight = self.emb.weight"],
        ["self.norm = nn.BatchNorm2d(4)", "self.own = self.norm.weight", "self.norm.bias = None"],
        ["self.loss = nn.CrossEntropyLoss(weight=torch.ones(4))", "self.b = nn.BCEWithLogitsLoss(torch.ones(3))"],
        ["self.register_parameter('w', nn.Parameter(torch.ones(3)))", "self.register_parameter('v', None)"],
        ["self.register_buffer('mask', None)", "self.mask = torch.ones(3, 3)"],
        ["self.block = Block(3)", "self.block.requires_grad_(False)", "self.block.fc.requires_grad_(True)"],
        ["self.block = Block(3)", "self.block.fc.bias.requires_grad = False"],
        ["self.block = Block(3)", "for p in self.block.parameters():", "    p.requires_grad = False"],
        [
            "self.block = Block(3)",
            "for name, p in self.named_parameters():",
            "    if 'bias' not in name:",
            "        p.requires_grad_(False)",
        ],
    ],
    ids=lambda lines: lines[0],
)
def test_a_module_lists_what_torch_lists(tmp_path: Path, lines: list[str]) -> None:
    """`named_parameters()` with `requires_grad`, `named_buffers()` and `state_dict()`, in torch's order."""
    agree(ours(tmp_path, net(*lines)), theirs(net(*lines)))


def test_what_only_some_run_freezes_is_not_stated(tmp_path: Path) -> None:
    """Under a condition that nobody knows a parameter is neither trainable nor frozen."""
    text = net("self.block = Block(3)").replace(
        "__init__(self):\n        super().__init__()\n        self.block",
        "__init__(self, frozen):\n        super().__init__()\n        self.block",
    )
    text = text.replace(
        "self.block = Block(3)\n",
        "self.block = Block(3)\n        if frozen:\n            self.block.requires_grad_(False)\n",
    )
    assert {entry.tensor.trainable for entry in ours(tmp_path, text, "Net").parameters} == {None}


def test_a_module_that_is_not_followed_is_said_to_be_one(tmp_path: Path) -> None:
    """What comes from a missing package holds names that we do not know; what is beside it is listed."""
    text = HEAD + "import missing\n\n" + net("self.fc = nn.Linear(2, 3)", "self.body = missing.Body()")[len(HEAD) :]
    state = ours(tmp_path, text)
    assert [entry.name for entry in state.parameters] == ["fc.weight", "fc.bias"]
    assert [place.prefix for place in state.unfollowed] == ["body"]


def test_the_record_holds_the_whole_model(tmp_path: Path) -> None:
    """`show` counts what no call shows: parameters held directly, layers that are not called, frozen ones."""
    path = tmp_path / "net.py"
    path.write_text(net("self.block = Block(4)", "self.rest = nn.Linear(4, 2)", "self.rest.requires_grad_(False)"))
    record = show(f"{path}::Net")
    assert record["totals"] == {
        "parameters": 20 + 12 + 10, "trainable": 20, "buffers": 7,
        "called": 0, "mult_adds": 0, "complete": True, "input_bytes": None, "output_bytes": 0,
    }  # fmt: skip
    assert record["parameters"][0] == {"name": "block.scale", "shape": [4, 3], "trainable": False}
    assert record["buffers"][1] == {"name": "block.scratch", "shape": [5], "persistent": False}
    assert "parameters: 42, trainable: 20, of these layers: 0\nbuffers: 7\n" in render_table(record)


def test_composite_layers_are_among_the_calls(tmp_path: Path) -> None:
    """Attention and Transformer layers do the work of a model: they are rows of their own, with all they hold."""
    path = tmp_path / "net.py"
    path.write_text(
        f"{HEAD}class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.layer = nn.TransformerEncoderLayer(64, 4, 128, batch_first=True)\n"
        "        self.attn = nn.MultiheadAttention(64, 4)\n"
        "    def forward(self, x):\n        x = self.layer(x)\n        return self.attn(x, x, x, need_weights=False)[0]\n"
    )
    record = show(f"{path}::Net", [(2, 5, 64)])
    rows = [(call["path"], call["layer"], call["params"]) for call in record["calls"]]
    assert rows == [("layer", "TransformerEncoderLayer", 33_472), ("attn", "MultiheadAttention", 16_640)]
    assert "[(2, 5, 64), None]" in render_table(record) and "unknown output" not in render_table(record)
