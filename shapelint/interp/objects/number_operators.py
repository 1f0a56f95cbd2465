"""Operators on numbers, strings and collections: Python's own, and those on sizes of which at least one is symbolic."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from ...shapes import Dim, Expr, Unknown, Value, exact_quotient, fresh, less, quotient
from ...shapes.limits import LARGEST, LONGEST, TOO_LARGE, TOO_LONG, is_large
from ..machine.machine import Machine
from ..model.values import Ratio, Thrown
from .comparisons import may_be_anything, resolved
from .text_length import may_format_long

__all__ = ["formatted", "native", "symbolic"]

_MOST_FACTORS = 8
"""Of the powers of a symbolic size: a polynomial of several terms grows quickly."""
_GROWING = frozenset({"*", "**", "<<"})

_NATIVE: dict[str, Callable[[Any, Any], Value]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "//": operator.floordiv,
    "%": operator.mod, "**": operator.pow, "&": operator.and_, "|": operator.or_, "^": operator.xor,
    "<<": operator.lshift, ">>": operator.rshift, "==": operator.eq, "!=": operator.ne, "<": operator.lt,
    "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


def native(symbol: str, left: Value, right: Value) -> Value:
    """``left symbol right`` as Python computes it; raises :class:`Thrown` where Python would raise.

    >>> native("+", (1, 2), (3,))
    (1, 2, 3)
    >>> native("**", 2, 100_000)
    Unknown(reason='a very large number')
    """
    large = _too_large(symbol, left, right) if symbol in _GROWING else None
    if large is not None:
        return Unknown(large)
    try:
        result = _NATIVE[symbol](left, right)
    except (ArithmeticError, TypeError, ValueError) as error:
        raise Thrown(type(error).__name__) from None
    except KeyError:  # an operator that only tensors and objects have
        raise Thrown("TypeError") from None
    return Unknown(TOO_LARGE) if type(result) is int and is_large(result) else result


def _too_large(symbol: str, left: Value, right: Value) -> str | None:
    """Why a result is beyond the limits, which has to be known before it is worked out; None if it may be within them."""
    match symbol, left, right:
        case ("*", str() | list() | tuple() | bytes(), int()) if len(left) * right > LONGEST:
            return TOO_LONG
        case ("*", int(), str() | list() | tuple() | bytes()) if len(right) * left > LONGEST:
            return TOO_LONG
        case ("**", int(), int()) if (left.bit_length() - 1) * right > LARGEST.bit_length():
            return TOO_LARGE
        case ("<<", int(), int()) if left.bit_length() + right > LARGEST.bit_length():
            return TOO_LARGE
        case _:
            return None


def formatted(template: str, values: Value) -> str | Unknown:
    """``template % values``."""
    parts = values if isinstance(values, tuple) else (values,)
    if not all(isinstance(part, (str, int, float)) for part in parts):
        return Unknown("a formatted string")
    if may_format_long(template, parts):
        return Unknown(TOO_LONG)
    try:
        return template % values
    except (ArithmeticError, TypeError, ValueError):
        return Unknown("a formatted string")


def symbolic(machine: Machine, symbol: str, left: Dim | Ratio, right: Dim | Ratio) -> Value:
    """``left symbol right`` of numbers of which at least one is symbolic."""
    if isinstance(left, Ratio) or isinstance(right, Ratio):
        return Unknown("arithmetic with a fraction of an unknown size")
    if machine.tape.bindings:
        left, right = resolved(machine, left), resolved(machine, right)
    if isinstance(left, int) and isinstance(right, int):
        return native(symbol, left, right)  # the run has learnt both
    match symbol:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            if isinstance(left, Expr) and isinstance(right, Expr):
                machine.burn(len(left.terms) * len(right.terms) >> 4)
            return left * right
        case "//":
            return quotient(left, right) if right != 0 else Unknown("division by zero")
        case "/":
            exact = exact_quotient(left, right)
            if exact is not None:
                return exact
            if isinstance(left, Expr) and isinstance(right, int) and right > 0:
                return Ratio(left, right)
        case "%":
            if isinstance(right, int) and right > 0 and isinstance(left, Expr):
                return left % right
            if exact_quotient(left, right) is not None:
                return 0
            return fresh("r", minimum=0, reason="a remainder of unknown sizes")
        case "**" if isinstance(right, int) and 0 <= right <= _MOST_FACTORS and isinstance(left, Expr):
            return left**right
        case "<" | "<=" | ">" | ">=":
            return _ordered(machine, symbol, left, right)
    return Unknown(f"'{symbol}' of unknown sizes")


def _ordered(machine: Machine, symbol: str, left: Dim, right: Dim) -> bool | Unknown:
    known = None
    if not may_be_anything(left) and not may_be_anything(right):
        known = less(left, right) if symbol in ("<", ">=") else less(right, left)
    if known is None:
        return machine.comparison((symbol, left, right))
    return known if symbol in ("<", ">") else not known
