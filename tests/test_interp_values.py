"""Python at construction time: what expressions and statements of known values come to."""

from __future__ import annotations

import weakref

import pytest
from interp_support import result, values

from shapelint.interp.model.values import Choice, Gap
from shapelint.interp.objects.comparisons import question
from shapelint.shapes import Unknown

EXPRESSIONS = {
    # literals and displays
    "0x10": 16, "1_000": 1000, "'a' 'b'": "ab", "f'{3}x{4:02d}'": "3x04", "f'{{}}'": "{}", "b'a'": b"a", "...": ...,
    "[1, *range(3)]": [1, 0, 1, 2], "(1, *[2, 3])": (1, 2, 3), "{**{'a': 1}, 'b': 2}": {"a": 1, "b": 2}, "{1, 1, 2}": {1, 2},
    # operators
    "7 // 2": 3, "-7 // 2": -4, "-7 % 3": 2, "2 ** 5": 32, "7 / 2": 3.5, "1 << 4": 16, "6 & 3": 2, "6 | 1": 7, "6 ^ 3": 5, "~5": -6,
    "[1] * 3": [1, 1, 1], "3 * (0,)": (0, 0, 0), "[1] + [2]": [1, 2], "'%d-%s' % (3, 'a')": "3-a", "'ab' * 2": "abab",
    "not 0": True, "1 < 2 < 3": True, "1 < 3 < 2": False, "2 in [1, 2]": True, "'a' not in 'abc'": False, "'k' in {'k': 1}": True,
    "None is None": True, "1 is not None": True, "0 or 5": 5, "3 and 4": 4, "None or []": [], "4 if True else 5": 4,
    "True + True": 2, "max(True, 0)": True, "(lambda a, b=2: a * b)(4)": 8, "(lambda *a: len(a))(1, 2)": 2, "[n := 3, n][1]": 3,
    # subscripts
    "[1, 2, 3][-1]": 3, "[1, 2, 3][::-1]": [3, 2, 1], "(1, 2, 3)[1:]": (2, 3), "'abc'[1]": "b", "{'a': 1}['a']": 1,
    "[[1, 2], [3, 4]][1][0]": 3, "range(10)[3]": 3, "list(range(10))[2:8:3]": [2, 5],
    # comprehensions
    "[i * 2 for i in range(3)]": [0, 2, 4], "[i for i in range(6) if i % 2 if i > 1]": [3, 5],
    "[i + j for i in (1, 2) for j in (10, 20)]": [11, 21, 12, 22], "{k: v for k, v in zip('ab', (1, 2))}": {"a": 1, "b": 2},
    "{i % 2 for i in range(4)}": {0, 1}, "sum(i for i in range(4))": 6, "list(i for i, in [(1,), (2,)])": [1, 2],
    "[a for a, *b in [(1, 2, 3)]]": [1], "[[j for j in range(i)] for i in range(3)]": [[], [0], [0, 1]],
    # builtins
    "len([1, 2])": 2, "len('abc')": 3, "len({})": 0, "sum([1, 2], 3)": 6, "sum([[1], [2]], [])": [1, 2], "max(3, 1)": 3, "min([4, 2])": 2,
    "max([], default=7)": 7, "max(['a', 'bcd'], key=len)": "bcd", "abs(-3)": 3, "round(2.6)": 3, "round(2.345, 1)": 2.3, "int(3.9)": 3,
    "int('12')": 12, "float('1.5')": 1.5, "str(3)": "3", "bool([])": False, "divmod(7, 2)": (3, 1), "pow(2, 3)": 8,
    "list(enumerate('ab', 1))": [(1, "a"), (2, "b")], "list(zip((1, 2), (3, 4)))": [(1, 3), (2, 4)], "list(map(str, (1, 2)))": ["1", "2"],
    "list(map(lambda a, b: a + b, (1, 2), (3, 4)))": [4, 6], "list(filter(None, (0, 1, 2)))": [1, 2], "list(reversed((1, 2)))": [2, 1],
    "sorted([3, 1, 2], reverse=True)": [3, 2, 1], "any([0, 1])": True, "all([])": True,
    "tuple(range(2, 8, 2))": (2, 4, 6), "list({'a': 1})": ["a"], "dict(a=1, **{'b': 2})": {"a": 1, "b": 2}, "dict([(1, 2)])": {1: 2},
    "isinstance(3, int)": True, "isinstance((1,), (list, tuple))": True, "isinstance('a', int)": False, "isinstance(None, int)": False,
    "isinstance(True, int)": True, "callable(len)": True, "dict.fromkeys('ab', 0)": {"a": 0, "b": 0}, "list(map(str.upper, 'ab'))": ["A", "B"], "type(3) is int": True, "type([]) == list": True, "tuple[int, int]([1, 2])": (1, 2),
    "next(iter([5, 6]))": 5, "next(iter([]), 9)": 9, "slice(1, 2) is None": False, "hasattr('a', 'upper')": True, "getattr(3, 'nope', 4)": 4,
    # methods of Python's own types
    "'a_b'.split('_')": ["a", "b"], "'-'.join(['a', 'b'])": "a-b", "'{}x{b}'.format(1, b=2)": "1x2", "'ABC'.lower()": "abc",
    "'conv1'.startswith('conv')": True, "' a '.strip()": "a", "'a,b'.partition(',')": ("a", ",", "b"), "'x'.isdigit()": False,
    "{'a': 1}.get('b', 2)": 2, "{'a': 1}.get('b')": None, "list({'a': 1}.items())": [("a", 1)], "list({'a': 1}.values())": [1],
    "[1, 2, 2].count(2)": 2, "[1, 2].index(2)": 1, "{'a': 1}.copy()": {"a": 1}, "(3.0).is_integer()": True, "(5).bit_length()": 3,
    # the standard library
    "math.sqrt(16)": 4.0, "math.ceil(2.1)": 3, "math.floor(-2.1)": -3, "math.log2(8)": 3.0, "math.prod([2, 3])": 6, "math.gcd(6, 4)": 2,
    "math.pi > 3": True, "int(math.log(8, 2))": 3, "functools.reduce(operator.mul, (2, 3, 4))": 24, "partial(max, 3)(1)": 3,
    "partial(dict, a=1)(b=2)": {"a": 1, "b": 2}, "list(itertools.chain([1], (2,)))": [1, 2], "list(itertools.product((1, 2), 'a'))": [(1, "a"), (2, "a")],
    "list(itertools.repeat(0, 2))": [0, 0], "list(itertools.accumulate([1, 2, 3]))": [1, 3, 6], "OrderedDict([('a', 1)])": {"a": 1},
    "list(itertools.chain.from_iterable([[1], [2]]))": [1, 2], "copy.deepcopy([[1]])": [[1]],
    # small known tensors
    "torch.tensor([1, 2]).tolist()": [1, 2], "torch.linspace(0, 1, 3).tolist()": [0.0, 0.5, 1.0], "torch.arange(3).sum().item()": 3,
    "[x.item() for x in torch.linspace(0, 2, 3)]": [0.0, 1.0, 2.0], "[0] * torch.tensor(2)": [0, 0], "torch.Size([1, 2])": (1, 2),
    "list(torch.zeros(2, 3).shape)": [2, 3], "torch.zeros(2, 3).numel()": 6, "torch.zeros(4)[1:]": "(3,)", "type(torch.zeros(1)) is list": False,
}  # fmt: skip


