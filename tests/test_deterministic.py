"""The same files give the same output, whatever the order, the addresses, the hashes of strings and the cache."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
from interp_support import values
from small_zoo import write_zoo

from shapelint.interp.model.values import Gap, Identity

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "bench"))

from repeated import ROOT, outputs

FORKS = """
import copy
import torch
from torch import nn
from options import WIDTHS, choose

class Block(nn.Module):
    def __init__(self, width, kind=None, act=None):
        super().__init__()
        self.conv = nn.Conv2d(width, width, 3, padding=1)
        self.extra = {}
        if hasattr(kind, "depth"):
            self.extra["depth"] = nn.Conv2d(width, width, 1)
        if isinstance(act, (nn.ReLU, str)):
            self.extra[act] = nn.ReLU()
        for name in {"norm", "act", "pool", "skip"}:
            setattr(self, name, nn.Identity())
        self.kinds = {nn.ReLU, nn.GELU, nn.SiLU}
        self.tail = nn.ModuleList(nn.Conv2d(width, width, 3, padding=k) for k in {1, 0, 2})

    def forward(self, x, mask=None, scale=None):
        states = {}
        for index, layer in enumerate(self.tail):
            if mask is not None and x.sum() > index:
                states[index] = [layer(x)]
            elif scale == index:
                states.setdefault("last", []).append(layer(x))
            for other in {id(layer): layer, id(self): self}.values():
                if x.mean() > 0 and other.training:
                    x = x + 1
        seen = set()
        for layer in [*self.tail, *copy.deepcopy(self.tail)]:
            if id(layer) not in seen:
                seen.add(id(layer))
                x = self.conv(x)
        while states:
            states.pop(next(iter(states)))
        return self.skip(self.pool(self.act(self.norm(x))))  # (N, 64, H, W)

class Net(nn.Module):
    def __init__(self, width=64, depth=4, kinds=frozenset({"a", "b", "c"})):
        super().__init__()
        self.blocks = nn.Sequential(*[Block(width, choose(k)) for k in kinds for _ in range(depth)])
        self.heads = nn.ModuleDict({name: nn.Linear(WIDTHS[name], 10) for name in set(WIDTHS)})

    def forward(self, x, flags=None):
        x = self.blocks(x)
        flat = torch.flatten(nn.functional.adaptive_avg_pool2d(x, 1), 1)  # (N, 64)
        results = {}
        for name, head in self.heads.items():
            if flags and name in flags:
                results[name] = head(flat)
        return results or flat

net = Net(64, 2)
out = net(torch.zeros(2, 64, 16, 16))
"""
OPTIONS = "WIDTHS = {'small': 64, 'large': 128}\ndef choose(k):\n    return None if k == 'a' else {k, k + 'x'}.pop()\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The fixtures, a package of models, and files that follow many unknown conditions both ways."""
    shutil.copytree(ROOT / "fixtures", tmp_path / "fixtures")
    write_zoo(tmp_path / "zoo")
    (tmp_path / "pyproject.toml").write_text("[tool.shapelint]\n")
    (tmp_path / "options.py").write_text(OPTIONS + "# torch\n")
    for name in ("first", "second"):
        (tmp_path / f"{name}.py").write_text(FORKS)
    return tmp_path


@pytest.mark.slow
def test_every_run_says_the_same(project: Path) -> None:
    """Five runs: shuffled, with other hashes each time, without a cache, with an empty one and with a full one."""
    assert len(set(outputs(project, 5))) == 1


def test_identities_are_not_addresses() -> None:
    """A key of an object is not that of the next one at the same address, and keeps the object alive."""
    keys = [Identity([]) for _ in range(100)]
    assert len(set(keys)) == 100
    value: list[object] = []
    assert Identity(value) == Identity(value) != Identity([])


def test_sets_have_an_order_or_say_that_they_have_none() -> None:
    """Text is sorted, whatever its hashes; of objects neither the order nor an element is known."""
    found = values("""
        words = list({"norm", "act", "pool", "skip"})
        first = {"b", "a"}.pop()
        objects = list({nn.ReLU(), nn.GELU()})
        a, b = [], []
        alike = id(a) == id(a), id(a) == id(b), id(b) in {id(a): 1}, id(a) in {id(a)}
    """)
    assert found["words"] == ["act", "norm", "pool", "skip"] and found["first"] == "a"
    assert [type(value) for value in found["objects"]] == [Gap]
    assert found["alike"] == (True, False, False, True)
