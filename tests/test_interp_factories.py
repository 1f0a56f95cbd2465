"""What model factories do besides torch: strings taken apart, switches, registries, packages that may be missing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from interp_support import calls, explored, output, result, run_of, values

from shapelint.shapes import Unknown
from shapelint.summary import show

EXPRESSIONS: dict[str, tuple[str, Any]] = {
    "block strings": ("import re\nr = [re.split(r'(\\d.*)', p)[:2] for p in 'r2_k3_se0.25'.split('_')]", [["r", "2"], ["k", "3"], ["se", "0.25"]]),
    "match": ("import re\nm = re.match(r'([a-z]+)(\\d+)', 'res50')\nr = (m.group(1), int(m[2]), m.groups())", ("res", 50, ("res", "50"))),
    "no match": ("import re\nr = 1 if re.search('x', 'abc') else 2", 2),
    "compiled": ("import re\np = re.compile('B(\\\\d)', re.I)\nr = (p.findall('b0 B7'), p.sub('v', 'b1'))", (["0", "7"], "v")),
    "substitution": ("import re\nr = re.sub('_', '-', 'a_b')", "a-b"),
    "environment": ("import os\nr = (os.environ.get('WIDTH', 8), 'FAST' in os.environ, os.getenv('X'))", (8, False, None)),
    "math": ("r = (math.erf(0.0), math.modf(2.5), math.hypot(3, 4))", (0.0, (0.5, 2.0), 5.0)),
    "keywords": ("import keyword\nr = (keyword.iskeyword('if'), keyword.iskeyword('conv'))", (True, False)),
    "pairs": ("from torch.nn.modules.utils import _pair, _ntuple\nr = (_pair(3), _pair([1, 2]), _ntuple(3)(0))", ((3, 3), (1, 2), (0, 0, 0))),
    "fields": ("P = namedtuple('P', 'a b')\nr = (P._fields, list(P(1, 2)._replace(b=5)), list(P._make([3, 4])), P(1, 2)._asdict())", (("a", "b"), [1, 5], [3, 4], {"a": 1, "b": 2})),
    "late defaults": ("P = namedtuple('P', 'a b')\nP.__new__.__defaults__ = (None,) * len(P._fields)\nr = list(P(a=1))", [1, None]),
    "kinds": ("import types\nf = lambda: 0\nr = (isinstance(partial(f), partial), isinstance(f, partial), isinstance(nn.ReLU, type), isinstance(f, types.FunctionType))", (True, False, True, True)),
    "locals": ("def f(a, b=2):\n    return dict(locals())\nr = f(1)", {"a": 1, "b": 2}),
    "signature of a layer": ("import inspect\nr = 'num_features' in inspect.signature(nn.BatchNorm2d).parameters", True),
    "numpy conditions": ("import numpy as np\nr = (bool(np.any((np.atleast_1d(3) - 1) % 2 == 1)), len(np.atleast_1d([3, 5])))", (False, 2)),
    "default dict": ("from collections import defaultdict\nd = defaultdict(list)\nd['a'].append(1)\nr = (d['a'], d['b'], d.get('c'), 'c' in d, len(d))", ([1], [], None, False, 2)),
    "queue": ("from collections import deque\nr = deque([2])\nr.appendleft(1)\nr.extendleft([3, 4])\nr.popleft()", [3, 1, 2]),
    "partial of a partial": ("p = partial(partial(nn.Conv2d, 3), kernel_size=1)\nr = (p.func is nn.Conv2d, p.args, p.keywords)", (True, (3,), {"kernel_size": 1})),
    "kinds of objects": ("from collections.abc import Sequence\nfrom typing import Tuple\nclass C:\n    pass\nP = namedtuple('P', 'a b')\nr = (isinstance(C(), Sequence), isinstance(P(1, 2), tuple), isinstance((1,), Tuple))", (False, True, True)),
    "members of members": ("from enum import Enum\nclass F(str, Enum):\n    A = 'a'\nr = (F(F.A) is F.A, F('a') is F.A)", (True, True)),
    "counts": ("r = [t.tolist() for t in torch.unique(torch.tensor([8, 24, 8, 8]), return_counts=True)]", [[8, 24], [3, 1]]),
    "backwards": ("t = torch.arange(6).view(2, 3)\nr = (t.flip(0).tolist(), torch.flip(t, [1]).tolist())", ([[3, 4, 5], [0, 1, 2]], [[2, 1, 0], [5, 4, 3]])),
    "views": ("a, b = {1: 0, 2: 0}, {2: 0, 3: 0}\nr = (a.keys() & b.keys(), a.keys() - b.keys(), a.keys() | {7})", ({2}, {1}, {1, 2, 7})),
    "hashable": ("from collections.abc import Hashable\nr = [isinstance(x, Hashable) for x in ('a', None, (1,), nn.ReLU, [], {})]", [True, True, True, True, False, False]),
    "modules by name": ("from importlib import import_module\nf = getattr(import_module('einops'), 'rearrange')\nr = (f(torch.zeros(2, 3), 'a b -> b a'), __import__('torch.nn').nn.Linear is nn.Linear, import_module('torch.nn').Linear is nn.Linear)", ("(3, 2)", True, True)),
    "quantized later": ("q = torch.quantization.QuantStub()\nf = torch.nn.quantized.FloatFunctional()\nx = torch.zeros(2, 3)\nr = (q(x), f.add_relu(x, x), f.cat([x, x], dim=1), f.mul_scalar(x, 2.0))", ("(2, 3)", "(2, 3)", "(2, 6)", "(2, 3)")),
    "the projection of an attention": ("r = nn.MultiheadAttention(8, 2).out_proj(torch.zeros(4, 8))", "(4, 8)"),
    "buffers": ("r = nn.Buffer(torch.zeros(3), persistent=False)", "(3,)"),
    "lazy extend": ("r = [1]\nr.extend(r[-1] * 2 for _ in range(3))", [1, 2, 4, 8]),
}  # fmt: skip


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_values(name: str) -> None:
    """Python's own results."""
    body, expected = EXPRESSIONS[name]
    assert result(body) == expected


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|aa)*b", "a*a*a*a*a*a*b"])
def test_a_pattern_that_could_run_for_years_is_not_run(pattern: str) -> None:
    """Repeated groups and many repeats on a long text are unknown at once."""
    found = values(f"import re\nr = re.match({pattern!r}, 'a' * 4000)")["r"]
    assert isinstance(found, Unknown)


