"""The inverse of a dimension: which values of one symbol make it equal to a number.

A quotient has an interval as its inverse, so the answer is a range.  Shapes of convolutions, poolings and their sums
never fall when the input grows: those are turned round term by term, and sums of several terms by bisection.
"""

from __future__ import annotations

from .dim import Atom, Dim, Expr, Floor, Symbol, substitute, symbols_of

__all__ = ["solve"]

_LARGEST = 1 << 24
"""No axis of a tensor is longer."""


def solve(dim: Dim, name: Symbol, value: int) -> range | None:
    """The values of ``name`` (at least its minimum) for which ``dim == value``; empty if there are none.

    None where ``dim`` holds other symbols, or may fall as ``name`` grows.

    >>> from shapelint.shapes import symbol
    >>> H = symbol("H")
    >>> solve((H - 3) // 2 + 1, Symbol("H"), 48)
    range(97, 99)
    >>> solve(2 * H, Symbol("H"), 7)
    range(4, 4)
    """
    if symbols_of(dim) != {name} or not _never_falls(dim):
        return None
    first = _first_at_least(dim, name, value)
    return range(first, _first_at_least(dim, name, value + 1))


def _first_at_least(dim: Dim, name: Symbol, value: int) -> int:
    """The least value of ``name`` for which ``dim >= value``.

    A chain of layers is one term inside the other, ``a * ((b * H + c) // d) + e``: its inverse is taken term by term.
    """
    while isinstance(dim, Expr) and (term := _only_term(dim)) is not None:
        atom, coefficient, constant = term
        value = -((constant - value) // coefficient)
        if isinstance(atom, Symbol):
            return min(max(value, name.minimum), _LARGEST)
        dim, value = atom.numerator, value * atom.divisor
    return _bisected(dim, name, value)


def _only_term(dim: Expr) -> tuple[Atom, int, int] | None:
    """``(atom, coefficient, constant)`` of ``coefficient * atom + constant``; None for what has another form."""
    monomials = [(monomial, coefficient) for monomial, coefficient in dim.terms if monomial]
    if len(monomials) != 1 or len(monomials[0][0]) != 1 or monomials[0][0][0][1] != 1:
        return None
    constant = next((coefficient for monomial, coefficient in dim.terms if not monomial), 0)
    return monomials[0][0][0][0], monomials[0][1], constant


def _bisected(dim: Dim, name: Symbol, value: int) -> int:
    """As :func:`_first_at_least`, for every ``dim`` that never falls."""
    low, high = name.minimum, _LARGEST
    while low < high:
        middle = (low + high) // 2
        at = substitute(dim, {name: middle})
        assert isinstance(at, int)
        if at >= value:
            high = middle
        else:
            low = middle + 1
    return low


def _never_falls(dim: Dim) -> bool:
    if isinstance(dim, int):
        return True
    return all(
        coefficient > 0 and all(isinstance(atom, Symbol) or _never_falls(atom.numerator) for atom, _ in monomial)
        for monomial, coefficient in dim.terms
        if monomial
    ) and not _products_of_quotients(dim)


def _products_of_quotients(dim: Dim) -> bool:
    """Whether a quotient, which may be negative, is multiplied: a product grows with its factors only where none is."""
    if isinstance(dim, int):
        return False
    return any(
        sum(power for _, power in monomial) > 1 and any(isinstance(atom, Floor) for atom, _ in monomial)
        for monomial, _ in dim.terms
    )
