"""How much work an input takes, in counts that are the same everywhere: statements executed, values compared, nodes parsed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import libcst as cst
import pytest
from interp_support import explored

from shapelint.claims.blame import odd_layer
from shapelint.claims.signatures import docstring
from shapelint.diagnostic import Span
from shapelint.engine import check_source
from shapelint.interp import Call
from shapelint.interp.machine import heap, value_join
from shapelint.interp.machine.machine import Machine
from shapelint.interp.machine.value_join import same
from shapelint.interp.model import classes
from shapelint.interp.model.classes import Instance
from shapelint.interp.model.frame import Frame
from shapelint.interp.model.values import Choice
from shapelint.interp.objects import self_contained
from shapelint.interp.project import deferred
from shapelint.shapes import Unknown
from shapelint.source.parse import Source

FACTORY = """
def distance(left, right):
    if left == right:
        return 0
    rows = {(i, -1): i + 1 for i in range(-1, len(left) + 1)}
    for j in range(-1, len(right) + 1):
        rows[(-1, j)] = j + 1
    for i, a in enumerate(left):
        for j, b in enumerate(right):
            cost = 0 if a == b else 1
            rows[i, j] = min(rows[i - 1, j] + 1, cost)
            if i and a == right[j - 1]:
                rows[i, j] = cost
    return rows[len(left) - 1, len(right) - 1]

class Factory:
    def __init__(self):
        self.kinds = {"conv": nn.Conv2d, "norm": nn.BatchNorm2d}

    def __getitem__(self, word):
        far = [distance(word, f"{missing}") for word in self.kinds]
        if word is None:
            return far
        return self.kinds[word]

make = Factory()
net = nn.Sequential(*[make["norm"](8) for _ in range(ROUNDS)])
found = [distance("conv", word) for word in ("conv", "norm", "conv", "norm")]
"""


@pytest.fixture
def executed(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often statements were executed, by the kind of node."""
    counts: Counter[str] = Counter()
    execute = Machine.execute

    def count(machine: Machine, node: cst.CSTNode, frame: object) -> object:
        counts[type(node).__name__] += 1
        return execute(machine, node, frame)  # type: ignore[arg-type]

    monkeypatch.setattr(Machine, "execute", count)
    return counts


def _seen(rounds: int) -> tuple[list[str], list[str], list[tuple[str, Mapping[str, object]]]]:
    """What a run of the factory leaves behind: values, unknowns, calls of functions."""
    exploration = explored(FACTORY.replace("ROUNDS", str(rounds)))
    tape = exploration.runs[0].tape
    entered = [(str(entry.output), {k: repr(v) for k, v in entry.names.items()}) for entry in tape.entered]
    return [repr(exploration.module.names["found"])], [reason for _, reason in tape.unknowns], entered


def test_a_self_contained_function_is_executed_once(executed: Counter[str]) -> None:
    """A layer more costs the statements of the factory, none of the function that it asks."""
    _seen(1)
    one = executed.total()
    executed.clear()
    _seen(6)
    assert executed.total() - one <= 5 * 6


def test_what_is_remembered_leaves_the_same_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    """Values, unknowns and entered functions, as if everything had been executed."""
    remembered = _seen(5)
    monkeypatch.setattr(self_contained, "_key", lambda *_: None)
    assert _seen(5) == remembered


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("def f(a):\n    return a + k\nk = 1\nr = [f(1)]\nk = 2\nr += [f(1)]", [2, 3]),
        ("def f(a):\n    return [a]\nr = f(1)\nr.append(2)\ns = f(1)\nr = [r, s]", [[1, 2], [1]]),
        (
            "def f(a, b=2):\n    return a - b\nr = [f(1, 5), f(b=1, a=5), f(a=1, b=5), f(1.0), f(1)]",
            [-4, 4, -4, -1.0, -1],
        ),
        ("def f(a):\n    return a\nr = [f(1), f(True), f(1)]", [1, True, 1]),
        ("len = lambda x: 7\ndef f(a):\n    return len(a)\nr = [f('abc'), f('abc')]", [7, 7]),
    ],
)
def test_what_may_change_is_not_remembered(body: str, expected: list[object]) -> None:
    """Globals that are read, results that can be changed, arguments that are only equal."""
    found = explored(body).module.names["r"]
    assert repr(found) == repr(expected)


def test_an_assumed_condition_is_heeded() -> None:
    """What holds in an arm is no answer for the other."""
    names = explored("""
    import somewhere
    def f(a):
        return 1 if a else 2
    def g(a):
        return 1 if not a else 2
    u = somewhere.word()
    before = f(u), g(u)
    if u:
        r, s = f(u), g(u)
    else:
        r, s = f(u) - 1, g(u) + 1
    """).module.names
    assert (names["r"], names["s"]) == (1, 2)


