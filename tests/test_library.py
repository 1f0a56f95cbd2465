"""What is declared of libraries: every file is found, every name answers, and no call of any of them is an internal error."""

from __future__ import annotations

import inspect
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from interp_support import explored, result, values

from shapelint.interp import Project
from shapelint.interp.library.catalogue import meaning_of, star_names
from shapelint.interp.library.declare import MEANINGS
from shapelint.interp.library.pictures import picture
from shapelint.interp.library.shelves import load, shelved
from shapelint.interp.machine.flow import OutOfFuel
from shapelint.interp.machine.machine import Machine
from shapelint.interp.model.classes import Class, Instance
from shapelint.interp.model.frame import Frame
from shapelint.interp.model.functions import Bound, Builtin, ClassMethod, Partial, StaticMethod
from shapelint.interp.model.open_shape import ShapeOf
from shapelint.interp.model.values import (
    Choice,
    External,
    Gap,
    OneOf,
    Ratio,
    Thrown,
)
from shapelint.layers.signature import signature
from shapelint.ops.elements import Array
from shapelint.shapes import Parameter, Shape, Tensor, Unknown, fresh, symbol, unknown_rank

LIBRARY = Path(__file__).parent.parent / "shapelint" / "interp" / "library"
CASES = int(os.environ.get("SHAPELINT_CASES", "1")) * 5

for _module in shelved():
    load(_module)


def declared() -> Iterator[tuple[str, tuple[Class | None, Builtin]]]:
    """Every function and method that a library declares, by name, with the class of a method."""
    for name, value in MEANINGS.items():
        owner = value if isinstance(value, Class) else None
        members = owner.names if owner else value.members if isinstance(value, Builtin) else {}
        for part, member in (("", value), *((f".{part}", member) for part, member in members.items())):
            function = member.function if isinstance(member, (StaticMethod, ClassMethod)) else member
            if isinstance(function, Builtin) and "parameters" in inspect.getclosurevars(function.call).nonlocals:
                yield f"{name}{part}", (owner, function)


FUNCTIONS = dict(declared())


def declaration(name: str) -> Any:
    """What ``modelled`` was given: ``parameters`` and ``function``."""
    return inspect.getclosurevars(FUNCTIONS[name][1].call).nonlocals


# -- the shelves ------------------------------------------------------------------------------------------------------


def test_every_file_on_a_shelf_is_found() -> None:
    """Listing is all that it takes; folders are packages, so that what models ``a`` is imported before what models ``a.b``."""
    files = {path.relative_to(LIBRARY) for path in LIBRARY.glob("*/**/*.py")}
    places = {".".join(path.with_suffix("").parts).removesuffix(".__init__") for path in files}
    assert set(shelved().values()) == {place for place in places if "." in place}
    assert not [path.parent for path in files if path.parent / "__init__.py" not in files]


def test_no_two_shelves_model_the_same_module() -> None:
    """Or one of them would never be imported."""
    files = [path.relative_to(LIBRARY).parts[1:] for path in LIBRARY.glob("*/**/*.py") if path.parent.parent != LIBRARY or path.name != "__init__.py"]  # fmt: skip
    assert len(files) == len(set(files))


@pytest.mark.parametrize("name", MEANINGS)
def test_every_declared_name_answers(name: str) -> None:
    """By its full dotted name, unless another name of the same thing is the one that is looked up."""
    assert meaning_of(name) is MEANINGS[name]


def in_a_fresh_process(code: str) -> list[str]:
    """What ``code`` prints where no library was imported before, in words."""
    command = [sys.executable, "-c", code]
    return subprocess.run(command, capture_output=True, text=True, check=True, cwd=LIBRARY.parents[2]).stdout.split()


def test_a_library_is_imported_when_it_is_asked_for() -> None:
    """A file that never names argparse does not pay for it."""
    code = """
import sys, shapelint.interp
from shapelint.interp.library.catalogue import meaning_of
for name in ("torch.nn.Conv2d", "argparse.ArgumentParser"):
    meaning_of(name)
    print("shapelint.interp.library.python.argparse" in sys.modules)
"""
    assert in_a_fresh_process(code) == ["False", "True"]


def test_a_library_brings_those_it_is_made_with() -> None:
    """The images of torchvision are PIL's, in a file that does not import PIL itself."""
    code = """
from shapelint.interp import Project
from shapelint.interp.paths.exploration import explore
from shapelint.source.parse import parse
text = "import torch\\nfrom torchvision import datasets as d\\nr = d.FakeData(9)[0][0].convert('L').bands"
print(explore(parse(text, "a.py"), Project(lambda path: None)).module.names["r"])
"""
    assert in_a_fresh_process(code) == ["1"]


