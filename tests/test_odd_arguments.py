"""Whatever a program gives to what the linter knows, the answer is a value, an unknown, or an exception of the program.

Constructors and calls of layers, operators, methods of tensors and arrays, Python's functions and methods, libraries, and
Python's syntax on values: none of them may raise anything else, which would be an internal error.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import given, seed, settings
from hypothesis import strategies as st
from layer_arguments import ARGUMENTS as LAYERS
from odd_values import ARGUMENTS, KEYWORDS, MODULE, PROJECT, TENSORS, VALUES, machine_for
from ops_oracle import our_value
from oracle import COMPARED, cases

from shapelint import ops
from shapelint.interp.library.declare import MEANINGS
from shapelint.interp.library.shelves import load, shelved
from shapelint.interp.machine.flow import OutOfFuel
from shapelint.interp.machine.machine import Machine
from shapelint.interp.machine.tables import ITEMS, call
from shapelint.interp.machine.value_join import join
from shapelint.interp.model.classes import Class
from shapelint.interp.model.frame import Frame
from shapelint.interp.model.functions import Builtin
from shapelint.interp.model.module_tree import MODULE as NN_MODULE
from shapelint.interp.model.module_tree import is_module
from shapelint.interp.model.values import Thrown
from shapelint.interp.modules.containers import CONTAINERS
from shapelint.interp.objects.attribute_reads import get_attribute, has_attribute
from shapelint.interp.objects.comparisons import contains, equal, identical
from shapelint.interp.objects.iteration import iterate, unpack
from shapelint.interp.objects.operators import SYMBOLS, operate
from shapelint.interp.syntax.assign import _set_in_list
from shapelint.layers import CATALOGUE
from shapelint.shapes import Tensor

for _library in shelved():
    load(_library)

pytestmark = pytest.mark.slow

CALLABLES = {
    "layers": sorted(f"torch.nn.{name}" for name in CATALOGUE),
    "functions": sorted([*ops.FUNCTIONS, *ops.EINOPS]),
    "libraries": sorted(name for name, value in MEANINGS.items() if isinstance(value, (Builtin, Class))),
}
"""Full dotted names."""
PARTS = 10
"""The same arguments go to every tenth callable: to draw them takes longer than to call."""
ATTRIBUTES = sorted({
    *ops.METHODS, *ops.ARRAY_METHODS, "shape", "T", "mT", "H", "mH", "real", "imag", "dtype", "device", "ndim", "grad", "data",
    "itemsize", "nbytes", "names", "is_cuda", "requires_grad", "nothing",
})  # fmt: skip
NATIVE: tuple[Callable[[], Any], ...] = (
    lambda: "a b {0} %d", lambda: "", lambda: "é", lambda: [3, 1, 2], lambda: [[1], "a", None], lambda: (3, 1), lambda: {"a": 1, 2: None},
    lambda: {3, "a"}, lambda: -7, lambda: 2.5, lambda: True, lambda: b"a", lambda: range(3), lambda: None, lambda: slice(3),
)  # fmt: skip
OF_NATIVE = sorted({name for make in NATIVE for name in dir(make()) if not name.startswith("__")})
OF_MODULES = sorted({*NN_MODULE.names, *(name for cls in CONTAINERS.values() for name in cls.names)})
NAMED = st.dictionaries(st.sampled_from(KEYWORDS), VALUES, max_size=2)


def _survives(what: object, steps: Callable[[Machine, Frame], object]) -> None:
    """Do it once; the exceptions of a program, and the end of the fuel, are answers too."""
    COMPARED["calls with odd arguments"] += 1
    try:
        steps(*machine_for())
    except (Thrown, OutOfFuel):
        pass
    except Exception as error:
        raise AssertionError(f"{what}: {error!r}") from error


def _use(machine: Machine, frame: Frame, value: Any, inputs: Sequence[Any]) -> None:
    """What a program does with a result: it calls a module, and looks into everything else."""
    machine.truth(value)
    if is_module(value):
        _use(machine, frame, call(machine, value, inputs, {}, None, frame), inputs)
    elif isinstance(value, Tensor):
        for other in (2, *inputs):
            operate(machine, "*", value, other, MODULE.source.tree, frame)
    elif isinstance(value, (list, tuple)):
        iterate(machine, value, MODULE.source.tree, frame)


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("kind", CALLABLES)
def test_calls(kind: str, part: int) -> None:
    """Of layers and what they make, functions, and what libraries declare: each of them with many arguments."""

    @seed(part)  # other arguments for each part
    @settings(max_examples=cases(15))
    @given(ARGUMENTS, NAMED, st.lists(TENSORS, max_size=3))
    def survive(args: list[Any], kwargs: dict[str, Any], inputs: list[Any]) -> None:
        for name in CALLABLES[kind][part::PARTS]:

            def steps(machine: Machine, frame: Frame, name: str = name) -> None:
                _use(machine, frame, call(machine, PROJECT.external(name), args, kwargs, None, frame), inputs)

            _survives((name, args, kwargs, inputs), steps)

    survive()


@settings(max_examples=cases(300))
@given(st.sampled_from(sorted(LAYERS)), st.data(), st.lists(st.one_of(TENSORS, VALUES), min_size=1, max_size=2))
def test_nearly_right_calls_of_layers(name: str, data: st.DataObject, odd: list[Any]) -> None:
    """One or two arguments of a constructor or a call are odd, the others such that it works with them."""
    spatial = int(name[-2]) if name[-1] == "d" and name[-2].isdigit() else 2
    kwargs, inputs = LAYERS[name](data.draw, spatial)
    named, given = dict(kwargs), list(our_value(inputs))
    for value in odd:
        places = st.sampled_from([*CATALOGUE[name].signature.positional, *range(len(given))])
        place = data.draw(places) if given or CATALOGUE[name].signature.positional else "nothing"
        if isinstance(place, int):
            given[place] = value
        else:
            named[place] = value

    def steps(machine: Machine, frame: Frame) -> None:
        _use(machine, frame, call(machine, PROJECT.external(f"torch.nn.{name}"), (), named, None, frame), given)

    _survives((name, named, given), steps)


@pytest.mark.parametrize(
    ("holders", "names"),
    [(TENSORS, ATTRIBUTES), (st.sampled_from(NATIVE).map(lambda make: make()), OF_NATIVE), (VALUES, [*OF_NATIVE, *ATTRIBUTES])],
    ids=["tensors", "native", "anything"],
)  # fmt: skip
def test_methods(holders: st.SearchStrategy[Any], names: list[str]) -> None:
    """Of tensors and arrays, and of Python's own types; their attributes as well."""

    @settings(max_examples=cases(300))
    @given(holders, st.sampled_from(names), ARGUMENTS, NAMED)
    def survive(holder: Any, name: str, args: list[Any], kwargs: dict[str, Any]) -> None:
        def steps(machine: Machine, frame: Frame) -> None:
            has_attribute(machine, holder, name)
            found = get_attribute(machine, holder, name)
            if not isinstance(found, Tensor):
                found = call(machine, found, args, kwargs, None, frame)
            _use(machine, frame, found, args)

        _survives((holder, name, args, kwargs), steps)

    survive()