@pytest.mark.parametrize("source", EXPRESSIONS)
def test_an_expression_of_known_values_has_the_value_that_python_gives_it(source: str) -> None:
    """Constructor arguments are computed with such expressions: each must come out as Python computes it."""
    assert result(f"r = {source}") == EXPRESSIONS[source]


STATEMENTS = {
    "a, (b, *c) = 1, (2, 3, 4)\nr = [a, b, c]": [1, 2, [3, 4]],
    "a = b = [1]\na.append(2)\nr = b": [1, 2],
    "a = [1]\na += (2,)\nr = a": [1, 2],
    "a = 3\na *= 2\na -= 1\na //= 2\nr = a": 2,
    "d = {}\nd['a'] = 1\nd.setdefault('b', []).append(2)\nd.update(c=3)\nr = d": {"a": 1, "b": [2], "c": 3},
    "a = [1, 2, 3]\ndel a[0]\na[0:1] = [7, 8]\nr = a": [7, 8, 3],
    "a = [3, 1]\na.sort()\na.insert(0, 9)\na.extend([5])\na.reverse()\nr = (a.pop(), a)": (9, [5, 3, 1]),
    "r = 0\nfor i in range(5):\n    if i == 1: continue\n    if i == 4: break\n    r += i": 5,
    "r = []\nfor i in range(2):\n    r.append(i)\nelse:\n    r.append('end')": [0, 1, "end"],
    "r = 1\nwhile r < 100:\n    r *= 2": 128,
    "r = 0\nwhile True:\n    r += 1\n    if r == 3:\n        break": 3,
    "try:\n    r = {}['k']\nexcept KeyError:\n    r = 'none'": "none",
    "try:\n    raise ValueError('x')\nexcept (TypeError, ValueError) as e:\n    r = 5": 5,
    "try:\n    r = 1\nexcept Exception:\n    r = 2\nelse:\n    r += 10\nfinally:\n    r += 100": 111,
    "def f(x):\n    if x > 2:\n        return 'big'\n    return 'small'\nr = [f(1), f(3)]": ["small", "big"],
    "def f(a, /, b, *c, d=4, **e):\n    return a, b, c, d, e\nr = f(1, 2, 3, d=5, z=6)": (1, 2, (3,), 5, {"z": 6}),
    "def f(*args, **kwargs):\n    return g(*args, **kwargs)\ndef g(a, b=0):\n    return a + b\nr = f(1, b=2)": 3,
    "def outer():\n    n = 0\n    def inner():\n        nonlocal n\n        n += 1\n        return n\n    inner()\n    return inner()\nr = outer()": 2,
    "n = 0\ndef f():\n    global n\n    n = 5\nf()\nr = n": 5,
    "def make(k):\n    return lambda x: x * k\nr = [make(2)(5), make(3)(5)]": [10, 15],
    "def gen(n):\n    for i in range(n):\n        yield i\n    yield from (7, 8)\nr = list(gen(2))": [0, 1, 7, 8],
    "def fact(n):\n    return 1 if n == 0 else n * fact(n - 1)\nr = fact(5)": 120,
    "with torch.no_grad():\n    r = 3": 3,
    "@torch.no_grad()\ndef f():\n    return 3\nr = f()": 3,
    "def twice(f):\n    @functools.wraps(f)\n    def g(*a):\n        return 2 * f(*a)\n    return g\n@twice\ndef h(x):\n    return x\nr = h(4)": 8,
    "R = {}\ndef register(f):\n    R[f.__name__] = f\n    return f\n@register\ndef net():\n    return 9\nr = R['net']()": 9,
    "def deco(n):\n    def wrap(f):\n        return lambda x: f(x) + n\n    return wrap\n@deco(10)\ndef f(x):\n    return x\nr = f(1)": 11,
    "assert True, 'fine'\nr = 1": 1,
    "x = 3\nmatch x:\n    case 1 | 2:\n        r = 'a'\n    case 3:\n        r = 'b'\n    case _:\n        r = 'c'": "b",
    "class A:\n    n = 3\n    def __init__(self, k=2):\n        self.k = k\n    def total(self):\n        return self.n + self.k\nr = A(4).total()": 7,
    "class A:\n    @property\n    def p(self):\n        return 3\n    @staticmethod\n    def s(x):\n        return x\n    @classmethod\n    def c(cls):\n        return cls.__name__\nr = (A().p, A.s(1), A.c(), A().c())": (3, 1, "A", "A"),
    "class A:\n    def who(self):\n        return 'A'\nclass B(A):\n    def who(self):\n        return 'B' + super().who()\nclass C(A):\n    def who(self):\n        return 'C' + super().who()\nclass D(B, C):\n    pass\nr = D().who()": "BCA",
    "class A:\n    def __call__(self, x):\n        return x + 1\nr = A()(2)": 3,
    "class A:\n    def __len__(self):\n        return 3\n    def __getitem__(self, i):\n        return i * 10\n    def __iter__(self):\n        return iter([1, 2])\nr = (len(A()), A()[2], list(A()))": (3, 20, [1, 2]),
    "class V:\n    def __init__(self, n):\n        self.n = n\n    def __add__(self, o):\n        return V(self.n + o.n)\n    def __rmul__(self, k):\n        return V(self.n * k)\n    def __eq__(self, o):\n        return self.n == o.n\nr = ((V(1) + V(2)).n, (3 * V(2)).n, V(1) == V(1))": (3, 6, True),
    "class A: pass\na = A()\nsetattr(a, 'x', 1)\na.y = 2\nr = (getattr(a, 'x'), hasattr(a, 'z'), a.__dict__)": (1, False, {"x": 1, "y": 2}),
    "class A:\n    def __getattr__(self, name):\n        return name\nr = A().anything": "anything",
    "from dataclasses import dataclass, field\n@dataclass\nclass C:\n    a: int\n    b: int = 2\n    c: list = field(default_factory=list)\nx = C(1, c=[3])\nr = (x.a, x.b, x.c, C(5).c)": (1, 2, [3], []),
    "from dataclasses import dataclass\n@dataclass\nclass P:\n    a: int = 1\n@dataclass\nclass Q(P):\n    b: int = 2\n    def __post_init__(self):\n        self.s = self.a + self.b\nr = Q(3).s": 5,
    "from typing import NamedTuple\nclass T(NamedTuple):\n    a: int\n    b: int = 4\nx, y = T(3)\nr = (x, y, T(1, 2).b, T(1)[0])": (3, 4, 2, 1),
    "P = namedtuple('P', 'a b')\nr = (P(1, 2).a, P(b=3, a=4).b)": (1, 3),
    "from enum import Enum\nclass K(Enum):\n    A = 'a'\n    B = 'b'\n    def up(self):\n        return self.value.upper()\nr = (K.A.value, K.B.name, K('b') is K.B, K['A'] is K.A, [k.value for k in K], K.B.up())": ("a", "B", True, True, ["a", "b"], "B"),
    "from argparse import ArgumentParser\np = ArgumentParser()\np.add_argument('-n', '--ngf', type=int, default=64)\np.add_argument('--lr', default='2', type=int)\np.add_argument('--cuda', action='store_true')\nopt = p.parse_args()\nr = (opt.ngf, opt.lr, opt.cuda)": (64, 2, False),
    "import inspect\ndef f(a, b=1): pass\nr = (list(inspect.signature(f).parameters), inspect.isfunction(f), inspect.isclass(nn.Conv2d))": (["a", "b"], True, True),
    "for n in (1, 2):\n    exec_ = n\nr = exec_": 2,
    "x = [1, 2]\ny = copy.copy(x)\ny.append(3)\nr = (x, y)": ([1, 2], [1, 2, 3]),
}  # fmt: skip


