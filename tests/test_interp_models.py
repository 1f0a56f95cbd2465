"""Models: how ``nn.Module`` classes are built and called, and what shapes come out."""

from __future__ import annotations

import pytest
from interp_support import calls, explored, output, rejections, run_of

from shapelint.interp.model.classes import Class

CONV = "nn.Conv2d(3, 8, 3, padding=1)"

# body of a class Net(nn.Module) -> the shape of its output on a symbolic input
NETS = {
    "sequential": (f"self.f = nn.Sequential({CONV}, nn.ReLU(), nn.MaxPool2d(2))", "self.f(x)", "(N, 8, H//2, W//2)"),
    "unpacked list": (f"layers = [{CONV}]\nlayers += [nn.ReLU()]\nself.f = nn.Sequential(*layers)", "self.f(x)", "(N, 8, H, W)"),
    "OrderedDict": (f"self.f = nn.Sequential(OrderedDict([('c', {CONV}), ('r', nn.ReLU())]))", "self.f.r(self.f.c(x))", "(N, 8, H, W)"),
    "add_module": (f"self.f = nn.Sequential()\nself.f.add_module('c', {CONV})\nself.add_module('g', nn.Flatten())", "self.g(self.f(x))", "(N, 8*H*W)"),
    "append": (f"self.f = nn.Sequential()\nself.f.append({CONV}).append(nn.Conv2d(8, 5, 1))", "self.f(x)", "(N, 5, H, W)"),
    "extend": (f"self.f = nn.Sequential({CONV})\nself.f.extend([nn.Conv2d(8, 5, 1)])", "self.f(x)", "(N, 5, H, W)"),
    "insert": ("self.f = nn.Sequential(nn.Conv2d(8, 5, 1))\nself.f.insert(0, nn.Conv2d(3, 8, 1))", "self.f(x)", "(N, 5, H, W)"),
    "sum of Sequentials": ("a = nn.Sequential(nn.Conv2d(3, 8, 1)) + nn.Sequential(nn.Conv2d(8, 5, 1))\nself.f = a", "self.f(x)", "(N, 5, H, W)"),
    "slice": ("f = nn.Sequential(nn.Conv2d(3, 8, 1), nn.ReLU(), nn.Conv2d(8, 5, 1))\nself.f = f[:2]", "self.f(x)", "(N, 8, H, W)"),
    "index": ("self.f = nn.Sequential(nn.Conv2d(3, 8, 1), nn.ReLU())", "self.f[-1](self.f[0](x))", "(N, 8, H, W)"),
    "replace": ("self.f = nn.Sequential(nn.Conv2d(3, 8, 1))\nself.f[0] = nn.Conv2d(3, 6, 1)", "self.f(x)", "(N, 6, H, W)"),
    "delete": ("self.f = nn.Sequential(nn.Conv2d(3, 8, 1), nn.Conv2d(8, 5, 1))\ndel self.f[-1]", "self.f(x)", "(N, 8, H, W)"),
    "ModuleList": ("self.f = nn.ModuleList([nn.Conv2d(3, 8, 1)])\nself.f.append(nn.Conv2d(8, 5, 1))\nself.f += [nn.ReLU()]", "run(self.f, x)", "(N, 5, H, W)"),
    "ModuleList of a comprehension": ("self.f = nn.ModuleList(nn.Conv2d(3, 3 + i, 1) for i in range(3))", "torch.cat([f(x) for f in self.f], 1)", "(N, 12, H, W)"),
    "ModuleList slices": ("self.f = nn.ModuleList([nn.Conv2d(3, 8, 1), nn.Conv2d(8, 5, 1), nn.Conv2d(5, 2, 1)])", "run(self.f[:2], x)", "(N, 5, H, W)"),
    "len of a container": ("self.f = nn.ModuleList([nn.ReLU()] * 3)\nself.c = nn.Conv2d(3, len(self.f), 1)", "self.c(x)", "(N, 3, H, W)"),
    "ModuleDict": ("self.f = nn.ModuleDict({'a': nn.Conv2d(3, 8, 1)})\nself.f['b'] = nn.Conv2d(8, 5, 1)", "self.f['b'](self.f['a'](x))", "(N, 5, H, W)"),
    "ModuleDict loop": ("self.f = nn.ModuleDict([['a', nn.Conv2d(3, 8, 1)], ['b', nn.ReLU()]])", "run([m for _, m in self.f.items()], x)", "(N, 8, H, W)"),
    "setattr and getattr": ("for i in range(2): setattr(self, f'c{i}', nn.Conv2d(3, 3, 1))", "getattr(self, 'c1')(self.c0(x))", "(N, 3, H, W)"),
    "named_children": ("self.a = nn.Conv2d(3, 8, 1)\nself.b = nn.Conv2d(8, 5, 1)", "run([m for _, m in self.named_children()], x)", "(N, 5, H, W)"),
    "_modules": ("self.a = nn.Conv2d(3, 8, 1)\nself.b = nn.ReLU()", "run(self._modules.values(), x)", "(N, 8, H, W)"),
    "children of another": ("m = nn.Sequential(nn.Conv2d(3, 8, 1), nn.ReLU(), nn.Flatten())\nself.f = nn.Sequential(*list(m.children())[:-1])", "self.f(x)", "(N, 8, H, W)"),
    "deepcopy": ("c = nn.Conv2d(3, 3, 3)\nself.f = nn.Sequential(*[copy.deepcopy(c) for _ in range(2)])", "self.f(x)", "(N, 3, H - 4, W - 4)"),
    "Identity and None": ("self.d = None\nself.i = nn.Identity()", "x if self.d is None else self.d(x)", "(...)"),
    "isinstance": ("self.f = nn.Sequential(nn.ReLU(), nn.Conv2d(3, 8, 1))", "run([m for m in self.f if isinstance(m, nn.Conv2d)], x)", "(N, 8, H, W)"),
    "layer attributes": ("self.c = nn.Conv2d(3, 8, 1)\nself.n = nn.BatchNorm2d(self.c.out_channels)", "self.n(self.c(x))", "(N, 8, H, W)"),
    "changed attribute": ("self.c = nn.Conv2d(3, 8, 3)\nself.c.stride = (2, 2)", "self.c(x)", "(N, 8, (H - 1)//2, (W - 1)//2)"),
    "partial": ("conv = partial(nn.Conv2d, kernel_size=3, padding=1)\nself.c = conv(3, 8)", "self.c(x)", "(N, 8, H, W)"),
    "choice by dict": ("acts = {'relu': nn.ReLU, 'gelu': nn.GELU}\nself.c = nn.Conv2d(3, 8, 1)\nself.a = acts['relu']()", "self.a(self.c(x))", "(N, 8, H, W)"),
    "Parameter": ("self.p = nn.Parameter(torch.zeros(1, 8, 1, 1))\nself.c = nn.Conv2d(3, 8, 1)", "self.c(x) * self.p", "(N, 8, H, W)"),
    "buffer": ("self.register_buffer('m', torch.ones(4, 5))\nself.c = nn.Linear(4, 2)", "self.c(self.m.t())", "(5, 2)"),
    "spectral_norm": ("self.c = nn.utils.spectral_norm(nn.Conv2d(3, 8, 1))", "self.c(x)", "(N, 8, H, W)"),
    "weights initialised": ("self.c = nn.Conv2d(3, 8, 1)\nfor m in self.modules():\n    if isinstance(m, nn.Conv2d):\n        nn.init.kaiming_normal_(m.weight)\n        m.bias.data.zero_()", "self.c(x)", "(N, 8, H, W)"),
    "apply": ("self.c = nn.Conv2d(3, 8, 1)\nself.apply(lambda m: None)", "self.c(x)", "(N, 8, H, W)"),
    "eval mode": ("self.c = nn.Conv2d(3, 8, 1)", "self.c(x) if not self.training else None", "(N, 8, H, W)"),
    "scripting": ("self.c = nn.Conv2d(3, 8, 1)", "self.c(x) if not torch.jit.is_scripting() else None", "(N, 8, H, W)"),
    "functional": ("self.c = nn.Conv2d(3, 8, 1)", "F.max_pool2d(F.relu(self.c(x)), 2)", "(N, 8, H//2, W//2)"),
    "view of the sizes": ("self.c = nn.Conv2d(3, 8, 1)", "self.c(x).view(x.size(0), -1)", "(N, 8*H*W)"),
    "unpacked shape": ("self.c = nn.Conv2d(3, 8, 1)", "flat(self.c(x))", "(N, 8, H*W)"),
    "residual": ("self.c = nn.Conv2d(3, 3, 3, padding=1)", "x + self.c(x)", "(N, 3, H, W)"),
    "checkpoint": ("self.c = nn.Conv2d(3, 8, 1)", "torch.utils.checkpoint.checkpoint(self.c, x, use_reentrant=False)", "(N, 8, H, W)"),
    "conditional expression": ("self.d = nn.Conv2d(3, 8, 1) if True else None", "self.d(x)", "(N, 8, H, W)"),
    "shared layer": ("self.a = nn.Conv2d(3, 3, 3)\nself.b = self.a", "self.b(self.a(x))", "(N, 3, H - 4, W - 4)"),
    "lambda": ("self.f = lambda t: t.flatten(1)\nself.c = nn.Conv2d(3, 8, 1)", "self.f(self.c(x))", "(N, 8*H*W)"),
    "autograd function": ("self.c = nn.Conv2d(3, 8, 1)", "Twice.apply(self.c(x))", "(N, 8, H, W)"),
    "two outputs": ("self.c = nn.Conv2d(3, 8, 1)", "pair(self.c(x))[1]", "(N, 8, H, W)"),
    "dict output": ("self.c = nn.Conv2d(3, 8, 1)", "{'out': self.c(x)}['out']", "(N, 8, H, W)"),
    "assert and early return": ("self.c = nn.Conv2d(3, 8, 1)", "early(self.c(x))", "(N, 8, H, W)"),
    "while loop": ("f, c = [], 3\nwhile c < 20:\n    f.append(nn.Conv2d(c, c * 2, 1))\n    c *= 2\nself.f = nn.Sequential(*f)", "self.f(x)", "(N, 24, H, W)"),
    "config list": ("f, c = [], 3\nfor v in [8, 'M', 16]:\n    if v == 'M':\n        f += [nn.MaxPool2d(2)]\n    else:\n        f += [nn.Conv2d(c, v, 1)]\n        c = v\nself.f = nn.Sequential(*f)", "self.f(x)", "(N, 16, H//2, W//2)"),
    "drop-path rates": ("r = [v.item() for v in torch.linspace(0, 0.1, 3)]\nself.f = nn.Sequential(*[nn.Dropout(p) for p in r])\nself.c = nn.Conv2d(3, len(r), 1)", "self.f(self.c(x))", "(N, 3, H, W)"),
}  # fmt: skip

