"""A module inside of which something is unknown is no row, since torch lists what does the work: beside torch."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import torch
from torch import nn

from shapelint.summary import show
from shapelint.summary.table import render_table

HEAD = """import elsewhere
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = Inner()
        self.head = nn.Linear(10, 2)

    def forward(self, x):
        return self.head(self.inner(x))


"""
INNER = """
class Inner(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = elsewhere.{made}

    def forward(self, x):
        {does}
        return x.flatten(1)
"""
USES = {
    "called": ("factory()", "x = self.body(x)"),
    "called beside": ("factory()", "x = self.body(x) + x"),
    "a method": ("factory()", "x = self.body.forward(x)"),
    "one of several": ("several()", "x = self.body[0](x)"),
    "gone through": ("several()", "for each in self.body: x = each(x)"),
    "counted": ("several()", "for index, each in enumerate(self.body): x = each(x) + index"),
}


def true_model(text: str, monkeypatch: pytest.MonkeyPatch) -> nn.Module:
    """What torch makes of the text, with a package that the linter cannot see."""
    module: Any = ModuleType("elsewhere")
    module.factory = lambda: nn.Linear(10, 10)
    module.several = lambda: nn.ModuleList([nn.Linear(10, 10)])
    module.rate = lambda: 0.5
    monkeypatch.setitem(sys.modules, "elsewhere", module)
    names: dict[str, Any] = {}
    exec(text, names)
    model = names["Net"]()
    assert isinstance(model, nn.Module)
    assert model(torch.zeros(1, 10)).shape == (1, 2)
    return model


def shown(text: str, tmp_path: Path) -> dict[str, Any]:
    path = tmp_path / "net.py"
    path.write_text(text)
    return show(f"{path}::Net()", ["1,10"])


@pytest.mark.parametrize(("made", "does"), USES.values(), ids=USES)
def test_what_may_hold_a_module_is_no_leaf(
    made: str, does: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither a row nor a number of parameters is stated as if the unknown attribute were none."""
    text = HEAD + INNER.format(made=made, does=does)
    model = true_model(text, monkeypatch)
    leaves = {name for name, module in model.named_modules() if not list(module.children())}
    record = shown(text, tmp_path)
    assert {call["path"] for call in record["calls"]} == {"head"} < leaves
    assert record["totals"]["parameters"] == 22 < sum(p.numel() for p in model.parameters())
    assert [place["name"] for place in record["not_followed"]] == ["inner.body"]
    assert "parameters: at least 22" in render_table(record)


def test_an_unknown_number_is_no_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is only multiplied leaves a leaf a leaf."""
    text = HEAD + INNER.format(made="rate()", does="x = x * self.body")
    model = true_model(text, monkeypatch)
    leaves = {name for name, module in model.named_modules() if name and not list(module.children())}
    record = shown(text, tmp_path)
    assert {call["path"] for call in record["calls"]} == leaves == {"inner", "head"}
    assert record["totals"]["parameters"] == sum(p.numel() for p in model.parameters())
    assert record["not_followed"] == []
