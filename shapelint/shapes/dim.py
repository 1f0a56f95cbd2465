"""One dimension of a shape: an integer, or an exact expression over named unknowns.

``Dim`` is ``int | Expr``.  An :class:`Expr` is a polynomial with integer coefficients over *atoms*; an atom is a
:class:`Symbol` (``N``, ``ngf``, ``H``) or a :class:`Floor` quotient ``(e) // n`` with a positive integer ``n``.
Every expression is in normal form from its construction, so equal dimensions compare equal with ``==`` wherever the
normal form can see it (``compare.compare`` decides the rest), and an expression without unknowns is a plain ``int``.

Normal form of a quotient: coefficients lie in ``[0, n)`` and the offset in ``(-n, 0]``; a common factor of the
coefficients and ``n`` is cancelled; a quotient of a quotient is one quotient.  So any chain of strided convolutions over
one dimension is one quotient:

>>> H = symbol("H")
>>> (H + 3) // 4
(H - 1)//4 + 1
>>> half = (H - 1) // 2 + 1  # a kernel of 3 with stride 2 and padding 1
>>> (half - 1) // 2 + 1
(H - 1)//4 + 1
>>> (2*H + 6) // 4 == (H + 3) // 2
True
>>> (H + 1) * (H - 1) - H**2
-1

The identities of floors that this rests on are in Graham, Knuth, Patashnik, *Concrete Mathematics*, chapter 3.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping
from typing import TypeAlias, Union

from .limits import HIGHEST_DEGREE, LOWEST, MOST_PARTS, MOST_TERMS, TOO_MANY_TERMS, is_large

__all__ = [
    "Atom",
    "Dim",
    "Expr",
    "Floor",
    "Monomial",
    "Symbol",
    "collect",
    "births",
    "fresh",
    "of_atom",
    "substitute",
    "symbol",
    "symbols_of",
    "terms_of",
    "parts_of",
]

Dim: TypeAlias = Union[int, "Expr"]
"""One size: a known number, or an expression.  ``symbol("N")`` makes one; ``+ - * // % **`` give a ``Dim`` again."""

Monomial: TypeAlias = tuple[tuple["Atom", int], ...]
"""Atoms with their powers, in the order of :attr:`Symbol.key`; the empty one is 1."""


class Symbol:
    """A named unknown.  Symbols with the same name are the same symbol unless ``uid`` or ``minimum`` differs.

    ``uid``: 0 for a parameter without a value, which is known by its name; any other number for a fresh unknown.
    ``minimum``: the least value it can take: 1 for a size that a user chooses, 0 for one that was computed.
    ``reason``: why the value is unknown, where that is worth saying.
    """

    __slots__ = ("_hash", "minimum", "name", "reason", "uid")

    def __init__(self, name: str, *, uid: int = 0, minimum: int = 1, reason: str | None = None) -> None:
        self.name, self.uid, self.minimum, self.reason = name, uid, minimum, reason
        self._hash = hash((name, uid))

    def __eq__(self, other: object) -> bool:
        return self is other or (
            isinstance(other, Symbol)
            and self.name == other.name
            and self.uid == other.uid
            and self.minimum == other.minimum  # else a comparison cached for one would answer for the other
        )

    def __hash__(self) -> int:
        return self._hash

    def __repr__(self) -> str:
        return self.name

    @property
    def key(self) -> tuple[object, ...]:
        """By which atoms are sorted: symbols by name, before quotients."""
        return (0, self.name, self.uid)


class Floor:
    """The atom ``numerator // divisor``, already in normal form; ``//`` on an :class:`Expr` builds it.

    ``parts``: how many symbols and quotients it consists of, itself included.
    """

    __slots__ = ("_hash", "divisor", "key", "numerator", "parts")

    def __init__(self, numerator: Expr, divisor: int) -> None:
        self.numerator, self.divisor = numerator, divisor
        self.parts = 1 + parts_of(numerator)
        self._hash = hash((numerator, divisor))
        self.key: tuple[object, ...] = (1, str(numerator), divisor)

    def __eq__(self, other: object) -> bool:
        return self is other or (
            isinstance(other, Floor) and self.divisor == other.divisor and self.numerator == other.numerator
        )

    def __hash__(self) -> int:
        return self._hash

    def __repr__(self) -> str:
        text = str(self.numerator)
        return f"{text}//{self.divisor}" if text.isidentifier() else f"({text})//{self.divisor}"


