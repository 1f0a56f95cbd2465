"""Three-valued comparison of dimensions: always equal, never equal, or it depends on the inputs.

One symbol is decided exactly: over a common period of all its quotients each residue class makes both sides plain
polynomials, whose integer roots are isolated.  Several symbols are decided by identical normal forms, by intervals,
or by a common factor that the constant does not share; anything else *depends*.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Mapping
from functools import lru_cache
from typing import TypeAlias

from .dim import Dim, Expr, Floor, Symbol, of_atom, substitute, symbols_of
from .roots import integer_roots

__all__ = ["Bounds", "Equality", "bounds_of", "compare", "less", "sign"]

Bounds: TypeAlias = Mapping[Symbol, tuple[int, "int | None"]]
"""Least and greatest value (None: unbounded) of a symbol on the present path."""

_LONGEST_PERIOD = 4096
_MOST_RESIDUES = 1 << 16
"""How many residue classes are gone through, each counted by the square of the degree: what its roots take."""
_NO_BOUNDS: Bounds = {}


class Equality(enum.Enum):
    """The answer of :func:`compare`.  Only NEVER proves a mistake."""

    ALWAYS = "always equal"
    NEVER = "never equal"
    DEPENDS = "depends"


def compare(left: Dim, right: Dim, bounds: Bounds = _NO_BOUNDS) -> Equality:
    """Whether two dimensions are equal, for every value of their symbols within ``bounds``.

    >>> from shapelint.shapes import symbol
    >>> H, C = symbol("H"), symbol("C")
    >>> compare((H + 1) // 2 + H // 2, H)
    <Equality.ALWAYS: 'always equal'>
    >>> compare(H // 2, H)  # H is at least 1
    <Equality.NEVER: 'never equal'>
    >>> compare(H // 2, 4)  # for 8 and 9
    <Equality.DEPENDS: 'depends'>
    >>> compare(6 * C * H, 8)  # 6 does not divide 8
    <Equality.NEVER: 'never equal'>
    """
    return _compared(left, right, bounds) if bounds else _compared_anywhere(left, right)


@lru_cache(maxsize=8192)
def _compared_anywhere(left: Dim, right: Dim) -> Equality:
    """Cached, because the same two sizes come up at every layer of a stage."""
    return _compared(left, right, _NO_BOUNDS)


def _compared(left: Dim, right: Dim, bounds: Bounds) -> Equality:
    difference = left - right
    if isinstance(difference, int):
        return Equality.NEVER if difference else Equality.ALWAYS
    low, high = bounds_of(difference, bounds)
    if (low is not None and low > 0) or (high is not None and high < 0):
        return Equality.NEVER
    factor = math.gcd(*(c for m, c in difference.terms if m))
    # Atoms are integers, so the sum of the other terms is a multiple of their common factor.
    if difference.constant % factor:
        return Equality.NEVER
    names = symbols_of(difference)
    if len(names) == 1:
        (name,) = names
        return _compare_one(difference, name, bounds) if name in bounds else _compare_free(difference)
    return Equality.DEPENDS


@lru_cache(maxsize=1024)
def _compare_free(difference: Expr) -> Equality:
    """Cached, because many pairs of sizes have the same difference, and a long period takes long to go through."""
    (name,) = symbols_of(difference)
    return _compare_one(difference, name, _NO_BOUNDS)


def sign(dim: Dim, bounds: Bounds = _NO_BOUNDS) -> int | None:
    """-1, 0 or 1 if ``dim`` has that sign for every value of its symbols, else None."""
    low, high = bounds_of(dim, bounds)
    if low is not None and low > 0:
        return 1
    if high is not None and high < 0:
        return -1
    return 0 if low == high == 0 else None


def less(left: Dim, right: Dim, bounds: Bounds = _NO_BOUNDS) -> bool | None:
    """``left < right``, or None if it depends.

    >>> from shapelint.shapes import symbol
    >>> less(3, symbol("H") + 3), less(3, symbol("H"))
    (True, None)
    """
    if isinstance(left, int) and isinstance(right, int):
        return left < right
    low, high = bounds_of(left - right, bounds)
    if high is not None and high < 0:
        return True
    if low is not None and low >= 0:
        return False
    return None


def bounds_of(dim: Dim, bounds: Bounds = _NO_BOUNDS) -> tuple[int | None, int | None]:
    """An interval that holds every value of ``dim`` (None: unbounded on that side); not always the tightest.

    >>> from shapelint.shapes import symbol
    >>> bounds_of((symbol("H") + 5) // 2)
    (3, None)
    """
    if isinstance(dim, int):
        return dim, dim
    if bounds:
        return _interval(dim, bounds)
    if dim.interval is None:
        dim.interval = _interval(dim, bounds)
    return dim.interval


def _interval(dim: Expr, bounds: Bounds) -> tuple[int | None, int | None]:
    low: int | None = 0
    high: int | None = 0
    for monomial, coefficient in dim.terms:
        part: tuple[int | None, int | None] = (1, 1)
        for atom, power in monomial:
            factor = _atom_bounds(atom, bounds)
            for _ in range(power):
                part = _multiply(part, factor)
        below, above = _multiply((coefficient, coefficient), part)
        low = None if low is None or below is None else low + below
        high = None if high is None or above is None else high + above
    return low, high


def _atom_bounds(atom: Symbol | Floor, bounds: Bounds) -> tuple[int | None, int | None]:
    if isinstance(atom, Symbol):
        return bounds.get(atom, (atom.minimum, None))
    low, high = bounds_of(atom.numerator, bounds)
    return (
        None if low is None else low // atom.divisor,
        None if high is None else high // atom.divisor,
    )


def _multiply(
    left: tuple[int | None, int | None], right: tuple[int | None, int | None]
) -> tuple[int | None, int | None]:
    if left == (1, 1):
        return right  # the usual case: a size, not a product of sizes
    (a, b), (c, d) = _ends(left), _ends(right)
    products = [_product(x, y) for x in (a, b) for y in (c, d)]
    low, high = min(products), max(products)
    return (None if isinstance(low, float) else low), (None if isinstance(high, float) else high)


def _ends(interval: tuple[int | None, int | None]) -> tuple[int | float, int | float]:
    low, high = interval
    return (-math.inf if low is None else low), (math.inf if high is None else high)


def _product(x: int | float, y: int | float) -> int | float:
    """Of integers and infinities: 0 times one is 0, and an integer may be too large to be converted to a float."""
    if x == 0 or y == 0:
        return 0
    if isinstance(x, float) or isinstance(y, float):
        return math.inf if (x > 0) == (y > 0) else -math.inf
    return x * y


def _compare_one(difference: Expr, name: Symbol, bounds: Bounds) -> Equality:
    """Whether ``difference``, whose only symbol is ``name``, is 0: exact, unless the period is very long."""
    period = _period(difference)
    degree = max(sum(power for _, power in monomial) for monomial, _ in difference.terms)
    if period > _LONGEST_PERIOD or period * degree**2 > _MOST_RESIDUES:
        return Equality.DEPENDS
    lowest, highest = bounds.get(name, (name.minimum, None))
    step = Symbol("\0t", minimum=0)  # a name that no program has
    always, ever = True, False
    for residue in range(period):
        # With name = period*t + residue every quotient divides evenly, up to a constant.
        polynomial = substitute(difference, {name: of_atom(step) * period + residue})
        if not symbols_of(polynomial) <= {step}:
            return Equality.DEPENDS  # a power that is beyond the limits of expressions
        first = -(-(lowest - residue) // period)
        last = None if highest is None else (highest - residue) // period
        if last is None or last >= first:
            zero_everywhere, has_root = _roots(polynomial, first, last)
            always, ever = always and zero_everywhere, ever or has_root
        if ever and not always:
            return Equality.DEPENDS
    return Equality.ALWAYS if always else Equality.NEVER


def _period(dim: Dim) -> int:
    """A number by whose multiples the symbol can be shifted so that every quotient changes by a whole multiple."""
    if isinstance(dim, int):
        return 1
    period = 1
    for monomial, _ in dim.terms:
        for atom, _ in monomial:
            if isinstance(atom, Floor):
                period = math.lcm(period, atom.divisor * _period(atom.numerator))
    return period


def _roots(polynomial: Dim, first: int, last: int | None) -> tuple[bool, bool]:
    """(zero at every t in [first, last], zero at some t there), for a plain polynomial in one symbol."""
    if isinstance(polynomial, int):
        return polynomial == 0, polynomial == 0
    coefficients = [0] * (1 + max(monomial[0][1] for monomial, _ in polynomial.terms if monomial))
    for monomial, coefficient in polynomial.terms:
        coefficients[monomial[0][1] if monomial else 0] = coefficient
    found = integer_roots(coefficients, first, last)
    return last is not None and len(found) == last - first + 1, bool(found)
