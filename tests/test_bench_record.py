"""Torch's side of verify and of the zoo benchmark: what is recorded, and how two records are compared."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import nn

from shapelint.verify.agreement import agreement, relation
from shapelint.verify.process import ask_worker
from shapelint.verify.record import Refused, nested_shape, record


class Shared(nn.Module):
    """One activation used twice, and a layer that is never called."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv2d(3, 8, 3, padding=1)
        self.second = nn.Conv2d(8, 8, 3, padding=1)
        self.act = nn.ReLU()
        self.again = self.act
        self.unused = nn.Linear(2, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.again(self.second(self.act(self.first(x))))


def test_leaf_calls_in_execution_order() -> None:
    """A shared module is recorded once a call under its first name; what is not called is absent."""
    found = record(Shared, [(1, 3, 8, 8)])
    assert [call["path"] for call in found["calls"]] == ["first", "act", "second", "act"]
    assert found["calls"][0] == {
        "path": "first", "layer": "Conv2d", "in": [[1, 3, 8, 8]], "out": [1, 8, 8, 8], "params": 224,
    }  # fmt: skip
    assert (found["output"], found["device"]) == ([1, 8, 8, 8], "meta")


def test_a_leaf_target_has_the_empty_path() -> None:
    """The target itself may be the leaf."""
    assert [call["path"] for call in record(lambda: nn.Linear(4, 2), [(5, 4)])["calls"]] == [""]


def test_a_layer_with_a_parametrized_weight_is_a_leaf() -> None:
    """What makes its weight is called by whoever reads that, and is part of the layer."""
    found = record(lambda: nn.Sequential(nn.utils.parametrizations.weight_norm(nn.Linear(4, 2))), [(5, 4)])
    assert [(call["path"], call["layer"], call["out"]) for call in found["calls"]] == [("0", "Linear", [5, 2])]


def test_nested_outputs_keep_their_nesting() -> None:
    """An LSTM gives its output and a pair of states."""
    (call,) = record(lambda: nn.LSTM(4, 6, batch_first=True), [(2, 3, 4)])["calls"]
    assert call["out"] == [[2, 3, 6], [[1, 2, 6], [1, 2, 6]]]
    assert nested_shape({"a": torch.zeros(2), "b": 3}) == {"a": [2], "b": None}


def test_a_module_that_reads_numbers_runs_on_the_cpu() -> None:
    """The meta device has no numbers to read."""

    class Reads(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x[:, : int(x.sum().item() >= 0) + 1]

    assert record(Reads, [(2, 3)])["device"] == "cpu"


def test_integer_inputs_are_tried_for_embeddings() -> None:
    """Token ids are no floats."""
    assert record(lambda: nn.Embedding(10, 4), [(2, 3)])["output"] == [2, 3, 4]


def test_refusal_gives_torchs_words() -> None:
    """What torch says on the CPU is what the user is told."""
    with pytest.raises(Refused, match=r"RuntimeError: .*channels"):
        record(lambda: nn.Conv2d(3, 8, 3), [(1, 4, 8, 8)])


@pytest.mark.parametrize(
    ("ours", "true", "expected"),
    [
        ([1, 2], [1, 2], "exact"),
        ([1, 2], [1, 3], "wrong"),
        ([1, 2, 3], [1, 2], "wrong"),
        (["N", 2], [1, 2], "unknown"),
        (["N", 3], [1, 2], "wrong"),
        (None, [1, 2], "unknown"),
        (None, None, "exact"),
        ([[1], [[2], [3]]], [[1], [[2], [3]]], "exact"),
        ([[1], [2]], [[1], [[2], [3]]], "wrong"),
        ({"out": [1]}, {"out": [2]}, "wrong"),
    ],
)
def test_relation(ours: object, true: object, expected: str) -> None:
    """A symbolic or missing part is unknown; one number that differs makes the whole wrong."""
    assert relation(ours, true) == expected


def _call(path: str, out: list[int]) -> dict[str, object]:
    return {"path": path, "layer": "ReLU", "in": [out], "out": out, "params": 0}


def test_calls_are_paired_by_path_in_order() -> None:
    """A call that we missed is unknown, one that torch never makes is wrong, and neither shifts the others."""
    true = [_call("a", [1]), _call("b", [2]), _call("c", [3])]
    assert agreement(true, true).perfect
    missed = agreement([true[0], true[2]], true)
    assert (missed.count("exact"), missed.count("unknown"), missed.count("wrong"), missed.perfect) == (2, 1, 0, False)
    invented = agreement([*true, _call("d", [4])], true)
    assert (invented.count("exact"), invented.count("wrong")) == (3, 1)


def test_worker_imports_from_the_project_root(tmp_path: Path) -> None:
    """Relative and absolute imports work, prints are no answers, and a failure is one."""
    package = tmp_path / "models"
    package.mkdir()
    (tmp_path / "pyproject.toml").write_text("")
    (package / "__init__.py").write_text("")
    (package / "blocks.py").write_text("from torch import nn\ndef conv(c): return nn.Conv2d(3, c, 1)\n")
    net = "from .blocks import conv\nimport models.blocks\nprint('noise')\nfrom torch import nn\n"
    (package / "net.py").write_text(
        net + "class Net(nn.Sequential):\n    def __init__(self, c=4): super().__init__(conv(c))\n"
    )
    request = {"file": str(package / "net.py"), "inputs": ["1, 3, 2, 2"]}
    assert ask_worker(request | {"expression": "Net"}, 100, 8)["output"] == [1, 4, 2, 2]
    assert "torch.nn.Module is needed" in ask_worker(request | {"expression": "None"}, 100, 8)["error"]
    assert ask_worker(request | {"expression": "Net(c=8)"}, 100, 8)["output"] == [1, 8, 2, 2]


def test_worker_loads_a_file_whose_name_is_no_module(tmp_path: Path) -> None:
    """``my-model.py`` cannot be imported by name."""
    path = tmp_path / "my-model.py"
    path.write_text("from torch import nn\nnet = nn.Flatten()\n")
    request = {"file": str(path), "expression": "net", "inputs": ["2, 3, 4"]}
    assert ask_worker(request, 100, 8)["output"] == [2, 12]
