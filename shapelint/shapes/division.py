"""Division of dimensions: exact where one polynomial divides another, and their greatest common term."""

from __future__ import annotations

import math
from collections.abc import Callable

from .dim import Dim, Monomial, collect, fresh, terms_of

__all__ = ["common_factor", "exact_quotient", "quotient"]

_MOST_STEPS = 64
"""Every step of a long division removes the leading term, so that real ones end long before."""


def exact_quotient(dividend: Dim, divisor: Dim) -> Dim | None:
    """The dimension ``q`` with ``q * divisor == dividend`` for every value of the symbols, or None.

    >>> from shapelint.shapes import symbol
    >>> C, H, W = symbol("C"), symbol("H"), symbol("W")
    >>> exact_quotient(C * H * W, H * W)
    C
    >>> exact_quotient(H, 2) is None  # H may be odd
    True

    By long division of polynomials in several variables: Cox, Little, O'Shea, *Ideals, Varieties, and Algorithms*, 2.3.
    """
    if divisor == 0:
        return None
    if isinstance(dividend, int) and isinstance(divisor, int):
        return dividend // divisor if dividend % divisor == 0 else None
    order = _monomial_order(dividend, divisor)
    lead, lead_coefficient = max(terms_of(divisor), key=order)
    quotient: Dim = 0
    remainder: Dim = dividend
    for _ in range(_MOST_STEPS):
        if remainder == 0:
            return quotient
        monomial, coefficient = max(terms_of(remainder), key=order)
        rest = _over(monomial, lead)
        if rest is None or coefficient % lead_coefficient:
            return None
        step = collect([(rest, coefficient // lead_coefficient)])
        quotient = quotient + step
        remainder = remainder - step * divisor
    return None


def common_factor(left: Dim, right: Dim) -> Dim:
    """The greatest single term that divides every term of both.

    >>> from shapelint.shapes import symbol
    >>> N, H, W = symbol("N"), symbol("H"), symbol("W")
    >>> common_factor(6 * N * H + 4 * N, 2 * N * W)
    2*N
    """
    monomials = [*terms_of(left), *terms_of(right)]
    if not monomials:
        return 1
    shared = dict(monomials[0][0])
    for monomial, _ in monomials[1:]:
        powers = dict(monomial)
        shared = {atom: min(power, powers[atom]) for atom, power in shared.items() if atom in powers}
    monomial = tuple(sorted(shared.items(), key=lambda p: p[0].key))
    return collect([(monomial, math.gcd(*(coefficient for _, coefficient in monomials)))])


def quotient(dividend: Dim, divisor: Dim, reason: str = "a quotient of unknown sizes") -> Dim:
    """``dividend // divisor`` where the divisor may be symbolic: exact if it divides, else a fresh unknown (>= 0).

    >>> from shapelint.shapes import symbol
    >>> quotient(symbol("C") * symbol("g"), symbol("g"))
    C
    """
    if isinstance(divisor, int):
        return dividend // divisor
    exact = exact_quotient(dividend, divisor)
    return fresh("q", minimum=0, reason=reason) if exact is None else exact


def _over(left: Monomial, right: Monomial) -> Monomial | None:
    """``left / right``; None where that is not a monomial."""
    powers = dict(left)
    for atom, power in right:
        left_over = powers.get(atom, 0) - power
        if left_over < 0:
            return None
        powers[atom] = left_over
    return tuple(sorted(((a, p) for a, p in powers.items() if p), key=lambda p: p[0].key))


def _monomial_order(*dims: Dim) -> Callable[[tuple[Monomial, int]], tuple[int, ...]]:
    """By degree, then by the power of each atom: long division needs an order that multiplication preserves."""
    atoms = sorted({atom for dim in dims for m, _ in terms_of(dim) for atom, _ in m}, key=lambda atom: atom.key)

    def key(term: tuple[Monomial, int]) -> tuple[int, ...]:
        powers = dict(term[0])
        return (sum(powers.values()), *(powers.get(atom, 0) for atom in atoms))

    return key
