"""What only one arm of an unknown branch shows of a tensor is not stated where it may have been the other: beside torch."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import torch

from shapelint.summary import show
from shapelint.verify.agreement import relation

HEAD = "import elsewhere\nimport torch\nfrom torch import nn\n\n"
NET = (
    HEAD
    + """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.act = nn.ReLU()
        self.conv = nn.Conv2d(3, 8, 3)
        self.narrow, self.wide = nn.Linear(3, 8), nn.Linear(5, 8)
        self.last = nn.Identity()

    def forward(self, x):
        x = self.act(elsewhere.attend(x))
"""
)
ARMS = {
    "a size is unpacked": "if x.ndim == 4:\n    n, c, h, w = x.shape",
    "the rank was asked before": "rank = x.ndim\nif rank == 4:\n    n, c, h, w = x.shape",
    "a layer is called": "if elsewhere.flag():\n    y = self.conv(x)",
    "only its last size is shown": "if elsewhere.flag():\n    y = self.narrow(x)",
    "inside of another": "if elsewhere.flag():\n    if x.dim() == 4:\n        b, c, h, w = x.shape\n    y = x + 1",
    "the other arm shows another rank": "if x.ndim == 4:\n    n, c, h, w = x.shape\nelse:\n    n, l, c = x.shape",
    "in a conditional expression": "y = self.conv(x) if elsewhere.flag() else x",
    "in a loop": "for _ in elsewhere.rounds():\n    y = self.conv(x)",
    "of what it was made of": "y = x.relu()\nif x.ndim == 4:\n    n, c, h, w = y.shape",
    "of sizes of two arms": (
        "x = torch.zeros(2, 4, 3) if elsewhere.flag() else torch.zeros(2, 4, 5)\n"
        "y = self.narrow(x) if x.shape[-1] == 3 else self.wide(x)"
    ),
}


def elsewhere(output: torch.Tensor) -> ModuleType:
    """A package that the linter cannot see, and torch can."""
    module: Any = ModuleType("elsewhere")
    module.attend, module.flag, module.rounds = lambda x: output, lambda: False, lambda: ()
    return module


def calls_of_torch(text: str, output: torch.Tensor, monkeypatch: pytest.MonkeyPatch) -> dict[str, list[int]]:
    monkeypatch.setitem(sys.modules, "elsewhere", elsewhere(output))
    names: dict[str, Any] = {}
    exec(text, names)
    model = names["Net"]().eval()
    found: dict[str, list[int]] = {}
    for path, module in model.named_modules():
        if not list(module.children()):
            module.register_forward_hook(lambda _, __, out, path=path: found.update({path: list(out.shape)}))
    model(torch.zeros(1, 10))
    return found


def shown(text: str, tmp_path: Path) -> dict[str, Any]:
    path = tmp_path / "net.py"
    path.write_text(text)
    return show(f"{path}::Net()", ["1,10"])


def written(arms: str) -> str:
    body = "".join(f"        {line}\n" for line in arms.splitlines())
    return f"{NET}{body}        return self.last(x)\n"


@pytest.mark.parametrize("arms", ARMS.values(), ids=ARMS)
def test_what_one_arm_shows_holds_in_it(arms: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tokens arrive, for which torch takes the other arm: nothing that is stated may be of an image."""
    text = written(arms)
    true = calls_of_torch(text, torch.zeros(1, 6, 7), monkeypatch)
    ours = {call["path"]: call["out"] for call in shown(text, tmp_path)["calls"]}
    assert ours.keys() >= {"act", "last"}
    for path in ("act", "last"):
        assert relation(ours[path], true[path]) != "wrong", (ours[path], true[path])


def test_what_all_arms_show_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same rank in both arms is the rank after them, as is that of the only arm that does not raise."""
    both = "if elsewhere.flag():\n    y = self.conv(x)\nelse:\n    n, c, h, w = x.shape"
    only = "if x.ndim != 4:\n    raise ValueError\nelse:\n    y = self.conv(x)"
    for arms, channels in ((both, None), (only, 3)):
        text = written(arms)
        true = calls_of_torch(text, torch.zeros(1, 3, 6, 7), monkeypatch)["last"]
        last = next(call["out"] for call in shown(text, tmp_path)["calls"] if call["path"] == "last")
        assert len(last) == len(true) == 4
        assert channels is None or last[1] == channels == true[1]


def test_what_one_arm_made_is_whole_there(tmp_path: Path) -> None:
    """Layers of a Sequential that only one arm makes are all there: whoever runs it took that arm."""
    text = HEAD + (
        "class Net(nn.Module):\n"
        "    def __init__(self):\n"
        "        super().__init__()\n"
        "        if elsewhere.flag():\n"
        "            self.net = nn.Sequential(nn.Linear(10, 20), nn.Linear(20, 10))\n"
        "        else:\n"
        "            self.net = nn.Sequential(nn.Linear(10, 30), nn.ReLU(), nn.Linear(30, 10))\n"
        "    def forward(self, x):\n"
        "        return self.net(x)\n"
    )
    assert shown(text, tmp_path)["output"] == [1, 10]