def test_star_imports_bind_what_is_declared() -> None:
    """``from math import *``."""
    assert {"pi", "sqrt", "ceil"} <= set(star_names(Project(lambda path: None), "math"))
    assert result("from itertools import *\nr = list(chain([1], repeat(2, 2)))") == [1, 2, 2]


ITERATORS = [
    "list(product([1, 2], repeat=2))", "list(product([1, 2], 'ab'))", "list(accumulate([1, 2, 3], operator.mul))",
    "list(accumulate([1, 2], initial=5))", "list(chain.from_iterable([[1], [2]]))", "list(repeat(3, 2))",
    "functools.reduce(operator.add, [1, 2], 10)", "functools.partial(dict, func=1)(args=2)", "format(3)", "repr('a')",
    "max([], default=4)", "max(3, 5, key=lambda x: -x)", "[*range(2)], [*range(1, 6, 2)]", "dict([('a', 1)], b=2)",
    "round(2.567, 1), round(7), int('101', 2)", "list(map(operator.add, [1, 2], [3, 4]))",
    "re.sub('a', 'b', 'aaa', 2), re.split('-', 'a-b-c', maxsplit=1)", "re.compile('b').search('ab', 1).span()",
]  # fmt: skip


@pytest.mark.parametrize("source", ITERATORS)
def test_known_arguments_give_what_python_gives(source: str) -> None:
    """Counts, starts, keys and defaults included."""
    before = "import functools, operator, re\nfrom itertools import *\n"
    names: dict[str, Any] = {}
    exec(f"{before}r = {source}", names)
    assert result(f"{before}r = {source}") == names["r"]


def test_what_is_only_known_in_part_is_not_taken_for_all() -> None:
    """A queue of bounded length loses elements; a fill may be among unknown arguments."""
    assert str(
        result("from collections import deque\nq = deque([1, 2], maxlen=2)\nq.append(3)\nr = len(q)")
    ).startswith("Unknown")
    assert "may be among" in str(result("import elsewhere\nr = getattr(object(), 'a', *elsewhere.more)"))


# -- libraries that models read their settings and helpers from --------------------------------------------------------


NAMESPACES = [
    "r = SimpleNamespace(width=64, depth=[1, 2]).width", "c = SimpleNamespace(); c.width = 8; r = c.width",
    "r = hasattr(SimpleNamespace(a=1), 'b')", "r = getattr(SimpleNamespace(a=1), 'b', 5)",
    "c = SimpleNamespace(**{'a': 1}, self=2); r = (c.a, c.self)",
    "c = SimpleNamespace(inner=SimpleNamespace(a=1)); c.inner.a += 1; r = c.inner.a", "r = SimpleNamespace(a=1).__dict__",
]  # fmt: skip


@pytest.mark.parametrize("source", NAMESPACES)
def test_a_namespace_has_the_attributes_that_it_has_in_python(source: str) -> None:
    """``types.SimpleNamespace``, compared with itself."""
    source = f"from types import SimpleNamespace\n{source}"
    names: dict[str, Any] = {}
    exec(source, names)
    assert result(source) == names["r"]


def test_a_namespace_of_unknown_options_may_have_any_attribute() -> None:
    """And still has those that are given by name."""
    found = values("import elsewhere, types\nc = types.SimpleNamespace(a=1, **elsewhere.options)\nr, s = c.a, c.b")
    assert found["r"] == 1
    assert isinstance(found["s"], Unknown)


# timm/layers/helpers.py and timm/layers/drop.py
HELPERS = {
    "to_2tuple(7)": (7, 7), "to_2tuple((7, 9))": (7, 9), "to_2tuple([7, 8, 9])": (7, 8, 9), "to_3tuple('same')": ("same",) * 3,
    "DropPath(0.1)(torch.zeros(2, 16, 8))": "(2, 16, 8)", "DropPath().drop_prob": 0.0,
    "nn.Sequential(nn.Linear(8, 4), DropPath(0.1))(torch.zeros(2, 8))": "(2, 4)", "trunc_normal_(torch.zeros(3), std=0.02)": "(3,)",
}  # fmt: skip


@pytest.mark.parametrize("place", ["timm.layers", "timm.models.layers"])
@pytest.mark.parametrize("source", HELPERS)
def test_helpers_of_timm(place: str, source: str) -> None:
    """Sizes for both axes, paths that are dropped, weights that are filled: under their old place too."""
    assert result(f"from {place} import DropPath, to_2tuple, to_3tuple, trunc_normal_\nr = {source}") == HELPERS[source]