@pytest.mark.parametrize("source", STATEMENTS)
def test_statements_of_known_values_do_what_python_does(source: str) -> None:
    """Models are built by such code: every name ends with the value that Python gives it."""
    assert result(source) == STATEMENTS[source]


UNKNOWN = [
    "open('x').read()", "input()", "nowhere", "nowhere.attribute", "nowhere()", "1 + nowhere", "[1, 2][nowhere]",
    "json.loads('1')", "torch.hub.load('a', 'b')", "'a' + nowhere", "len(nowhere)", "int(nowhere) + 'a'", "nowhere[0]",
]  # fmt: skip


@pytest.mark.parametrize("source", UNKNOWN)
def test_what_is_not_followed_is_an_unknown_and_never_a_guess(source: str) -> None:
    """Files, the network, names from nowhere: the value is unknown, and what follows is still executed."""
    found = values(f"r = {source}\nafter = 1")
    assert (
        isinstance(found.get("r", Unknown("")), Unknown) or found["r"] is None or not isinstance(found["r"], (str, int))
    )
    assert found["after"] == 1


def test_both_arms_of_an_unknown_condition_are_joined() -> None:
    """A name that differs between the arms may be either; one that does not is known."""
    found = values("if nowhere:\n    a, b, c = 1, 'x', 5\nelse:\n    a, b, c = 1, 'y', [5]\n")
    assert found["a"] == 1
    assert isinstance(found["b"], Choice) and found["b"].options == ("x", "y")
    assert isinstance(found["c"], Unknown)


