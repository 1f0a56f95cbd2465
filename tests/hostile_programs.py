"""Programs that ask for a great deal of time or memory: of them the linter must take little."""

from __future__ import annotations

__all__ = ["HOSTILE"]

_HEADER = """
import copy, functools, itertools, json, math, random, re
from collections import Counter, defaultdict, namedtuple
from functools import lru_cache, partial, reduce
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from einops import rearrange, repeat

"""
_LOOP = "for i in range(3000):\n    "
_CLASS = "class Net(nn.Module):\n    def __init__(self, width={default}):\n        super().__init__()\n        {init}\n    def forward(self, x):\n        {forward}\n"


def _net(init: str = "pass", forward: str = "return x", default: str = "8") -> str:
    body, steps = init.replace("\n", "\n        "), forward.replace("\n", "\n        ")
    return _CLASS.format(init=body, forward=steps, default=default)


_PROGRAMS = {
    # -- text and numbers
    "text that is doubled": f"s = 'a'\n{_LOOP}s += s\nr = s.upper()",
    "text between itself": f"s = 'ab'\n{_LOOP}s = s.join(s)",
    "text that is replaced": f"s = 'a'\n{_LOOP}s = s.replace('a', 'aa')",
    "text that is translated": f"s = 'a'\n{_LOOP}s = s.translate({{97: 'aa'}})",
    "text of a list": "r = str([[0] * 60000] * 60000)",
    "representation": f"s = '\\n'\n{_LOOP}s = repr(s)",
    "text and f-strings": f"s = 'a'\n{_LOOP}s = f'{{s}}{{s}}'",
    "text and percent": f"s = 'a'\n{_LOOP}s = '%s%s' % (s, s)",
    "formats in formats": f"s = '{{0}}'\n{_LOOP}s = s.format(s + s)",
    "widths": "r = ['a'.ljust(10**n) + f'{1:>{10**n}}' + '%*d' % (10**n, 1) for n in range(30)]",
    "precisions": "r = ['%.*f' % (10**n, 1.5) for n in range(30)] + [format(1.5, f'.{10**n}f') for n in range(30)]",
    "rounding": "r = [round(10**300 + n, -10**n) for n in range(20)] + [round(1.5, 10**n) for n in range(20)]",
    "splitting": "s = 'a ' * 30000\nfor i in range(3000):\n    r = s.split()",
    "encoding": "s = 'é' * 60000\nfor i in range(3000):\n    r = s.encode().decode()",
    "bytes": "r = bytes(10**10), bytearray(10**10), b'a' * 10**10",
    "powers": f"n = 7\n{_LOOP}n = n ** n",
    "powers of powers": "r = [10**10**10**k for k in range(8)] + [2**-10**k for k in range(12)] + [pow(3, 10**k, 7) for k in range(12)]",
    "shifts": "r = [1 << 10**k for k in range(20)] + [1 >> 10**k for k in range(20)]",
    "factorials": "r = [math.factorial(10**k) for k in range(12)] + [math.comb(10**k, 10**k // 2) for k in range(12)]",
    "products": "r = math.prod(range(1, 10**9)), reduce(lambda a, b: a * b, range(1, 10**6))",
    "sums": "r = sum(range(10**12)), max(range(10**12)), min(range(10**12)), sorted(range(10**9)), any(range(10**9))",
    "numbers of text": "r = [int('9' * 10**k) for k in range(8)] + [str(10**10**k) for k in range(8)] + [int('f' * 60000, 16)]",
    "a long literal": f"r = {'7' * 4000}\ns = 0x{'f' * 100000}",
    "fractions": "r = [(10**k) / 3 for k in range(600)] + [10**400 // 7 % 10**399 ** 2]",
    # -- lists, tuples, dicts
    "lists that are doubled": f"a = [0]\n{_LOOP}a = a + a",
    "lists in lists": f"a = [0]\n{_LOOP}a = [a, a]\nr = copy.deepcopy(a)",
    "lists of themselves": f"a = []\n{_LOOP}a.append(a)\nr = a == [a], str(a), copy.deepcopy(a), torch.tensor(a)",
    "tuples that are doubled": f"a = (0,)\n{_LOOP}a += a",
    "tuples in tuples": f"a = (0,)\n{_LOOP}a = (a, a)\nr = hash(a), a == (a, a), {{a: 1}}, {{a}}",
    "slices": f"a = [0]\n{_LOOP}a[0:0] = a",
    "dicts that grow": f"d = {{}}\n{_LOOP}d.update({{(i, k): d for k in range(3000)}})",
    "dicts of dicts": f"d = {{}}\n{_LOOP}d = {{'a': d, 'b': d}}\nr = json.dumps(d), str(d), copy.deepcopy(d)",
    "sets that grow": f"s = {{0}}\n{_LOOP}s |= {{x + len(s) for x in s}}",
    "counters": "r = Counter('ab' * 30000 * 1000), defaultdict(lambda: defaultdict(int)), Counter(range(10**9))",
    "all numbers": "r = list(range(10**12)), tuple(range(10**12)), set(range(10**12)), dict.fromkeys(range(10**12))",
    "nested comprehensions": "r = [[[[[(a, b, c, d, e) for a in range(99)] for b in range(99)] for c in range(99)] for d in range(99)] for e in range(99)]",
    "one comprehension": "r = [0 for a in range(999) for b in range(999) for c in range(999) for d in range(999)]",
    "comprehensions of dicts": "r = {(a, b): {c: d for c in range(999) for d in range(999)} for a in range(999) for b in range(999)}",
    "generators": "def g():\n    while True:\n        yield from g()\nr = list(g()), next(g()), sum(x for x in g())",
    "generators without end": "def g():\n    n = 0\n    while True:\n        yield n\n        n += 1\nr = list(g()), tuple(zip(g(), g())), dict(enumerate(g()))",
    "products of iterators": "r = list(itertools.product(range(999), repeat=9)), list(itertools.permutations(range(99)))",
    "choices of iterators": "r = list(itertools.combinations(range(999), 99)), list(itertools.chain(*[range(10**9)] * 999))",
    "cycles": "r = list(itertools.cycle([1])), list(itertools.count()), list(itertools.repeat(0)), list(itertools.accumulate(itertools.count()))",
    "sorting": "a = list(range(60000))\nfor i in range(3000):\n    a = sorted(a, key=lambda v: -v)",
    "searching": "a = [str(i) for i in range(60000)]\nfor i in range(3000):\n    r = 'x' in a, a.count('y')",
    "named tuples": "P = namedtuple('P', ' '.join(f'a{i}' for i in range(60000)))\nr = [P(*range(60000)) for i in range(3000)]",
    "zipped": f"a = [1]\n{_LOOP}a = list(zip(a, a, a))",
    # -- patterns
    "slow patterns": "r = [re.match('(a*)*$', 'a' * 40 + 'b'), re.search('(a|aa)+$', 'a' * 60 + 'b'), re.sub('(x+x+)+y', '', 'x' * 99)]",
    "large patterns": "r = re.compile('a{1,65000}' * 9), re.match('(?:a{0,999}){0,999}b', 'a' * 999), re.findall('|'.join(['a' * 999] * 60), 'a' * 9999)",
    "patterns of the program": "for n in range(3000):\n    r = re.split('(a?){%d}a{%d}' % (n, n), 'a' * n)",
    # -- functions and classes
    "recursion": "def f(n):\n    return f(n + 1) + f(n - 1)\nf(0)",
    "recursion that is remembered": "@lru_cache(None)\ndef f(n, k):\n    return f(n - 1, k) + f(n, k - 1) if n and k else 1\nf(200, 200)",
    "mutual recursion": "def f(n):\n    return [g(n), g(n)]\ndef g(n):\n    return {'a': f(n), 'b': f(n)}\nf(1)",
    "closures": "f = lambda x: x\nfor i in range(3000):\n    f = (lambda g: lambda x: g(g(x)))(f)\nf(1)",
    "partials": "f = print\nfor i in range(3000):\n    f = partial(f, *range(3000))\nf()",
    "classes of classes": "def make(base, n):\n    class A(base):\n        inner = make(base, n + 1)\n    return A\nmake(nn.Module, 0)()",
    "deep classes": "c = nn.Module\nfor i in range(3000):\n    c = type('C', (c,), {'a': c})\nc()",
    "diamonds": "class A(nn.Module): pass\nclass B(A): pass\n" + "\n".join(f"class C{i}({f'C{i - 1}, ' if i else ''}B, A): pass" for i in range(300)),
    "modules of modules": _net("self.a = Net(width + 1)\nself.b = Net(width + 2)"),
    "modules that call themselves": _net("self.a = self", "return self.a(self.a(x)) + self(x)"),
    "metaclasses": "class M(type):\n    def __call__(cls, *args):\n        return cls(*args)\nclass A(nn.Module, metaclass=M): pass\nA()",
    "attributes": "class A:\n    def __getattr__(self, name):\n        return getattr(self, name + name)\nr = A().x",
    "properties": "class A:\n    @property\n    def x(self):\n        return [self.x, self.x]\nr = A().x",
    "operators": "class A:\n    def __add__(self, other):\n        return (self + other) + (other + self)\nr = A() + A()",
    "lengths": "class A:\n    def __len__(self):\n        return 10**18\n    def __getitem__(self, i):\n        return self\nr = list(A()), [*A()], torch.stack([*A()])",
    "iterators": "class A:\n    def __iter__(self):\n        return self\n    def __next__(self):\n        return [self] * 60000\nr = list(A()), [list(x) for x in A()]",
    "exceptions": "def f(n):\n    try:\n        return f(n + 1)\n    except ValueError:\n        return f(n + 2)\n    finally:\n        f(n + 3)\nf(0)",
    # -- tensors and layers
    "lists of tensors": "r = torch.linspace(0, 1, 10**10).tolist(), torch.zeros(10**5, 10**5).tolist(), list(torch.arange(10**10))",
    "pieces": "x = torch.zeros(10**9, 3)\nr = x.unbind(), x.split(1), x.chunk(10**9), x.tensor_split(10**9), x.split([1] * 60000), torch.vsplit(x, 10**9)",
    "rows": "x = torch.zeros(2**62, 2**62)\nr = torch.cat(x), torch.stack(x), torch.dstack(x), torch.hstack(x), torch.column_stack(x), [*x], list(zip(*x))",
    "numbers of tensors": "x = torch.arange(4000.)\nfor i in range(3000):\n    x = x * x + x.flip(0).cumsum(0).sort().values",
    "elements of tensors": "x = torch.tensor([[[[0] * 16] * 16] * 16] * 16)\nfor i in range(3000):\n    x = x.permute(3, 2, 1, 0).reshape(16, 16, 16, 16)",
    "grids": "x = torch.meshgrid(*[torch.arange(64)] * 60), torch.cartesian_prod(*[torch.arange(64)] * 9), torch.combinations(torch.arange(4000), 9)",
    "axes": "x = torch.zeros(1)\nfor i in range(3000):\n    x = x[None, ..., None].unsqueeze(0)\nr = x.permute(*range(6000))",
    "shapes": "x = torch.zeros(*[2] * 60000)\ny = torch.zeros([1] * 60)\nfor i in range(3000):\n    y = torch.stack([y] * 60)",
    "one-hot": "r = F.one_hot(torch.arange(4000), 10**12), torch.eye(10**9), torch.tril_indices(10**9, 10**9), torch.randperm(10**12)",
    "arrays": "r = np.arange(10**12).tolist(), np.linspace(0, 1, 10**12), np.zeros((10**6,) * 9), np.tile([1], 10**9), np.repeat([1], 10**9)",
    "einops": "r = rearrange(torch.zeros(2, 4), ' '.join(f'a{i}' for i in range(9000)) + ' -> b'), repeat(torch.zeros(3), 'a -> a ' + 'b ' * 9000, b=9)",
    "einsum": "r = torch.einsum(','.join(['ab'] * 9000), *[torch.zeros(2, 2)] * 9000)",
    "layers of layers": "n = nn.Sequential()\nfor i in range(3000):\n    n = nn.Sequential(n, n)\nn(torch.zeros(1, 3))",
    "copies of layers": "n = nn.Sequential(nn.Linear(3, 3))\nfor i in range(60):\n    n = nn.Sequential(n, copy.deepcopy(n))\nn(torch.zeros(1, 3))",
    "many layers": "n = nn.Sequential(*[nn.Linear(3, 3) for i in range(10**9)])\nm = nn.ModuleList([nn.Linear(3, 3)] * 10**9)",
    "stacked layers": "t = nn.TransformerEncoder(nn.TransformerEncoderLayer(8, 2), 10**9)\nt(torch.zeros(3, 4, 8))\nl = nn.LSTM(3, 4, num_layers=10**9)\nl(torch.zeros(3, 4, 3))\np = list(t.parameters()), list(l.named_parameters())",
    "large layers": "c = nn.Conv2d(10**18, 10**18, 10**18)\nc(torch.zeros(1, 10**18, 10**19, 10**19))\nnn.Fold(10**9, 10**9)(torch.zeros(1, 10**18, 1))",
    "paddings": "F.pad(torch.zeros(3), [1] * 60000), nn.ConstantPad3d((10**18,) * 6, 0)(torch.zeros(3, 3, 3, 3))",
    # -- sizes
    "squares": _net(forward="n = x.size(-1)\nfor i in range(3000):\n    n = n * n + x.size(-2) * n + 1\nreturn x.reshape(n, -1)"),
    "quotients": _net(forward="n = x.size(-1)\nfor i in range(3000):\n    n = (n + 1) // 2 + (n + 2) // 3 + (n * n + i) // 5\nreturn x.view(n)"),
    "quotients of several": _net(forward="n, m = x.shape[-2:]\nfor i in range(3000):\n    n, m = (n * m + m) // (i + 2), (n + m * m) // 7 + n\nreturn x.view(n, m)"),
    "sums of sizes": _net(forward="b, c, h, w = x.shape\nn = 0\nfor i in range(3000):\n    n = n + (b + i) * (c - i) * (h + w) // (i + 1)\nreturn x.view(n)"),
    "powers of sizes": _net(forward="n = (x.size(0) + x.size(1) + x.size(2) + x.size(3)) ** 300\nreturn x.view(n // 7, n)"),
    "strided stacks": _net("self.c = nn.Conv2d(3, 3, 3, 2, 1)", "for i in range(3000):\n    x = torch.cat([self.c(x), F.interpolate(self.c(x), scale_factor=3)], -1)\nreturn x"),
    "comparisons": _net(forward="a, b, c, d = x.shape\nfor i in range(3000):\n    if a * a * b + c * d * i == d * d * c + b // (i + 1) or a ** 8 > b ** 7 + c:\n        x = x.view(a * b, -1)\nreturn x"),
    "unknown conditions": _net(forward="for i in range(3000):\n    if x.sum() > i:\n        x = x + 1\n    elif x.mean() > i:\n        x = [x, x][i % 2]\n    else:\n        x = (x, x)[0]\nreturn x"),
    "simulated steps": _net(forward="on = torch.ones_like(x).bool()\nfor t in range(1, 2501):\n    if on.sum() == 0:\n        break\n    d = "
    + " + ".join(["x[on] * x[on] / (x[on] + 1)"] * 20) + "\n    x[on] = x[on] + d\n    on[x < 0] = 0\nreturn x"),
    "operators in a row": _net(forward="m = x > 0\nwhile True:\n    x = " + " + ".join(["x[m] * x[m]"] * 200) + "\nreturn x"),
    "nested conditions": _net(forward="\n".join("  " * i + f"if x[{i}] > 0:" for i in range(40)) + "\n" + "  " * 40 + "x = x + 1\nreturn x"),
    "conditions in a row": _net(forward="\n".join(f"a{i} = 1 if x[{i}] > 0 else 2\nif a{i} == 1:\n    return x" for i in range(300)) + "\nreturn x"),
    "choices of choices": "u = undefined\na = 1\n" + "\n".join(f"a = (a, a + {i}) if u({i}) else [a, a * {i}]" for i in range(300)),
    # -- syntax
    "a long expression": "r = " + " + ".join(["1"] * 1100),
    "a long list": "r = [" + "[1, 2, 3], " * 60000 + "]",
    "a long dict": "r = {" + ", ".join(f"'k{i}': nn.Linear({i}, {i})" for i in range(1, 5000)) + "}",
    "a long chain": "r = x" + ".a(1)" * 300,
    "many functions": "\n".join(f"def f{i}(x):\n    return f{(i + 1) % 2000}(x)" for i in range(2000)) + "\nf0(1)",
    "many classes": "\n".join(f"class N{i}(nn.Module):\n    def forward(self, x):\n        while True:\n            x = x + 1" for i in range(200)),
    "many tests": "\n".join(f"def test_{i}():\n    while True:\n        x = 1" for i in range(300)),
    "many comments": "\n".join(f"x{i} = torch.zeros({i}, 3, 8)  # ({i}, 3, 8) or (N, {i}, H/2, W*{i}) -> B x {i} x L" for i in range(3000)),
    "many shapes in a comment": "x = torch.zeros(3)  # " + " -> ".join(f"({i}, {i}, {i})" for i in range(9000)),
    "many sizes in a comment": "x = torch.zeros(3)  # (" + ", ".join(f"n{i}*m{i}//{i + 1}" for i in range(9000)) + ")",
    "brackets in a comment": "x = torch.zeros(3)  # " + "(" * 9000 + ")" * 9000 + "[(" * 9000,
}  # fmt: skip

HOSTILE = {name: _HEADER + program + "\n" for name, program in _PROGRAMS.items()}