def test_an_optional_package_is_not_installed() -> None:
    """The branch without it is what anybody can run; a package that must be there is only unknown."""
    body = """
    try:
        from fast_norms import Norm
    except ImportError:
        Norm = None
    r = nn.BatchNorm2d if Norm is None else Norm
    """
    assert result(body).name == "BatchNorm2d"
    needed = "try:\n    import fast_norms\nexcept ImportError:\n    raise\nr = fast_norms"
    assert result(needed) is not None


def test_an_optional_module_of_the_project_is_there() -> None:
    """What the project has is imported."""
    body = "try:\n    from models.extra import width\nexcept ImportError:\n    width = 0\nr = width"
    assert result(body.replace("models.", "")) == 0
    assert values(body, {"models/extra.py": "width = 7"})["r"] == 7


def test_a_layer_that_does_not_take_an_argument() -> None:
    """``except TypeError`` catches what the constructor of a layer of torch does not know."""
    body = """
    def act(cls):
        try:
            return cls(inplace=True)
        except TypeError:
            return cls()
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.f = nn.Sequential(nn.Conv2d(3, 8, 1), act(nn.Sigmoid), act(nn.ReLU))
        def forward(self, x):
            return self.f(x)
    """
    assert calls(run_of(explored(body), "Net"))[1] == ("f.1", "(N, 8, H, W)")


