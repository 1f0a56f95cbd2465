"""The integer roots of a polynomial with integer coefficients, found by bisection between its turning points."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

__all__ = ["integer_roots"]


def integer_roots(coefficients: Sequence[int], first: int, last: int | None) -> list[int]:
    """The integers from ``first`` to ``last`` (None: all from ``first`` on) at which the polynomial is 0, in order.

    ``coefficients``: that of the power ``i`` at index ``i``; there are at least two, and the last one is not 0.

    >>> integer_roots([-12, 1, 1], 0, None)  # t**2 + t - 12 = (t + 4) * (t - 3)
    [3]
    """
    # Cauchy's bound (1829): no root is larger in size than 1 + max|c_i| / |c_n|.
    limit = 2 + max(map(abs, coefficients)) // abs(coefficients[-1])
    low, high = max(first, -limit), limit if last is None else min(last, limit)
    found: dict[int, None] = {}
    if low == high and _value(coefficients, low) == 0:
        found[low] = None
    for start, end in pairwise(_turns(coefficients, low, high)):
        sign = 1 if _value(coefficients, end) > _value(coefficients, start) else -1
        root = _first(lambda t: sign * _value(coefficients, t) >= 0, start, end)  # noqa: B023
        while root <= end and _value(coefficients, root) == 0:  # a turn may be flat for some integers
            found[root] = None
            root += 1
    return list(found)


def _turns(coefficients: Sequence[int], low: int, high: int) -> list[int]:
    """``low``, ``high``, and integers between them so that the polynomial is monotone from each to the next."""
    if low >= high:
        return []
    if len(coefficients) <= 2:
        return [low, high]
    # It rises from t to t + 1 where the difference is positive, a polynomial of lower degree with turns of its own.
    difference = _difference(coefficients)
    found = [low]
    for start, end in pairwise(_turns(difference, low, high - 1) or [low, low]):
        rises = _value(difference, end) > 0
        if rises != (_value(difference, start) > 0):
            found.append(_first(lambda t: (_value(difference, t) > 0) == rises, start, end))  # noqa: B023
    return [*dict.fromkeys(found), high]


def _first(holds: Callable[[int], bool], start: int, end: int) -> int:
    """The first integer from ``start`` to ``end`` for which ``holds``, which then holds for all later ones; else ``end + 1``."""
    low, high = start, end + 1
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return low


def _difference(coefficients: Sequence[int]) -> list[int]:
    """``p(t + 1) - p(t)``, by the binomial theorem."""
    return [
        sum(math.comb(power, low) * coefficients[power] for power in range(low + 1, len(coefficients)))
        for low in range(len(coefficients) - 1)
    ]


def _value(coefficients: Sequence[int], t: int) -> int:
    """The polynomial at ``t``, by Horner's scheme."""
    total = 0
    for coefficient in reversed(coefficients):
        total = total * t + coefficient
    return total