Atom: TypeAlias = Symbol | Floor

_ONE: Monomial = ()
_fresh_uids = itertools.count(1)


class Expr:
    """A polynomial over atoms that is not a constant.  Immutable; arithmetic gives a :data:`Dim`.

    What would exceed one of the ``limits`` is a fresh unknown instead, so that no chain of operations takes long.

    ``terms``: monomials with their coefficients, none of which is 0; the constant comes first, if there is one.

    >>> N, C = symbol("N"), symbol("C")
    >>> N * (C + 2) - 2*N
    C*N
    >>> N - N
    0
    >>> hash(N + C) == hash(C + N)
    True
    """

    __slots__ = ("_hash", "_symbols", "_text", "interval", "terms")

    def __init__(self, terms: tuple[tuple[Monomial, int], ...]) -> None:
        self.terms = terms
        self._hash: int | None = None
        self._symbols: frozenset[Symbol] | None = None
        self._text: str | None = None
        self.interval: tuple[int | None, int | None] | None = None
        """Least and greatest value, filled in by ``compare.bounds_of``: the same sizes come up at every layer."""

    # -- arithmetic -------------------------------------------------------------------------------------------

    def __add__(self, other: Dim) -> Dim:
        if isinstance(other, int):
            return self._plus(other)
        if not isinstance(other, Expr):
            return NotImplemented
        return _within_limits(collect(itertools.chain(self.terms, other.terms)))

    __radd__ = __add__

    def __neg__(self) -> Expr:
        return Expr(tuple((m, -c) for m, c in self.terms))

    def __sub__(self, other: Dim) -> Dim:
        if isinstance(other, int):
            return self._plus(-other)
        if not isinstance(other, Expr):
            return NotImplemented
        return _within_limits(collect(itertools.chain(self.terms, ((m, -c) for m, c in other.terms))))

    def _plus(self, by: int) -> Expr:
        """``self + by``, without sorting the terms anew: the constant is the first of them."""
        if not by:
            return self
        if not self.terms[0][0]:
            by += self.terms[0][1]
        if is_large(by):
            return _beyond_limits()
        if self.terms[0][0]:
            return Expr(((_ONE, by), *self.terms))
        return Expr(((_ONE, by), *self.terms[1:]) if by else self.terms[1:])

    def __rsub__(self, other: Dim) -> Dim:
        return -self + other

    def __mul__(self, other: Dim) -> Dim:
        if isinstance(other, int):
            return _within_limits(Expr(tuple((m, c * other) for m, c in self.terms))) if other else 0
        if not isinstance(other, Expr):
            return NotImplemented
        if _exceeds_limits(self, other):
            return _beyond_limits()
        return _within_limits(collect((_times(m, n), c * d) for m, c in self.terms for n, d in other.terms))

    __rmul__ = __mul__

    def __pow__(self, power: int) -> Dim:
        if not isinstance(power, int) or power < 0:
            return NotImplemented
        if power == 1:
            return self
        if power > HIGHEST_DEGREE:
            return _beyond_limits()
        result: Dim = 1
        for _ in range(power):
            result = result * self
        return result

    def __floordiv__(self, divisor: int) -> Dim:
        """``self // divisor`` for an integer divisor (a symbolic one needs :func:`exact_quotient`)."""
        if not isinstance(divisor, int):
            return NotImplemented
        if divisor == 0:
            raise ZeroDivisionError("division of a dimension by zero")
        return _floor(self, divisor) if divisor > 0 else _floor(-self, -divisor)

    def __mod__(self, divisor: int) -> Dim:
        return self - (self // divisor) * divisor

    # -- identity ---------------------------------------------------------------------------------------------

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Expr) and self.terms == other.terms)

    def __hash__(self) -> int:
        if self._hash is None:  # most expressions are never hashed
            self._hash = hash(self.terms)
        return self._hash

    def __repr__(self) -> str:
        return str(self)

    def __str__(self) -> str:
        """The constant last, as people write it: ``(H - 1)//2 + 1``, ``8*ngf``."""
        if self._text is None:
            self._text = self._written()
        return self._text

    def _written(self) -> str:
        parts: list[str] = []
        for monomial, coefficient in sorted(self.terms, key=lambda t: (not t[0], _monomial_key(t[0]))):
            body, size = _monomial_text(monomial), abs(coefficient)
            if size > 1 and len(monomial) == 1 and isinstance(monomial[0][0], Floor) and monomial[0][1] == 1:
                body = f"({body})"  # 2*(H//3): without brackets it would be read as (2*H)//3
            text = body if body and size == 1 else f"{size}*{body}" if body else str(size)
            if not parts:
                parts.append(text if coefficient > 0 else f"-{text}")
            else:
                parts.append(f"+ {text}" if coefficient > 0 else f"- {text}")
        return " ".join(parts)

    # -- parts ------------------------------------------------------------------------------------------------

    @property
    def constant(self) -> int:
        """The term without a symbol."""
        monomial, coefficient = self.terms[0]
        return 0 if monomial else coefficient

    @property
    def as_symbol(self) -> Symbol | None:
        """The symbol that this expression consists of; None if there is more to it."""
        if len(self.terms) == 1:
            (monomial, coefficient) = self.terms[0]
            if coefficient == 1 and len(monomial) == 1 and monomial[0][1] == 1 and isinstance(monomial[0][0], Symbol):
                return monomial[0][0]
        return None

    @property
    def as_parameter(self) -> Symbol | None:
        """The parameter without a value that this expression consists of, which may not even be a number; else None."""
        found = self.as_symbol
        return None if found is None or found.uid else found


