"""A result from the cache is that of a run without one, whatever is edited in the files that it came from."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from random_edits import storm

from shapelint.cache import Cache
from shapelint.config import Configurations
from shapelint.render import renderer
from shapelint.render.style import Style
from shapelint.report import FileReport
from shapelint.session import Session

FILES = {
    "pack/__init__.py": """\
from .blocks import *
from .blocks import Block as Renamed
from .factory import create, MODELS
from . import lazy
WIDTH = 32
""",
    "pack/sizes.py": """\
import sys
IN, OUT = 3, 64
if OUT > 32:
    def twice(n):
        m = n
        m = m * 2
        return m
else:
    def twice(n):
        return n

class Config:
    # a comment in a class
    width = 64
    depth = 2

def never_called(n):
    \"\"\"Of no use.\"\"\"
    a = n + 1
    b = a + 2
    return b

def default(kernel=3, bias=True):
    size = kernel
    size = size // 2
    return size
""",
    "pack/blocks.py": """\
import torch
from torch import nn
from .sizes import *
from .sizes import Config
__all__ = ["Block", "Head", "default", "pad"]

def pad(kernel):
    # same size
    half = kernel // 2
    half = half + 0
    return half

class Block(nn.Module):
    \"\"\"A block: (N, 3, H, W) -> (N, 64, H, W).\"\"\"
    groups = 1

    def __init__(self, inner=3, outer=64, kernel=3):
        super().__init__()
        self.conv = nn.Conv2d(inner, outer, kernel, padding=pad(kernel), groups=self.groups)
        self.norm = nn.BatchNorm2d(outer)
        self.outer = outer

    def forward(self, x):
        x = self.conv(x)  # (N, 64, H, W)
        x = self.norm(x)
        return x.relu()

    def unused(self, x):
        y = self.conv(x)
        y = y.view(2, -1)
        return y

class Head(nn.Linear):
    def __init__(self, inner=64, outer=10):
        super().__init__(inner, outer)
        self.hidden = Hidden(inner)
        self.rows = default()

