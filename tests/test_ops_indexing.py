"""Subscripts and Python's operators agree with torch; signatures take what torch takes."""

from __future__ import annotations

import contextlib
import operator
from typing import Any

import ops_arguments as args
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from ops_oracle import ODD, compare_call, odd_value, torch_value
from oracle import T, cases

from shapelint import ops
from shapelint.ops.declare import ALIASES
from shapelint.ops.operand_values import operand
from shapelint.shapes import Expr, Kind, Needs, Reject, Shape, Symbol, Tensor, fresh, substitute, symbol, symbols_of

_bounds = st.one_of(st.none(), st.integers(-7, 7))


@st.composite
def keys(draw: Any, shape: tuple[int, ...]) -> Any:
    """A subscript for ``shape``, sometimes one too long or out of range."""
    parts: list[Any] = []
    at = 0
    while at < len(shape) + (draw(st.integers(0, 20)) == 0) and draw(st.integers(0, 4)) > 0:
        size = shape[at] if at < len(shape) else 1
        match draw(st.integers(0, 4 if 0 in shape else 7)):
            case 0 | 1:
                outside = draw(st.integers(0, 12)) == 0
                parts.append(size if outside else draw(st.integers(-size, size - 1)) if size else 0)
            case 2 | 3 | 4:
                parts.append(slice(draw(_bounds), draw(_bounds), draw(st.sampled_from((None, None, 1, 2, 3)))))
            case 5:
                parts.append(T(draw(st.sampled_from(((2,), (1, 3), (), (3,)))), "int") if size else slice(None))
            case 6:
                parts.append([0] * draw(st.integers(1, 3)) if size else slice(None))
            case 7:
                parts.append(T((size + (draw(st.integers(0, 12)) == 0),), "bool"))
        at += 1
    for odd in (None, ...):
        if draw(st.integers(0, 3)) == 0:
            parts.insert(draw(st.integers(0, len(parts))), odd)
    return tuple(parts) if len(parts) != 1 or draw(st.booleans()) else parts[0]


@settings(max_examples=cases(800))
@given(st.data())
def test_subscripts_agree_with_torch(data: st.DataObject) -> None:
    """Integers, slices, None, Ellipsis, index tensors, masks and lists in any order."""
    shape = args.dims(data.draw, 0, 4)
    key = data.draw(keys(shape))
    compare_call(
        "[]",
        lambda a, k: a[0][torch_value(a[1])],
        lambda need, a, k: ops.index(need, operand(need, a[0], "input"), a[1]),
        [T(shape), key],
        {},
    )


@settings(max_examples=cases(300))
@given(st.data())
def test_assignments_agree_with_torch(data: st.DataObject) -> None:
    """The value must broadcast to the place."""
    shape = args.dims(data.draw, 0, 3)
    key = data.draw(keys(shape))
    place = args.dims(data.draw, 0, 2)

    def write(a: Any, k: Any) -> None:
        a[0][torch_value(a[1])] = a[2]

    compare_call(
        "[]=",
        write,
        lambda need, a, k: ops.assign(need, operand(need, a[0], "input"), a[1], a[2]),
        [T(shape), key, T(place)],
        {},
    )


_OPERATORS = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "//": operator.floordiv,
    "%": operator.mod, "**": operator.pow, "==": operator.eq, "!=": operator.ne, "<": operator.lt, "@": operator.matmul,
    "+=": operator.iadd, "-=": operator.isub, "*=": operator.imul, "/=": operator.itruediv,
}  # fmt: skip


@pytest.mark.parametrize("symbol", _OPERATORS)
def test_operators_agree_with_torch(symbol: str) -> None:
    """With tensors and numbers; in-place ones keep the shape of the left side."""

    @settings(max_examples=cases(60))
    @given(st.data())
    def agree(data: st.DataObject) -> None:
        values, _ = (args.multiplied if symbol == "@" else args.binary)(data.draw)
        if symbol != "@" and args.maybe(data.draw, 20):
            values[1] = 2
        compare_call(
            symbol,
            lambda a, k: _OPERATORS[symbol](a[0], a[1]),
            lambda need, a, k: ops.operate(need, symbol, a[0], a[1]),
            values,
            {},
        )

    agree()