def symbol(name: str) -> Expr:
    """The dimension that is the symbol ``name``."""
    return Expr(((((Symbol(name), 1),), 1),))


def births() -> int:
    """A number above those of all fresh sizes and tensors of unknown rank so far, and below those of all later ones."""
    return next(_fresh_uids)


def fresh(name: str, *, minimum: int = 1, reason: str | None = None) -> Expr:
    """A dimension that is a new unknown, equal to itself only."""
    return Expr(((((Symbol(name, uid=births(), minimum=minimum, reason=reason), 1),), 1),))


def of_atom(atom: Atom) -> Expr:
    """The dimension that is just ``atom``."""
    return Expr(((((atom, 1),), 1),))


def symbols_of(dim: Dim) -> frozenset[Symbol]:
    """Every symbol that occurs in ``dim``, also inside quotients."""
    if isinstance(dim, int):
        return frozenset()
    if dim._symbols is not None:
        return dim._symbols
    found: set[Symbol] = set()
    for monomial, _ in dim.terms:
        for atom, _ in monomial:
            if isinstance(atom, Symbol):
                found.add(atom)
            else:
                found |= symbols_of(atom.numerator)
    dim._symbols = frozenset(found)
    return dim._symbols


def substitute(dim: Dim, values: Mapping[Symbol, Dim]) -> Dim:
    """``dim`` with symbols replaced; those that ``values`` does not name stay.

    >>> H = symbol("H")
    >>> substitute((H - 1) // 2 + 1, {Symbol("H"): 28})
    14
    """
    if isinstance(dim, int) or values.keys().isdisjoint(symbols_of(dim)):
        return dim
    total: Dim = 0
    for monomial, coefficient in dim.terms:
        product: Dim = coefficient
        for atom, power in monomial:
            if isinstance(atom, Symbol):
                base: Dim = values.get(atom, of_atom(atom))
            else:
                base = substitute(atom.numerator, values) // atom.divisor
            product = product * base**power
        total = total + product
    return total


# -- normal form --------------------------------------------------------------------------------------------------


def terms_of(dim: Dim) -> Iterable[tuple[Monomial, int]]:
    """The terms of a dimension, also of a plain number; none for 0."""
    if isinstance(dim, Expr):
        return dim.terms
    return ((_ONE, dim),) if dim else ()


def collect(terms: Iterable[tuple[Monomial, int]]) -> Dim:
    """The sum of ``terms``, which may repeat monomials, in normal form."""
    total: dict[Monomial, int] = {}
    for monomial, coefficient in terms:
        total[monomial] = total.get(monomial, 0) + coefficient
    kept = [(m, c) for m, c in total.items() if c]
    if not kept:
        return 0
    if len(kept) == 1 and not kept[0][0]:
        return kept[0][1]
    if len(kept) > 1:
        kept.sort(key=lambda t: _monomial_key(t[0]))
    return Expr(tuple(kept))