HELPERS = """
def run(modules, x):
    for m in modules:
        x = m(x)
    return x
def flat(x):
    b, c, h, w = x.shape
    return x.reshape(b, c, h * w)
def pair(x):
    return None, x
def early(x):
    assert x.dim() == 4, "images"
    if x.dim() == 3:
        return x[0]
    return x
class Twice(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * 2
"""


def net(init: str, returned: str) -> str:
    lines = "\n".join("        " + line for line in init.splitlines())
    return f"{HELPERS}\nclass Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n{lines}\n    def forward(self, x):\n        return {returned}\n"


@pytest.mark.parametrize("name", NETS)
def test_a_model_gives_the_shape_that_torch_gives(name: str) -> None:
    """Every way in which people build and call submodules leads to the layers that torch would call."""
    init, returned, shape = NETS[name]
    assert output(net(init, returned)) == shape


BASES = {
    "super()": "super().__init__()",
    "super(Net, self)": "super(Net, self).__init__()",
    "the wrong class in super": "super(Wrong, self).__init__()",
    "nn.Module.__init__(self)": "nn.Module.__init__(self)",
}


@pytest.mark.parametrize("spelling", BASES)
def test_super_is_understood_in_every_spelling(spelling: str) -> None:
    """Old code names the class, sometimes the wrong one."""
    body = f"class Wrong: pass\nclass Net(nn.Module):\n    def __init__(self):\n        {BASES[spelling]}\n        self.c = nn.Conv2d(3, 8, 1)\n    def forward(self, x):\n        return self.c(x)\n"
    assert output(body) == "(N, 8, H, W)"