def _tensor(*dims: Any) -> Tensor:
    return Tensor(Shape(dims))


@settings(max_examples=cases(400))
@given(st.data())
def test_slices_with_symbolic_sizes_and_bounds_are_true_of_every_size(data: st.DataObject) -> None:
    """``x[:, a:b]`` with bounds that depend on the size itself, for every size from 1 to 40."""
    h = symbol("H")
    (name,) = symbols_of(h)
    ends = st.one_of(
        st.none(),
        st.integers(-5, 5),
        st.builds(
            lambda c, d, o: (c * h) // d + o, st.integers(-2, 2).filter(bool), st.integers(1, 4), st.integers(-3, 3)
        ),
    )
    part = slice(data.draw(ends), data.draw(ends), data.draw(st.sampled_from((None, 1, 2, 3))))
    result = ops.index(Needs(), _tensor(h), part).shape.dims[0]
    if any(symbol.uid for symbol in symbols_of(result)):
        return
    for size in range(1, 41):
        known = slice(
            *(substitute(v, {name: size}) if isinstance(v, Expr) else v for v in (part.start, part.stop, part.step))
        )
        assert substitute(result, {name: size}) == len(range(*known.indices(size))), (part, result, size)


def test_views_divide_exactly() -> None:
    """``view(b, -1, h // 2, 2)`` of an even h divides; of any h it is an unknown that says why."""
    b, c, h = symbol("b"), symbol("c"), symbol("h")
    need = Needs()
    view = ops.METHODS["view"]
    assert view.apply(need, (_tensor(b, c, 2 * h), b, -1, h, 2), {}).shape.dims == (b, c, h, 2)
    assert view.apply(need, (_tensor(b, c, h), b, -1), {}).shape.dims == (b, c * h)
    odd = view.apply(need, (_tensor(b, c, h), b, -1, h // 2, 2), {}).shape.dims[1]
    (unknown,) = symbols_of(odd)
    assert unknown.reason is not None
    assert "b*c*h" in unknown.reason


@pytest.mark.parametrize(
    ("shape", "wanted"),
    [
        ((symbol("N"), 256, 5, 5), (symbol("N"), 9216)),
        ((symbol("N"), 256, 5, 5), (symbol("N"), -1, 9216)),
        ((2, 3, 5), (-1, 7)),
        ((2, 3, 5), (-1, -1)),
        ((symbol("N"), 2 * symbol("C") + 1), (symbol("N"), -1, 2)),
    ],
)
def test_a_view_that_never_fits_is_rejected(shape: tuple[Any, ...], wanted: tuple[Any, ...]) -> None:
    """Element counts are compared after what both sides share is cancelled."""
    with pytest.raises(Reject) as caught:
        ops.METHODS["view"].apply(Needs(), (_tensor(*shape), *wanted), {})
    assert caught.value.kind is Kind.OPERANDS


def test_sums_of_different_heights_are_a_mismatch_and_products_are_not() -> None:
    """That H = 3 would broadcast by accident is no reading of ``x + conv(x)``; of ``x * y`` it may be."""
    h = symbol("H")
    for plus in ("+", "-", "+="):
        with pytest.raises(Reject):
            ops.operate(Needs(), plus, _tensor(8, h), _tensor(8, h - 2))
    for name in ("add", "sub", "add_"):
        with pytest.raises(Reject):
            ops.METHODS[name].apply(Needs(), (_tensor(8, h), _tensor(8, h - 2)), {})
    for other in ("*", "/", "<"):
        ops.operate(Needs(), other, _tensor(8, h), _tensor(8, h - 2))
    ops.operate(Needs(), "+", _tensor(8, h), _tensor(8, 1))
    unknown = fresh("D", minimum=0, reason="not known")
    ops.operate(Needs(), "+", _tensor(8, unknown), _tensor(8, unknown - 2))


def test_named_results() -> None:
    """``x.max(1).values`` and unpacking are the same tensors."""
    found = ops.METHODS["max"].apply(Needs(), (_tensor(2, 3, 4), 1), {})
    assert isinstance(found, ops.NAMED_TUPLES)
    values, indices = found
    assert values is found.values
    assert indices is found.indices
    assert (values.shape.dims, indices.dtype) == ((2, 4), "int")


def test_every_function_of_functional_is_declared_or_opaque_with_a_reason() -> None:
    """Nothing of ``torch.nn.functional`` is forgotten."""
    public = {
        name
        for name, value in vars(F).items()
        if not name.startswith("_") and callable(value) and not isinstance(value, type)
        and getattr(value, "__module__", None) not in ("typing", "torch.overrides", "torch._C")
        and not name.startswith(("has_torch_function", "handle_torch_function"))
    }  # fmt: skip
    known = {
        name.rpartition(".")[2] for name in (*ops.FUNCTIONS, *ops.OPAQUE) if name.startswith("torch.nn.functional.")
    }
    assert public - known == set()
    assert all(reason for reason in ops.OPAQUE.values())
    assert not set(ops.OPAQUE) & set(ops.FUNCTIONS)


_IGNORED = {"self", "generator", "names", "dimname", "implicit", "dims_self", "dims_other"}


def test_signatures_take_every_argument_that_torch_takes() -> None:
    """An argument of any overload of torch is no unknown argument here."""
    missing = []
    for op in (*ops.FUNCTIONS.values(), *ops.METHODS.values()):
        head, _, last = op.name.rpartition(".")
        signature = op.signature
        if head not in ("", "torch") or op.name in ops.ARRAY_METHODS or signature.keywords is not None:
            continue
        taken = {*signature.positional, *signature.keyword_only, signature.rest}
        for schema in torch._C._jit_get_schemas_for_operator(f"aten::{last}"):
            names = [argument.name for argument in schema.arguments if not argument.is_out]
            tensors = [argument for argument in schema.arguments if str(argument.type) == "Tensor"]
            named = any("Dimname" in str(argument.type) for argument in schema.arguments)
            if not tensors or named or "..." in str(schema) or (op.is_method and "self" not in names):
                continue
            extra = {ALIASES.get(name, name) if name not in taken else name for name in names} - taken - _IGNORED
            if extra:
                missing.append(f"{sorted(extra)}: {schema}; {op.name}({signature.text})")
    assert not missing, "\n".join(missing)


_places = st.sampled_from(ODD)


@pytest.mark.slow
@settings(max_examples=cases(1500))
@given(st.lists(_places, max_size=3), _places, _places)
def test_subscripts_of_wrong_types_are_refused_or_unknown(key: list[int], bound: int, value: int) -> None:
    """Whatever stands in the brackets, as a bound of a slice or on the right side."""
    parts = (*map(odd_value, key), slice(odd_value(bound), None), slice(None, odd_value(bound)))
    for tensor in map(odd_value, ODD):
        if isinstance(tensor, Tensor):
            for part in (parts, parts[: len(key)], *parts):
                with contextlib.suppress(Reject):
                    ops.index(Needs(), tensor, part)
                with contextlib.suppress(Reject):
                    ops.assign(Needs(), tensor, part, odd_value(value))


@pytest.mark.parametrize("symbol", ("+", "-=", "/", "//", "**", "@", "==", "<", "&", "|", ">>", "~"))
def test_operands_of_wrong_types_are_refused_or_unknown(symbol: str) -> None:
    """On both sides of every operator."""
    for one in ODD:
        for other in ODD:
            left, right = odd_value(one), odd_value(other)
            if isinstance(left, Tensor) or isinstance(right, Tensor):
                with contextlib.suppress(Reject):
                    ops.operate(Needs(), symbol, left, right)


def test_a_slice_between_symbols_picks_no_elements() -> None:
    """Its length may be known where its place is not."""
    n = Symbol("n")
    need = Needs(bounds={n: (1, 2)})
    place = symbol("n")
    taken = ops.index(need, Tensor(Shape((4,)), "int", [1, 2, 3, 4]), slice(place, place + 1))
    assert taken.shape == Shape((1,))
    assert taken.elements is None