def _floor(numerator: Expr, divisor: int) -> Dim:
    """``numerator // divisor``, a positive one, in the normal form of a quotient that the head of this file describes."""
    if divisor == 1:
        return numerator
    if all(coefficient < 0 for monomial, coefficient in numerator.terms if monomial):
        # -(-H // 2), as people write the ceiling, must be the same as (H + 1)//2: floor(-x/n) = -floor((x + n - 1)/n).
        return -((-numerator + (divisor - 1)) // divisor)
    whole: dict[Monomial, int] = {}
    rest: dict[Monomial, int] = {}
    for monomial, coefficient in numerator.terms:
        # What the divisor divides leaves the quotient.  The offset becomes negative, as in (H - 1)//2 + 1 for a convolution.
        part = coefficient % divisor if monomial else -(-coefficient % divisor)
        if part:
            rest[monomial] = part
        if coefficient != part:
            whole[monomial] = (coefficient - part) // divisor
    outside = collect(whole.items())
    inside = collect(rest.items())
    if isinstance(inside, int):
        return outside + inside // divisor
    common = math.gcd(divisor, *(c for m, c in inside.terms if m))
    if common > 1:
        offset = inside.constant  # (c*x + b) // (c*n) = (x + b//c) // n for whole x
        reduced = collect(((m, c // common) for m, c in inside.terms if m)) + offset // common
        return outside + reduced // (divisor // common)
    bare = [(m, c) for m, c in inside.terms if m]
    if len(bare) == 1 and bare[0][1] == 1 and len(bare[0][0]) == 1:
        atom, power = bare[0][0][0]
        if isinstance(atom, Floor) and power == 1:  # (x//m + b) // n = (x + m*b) // (m*n)
            return outside + (atom.numerator + atom.divisor * inside.constant) // (atom.divisor * divisor)
    quotient = Floor(inside, divisor)
    return _beyond_limits() if quotient.parts > MOST_PARTS or is_large(divisor) else outside + of_atom(quotient)


# -- limits -------------------------------------------------------------------------------------------------------


_MOST_PRODUCTS = 4 * MOST_TERMS
"""Products of terms that are worked out for one of expressions: many of them may cancel."""


def _beyond_limits() -> Expr:
    """What stands for an expression beyond the limits: not even its sign is known."""
    return fresh("q", minimum=LOWEST, reason=TOO_MANY_TERMS)


def _within_limits(dim: Dim) -> Dim:
    """``dim``, unless it has too many terms or too large a coefficient."""
    if isinstance(dim, int):
        return dim
    if len(dim.terms) > MOST_TERMS:
        return _beyond_limits()
    for _, coefficient in dim.terms:
        if is_large(coefficient):
            return _beyond_limits()
    return dim


def _exceeds_limits(left: Expr, right: Expr) -> bool:
    """Whether a product is beyond the limits, which has to be known before it is worked out."""
    count, other = len(left.terms), len(right.terms)
    if count == other == 1 and len(left.terms[0][0]) == len(right.terms[0][0]) == 1:
        return left.terms[0][0][0][1] + right.terms[0][0][0][1] > HIGHEST_DEGREE
    return (
        count * other > _MOST_PRODUCTS
        or _degree(left) + _degree(right) > HIGHEST_DEGREE
        or parts_of(left) * other + parts_of(right) * count > MOST_PARTS
    )


def _degree(dim: Expr) -> int:
    return max(sum(power for _, power in monomial) for monomial, _ in dim.terms)


def parts_of(dim: Expr) -> int:
    """How many symbols and quotients there are in an expression, those inside of its quotients included."""
    return sum(1 if isinstance(atom, Symbol) else atom.parts for monomial, _ in dim.terms for atom, _ in monomial)


# -- monomials ----------------------------------------------------------------------------------------------------


def _times(left: Monomial, right: Monomial) -> Monomial:
    if not left or not right:
        return left or right
    powers = dict(left)
    for atom, power in right:
        powers[atom] = powers.get(atom, 0) + power
    return tuple(sorted(powers.items(), key=lambda p: p[0].key))


def _monomial_key(monomial: Monomial) -> tuple[object, ...]:
    return tuple((atom.key, power) for atom, power in monomial)


def _monomial_text(monomial: Monomial) -> str:
    factors = []
    for atom, power in monomial:
        text = str(atom)
        if isinstance(atom, Floor) and (power > 1 or len(monomial) > 1):
            text = f"({text})"
        factors.append(text if power == 1 else f"{text}**{power}")
    return "*".join(factors)
