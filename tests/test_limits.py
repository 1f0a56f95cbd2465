"""No program makes the linter compute without end: values beyond the limits of ``shapes/limits.py`` are unknown."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import cases

from shapelint.shapes import Dim, Equality, Expr, compare, fresh, symbol, symbols_of
from shapelint.shapes.dim import Floor, terms_of
from shapelint.shapes.limits import HIGHEST_DEGREE, LOWEST, MOST_PARTS, MOST_TERMS, TOO_MANY_TERMS, is_large
from shapelint.shapes.roots import integer_roots

H, W = symbol("H"), symbol("W")

GROWING: dict[str, Callable[[Dim], Dim]] = {
    "squared": lambda x: x * x,
    "squared with a rest": lambda x: x * x + W,
    "multiplied": lambda x: x * (H + W + 1),
    "with a number": lambda x: x * 10**9,
    "with a large constant": lambda x: x + 10**300 * 7,
    "halved and added": lambda x: (x + 1) // 2 + (x + 2) // 3,
    "squared and halved": lambda x: (x * x + 1) // 2,
    "nested": lambda x: (x + W) // 2 + H,
    "divided": lambda x: (x + 1) // 10**9 + 1,
    "a power": lambda x: x**7 if isinstance(x, Expr) else x,
}


def _atoms(dim: Dim) -> int:
    found = 0
    for monomial, _ in terms_of(dim):
        for atom, _ in monomial:
            found += 1 + (_atoms(atom.numerator) if isinstance(atom, Floor) else 0)
    return found


@pytest.mark.parametrize("grow", GROWING.values(), ids=GROWING)
def test_an_expression_that_grows_stays_within_the_limits(grow: Callable[[Dim], Dim]) -> None:
    """However long a loop runs, an expression has few terms, a low degree, small coefficients and few parts."""
    x: Dim = H
    for _ in range(200):
        x = grow(x)
        terms = tuple(terms_of(x))
        assert len(terms) <= MOST_TERMS + 1
        assert all(not is_large(coefficient) for _, coefficient in terms)
        assert all(sum(power for _, power in monomial) <= HIGHEST_DEGREE for monomial, _ in terms)
        assert _atoms(x) <= 4 * MOST_PARTS


def test_what_is_beyond_the_limits_is_an_unknown_of_any_sign() -> None:
    """Nothing is proved of it: it may be negative, and it says why it is not known."""
    (unknown,) = symbols_of((H + 1) ** (HIGHEST_DEGREE + 1))
    assert unknown.reason == TOO_MANY_TERMS and unknown.minimum == LOWEST
    assert compare((H + 1) ** (HIGHEST_DEGREE + 1), -3) is Equality.DEPENDS


def test_roots_are_found_wherever_they_are() -> None:
    """A size may be so large that it is found only by bisection; below its minimum a symbol has no value."""
    assert compare(H**2, 4 * 10**10) is Equality.DEPENDS
    assert compare(H**2, 4 * 10**10 + 1) is Equality.NEVER
    assert compare(fresh("a", minimum=-5), -3) is Equality.DEPENDS
    assert compare(fresh("a", minimum=-2), -3) is Equality.NEVER


@settings(max_examples=cases(300), deadline=None)
@given(
    st.lists(st.integers(-6, 8), min_size=1, max_size=5), st.sampled_from((1, -2, 3)), st.integers(-2, 2),
    st.integers(-12, 5), st.one_of(st.none(), st.integers(-12, 25)),
)  # fmt: skip
def test_integer_roots(roots: list[int], factor: int, rest: int, first: int, last: int | None) -> None:
    """They are those that trying all integers finds."""
    coefficients = [factor]
    for root in roots:
        coefficients = [a - root * b for a, b in zip([0, *coefficients], [*coefficients, 0], strict=True)]
    coefficients[0] += rest
    tried = range(first, (60 if last is None else last) + 1)
    expected = [t for t in tried if sum(c * t**i for i, c in enumerate(coefficients)) == 0]
    assert integer_roots(coefficients, first, last) == expected