def test_the_same_unknown_condition_is_answered_the_same_way_twice() -> None:
    """``if flag`` in two places takes the same arm in both: nothing is concluded from a mixture."""
    assert result("flag = nowhere\nif flag:\n    a = 1\nelse:\n    a = 2\nif flag:\n    r = 5\nelse:\n    r = 5") == 5
    assert result("f = nowhere\nr = 0\nif f:\n    if not f:\n        r = 1\nelse:\n    if f:\n        r = 2") == 0


def test_an_arm_that_raises_is_dead() -> None:
    """``if unknown: raise`` tells nothing afterwards but that it was not so."""
    assert result("if nowhere:\n    r = 1\nelse:\n    raise ValueError\n") == 1


def test_mutation_in_an_arm_is_taken_back_before_the_other() -> None:
    """Lists changed by one arm are whole again in the other, and joined with a gap where they differ."""
    found = values("a = [1]\nif nowhere:\n    a.append(2)\nelse:\n    b = list(a)\n")
    assert found["b"] == [1]
    assert found["a"][0] == 1 and isinstance(found["a"][1], Gap)


def test_a_loop_of_unknown_length_leaves_what_it_changes_unknown() -> None:
    """What a round changes is not known afterwards; what it leaves alone is."""
    found = values("n, m = 1, 2\nfor x in nowhere:\n    n = n * 2\nd = n + m\n")
    assert found["m"] == 2 and not isinstance(found["n"], int)


