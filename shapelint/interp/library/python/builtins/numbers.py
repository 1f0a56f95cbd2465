"""Built-in functions of numbers and truths, of symbolic sizes too."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

from shapelint.interp.library.declare import Invocation, models
from shapelint.interp.machine.bounds import excess
from shapelint.interp.model.values import Gap, Ratio, Thrown
from shapelint.shapes import Expr, Tensor, Unknown, UnknownFloat, Value, fresh, less

_MOST_DIGITS = 400
_is_below: Callable[[Any, Any], bool] = operator.lt  # raises TypeError for what has no order


@models("builtins.int", "x=0, base=...")
def whole(at: Invocation, x: Value, base: Value) -> Value:
    """``int(x)``; a size is one already."""
    match x:
        case int() | float() | str():
            return _converted(int, x, base)
        case Expr():
            return x
        case Ratio():
            return x.floor
        case Tensor(elements=bool() | int() | float() as element):
            return _converted(int, element)
        case _:
            return fresh("n", minimum=0, reason="an unknown number")


@models("builtins.float", "x=0.0")
def real(at: Invocation, x: Value) -> Value:
    """``float(x)``."""
    match x:
        case int() | float() | str():
            return _converted(float, x)
        case Expr():
            return UnknownFloat("a float of an unknown size")
        case Ratio():
            return x
        case Tensor(elements=bool() | int() | float() as element):
            return _converted(float, element)
        case _:
            return UnknownFloat("an unknown number")


def _converted(convert: Callable[..., Value], x: Value, base: Value = ...) -> Value:
    if base is not ... and not isinstance(base, int):
        return fresh("n", minimum=0, reason="an unknown number")
    try:
        return convert(x) if base is ... else convert(x, base)
    except (TypeError, ValueError, OverflowError) as error:
        raise Thrown(type(error).__name__) from None


@models("builtins.bool", "x=False")
def truth(at: Invocation, x: Value) -> Value:
    """``bool(x)``."""
    known = at.machine.truth(x)
    return Unknown("an unknown truth") if known is None else known


@models("builtins.sum", "iterable, start=0")
def total(at: Invocation, iterable: Value, start: Value) -> Value:
    """``start + a + b + c``."""
    total = start
    for element in at.iterate(iterable):
        if isinstance(element, Gap):
            return Unknown("a sum of unknown numbers")
        total = element if isinstance(total, int) and total == 0 else at.operate("Add", total, element)
    return total


@models("builtins.max", "first, *others, key=None, default=...")
def largest(at: Invocation, first: Value, others: tuple[Value, ...], key: Value, default: Value) -> Value:
    """Of several arguments, or of the elements of one."""
    return _extreme(at, first, others, key, default, lambda best, other: _less(best, other))


@models("builtins.min", "first, *others, key=None, default=...")
def smallest(at: Invocation, first: Value, others: tuple[Value, ...], key: Value, default: Value) -> Value:
    """Of several arguments, or of the elements of one."""
    return _extreme(at, first, others, key, default, lambda best, other: _less(other, best))


def _extreme(
    at: Invocation,
    first: Value,
    others: tuple[Value, ...],
    key: Value,
    default: Value,
    is_better: Callable[[Value, Value], bool | None],
) -> Value:
    values = [first, *others] if others else at.iterate(first)
    if not values:
        if default is ...:
            raise Thrown("ValueError")
        return default
    keys = values if key is None else [at.call(key, value) for value in values]
    if excess(at.machine, keys):
        return Unknown("an unknown extreme")
    best = 0
    for i in range(1, len(values)):
        better = is_better(keys[best], keys[i])
        if better is None:
            if all(isinstance(value, (int, Expr)) for value in values):
                return fresh("m", minimum=0, reason="an extreme of unknown sizes")
            return Unknown("an unknown extreme")
        best = i if better else best
    return values[best]


def _less(left: Value, right: Value) -> bool | None:
    if isinstance(left, (int, Expr)) and isinstance(right, (int, Expr)):
        return less(left, right)
    try:
        return bool(_is_below(left, right))
    except TypeError:
        return None


@models("builtins.all", "iterable")
def holds_for_all(at: Invocation, iterable: Value) -> Value:
    """Whether no element is false."""
    return _until(at, iterable, stop=False)


@models("builtins.any", "iterable")
def holds_for_any(at: Invocation, iterable: Value) -> Value:
    """Whether one element is true."""
    return _until(at, iterable, stop=True)


def _until(at: Invocation, iterable: Value, stop: bool) -> Value:
    """``stop`` if that is the truth of an element, else its opposite."""
    doubt = False
    for element in at.iterate(iterable):
        known = None if isinstance(element, Gap) else at.machine.truth(element)
        if known is stop:
            return stop
        doubt = doubt or known is None
    return Unknown("a condition on unknown values") if doubt else not stop


@models("builtins.abs", "x")
def absolute(at: Invocation, x: Value) -> Value:
    """``abs(x)``."""
    if isinstance(x, (int, float)):
        return abs(x)
    if isinstance(x, Expr):
        return x if less(x, 0) is False else -x if less(x, 0) else Unknown("an unknown size")
    return Unknown("an unknown number")


@models("builtins.round", "number, ndigits=None")
def rounded(at: Invocation, number: Value, ndigits: Value) -> Value:
    """A size is a whole number already."""
    if isinstance(number, (int, float)):
        if isinstance(number, float) and not math.isfinite(number):
            return number
        if ndigits is None:
            return round(number)
        if isinstance(ndigits, int) and abs(ndigits) <= _MOST_DIGITS:  # 10**-ndigits is computed
            return round(number, ndigits)
    if isinstance(number, Expr):
        return number
    if ndigits is None:
        return fresh("n", minimum=0, reason="an unknown number")
    return Unknown("an unknown number")


@models("builtins.divmod", "a, b")
def quotient_and_rest(at: Invocation, a: Value, b: Value) -> Value:
    """``a // b, a % b``."""
    return at.operate("FloorDivide", a, b), at.operate("Modulo", a, b)


@models("builtins.pow", "base, exp, mod=None")
def power(at: Invocation, base: Value, exp: Value, mod: Value) -> Value:
    """``base ** exp``."""
    return at.operate("Power", base, exp) if mod is None else Unknown("a modular power")