SUBCLASSES = {
    "of Conv2d": ("class C(nn.Conv2d):\n    def __init__(self, i, o, k):\n        super().__init__(i, o, k, padding=k // 2)\nclass Net(C):\n    def __init__(self):\n        super().__init__(3, 8, 5)", "(N, 8, H, W)"),
    "of Conv2d with its own forward": ("class Net(nn.Conv2d):\n    def __init__(self):\n        super().__init__(3, 8, 3)\n    def forward(self, x):\n        return super().forward(F.relu(x))", "(N, 8, H - 2, W - 2)"),
    "of Conv2d that calls F.conv2d": ("class Net(nn.Conv2d):\n    def __init__(self):\n        super().__init__(3, 8, 3)\n    def forward(self, x):\n        return F.conv2d(x, self.weight, self.bias, self.stride, self.padding)", "(..., 8, D - 2, D - 2)"),
    "of Sequential": ("class Net(nn.Sequential):\n    def __init__(self):\n        super().__init__(nn.Conv2d(3, 8, 1), nn.ReLU())", "(N, 8, H, W)"),
    "of Sequential with its own forward": ("class Net(nn.Sequential):\n    def __init__(self):\n        super().__init__(nn.Conv2d(3, 8, 1))\n    def forward(self, x):\n        return super().forward(x).flatten(1)", "(N, 8*H*W)"),
    "of ModuleList": ("class L(nn.ModuleList):\n    def forward(self, x):\n        for m in self:\n            x = m(x)\n        return x\nclass Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.l = L([nn.Conv2d(3, 8, 1)])\n    def forward(self, x):\n        return self.l(x)", "(N, 8, H, W)"),
    "a mixin": ("class Mix:\n    def pool(self, x):\n        return F.adaptive_avg_pool2d(x, 1)\nclass Net(Mix, nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.c = nn.Conv2d(3, 8, 1)\n    def forward(self, x):\n        return self.pool(self.c(x))", "(N, 8, 1, 1)"),
    "inherited forward": ("class Base(nn.Module):\n    width = 8\n    def __init__(self):\n        super().__init__()\n        self.c = nn.Conv2d(3, self.width, 1)\n    def forward(self, x):\n        return self.c(x)\nclass Net(Base):\n    width = 16", "(N, 16, H, W)"),
    "class attributes and properties": ("class Net(nn.Module):\n    expansion = 4\n    def __init__(self, planes=2):\n        super().__init__()\n        self.planes = planes\n        self.c = nn.Conv2d(3, self.out, 1)\n    @property\n    def out(self):\n        return self.planes * self.expansion\n    def forward(self, x):\n        return self.c(x)", "(N, 8, H, W)"),
    "a factory method": ("class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.f = self._make(3, (8, 16))\n    def _make(self, c, widths):\n        layers = []\n        for w in widths:\n            layers.append(nn.Conv2d(c, w, 1))\n            c = w\n        return nn.Sequential(*layers)\n    def forward(self, x):\n        return self.f(x)", "(N, 16, H, W)"),
    "parameters without default": ("class Net(nn.Module):\n    def __init__(self, nc, ngf):\n        super().__init__()\n        self.f = nn.Sequential(nn.Conv2d(nc, ngf * 2, 1), nn.Conv2d(ngf * 2, ngf, 4, 2, 1))\n    def forward(self, x):\n        return self.f(x)", "(N, ngf, H//2, W//2)"),
    "options": ("class Net(nn.Module):\n    def __init__(self, opt):\n        super().__init__()\n        self.c = nn.Conv2d(opt.nc, opt.ngf * 2, 1)\n    def forward(self, x):\n        return self.c(x)", "(N, 2*opt.ngf, H, W)"),
}  # fmt: skip