def test_methods_of_modules() -> None:
    """Of layers and containers, however they were built."""
    kinds = [*CALLABLES["layers"], *(f"torch.nn.{name}" for name in CONTAINERS), "torch.nn.Module"]

    @settings(max_examples=cases(300))
    @given(st.sampled_from(kinds), ARGUMENTS, st.sampled_from(OF_MODULES), ARGUMENTS, NAMED)
    def survive(kind: str, given: list[Any], name: str, args: list[Any], kwargs: dict[str, Any]) -> None:
        def steps(machine: Machine, frame: Frame) -> None:
            module = call(machine, PROJECT.external(kind), given, {}, None, frame)
            call(machine, get_attribute(machine, module, name), args, kwargs, None, frame)
            _use(machine, frame, module, args)

        _survives((kind, given, name, args, kwargs), steps)

    survive()


@settings(max_examples=cases(300))
@given(
    st.one_of(TENSORS, VALUES), st.one_of(TENSORS, VALUES), st.sampled_from(sorted(SYMBOLS.values())), st.integers(0, 4)
)
def test_operators_and_syntax(left: Any, right: Any, symbol: str, count: int) -> None:
    """Operators, subscripts, comparisons, iteration, unpacking, and the join of two values."""
    tree = MODULE.source.tree
    for step in (
        lambda machine, frame: operate(machine, symbol, left, right, tree, frame, in_place=bool(count % 2)),
        lambda machine, frame: ITEMS[dict](machine, left, right, tree, frame),
        lambda machine, frame: contains(machine, left, right),
        lambda machine, frame: (identical(left, right), equal(machine, left, right), machine.truth(left)),
        lambda machine, frame: iterate(machine, left, tree, frame),
        lambda machine, frame: unpack(machine, left, count, None if count % 2 else 0, tree, frame),
        lambda machine, frame: join([left, right]),
        lambda machine, frame: call(machine, left, [right], {}, None, frame),
        lambda machine, frame: _set_in_list([1, 2, 3], left, right),
    ):
        _survives((left, symbol, right, count), step)