def test_registries_are_looked_for_without_building_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    """A dict that is no registry asks nothing of the definitions that wait."""
    asked: list[bool] = []
    monkeypatch.setattr(deferred.Deferred, "is_busy", property(lambda self: bool(asked.append(True))))
    body = (
        "from other import a\n"
        + "d = {}\nfor i in range(50):\n    try:\n        d[i]\n    except KeyError:\n        pass\n"
    )
    explored(body, {"models/other.py": "@deco\ndef a():\n    return 1\n@deco\ndef b():\n    return 2\n"})
    assert len(asked) < 5


@pytest.mark.parametrize("rounds", [40, 80])
def test_a_join_compares_what_an_arm_touched(rounds: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A list that grows in one arm of each round is not compared from its beginning each time."""
    compared: Counter[str] = Counter()

    def count(left: object, right: object) -> bool:
        compared["pairs"] += 1
        return same(left, right)

    monkeypatch.setattr(heap, "same", count)
    monkeypatch.setattr(value_join, "same", count)
    explored(f"""
    import somewhere
    found = []
    for i in range({rounds}):
        if somewhere.asks(i):
            found.append(i)
    """)
    assert compared.total() <= 4 * rounds


def test_a_chain_of_classes_merges_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only a class of several bases needs a merge; both orders are Python's."""
    merged: list[int] = []
    merge = classes._merge
    monkeypatch.setattr(classes, "_merge", lambda orders: merged.append(len(orders)) or merge(orders))
    chain = "class N0:\n    pass\n" + "".join(f"class N{i}(N{i - 1}):\n    pass\n" for i in range(1, 100))
    names = explored(chain + "class A(N0):\n    pass\nclass B(A, N0):\n    pass\n").module.names
    assert sum(length > 1 for length in merged) == 1
    last, both = names["N99"], names["B"]
    assert isinstance(last, classes.Class) and isinstance(both, classes.Class)
    assert [cls.name for cls in last.mro] == [f"N{i}" for i in range(99, -1, -1)]
    assert [cls.name for cls in both.mro] == ["B", "A", "N0"]


def test_functions_that_are_neither_run_nor_spoken_of_are_not_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each costs the nodes of its header; one with a claim or that is run costs its body, once."""
    nodes: list[int] = []
    parse = cst.parse_module

    def counted(text: str) -> cst.Module:
        tree = parse(text)
        nodes.append(_nodes(tree))
        return tree

    monkeypatch.setattr(cst, "parse_module", counted)
    helper = "def helper{}(x):\n" + "    x = [x + 1, x + 2, x + 3]\n" * 50 + "    return x\n"
    counts = []
    for count in (1, 2, 3):
        nodes.clear()
        check_source("import torch\n" + "".join(map(helper.format, range(count))), "input.py")
        counts.append((len(nodes), sum(nodes)))
    assert {calls for calls, _ in counts} == {1}
    assert counts[2][1] - counts[1][1] == counts[1][1] - counts[0][1] < 40
    nodes.clear()
    check_source("import torch\n" + helper.format(0) + "helper0(1)\nhelper0(2)\n", "input.py")
    assert len(nodes) == 2


def test_work_grows_with_the_layers_and_not_with_their_square(monkeypatch: pytest.MonkeyPatch) -> None:
    """Places asked for and layers compared, of a Sequential with a true comment beside each layer."""
    counts: Counter[str] = Counter()
    span, differing = Source.span, odd_layer._differing

    def counted_span(source: Source, node: cst.CSTNode) -> Span:
        counts["spans"] += 1
        return span(source, node)

    def counted_differing(one: Call, other: Call) -> list[str]:
        counts["compared"] += 1
        return differing(one, other)

    monkeypatch.setattr(Source, "span", counted_span)
    monkeypatch.setattr(odd_layer, "_differing", counted_differing)
    found = []
    for size in (20, 40, 80):
        counts.clear()
        layers = "    nn.Conv2d(8, 8, 3, padding=1),  # (N, 8, 32, 32)\n" * size
        check_source(f"import torch.nn as nn\nnet = nn.Sequential(\n{layers})\n", "input.py")
        found.append(dict(counts))
    assert found[2]["compared"] == found[0]["compared"]
    assert found[2]["spans"] - found[1]["spans"] <= 2 * (found[1]["spans"] - found[0]["spans"]) + 80


@pytest.mark.parametrize("leaves", ["break", "return x"])
def test_a_loop_that_an_unknown_condition_ends_is_not_followed_until_nothing_is_left(
    leaves: str, executed: Counter[str]
) -> None:
    """``while True`` until labels agree that nobody knows; one whose end is known takes the rounds that it takes."""
    found = explored(f"""
    import somewhere
    def settle(x):
        while True:
            x = x * 2
            for i in range(20):
                x[i] = x[i] + 1
            if (x == somewhere.label()).all():
                {leaves}
        return x
    settled = settle(torch.zeros(20, 3))
    rounds = 0
    while True:
        rounds += 1
        if rounds == 40:
            break
    """)
    assert executed.total() < 2_000
    assert found.module.names["rounds"] == 40
    assert found.runs[0].ended is None


@pytest.mark.parametrize("attributes", ["model.ema model.module", "model.left model.right"])
def test_what_is_read_off_an_unknown_argument_is_asked_no_deeper(attributes: str, executed: Counter[str]) -> None:
    """A parameter that nobody gives is a symbol, and so are its attributes: a recursion on them asks the same again."""
    first, second = attributes.split()
    explored(f"""
    import somewhere
    def unwrap(model):
        if somewhere.wraps(model):
            return unwrap({first})
        elif somewhere.compiles(model):
            return unwrap({second})
        return model
    class Net(nn.Module):
        def __init__(self, model):
            super().__init__()
            self.model = unwrap(model)
    """)
    assert executed.total() < 300


def _nodes(node: cst.CSTNode) -> int:
    return 1 + sum(map(_nodes, node.children))


def test_a_recursion_on_what_is_unknown_is_not_followed_in_all_ways(executed: Counter[str]) -> None:
    """``unwrap(model.module)`` in two arms is a tree of calls, each of which asks the same of an unknown value."""
    names = explored("""
    import somewhere
    def unwrap(model):
        if somewhere.wraps(model):
            return unwrap(model.ema)
        elif somewhere.compiles(model):
            return unwrap(model.module)
        return 3
    found = unwrap(somewhere.model())
    after = 5
    """).module.names
    assert executed.total() < 200
    assert isinstance(names["found"], Unknown)
    assert names["after"] == 5


def test_a_table_of_names_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file that imports it has a list of its own, and none evaluates the strings one by one."""
    evaluated: Counter[str] = Counter()
    evaluate = Machine.evaluate

    def count(machine: Machine, node: cst.CSTNode, frame: Frame) -> object:
        evaluated[type(node).__name__] += 1
        return evaluate(machine, node, frame)

    monkeypatch.setattr(Machine, "evaluate", count)
    table = [f"class {number}" for number in range(200)]
    text = f"names = {table!r}\nfirst = names.pop(0)\nfor _ in range(2):\n    again = {table!r}\n    again.append(1)\n"
    names = explored(text).module.names
    assert names["names"] == table[1:]
    assert names["again"] == [*table, 1]
    assert not evaluated["SimpleString"]


def test_other_tables_are_evaluated() -> None:
    """Escapes, numbers and what is put together are no plain strings."""
    words = ["'a\\tb'", "1", "'c' 'd'", "f'{2}'", "*'ef'", "r'g'", '"""h"""']
    names = explored(
        "".join(
            f"r{at} = [{'0,' * 40} {word}]\ns{at} = ['x'{', ' + word + ', 1' * 40}]\n".replace("0,", "'0',")
            for at, word in enumerate(words)
        )
    ).module.names
    last = [["a\tb"], [1], ["cd"], ["2"], ["e", "f"], ["g"], ["h"]]
    assert [names[f"r{at}"] for at in range(len(words))] == [["0"] * 40 + each for each in last]
    assert [names[f"s{at}"] for at in range(len(words))] == [["x", *each, *[1] * 40] for each in last]


def test_what_one_arm_made_is_joined_by_its_modules(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the forty attributes of a layer that is built in an arm none is looked into, however many arms are around it."""
    asked: list[object] = []
    join = heap._join_entries
    monkeypatch.setattr(heap, "_join_entries", lambda values, *more: asked.append(values) or join(values, *more))
    names = explored("""
    import somewhere
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.inner = nn.Conv2d(3, 8, 3)
    if somewhere.a():
        if somewhere.b():
            if somewhere.c():
                net = Net()
    """).module.names
    net = names["net"]
    assert isinstance(net, Choice)
    assert isinstance(net.options[0], Instance)
    assert "inner" in net.options[0].attributes
    assert len(asked) < 12


def test_the_words_of_a_docstring_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A library says the same of the same argument everywhere; what has no bracket and announces nothing is not read."""
    read: list[str] = []
    of = docstring.Line.of
    monkeypatch.setattr(docstring.Line, "of", lambda text: read.append(text) or of(text))
    docstring._has_shape.cache_clear()
    entries = (
        "Args:\n    progress (bool): whether to tell\n    weights: those of the paper\n    x: a batch (N, C, H, W)\n"
    )
    first, second = docstring.parse_docstring(entries), docstring.parse_docstring(f"Another.\n\n{entries}")
    assert [claim.name for claim in first] == [claim.name for claim in second] == ["x"]
    assert second[0].pattern.start - first[0].pattern.start == len("Another.\n\n")
    assert len(read) == 4  # progress, x, and x at both of its places