class Hidden(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.fc = nn.Linear(n, 64)
        self.act = nn.ReLU()

    def forward(self, x):
        y = self.fc(x)
        y = self.act(y)
        return y
""",
    "pack/factory.py": """\
import sys
from torch import nn
MODELS = {}

def register(function):
    module = sys.modules[function.__module__]
    MODELS[function.__name__] = function
    if hasattr(module, "__all__"):
        module.__all__.append(function.__name__)
    return function

def create(name, **kwargs):
    if name in MODELS:
        return MODELS[name](**kwargs)
    entry = MODELS[name]
    return entry(**kwargs)
""",
    "pack/zoo.py": """\
from torch import nn
from .factory import register
from .blocks import Block, Head, pad
__all__ = []

@register
def small(width=64):
    net = nn.Sequential(Block(3, width), Block(width, 16))
    net.add_module("last", nn.Conv2d(16, 8, 1))
    return net

@register
def large(width=64):
    first = Block(3, width)
    second = Block(width, 128)
    return nn.Sequential(first, second)
""",
    "pack/lazy.py": """\
def __getattr__(name):
    if name == "SIZE":
        from .sizes import OUT
        return OUT
    raise AttributeError(name)

def generate(n):
    for i in range(n):
        yield i * 2
""",
    "net.py": """\
import torch
from torch import nn
from pack import *
from pack import create, lazy, Renamed
import pack.zoo

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.block = Block()
        self.second = Renamed(64, 32)
        self.made = create("small")

    def forward(self, x):
        y = self.block(x)  # (N, 64, H, W)
        y = self.second(y)  # (N, 32, H, W)
        return y, self.made(x)

net = Net()
net(torch.rand(2, 3, 16, 16))
""",
    "script.py": """\
import torch
from torch import nn
from pack.blocks import Block, Head
from pack import zoo, WIDTH
net = nn.Sequential(Block(3, WIDTH), Block(32, 16), nn.Flatten(), Head(16 * 8 * 8))
out = net(torch.rand(2, 3, 8, 8))  # (2, 10)
print(out.shape)
other = zoo.large()(torch.rand(1, 3, 8, 8))  # (1, 128, 8, 8)
""",
    "user.py": """\
from torch import nn
import pack.zoo as zoo
from pack.factory import MODELS, create
from pack.sizes import *
from pack.sizes import twice as double
net = create("large", width=double(16))
layers = nn.Sequential(nn.Linear(Config.width, double(IN)), nn.Linear(6, OUT))
last = nn.Linear(zoo.pad(7), 2)
""",
}


def _said(paths: list[str], use_cache: bool) -> list[str]:
    """What a run says of each file, made as the command line makes it."""
    reports = _reports(paths, use_cache)
    return [renderer(name)([report], Style()) for report in reports for name in ("json", "full")]


def _reports(paths: list[str], use_cache: bool) -> list[FileReport]:
    session = Session(Configurations(), use_cache)
    session.expect(paths)
    known = {path: session.at_hand(path) for path in paths}
    session.expect(path for path in paths if known[path] is None)
    return [known[path] or session.check_file(path) for path in paths]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.mark.parametrize("seed", range(2))
def test_edits_of_all_files(project: Path, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    """One of them is edited at a time, as somebody types."""
    hits: list[bool] = []
    load = Cache.load

    def counted(self: Cache, path: str, *args: object) -> object:
        found = load(self, path, *args)  # type: ignore[arg-type]
        hits.append(found is not None)
        return found

    monkeypatch.setattr(Cache, "load", counted)
    names = sorted(FILES)
    typing = {name: storm(FILES[name], 1_000, seed * 100 + index) for index, name in enumerate(names)}
    rng = random.Random(seed)
    _said(names, use_cache=True)
    assert not any(hits)
    kept = 0
    for _ in range(30):
        name = rng.choice(names)
        _, text = next(typing[name])
        (project / name).write_text(text)
        hits.clear()
        cached, anew = _said(names, use_cache=True), _said(names, use_cache=False)
        kept += sum(hits)
        assert cached == anew, name
    assert kept > 30  # files other than the edited one, for the most part


SIZES = """\
WIDTH = 64

def kernel(n=3):
    \"\"\"Of a layer.\"\"\"
    size = n
    size = size + 0
    return size

class Other:
    def method(self):
        a = 1
        b = 2
        return a
"""
NET = """\
import torch
from sizes import WIDTH, kernel
net = torch.nn.Sequential(torch.nn.Conv2d(3, WIDTH, kernel()), torch.nn.Conv2d(64, 8, 3))
"""


@pytest.mark.parametrize(
    ("before", "after", "is_kept"),
    [
        ("a = 1", "a = 7", True),
        ("class Other:\n", "class Other:\n    x = 3\n", True),
        ("class Other", "# above\n\n\nclass Other", True),
        ("    return a\n", "    return a\n# below\n", True),
        ("size + 0", "size + 1", False),
        ("n=3", "n=5", False),
        ("WIDTH = 64", "WIDTH = 32", False),
        ("Of a layer", "Of some layer", False),
        ("class Other", "class Another", False),
        ("class Other", "@register\nclass Other", False),
        ("class Other", "class WIDTH", False),
        ("a = 1", "a = (", False),
        ("a = 1\n", "a = 1\n        yield a\n", False),
    ],
)
def test_what_was_not_looked_at_may_change(project: Path, before: str, after: str, is_kept: bool) -> None:
    """A result is at hand after an edit elsewhere, once more after that, and not after an edit of what it came from."""
    (project / "sizes.py").write_text(SIZES)
    (project / "net.py").write_text(NET)
    assert Session(Configurations()).check_file("net.py").diagnostics == ()
    assert before in SIZES
    (project / "sizes.py").write_text(SIZES.replace(before, after))
    for _ in range(2):
        assert (Session(Configurations()).at_hand("net.py") is not None) is is_kept


def test_a_place_in_another_file_is_kept_with_all_of_it(project: Path) -> None:
    """A finding that points into a file is made again when anything there has moved."""
    (project / "blocks.py").write_text(
        "import torch.nn as nn\nclass Block(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.a = nn.Conv2d(3, 64, 3)\n        self.b = nn.Conv2d(32, 8, 3)\n"
        "    def forward(self, x):\n        return self.b(self.a(x))\n"
    )
    (project / "net.py").write_text("import torch\nfrom blocks import Block\nBlock()(torch.rand(1, 3, 9, 9))\n")
    names = ["net.py"]
    before = _said(names, use_cache=True)
    (project / "blocks.py").write_text(f"\n# moved\n{(project / 'blocks.py').read_text()}")
    after = _said(names, use_cache=True)
    assert after == _said(names, use_cache=False)
    assert ("blocks.py" in before[1]) is ("blocks.py" in after[1])


def test_a_file_that_is_searched_for_a_key_need_not_be_executed(project: Path) -> None:
    """One that comes to mention it is, and fills the registry then."""
    (project / "registry.py").write_text("MODELS = {}\n")
    (project / "entries.py").write_text("from registry import MODELS\nimport torch\nWIDTH = 3\n")
    (project / "net.py").write_text(
        "import torch\nimport entries\nfrom registry import MODELS\n"
        "net = torch.nn.Sequential(torch.nn.Linear(4, MODELS['wide']), torch.nn.Linear(7, 2))\n"
    )
    assert _said(["net.py"], use_cache=True) == _said(["net.py"], use_cache=False)
    (project / "entries.py").write_text("from registry import MODELS\nimport torch\nMODELS['wide'] = 5\n")
    found = _said(["net.py"], use_cache=True)
    assert found == _said(["net.py"], use_cache=False)
    assert "SHP301" in found[0]