HOSTILE = [
    "while True:\n    pass", "def f():\n    return f()\nf()", "r = 10 ** 10 ** 10", "r = [0] * 10 ** 12", "r = 1 << 10 ** 9", "r = 'a' * 10 ** 10",
    "a = []\na.append(a)\nr = str(a)", "class A(A): pass", "for i in range(10 ** 12):\n    pass", "x = x", "import main\nr = main.r",
    "def f(n):\n    f(n + 1)\n    f(n + 2)\nf(0)", "class M(type):\n    pass\nclass A(metaclass=M):\n    pass\nA()", "r = [[0] * 1000] * 1000",
    "r = torch.zeros(10 ** 9, 10 ** 9)", "del r", "return 3", "class A:\n    __getattr__ = lambda s, n: getattr(s, n)\nA().x", "raise",
]  # fmt: skip


@pytest.mark.parametrize("source", HOSTILE)
def test_hostile_code_costs_bounded_work_and_never_an_exception_of_ours(source: str) -> None:
    """Endless loops, endless recursion and huge numbers end in an unknown; what was bound before is known."""
    assert values(f"before = 1\n{source}")["before"] == 1


def test_writing_to_a_class_of_torch_stays_in_the_run() -> None:
    """``nn.Conv2d.mark = 1`` in one file is not seen in the next one."""
    values("nn.Conv2d.mark = 1\nnn.Module.forward = None\n")
    assert result("r = hasattr(nn.Conv2d, 'mark')") is False


def test_a_question_keeps_the_values_it_is_about() -> None:
    """As long as the answer is remembered, no other value can take the address of one that was asked about."""
    value = type("Value", (), {})()
    alive = weakref.ref(value)
    key = question([value, 1])
    assert key == question([value, 1]) != question([value, True])
    del value
    assert alive() is not None and key is not None


def test_the_order_of_a_set_is_always_the_same() -> None:
    """Strings have another hash in each run of the linter; what a loop over them builds has not."""
    assert result("r = [name for name in {'pool', 'conv', 'norm', 'act'}]") == ["act", "conv", "norm", "pool"]