# -- declarations -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_model_takes_the_parameters_that_it_declares(name: str) -> None:
    """Under the same names, after the invocation."""
    parts = declaration(name)
    text = signature(parts["parameters"])
    expected = {*text.positional, *text.keyword_only, text.rest, text.keywords} - {None}
    first, *taken = inspect.signature(parts["function"]).parameters.values()
    assert first.name == "at"
    named = {parameter.name for parameter in taken if parameter.kind is not parameter.VAR_KEYWORD}
    assert named == expected or (named < expected and taken[-1].kind is taken[-1].VAR_KEYWORD)


HELD = (
    "dataset",
    "datasets",
    "tensors",
    "indices",
    "iterable",
    "options",
    "collate_fn",
    "batch_size",
    "transform",
    "_match",
    "bands",
)
"""Attributes that methods read."""


@cache
def anything() -> st.SearchStrategy[Any]:
    """Values of every kind."""
    odd = values("import elsewhere\nclass C:\n    pass\nc = C()\ndef f(x=1, *y, z=2, **k): return x\ng = lambda x: x")
    n, classes = symbol("n"), [value for value in MEANINGS.values() if isinstance(value, Class)]
    plain = st.sampled_from([
        None, ..., True, 0, 1, -1, 3, 4096, 10**30, -(10**30), 0.5, float("nan"), float("inf"), "", "a", "i_k3", "(", "%d", b"x",
        range(3), slice(None), (), (1, 2), (3, 40, 60), [1], ["a", "b"], [[1, 2], [3, 4]], {"a": 1}, {1: 2}, {1, 2}, (1, (2, 3)),
        "9" * 5000, 10**5000, re.compile("a"), re.match("a", "a"),
    ])  # fmt: skip
    ours = st.sampled_from([
        n, n * 2 + 1, fresh("h"), symbol("size"), Ratio(n * 3, 2), Unknown("odd"), OneOf("odd", [{"a": 1}, {}]), Gap("odd"),
        Gap("odd", Tensor(Shape((3, 4)))), Tensor(Shape(())), Tensor(Shape((2, 3, 8, 8))), Tensor(Shape((n, 3))), Tensor(unknown_rank("odd")),
        Tensor(Shape(()), "float", float("nan")), Tensor(Shape((2,)), "int", [1, 2]), Array(Shape((8, 8, 3)), "int"),
        Array(Shape((2,)), "float", [1.5, 2.5]), Parameter(Shape((3,))), ShapeOf(Tensor(unknown_rank("odd"))), Choice((1, None)),
        Choice((picture(), Tensor(Shape((3, 8, 8))))), Choice((picture(), picture(1, 2, 3))), picture(), picture(3, 8, n, vague=True),
        External("elsewhere.x"), External("torch.nn"), odd["C"], odd["c"], odd["f"], odd["g"], Bound(odd["f"], 1), Partial(odd["f"], (), {}),
    ])  # fmt: skip
    functions = st.sampled_from([function for _, function in FUNCTIONS.values()])
    single = st.one_of(plain, ours, functions, st.sampled_from(classes))
    several = st.one_of(
        st.lists(single, max_size=3), st.dictionaries(st.sampled_from(["a", "size"]), single, max_size=2)
    )
    held = st.dictionaries(st.sampled_from(HELD), st.one_of(single, several), max_size=4)
    return st.one_of(plain, ours, single, several, st.builds(Instance, st.sampled_from(classes), held))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_no_call_is_an_internal_error(name: str) -> None:
    """Whatever is given: a value, or an exception of the linted program."""
    owner, function = FUNCTIONS[name]
    text = signature(declaration(name)["parameters"])
    names = [*text.positional, *text.keyword_only, "other", "**"]
    module = explored("x = torch.zeros(1)\nclass C: pass").module
    node = module.source.tree
    attributes = st.dictionaries(st.sampled_from(HELD), anything(), max_size=6)

    @settings(max_examples=CASES, deadline=None, derandomize=True)
    @given(
        attributes, st.lists(anything(), max_size=4), st.dictionaries(st.sampled_from(names), anything(), max_size=2)
    )
    def check(held: dict[str, Any], args: list[Any], kwargs: dict[str, Any]) -> None:
        if text.positional[:1] == ("self",) and owner is not None and len(args) < 4:
            args = [Instance(owner, held), *args]
        if "**" in kwargs:
            kwargs["**"] = Gap("unknown keyword arguments", {names[0]: None} if len(args) % 2 else None)
        machine = Machine(Project(lambda path: None), 2000)
        frame = Frame(module, {}, None, node)
        try:
            with machine.activation(frame):
                function.call(machine, args, kwargs, node, frame)
        except (Thrown, OutOfFuel):
            return

    check()
