"""Small tensors and arrays carry the numbers that torch and numpy compute."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import cases

from shapelint import ops
from shapelint.ops.elements import float32
from shapelint.shapes import Needs, Reject, Shape, Tensor, Unknown

NEED = Needs()


def f(name: str, *args: Any, **kwargs: Any) -> Any:
    return ops.FUNCTIONS[name].apply(NEED, args, kwargs)


def m(tensor: Any, name: str, *args: Any, **kwargs: Any) -> Any:
    return ops.METHODS[name].apply(NEED, (tensor, *args), kwargs)


def o(symbol: str, left: Any, right: Any) -> Any:
    return ops.operate(NEED, symbol, left, right)


reals = st.floats(-1e4, 1e4, allow_nan=False)
numbers = st.one_of(st.integers(-1000, 1000), reals)


@settings(max_examples=cases(300))
@given(reals, reals, st.integers(1, 60))
def test_linspace_is_torch_s_to_the_last_bit(start: float, end: float, steps: int) -> None:
    """Drop-path rates are ``[x.item() for x in torch.linspace(0, rate, depth)]``."""
    ours = f("torch.linspace", start, end, steps)
    assert ours.elements == torch.linspace(start, end, steps).tolist()


@settings(max_examples=cases(300))
@given(reals, reals, st.integers(1, 60), st.booleans())
def test_numpy_linspace_is_numpy_s_to_the_last_bit(start: float, end: float, steps: int, endpoint: bool) -> None:
    """In float64."""
    ours = f("numpy.linspace", start, end, steps, endpoint=endpoint)
    assert ours.elements == np.linspace(start, end, steps, endpoint=endpoint).tolist()


@settings(max_examples=cases(200))
@given(numbers, numbers, st.sampled_from((1, 2, -1, 0.5, 0.1, -3)))
def test_arange_is_torch_s_and_numpy_s(start: float, end: float, step: float) -> None:
    """The length and every number."""
    if (end - start) / step > 4000:
        return
    assert f("numpy.arange", start, end, step).elements == np.arange(start, end, step).tolist()
    if (end - start) / step >= 0:
        # torch's vectorised ranges round differently on different processors
        expected = torch.arange(start, end, step).tolist()
        assert f("torch.arange", start, end, step).elements == pytest.approx(expected, rel=3e-7, abs=1e-6)


@settings(max_examples=cases(400))
@given(
    st.lists(numbers, min_size=1, max_size=8),
    numbers,
    st.sampled_from(("+", "-", "*", "/", "//", "%", "<", "<=", "==", "!=")),
    st.booleans(),
)
def test_arithmetic_with_numbers_is_torch_s(values: list[float], number: float, symbol: str, swapped: bool) -> None:
    """Rounded to float32 after every step, whole numbers exact."""
    python = {
        "+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b, "/": lambda a, b: a / b,
        "//": lambda a, b: a // b, "%": lambda a, b: a % b, "<": lambda a, b: a < b, "<=": lambda a, b: a <= b,
        "==": lambda a, b: a == b, "!=": lambda a, b: a != b,
    }[symbol]  # fmt: skip
    theirs, ours = torch.tensor(values), f("torch.tensor", values)
    if symbol in ("/", "//", "%") and (number == 0 or (swapped and 0 in values)):
        return
    result = python(number, theirs) if swapped else python(theirs, number)
    mine = o(symbol, number, ours) if swapped else o(symbol, ours, number)
    if mine.elements is None:
        return
    if symbol in ("//", "%") and result.dtype.is_floating_point:
        assert mine.elements == pytest.approx(result.tolist(), rel=1e-3, abs=abs(number) * 1e-3 + 1)
        return
    assert mine.elements == result.tolist()
    assert mine.dtype == {torch.float32: "float", torch.int64: "int", torch.bool: "bool"}[result.dtype]


@settings(max_examples=cases(300))
@given(
    st.lists(st.floats(0.01, 500), min_size=1, max_size=6),
    st.sampled_from(("log", "log2", "log10", "exp2", "sqrt", "rsqrt", "reciprocal", "sin", "cos", "tanh", "sigmoid", "round", "floor", "ceil", "neg", "abs", "square")),
)  # fmt: skip
def test_functions_are_torch_s_but_for_the_last_bit(values: list[float], name: str) -> None:
    """torch's vectorised functions may differ from the correctly rounded result by a unit in the last place."""
    if name == "exp2":
        values = [min(value, 100) for value in values]
    theirs, ours = getattr(torch.tensor(values), name)().tolist(), m(f("torch.tensor", values), name).elements
    exact = name in ("round", "floor", "ceil", "neg", "abs", "square")
    assert ours == (theirs if exact else pytest.approx(theirs, rel=3e-7, abs=1e-7))