@pytest.mark.parametrize("name", SUBCLASSES)
def test_inheritance_leads_to_the_right_layers(name: str) -> None:
    """Subclasses of layers, containers and of other models."""
    body, shape = SUBCLASSES[name]
    assert output(body) == shape


FILES = {
    "models/blocks.py": "import torch.nn as nn\nfrom .sizes import *\nclass Block(nn.Module):\n    def __init__(self, c=WIDTH):\n        super().__init__()\n        self.c = nn.Conv2d(3, c, 1)\n    def forward(self, x):\n        return self.c(x)\n",
    "models/sizes.py": "WIDTH = 12\n_private = 1\n",
    "models/__init__.py": "from .blocks import Block as B\n",
    "lib/__init__.py": "from . import deep\nfrom .deep.er import make\n",
    "lib/deep/__init__.py": "",
    "lib/deep/er.py": "import torch.nn as nn\ndef make(n):\n    return nn.Conv2d(3, n, 1)\n",
    "models/loop_a.py": "from .loop_b import B\nclass A: n = 7\n",
    "models/loop_b.py": "from . import loop_a\nclass B: pass\n",
    "zoo/__init__.py": "from .base import *\nfrom .child import *\n",
    "zoo/base.py": "import torch.nn as nn\nclass Base(nn.Module):\n    def forward(self, x):\n        return self.c(x)\n",
    "zoo/child.py": "from zoo import Base\nfrom torch import nn\nclass Child(Base):\n    def __init__(self):\n        super().__init__()\n        self.c = nn.Conv2d(3, 9, 1)\n",
}
IMPORTS = {
    "relative": ("from .blocks import Block", "Block()", "(N, 12, H, W)"),
    "from the package": ("from models import B", "B()", "(N, 12, H, W)"),
    "absolute from the root": ("from models.blocks import Block", "Block(5)", "(N, 5, H, W)"),
    "module": ("import models.blocks as b", "b.Block()", "(N, 12, H, W)"),
    "star": ("from .blocks import *", "Block()", "(N, 12, H, W)"),
    "re-exported": ("from lib import make", "make(4)", "(N, 4, H, W)"),
    "submodule by attribute": ("import lib", "lib.deep.er.make(6)", "(N, 6, H, W)"),
    "inside a function": ("", "late()", "(N, 4, H, W)"),
    "starred around a circle": ("from zoo import Child", "Child()", "(N, 9, H, W)"),
    "circular": ("from .loop_a import A", "nn.Conv2d(3, A.n, 1)", "(N, 7, H, W)"),
}