def test_a_registry_that_an_object_holds() -> None:
    """Decorated functions nobody names are entered when the registry is asked for them."""
    files = {
        "models/factory.py": """
            import torch.nn as nn
            class Factory:
                def __init__(self):
                    self.made = {}
                def add(self, name):
                    def enter(function):
                        self.made[name] = function
                        return function
                    return enter
                def get(self, name, dim):
                    if name in self.made:
                        return self.made[name](dim)
                    raise ValueError(name)
            Conv = Factory()
            @Conv.add("conv")
            def make(dim):
                return (nn.Conv1d, nn.Conv2d)[dim - 1]
        """
    }
    body = """
    from .factory import Conv
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = Conv.get("conv", 2)(3, 8, 1)
        def forward(self, x):
            return self.conv(x)
    """
    assert output(body, files=files) == "(N, 8, H, W)"


def test_a_registry_that_is_handed_to_a_function() -> None:
    """What looks into it knows it as its own argument; as monai's ``look_up_option``."""
    files = {
        "models/options.py": """
            from collections.abc import Mapping
            def look_up(option, supported, default=None):
                if isinstance(supported, Mapping) and option in supported:
                    return supported[option]
                if default is not None:
                    return default
                if not supported:
                    raise ValueError(f"no options: {supported}")
                raise ValueError(option)
        """,
        "models/factory.py": """
            import torch.nn as nn
            from .options import look_up
            class Factory:
                def __init__(self):
                    self.made = {}
                def add(self, name):
                    def enter(function):
                        self.made[name.upper()] = function
                        return function
                    return enter
                def get(self, name, dim, default=None):
                    return look_up(name.upper(), self.made, default)(dim)
            Conv = Factory()
            @Conv.add("conv")
            def make(dim):
                return (nn.Conv1d, nn.Conv2d)[dim - 1]
        """,
    }
    body = """
    from .factory import Conv
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = Conv.get("conv", 2)(3, 8, 1)
            self.other = Conv.get("other", 2, lambda dim: nn.Identity)()
        def forward(self, x):
            return self.other(self.conv(x))
    """
    assert output(body, files=files) == "(N, 8, H, W)"


REGISTRY = {
    "zoo/registry.py": """
        import sys
        from collections import defaultdict
        _entrypoints = {}
        _of_module = defaultdict(set)
        _widths = {}
        def register(fn):
            module = sys.modules[fn.__module__]
            if hasattr(module, "__all__"):
                module.__all__.append(fn.__name__)
            else:
                module.__all__ = [fn.__name__]
            _entrypoints[fn.__name__] = fn
            _of_module[fn.__module__].add(fn.__name__)
            if hasattr(module, "widths") and fn.__name__ in module.widths:
                _widths[fn.__name__] = module.widths[fn.__name__]
            return fn
        def width_of(name):
            return _widths[name] if name in _widths else 1
        def create(name, **options):
            if name not in _entrypoints:
                raise RuntimeError(name)
            return _entrypoints[name](**options)
    """,
    "zoo/nets.py": """
        import torch.nn as nn
        from .registry import register, width_of
        widths = {"small": 8, "large": 64}
        def _make(name, **options):
            return nn.Conv2d(3, width_of(name), 1, **options)
        @register
        def small(**options):
            return _make("small", **options)
        @register
        def large(**options):
            return _make("large", **options)
        @register
        def tiny(**options):
            return _make("tiny", **options)
    """,
    "zoo/__init__.py": "from .nets import *\nfrom .registry import create",
}
"""As timm's: the decorator finds the module of what it decorates in ``sys.modules``, and there the defaults of its name."""


def test_defaults_that_a_registry_looks_up_by_name() -> None:
    """A definition is entered when its name is asked for, whichever way; what has no entry gets the default."""
    body = """
    import zoo
    from zoo.nets import tiny
    r = (zoo.create("large").out_channels, zoo.create("small", bias=False).out_channels, tiny().out_channels)
    try:
        zoo.create("huge")
    except RuntimeError:
        s = "none"
    """
    files = {f"models/{name}": text for name, text in REGISTRY.items()}
    found = values(body, files)
    assert found["r"] == (64, 8, 1)
    assert found["s"] == "none"


