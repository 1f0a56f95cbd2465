"""What classes remember of their bases: the same as if all of them were searched each time, in time that does not grow."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import libcst as cst
import pytest
from interp_support import explored, result

from shapelint.interp.machine.heap import Heap
from shapelint.interp.model import classes
from shapelint.interp.model.class_names import ClassNames
from shapelint.interp.model.classes import Class

NODE = cst.ensure_type(cst.parse_statement("class A: pass"), cst.ClassDef)
NAMES = "abcde"


def _searched(order: Sequence[Class], name: str) -> tuple[Class, object] | None:
    return next(((base, base.names[name]) for base in order if name in base.names), None)


CHANGES: dict[str, Callable[[ClassNames, str, int], object]] = {
    "set": lambda names, name, value: names.__setitem__(name, value),
    "delete": lambda names, name, _: names.pop(name, None),
    "del": lambda names, name, _: names.__delitem__(name) if name in names else None,
    "setdefault": lambda names, name, value: names.setdefault(name, value),
    "update": lambda names, name, value: names.update({name: value}),
    "or": lambda names, name, value: names.__ior__({name: value}),
    "popitem": lambda names, *_: names.popitem() if names else None,
    "clear": lambda names, *_: names.clear(),
}


@pytest.mark.parametrize("seed", range(20))
def test_what_is_remembered_is_what_a_search_finds(seed: int) -> None:
    """Chains, diamonds and provided bases, whose names come and go in every way in which a dict changes, and are undone."""
    draw, heap = random.Random(seed), Heap()
    made = [Class("provided"), Class("derived", (Class("provided too"),))]
    for number in range(12):
        bases = draw.sample(made, draw.choice((0, 1, 1, 1, 1, 2)))
        made.append(Class(f"C{number}", tuple(bases), node=NODE))
    before: list[Callable[[], object]] = []
    for value in range(600):
        if draw.random() < 0.5:
            changed = draw.choice(made).names
            heap.touch(changed)
            draw.choice(list(CHANGES.values()))(changed, draw.choice(NAMES), value)
        if draw.random() < 0.05:
            heap.begin()
            before.append(heap.take_back)
        elif before and draw.random() < 0.05:
            before.pop()()
        for cls in draw.sample(made, 4):
            name = draw.choice(NAMES)
            assert cls.find(name) == _searched(cls.mro, name)
            after = draw.choice(cls.mro)
            assert cls.find(name, after) == _searched(cls.mro[cls.mro.index(after) + 1 :], name)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("r = [d.k]\nB.k = 2\nr.append(d.k)\ndel C\nA.k = 3\nr.append(d.k)", [1, 2, 2]),
        ("r = [hasattr(d, 'new')]\nA.new = 1\nr += [hasattr(d, 'new'), d.new]", [False, True, 1]),
        ("r = [d.k]\nif somewhere.asks():\n    C.k = d.k\n    r[0] = d.k\nelse:\n    r[0] = d.k", [1]),
        ("r = [d.f()]\nB.f = lambda self: 4\nr.append(d.f())", [0, 4]),
        ("r = []\nfor i in range(3):\n    setattr(C, f'n{i}', i)\n    r.append(getattr(d, f'n{i}'))", [0, 1, 2]),
    ],
)
def test_a_program_changes_its_classes(body: str, expected: list[object]) -> None:
    """After an attribute was looked up, through objects of a subclass."""
    chain = (
        "import somewhere\nclass A:\n    k = 1\n    def f(self):\n        return 0\nclass B(A):\n    pass\n"
        "class C(B):\n    pass\nclass D(C):\n    pass\nd = D()\n"
    )
    assert result(chain + body) == expected


def test_a_chain_is_not_searched_for_each_of_its_classes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A class more costs the same search, however deep it is."""
    searched: list[int] = []
    first = classes._first
    monkeypatch.setattr(classes, "_first", lambda order, name: searched.append(len(order)) or first(order, name))
    totals = []
    for size in (50, 100, 200):
        searched.clear()
        methods = "".join(
            f"class N{i}(N{i - 1}):\n    def f{i}(self):\n        return self.f0(0)\n" for i in range(1, size)
        )
        explored("class N0(nn.Module):\n    def f0(self, x):\n        return x\n" + methods)
        totals.append(sum(searched))
    assert totals[2] - totals[1] == 2 * (totals[1] - totals[0])