@pytest.mark.parametrize("name", IMPORTS)
def test_imports_are_followed_inside_the_project(name: str) -> None:
    """Relative, absolute, starred, re-exported and circular imports; the definitions are evaluated when they are used."""
    line, built, shape = IMPORTS[name]
    body = f"{line}\ndef late():\n    from lib.deep.er import make\n    return make(4)\nclass Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.b = {built}\n    def forward(self, x):\n        return self.b(x)\n"
    assert output(body, files=FILES) == shape


def test_calls_are_named_as_torch_names_the_modules() -> None:
    """A module shared by two places has its first name; a slice of a Sequential keeps the names of its parts."""
    body = net(
        "self.f = nn.Sequential(nn.Conv2d(3, 3, 1), nn.ReLU(), nn.Conv2d(3, 5, 1))\nself.g = self.f[::2]\nself.h = nn.Sequential(self.f[1])",
        "self.h(self.g(x))",
    )
    assert calls(run_of(explored(body), "Net")) == [
        ("f.0", "(N, 3, H, W)"),
        ("f.2", "(N, 5, H, W)"),
        ("f.1", "(N, 5, H, W)"),
    ]


def test_method_resolution_is_pythons() -> None:
    """The C3 order of a diamond."""
    a = Class("A")
    b, c = Class("B", (a,)), Class("C", (a,))
    assert [cls.name for cls in Class("D", (b, c)).mro] == ["D", "B", "C", "A"]