def test_a_decorator_that_writes_documentation() -> None:
    """One that does more than a definition is worth is passed over; one that enters it somewhere is not."""
    files = {
        "models/documented.py": """
            import torch.nn as nn
            made = {}
            def documented(cls):
                made[cls.__name__] = cls
                for _ in range(100):
                    for line in range(100):
                        cls.__doc__ = f"{cls.__doc__} {line}"
                return cls
            @documented
            class Block(nn.Module):
                def __init__(self):
                    super().__init__()
                    self.conv = nn.Conv2d(3, 8, 1)
                def forward(self, x):
                    return self.conv(x)
        """
    }
    body = "from .documented import Block, made\nr = (Block()(torch.zeros(1, 3, 4, 4)), made['Block'] is Block)"
    assert result(body, files) == ("(1, 8, 4, 4)", True)


def test_a_forward_that_an_object_chooses() -> None:
    """What is set on the module itself goes before the method of its class."""
    body = """
    import types
    class Net(nn.Module):
        def __init__(self, mode="wide"):
            super().__init__()
            self.conv = nn.Conv2d(3, 8, 3, padding=1)
            self.forward = self.forward_wide if mode == "wide" else self.forward_narrow
        def forward_wide(self, x):
            return self.conv(x)
        def forward_narrow(self, x):
            return self.conv(x)[:, :4]
    def halved(self, x):
        return self.weight[:2]
    layer = nn.Conv2d(3, 8, 3)
    layer.forward = types.MethodType(halved, layer)
    r = [Net()(torch.zeros(1, 3, 9, 9)), Net("narrow")(torch.zeros(1, 3, 9, 9)), layer(torch.zeros(1, 3, 9, 9))]
    """
    assert result(body) == ["(1, 8, 9, 9)", "(1, 4, 9, 9)", "(2, 3, 3, 3)"]


def test_a_table_of_all_pairs() -> None:
    """A loop that would use up all fuel on numbers is cut short, and what comes after it is still followed."""
    body = """
    def pairs(n):
        found = []
        for a in range(n):
            for b in range(n):
                found.append(abs(a - b))
        return found
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(3, 8, 1)
            self.tables = [pairs(400) for _ in range(5)]
        def forward(self, x):
            return self.conv(x)
    """
    assert output(body) == "(N, 8, H, W)"


def test_recursion_over_unknown_children_ends() -> None:
    """A walk over modules of which one is unknown is given up at a bound, not at Python's."""
    body = """
    from somewhere import Block
    def walk(module):
        for name, child in module.named_children():
            walk(child)
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.c = nn.Conv2d(3, 8, 1)
            self.f = nn.Sequential(*[Block() for _ in unknown])
            walk(self)
        def forward(self, x):
            return self.c(x)
    """
    assert output(body) == "(N, 8, H, W)"


SHOWN = """
import torch
import torch.nn as nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.level = nn.Conv2d(3, 8, 3)
        self.__setattr__("stem", nn.Conv2d(8, 8, 1))
        self.size = self.level(torch.zeros(1, 3, 9, 9)).shape[-1]
        self.act = nn.ReLU() if torch.rand(1) > 0.5 else nn.Identity()
        self.fc = nn.Linear(8, 2)
        self.odd = nn.Linear(8, 4)

    def forward(self, x):
        x = nn.ReLU()(self.stem(self.level(x)))
        x = self.act(x).mean((2, 3))
        return self.odd(x) if torch.rand(1) > 0.5 else self.fc(x)
"""


def test_calls_that_are_not_the_model_s(tmp_path: Path) -> None:
    """Neither what a constructor tries out, nor layers that ``forward`` makes, nor the arms of an unknown condition.

    Where both arms make the same call it is listed once.
    """
    path = tmp_path / "net.py"
    path.write_text(SHOWN, encoding="utf-8")
    record = show(f"{path}::Net()", [(2, 3, 32, 32)])
    assert [(call["path"], call["out"]) for call in record["calls"]] == [
        ("level", [2, 8, 30, 30]),
        ("stem", [2, 8, 30, 30]),
        ("act", [2, 8, 30, 30]),
    ]