@settings(max_examples=cases(300))
@given(st.floats(allow_nan=False))
def test_float32_is_the_nearest(value: float) -> None:
    """Overflow is infinite, as in a cast."""
    with np.errstate(over="ignore"):
        expected = float(np.float32(value))
    assert float32(value) == expected


@settings(max_examples=cases(200))
@given(st.lists(st.integers(0, 30), min_size=24, max_size=24), st.data())
def test_views_permutations_and_indices_keep_the_numbers(values: list[int], data: st.DataObject) -> None:
    """In row-major order, as torch lays them out."""
    order = data.draw(st.permutations(range(3)))
    key = data.draw(
        st.sampled_from(((0,), (slice(None), 1), (-1, slice(None, None, 2)), (slice(0, 1), 0, 1), (slice(1, -1),)))
    )
    theirs = torch.tensor(values).view(2, 3, 4).permute(*order).reshape(4, 3, 2)[key]
    ours = m(m(m(f("torch.tensor", values), "view", 2, 3, 4), "permute", *order), "reshape", 4, 3, 2)
    assert m(ops.index(NEED, ours, key), "tolist") == theirs.tolist()


def test_regnet_widths() -> None:
    """The widths of RegNet, as torchvision computes them at construction."""
    depth, w0, wa, wm, q = 22, 24, 24.48, 2.54, 8
    theirs_cont = torch.arange(depth) * wa + w0
    theirs_capacity = torch.round(torch.log(theirs_cont / w0) / math.log(wm))
    theirs = (torch.round(torch.divide(w0 * torch.pow(wm, theirs_capacity), q)) * q).int().tolist()
    cont = o("+", o("*", f("torch.arange", depth), wa), w0)
    capacity = f("torch.round", o("/", f("torch.log", o("/", cont, w0)), math.log(wm)))
    widths = f("torch.round", f("torch.divide", o("*", w0, f("torch.pow", wm, capacity)), q))
    assert m(m(o("*", widths, q), "int"), "tolist") == theirs
    different = f("torch.unique", m(o("*", widths, q), "int"))
    assert different.shape.dims == (len(set(theirs)),)


def test_numpy_widths() -> None:
    """RegNet with numpy: rounding, ``astype``, ``unique`` and ``cumsum`` in float64."""
    w = np.arange(16) * 27.89 + 48
    k = np.round(np.log(w / 48) / np.log(2.09))
    theirs = (np.round(48 * np.power(2.09, k) / 8) * 8).astype(int).tolist()
    ours = o("+", o("*", f("numpy.arange", 16), 27.89), 48)
    power = f("numpy.round", o("/", f("numpy.log", o("/", ours, 48)), f("numpy.log", 2.09)))
    wide = f("numpy.round", o("/", o("*", 48, f("numpy.power", 2.09, power)), 8))
    found = m(o("*", wide, 8), "astype", "int64")
    assert m(found, "tolist") == theirs
    different, counts = f("numpy.unique", found, return_counts=True)
    expected = np.unique(theirs, return_counts=True)
    assert (different.elements, counts.elements) == (expected[0].tolist(), expected[1].tolist())
    assert m(f("numpy.cumsum", counts), "tolist") == np.cumsum(expected[1]).tolist()
    assert m(found, "sum") == sum(theirs)


@settings(max_examples=cases(100))
@given(st.lists(st.integers(-50, 50), min_size=1, max_size=9))
def test_sums_and_extremes(values: list[int]) -> None:
    """Over all elements, of whole numbers and of floats."""
    for kind in (int, float):
        theirs, ours = torch.tensor([kind(v) for v in values]), f("torch.tensor", [kind(v) for v in values])
        for name in ("sum", "max", "min", "prod"):
            assert m(m(ours, name), "item") == pytest.approx(getattr(theirs, name)().item(), rel=1e-6)
        assert m(ours, "cumsum", 0).elements == pytest.approx(theirs.cumsum(0).tolist(), rel=1e-6)
        assert m(ours, "unique").elements == theirs.unique().tolist()


def test_what_is_written_is_known_if_the_place_is() -> None:
    """An element that is not known, or written nobody knows where, leaves nothing known of the others."""
    ours = f("torch.zeros", 3)
    ops.assign(NEED, ours, 0, 5.0)
    assert ours.elements == [5.0, 0.0, 0.0]
    other = f("torch.ones", 2)
    assert m(other, "add_", 1) is other
    assert other.elements == [2.0, 2.0]
    ops.assign(NEED, ours, Unknown("a place"), 1)
    assert ours.elements is None
    ops.assign(NEED, other, 0, Unknown("a number"))
    assert other.elements is None