CERTAIN = {
    "channels": ("self.f = nn.Sequential(nn.Conv2d(3, 8, 1), nn.Conv2d(16, 4, 1))", "self.f(x)", ["16 channels expected, got 8"]),
    "residual": ("self.c = nn.Conv2d(3, 3, 3)", "x + self.c(x)", None),
    "groups": ("self.c = nn.Conv2d(3, 8, 1, groups=2)", "self.c(x)", None),
}  # fmt: skip


@pytest.mark.parametrize("name", CERTAIN)
def test_what_torch_rejects_is_rejected_once(name: str) -> None:
    """One mistake is one rejected call: what follows goes on as if the input had fitted."""
    init, returned, messages = CERTAIN[name]
    found = rejections(explored(net(init, returned)))
    assert len(found) == 1
    assert messages is None or found == messages


SILENT = {
    "an unknown branch": net("self.a = nn.Conv2d(3, 8, 1)\nself.b = nn.Conv2d(5, 8, 1)", "self.a(x) if nowhere else self.b(x)"),
    "an unknown number of layers": net("self.f = nn.Sequential(nn.Conv2d(3, 8, 1))\nfor w in nowhere:\n    self.f.append(nn.Conv2d(8, 16, 1))\nself.g = nn.Conv2d(16, 4, 1)", "self.g(self.f(x))"),
    "layers of unknown kind": net("self.f = nn.Sequential()\nself.f.add_module('a', nowhere())\nself.g = nn.Linear(2048, 5)\nself.c = nn.Conv2d(3, 8, 1)", "self.g(self.f(self.c(x)).flatten(1))"),
    "a layer that may be there": net("f = [nn.Conv2d(3, 8, 1)]\nif nowhere:\n    f.append(nn.Conv2d(8, 16, 1))\nself.f = nn.Sequential(*f)\nself.g = nn.Conv2d(16, 4, 1)", "self.g(self.f(x))"),
    "a module that may be added": net("self.f = nn.Sequential(nn.Conv2d(3, 8, 1))\nif nowhere:\n    self.f.add_module('x', nn.Conv2d(8, 16, 1))\nself.g = nn.Conv2d(16, 4, 1)", "self.g(self.f(x))"),
    "code under pytest.raises": "import pytest\ndef test_bad():\n    with pytest.raises(RuntimeError):\n        nn.Conv2d(3, 8, 1)(torch.zeros(1, 5, 9, 9))\n",
    "code under try": "try:\n    nn.Conv2d(3, 8, 1)(torch.zeros(1, 5, 9, 9))\nexcept RuntimeError:\n    pass\n",
    "an arm that raises": net("self.c = nn.Conv2d(3, 8, 1)\nif nowhere:\n    self.d = nn.Conv2d(8, 4, 1)\nelse:\n    raise ValueError", "self.d(self.c(x))"),
    "a hook": net("self.a = nn.Conv2d(3, 8, 1)\nself.a.register_forward_hook(nowhere)\nself.b = nn.Conv2d(16, 4, 1)", "self.b(self.a(x))"),
    "an unknown base class": "class Net(nowhere.Base):\n    def __init__(self):\n        super().__init__(3, 8)\n    def forward(self, x):\n        return nn.Conv2d(5, 3, 1)(self.conv(x))\n",
    "an unknown decorator": "@nowhere.register('a', b=1)\nclass Net(nn.Module):\n    def forward(self, x):\n        return x\n",
    "an unknown key": net("d = {'a': 8, 'b': 16}\nself.a = nn.Conv2d(3, d[nowhere], 1)\nself.b = nn.Conv2d(16, 4, 1)", "self.b(self.a(x))"),
    "a size that differs by a comparison": net("self.a = nn.Conv2d(3, 8, 3)", "x[:, :, 1:-1, 1:-1] + self.a(x)[:, :3] if x.shape[2] > 7 else x"),
}  # fmt: skip


@pytest.mark.parametrize("name", SILENT)
def test_nothing_certain_is_said_of_what_may_be_otherwise(name: str) -> None:
    """Unknown branches, lengths, hooks, bases and whatever is expected to fail prove nothing."""
    assert rejections(explored(SILENT[name])) == []
