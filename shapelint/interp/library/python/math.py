"""``math``, of symbolic sizes too."""

from __future__ import annotations

import math
from collections.abc import Callable

from shapelint.interp.library.declare import Invocation, means, models
from shapelint.interp.model.values import Gap, Ratio
from shapelint.shapes import Expr, Tensor, Unknown, Value, fresh

means("math.pi", math.pi)
means("math.tau", math.tau)
means("math.e", math.e)
means("math.inf", math.inf)
means("math.nan", math.nan)


def _plain(numbers: tuple[Value, ...]) -> list[int | float] | None:
    """Numbers that are all known, those of tensors too; None if one is not."""
    plain = [number.elements if isinstance(number, Tensor) else number for number in numbers]
    known = [number for number in plain if isinstance(number, (int, float))]
    return known if len(known) == len(plain) else None


def _applied(function: Callable[..., Value], numbers: list[int | float]) -> Value:
    try:
        return function(*numbers)
    except (ValueError, OverflowError, TypeError, ZeroDivisionError):
        return Unknown(f"math.{function.__name__} has no value here")


def _of_numbers(function: Callable[..., Value]) -> Callable[..., Value]:
    """The model of a function whose value is only known of known numbers."""

    def apply(at: Invocation, numbers: tuple[Value, ...]) -> Value:
        plain = _plain(numbers)
        return Unknown("an unknown number") if plain is None else _applied(function, plain)

    return apply


_FUNCTIONS: tuple[Callable[..., Value], ...] = (
    math.sqrt, math.log, math.log2, math.log10, math.log1p, math.exp, math.expm1, math.pow, math.sin, math.cos, math.tan,
    math.asin, math.acos, math.atan, math.atan2, math.sinh, math.cosh, math.tanh, math.hypot, math.erf, math.erfc,
    math.gcd, math.lcm, math.isnan, math.isinf, math.isfinite, math.fabs, math.fmod, math.copysign,
    math.isqrt, math.degrees, math.radians,
)  # fmt: skip
for _function in _FUNCTIONS:
    models(f"math.{_function.__name__}", "*numbers")(_of_numbers(_function))


@models("math.isclose", "a, b, *, rel_tol=1e-9, abs_tol=0.0")
def isclose(at: Invocation, a: Value, b: Value, rel_tol: Value, abs_tol: Value) -> Value:
    """Whether two numbers are nearly the same."""
    plain = _plain((a, b, rel_tol, abs_tol))
    if plain is None or min(plain[2:]) < 0:
        return Unknown("an unknown number")
    return math.isclose(plain[0], plain[1], rel_tol=plain[2], abs_tol=plain[3])


@models("math.floor", "x")
def floor(at: Invocation, x: Value) -> Value:
    """The largest whole number that is not above ``x``."""
    return x.floor if isinstance(x, Ratio) else _whole(math.floor, x)


@models("math.ceil", "x")
def ceil(at: Invocation, x: Value) -> Value:
    """The smallest whole number that is not below ``x``."""
    return x.ceil if isinstance(x, Ratio) else _whole(math.ceil, x)


@models("math.trunc", "x")
def trunc(at: Invocation, x: Value) -> Value:
    """``x`` without its fraction; what is symbolic is not negative."""
    return x.floor if isinstance(x, Ratio) else _whole(math.trunc, x)


def _whole(function: Callable[..., Value], x: Value) -> Value:
    if isinstance(x, Expr):
        return x
    plain = _plain((x,))
    return fresh("n", minimum=0, reason="an unknown number") if plain is None else _applied(function, plain)


@models("math.prod", "iterable, *, start=1")
def prod(at: Invocation, iterable: Value, start: Value) -> Value:
    """The product of all elements."""
    product = start
    for element in at.iterate(iterable):
        if isinstance(element, Gap):
            return fresh("n", minimum=0, reason="a product of unknown numbers")
        product = at.operate("Multiply", product, element)
    return product


@models("math.modf", "x")
def modf(at: Invocation, x: Value) -> Value:
    """Fraction and whole part."""
    return math.modf(x) if isinstance(x, (int, float)) else Unknown("an unknown number")