def test_large_tensors_carry_no_numbers() -> None:
    """More than 4,096 elements are only a shape."""
    assert f("torch.zeros", 4097).elements is None
    assert f("torch.arange", 10**9).elements is None
    assert isinstance(f("torch.zeros", 64, 64), Tensor)


def test_what_is_made_of_an_array_is_an_array() -> None:
    """``transpose(1, 2, 0)`` and ``[::-1]`` are numpy's after arithmetic and subscripts, too: nothing to reject."""
    array = m(f("torch.zeros", 4, 3, 8, 6), "numpy")
    shifted = o("*", o("+", array, 1), 127.5)
    assert m(ops.index(NEED, shifted, 0), "transpose", 1, 2, 0).shape.dims == (8, 6, 3)
    backwards = ops.index(NEED, shifted, (slice(None), slice(None), slice(None, None, -1)))
    assert backwards.shape.rank is None
    assert m(o("-", 1, shifted), "astype", "uint8").shape.dims == (4, 3, 8, 6)
    assert m(ops.attribute(shifted, "T"), "transpose", 3, 2, 1, 0).shape.dims == (4, 3, 8, 6)[::-1][::-1]


def test_sums_of_infinities_are_torch_s() -> None:
    """A mask of ``-inf`` meets ``inf``: nan, and no exception."""
    for values in ([math.inf, -math.inf], [math.inf, 1.0], [-math.inf, -math.inf]):
        given = f("torch.tensor", values)
        for name in ("sum", "mean", "prod"):
            assert m(given, name).elements == pytest.approx(getattr(torch.tensor(values), name)().item(), nan_ok=True)
    assert f("numpy.sum", [1e308, 1e308]) == np.sum([1e308, 1e308])


def test_numbers_that_no_tensor_holds_are_not_kept() -> None:
    """torch raises, or wraps the result around."""
    assert f("torch.tensor", [10**400, 1.0]).elements is None
    assert f("torch.full", (2,), 10**400).elements is None
    assert o("*", f("torch.tensor", [1.0]), 10**400).elements is None
    assert m(f("torch.tensor", [2]), "pow", 63).elements is None
    assert m(f("torch.tensor", [2]), "pow", 62).elements == torch.tensor([2]).pow(62).tolist()


def test_the_root_of_a_negative_number_is_not_an_element() -> None:
    """Python has a complex number there, torch nan."""
    assert o("**", f("torch.tensor", [-8.0]), 1 / 3).elements is None
    assert o("**", f("torch.tensor", [-8.0]), 3.0).elements == (torch.tensor([-8.0]) ** 3.0).tolist()


def test_old_constructors_take_tensors_of_unknown_value() -> None:
    """``FloatTensor([loss, 1])`` has two elements, which are not known."""
    given = f("torch.FloatTensor", [Tensor(Shape(())), 1])
    assert given.shape == Shape((2,))
    assert given.elements is None


@pytest.mark.parametrize("end", [math.inf, math.nan])
def test_ranges_without_end_are_refused(end: float) -> None:
    """As torch does; numpy too, but of arrays nothing is proved."""
    with pytest.raises(Reject):
        f("torch.arange", 0, end)
    with pytest.raises(RuntimeError):
        torch.arange(0, end)
    assert f("numpy.arange", 0, end).elements is None


def test_places_of_scalars_are_refused() -> None:
    """Neither ``unique`` nor ``tensordot`` takes dimension 0 of a scalar, unlike most."""
    scalar, matrix = Tensor(Shape(())), Tensor(Shape((2, 1)))
    with pytest.raises(Reject):
        f("torch.unique", scalar, dim=0)
    with pytest.raises(IndexError):
        torch.unique(torch.tensor(1.0), dim=0)
    with pytest.raises(Reject):
        f("torch.tensordot", matrix, scalar, ([1], [0]))
    with pytest.raises(IndexError):
        torch.tensordot(torch.zeros(2, 1), torch.tensor(1.0), ([1], [0]))
    assert f("torch.tensordot", matrix, scalar, 0).shape == Shape((2, 1))


def test_steps_may_be_a_tensor() -> None:
    """torch takes a scalar for the number of steps; a negative number of chosen elements it refuses."""
    five = f("torch.tensor", 5)
    assert f("torch.linspace", 0, 1, five).elements == torch.linspace(0, 1, 5).tolist()
    with pytest.raises(Reject):
        f("torch.combinations", f("torch.tensor", [1, 2]), -1)
    with pytest.raises(RuntimeError):
        torch.combinations(torch.tensor([1, 2]), -1)
