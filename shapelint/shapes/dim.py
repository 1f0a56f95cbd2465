"""One dimension of a shape: an integer, or an exact expression over named unknowns.

``Dim`` is ``int | Expr``.  An :class:`Expr` is a polynomial with integer coefficients over *atoms*; an atom is a
:class:`Symbol` (``N``, ``ngf``, ``H``) or a :class:`Floor` quotient ``(e) // n`` with a positive integer ``n``.
Every expression is in normal form from its construction, so equal dimensions compare equal with ``==`` wherever the
normal form can see it (``compare.compare`` decides the rest), and an expression without unknowns is a plain ``int``.

Normal form of a quotient: coefficients lie in ``[0, n)`` and the offset in ``(-n, 0]``; a common factor of the
coefficients and ``n`` is cancelled; a quotient of a quotient is one quotient.  Hence ``(H + 3)//4`` is
``(H - 1)//4 + 1`` and any chain of strided convolutions over one dimension is one quotient.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias, Union

__all__ = [
    "Atom",
    "Dim",
    "Expr",
    "Floor",
    "Symbol",
    "common_factor",
    "exact_quotient",
    "fresh",
    "of_atom",
    "quotient",
    "substitute",
    "symbol",
    "symbols_of",
]

Dim: TypeAlias = Union[int, "Expr"]
Monomial: TypeAlias = tuple[tuple["Atom", int], ...]


class Symbol:
    """A named unknown.  Symbols of one name are one symbol unless ``uid`` or ``minimum`` tells them apart.

    ``minimum`` is the least value it can take: 1 for a size that a user chooses, 0 for one that was computed.
    ``reason`` says why the value is unknown, where that is worth telling.
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
            and self.minimum == other.minimum  # what is remembered of one must not be told of the other
        )

    def __hash__(self) -> int:
        return self._hash

    def __repr__(self) -> str:
        return self.name

    @property
    def key(self) -> tuple[object, ...]:
        return (0, self.name, self.uid)


class Floor:
    """The atom ``numerator // divisor``, already in normal form; built by ``//`` on an :class:`Expr`."""

    __slots__ = ("_hash", "divisor", "key", "numerator")

    def __init__(self, numerator: Expr, divisor: int) -> None:
        self.numerator, self.divisor = numerator, divisor
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
    """A polynomial over atoms that is not a constant.  Immutable; arithmetic gives a :data:`Dim`."""

    __slots__ = ("_hash", "_symbols", "_text", "interval", "terms")

    def __init__(self, terms: tuple[tuple[Monomial, int], ...]) -> None:
        self.terms = terms
        self._hash: int | None = None
        self._symbols: frozenset[Symbol] | None = None
        self._text: str | None = None
        self.interval: tuple[int | None, int | None] | None = None
        """Of all its values, once ``compare.bounds_of`` was asked: the same sizes meet at every layer."""

    # -- arithmetic -------------------------------------------------------------------------------------------

    def __add__(self, other: Dim) -> Dim:
        if isinstance(other, int):
            return self._moved(other)
        if not isinstance(other, Expr):
            return NotImplemented
        return _collect(itertools.chain(self.terms, other.terms))

    __radd__ = __add__

    def __neg__(self) -> Expr:
        return Expr(tuple((m, -c) for m, c in self.terms))

    def __sub__(self, other: Dim) -> Dim:
        if isinstance(other, int):
            return self._moved(-other)
        if not isinstance(other, Expr):
            return NotImplemented
        return _collect(itertools.chain(self.terms, ((m, -c) for m, c in other.terms)))

    def _moved(self, by: int) -> Expr:
        """``self + by``; the constant is the first of the terms."""
        if not by:
            return self
        if self.terms[0][0]:
            return Expr(((_ONE, by), *self.terms))
        by += self.terms[0][1]
        return Expr(((_ONE, by), *self.terms[1:]) if by else self.terms[1:])

    def __rsub__(self, other: Dim) -> Dim:
        return -self + other

    def __mul__(self, other: Dim) -> Dim:
        if isinstance(other, int):
            return Expr(tuple((m, c * other) for m, c in self.terms)) if other else 0
        if not isinstance(other, Expr):
            return NotImplemented
        return _collect((_times(m, n), c * d) for m, c in self.terms for n, d in other.terms)

    __rmul__ = __mul__

    def __pow__(self, power: int) -> Dim:
        if not isinstance(power, int) or power < 0:
            return NotImplemented
        if power == 1:
            return self
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
        if self._hash is None:  # most are never asked
            self._hash = hash(self.terms)
        return self._hash

    def __repr__(self) -> str:
        return str(self)

    def __str__(self) -> str:
        """Terms without a constant first, as people write them: ``(H - 1)//2 + 1``, ``8*ngf``."""
        if self._text is None:
            self._text = self._written()
        return self._text

    def _written(self) -> str:
        parts: list[str] = []
        for monomial, coefficient in sorted(self.terms, key=lambda t: (not t[0], _monomial_key(t[0]))):
            body, size = _monomial_text(monomial), abs(coefficient)
            if size > 1 and len(monomial) == 1 and isinstance(monomial[0][0], Floor) and monomial[0][1] == 1:
                body = f"({body})"
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
        """The symbol, if this expression is one and nothing else."""
        if len(self.terms) == 1:
            (monomial, coefficient) = self.terms[0]
            if coefficient == 1 and len(monomial) == 1 and monomial[0][1] == 1 and isinstance(monomial[0][0], Symbol):
                return monomial[0][0]
        return None

    @property
    def as_parameter(self) -> Symbol | None:
        """The parameter without a value, if this expression is one and nothing else: it need not even be a number."""
        found = self.as_symbol
        return None if found is None or found.uid else found


def symbol(name: str) -> Expr:
    """The dimension that is the symbol ``name``."""
    return Expr(((((Symbol(name), 1),), 1),))


def fresh(name: str, *, minimum: int = 1, reason: str | None = None) -> Expr:
    """A dimension that is a new unknown, equal to itself only."""
    return Expr(((((Symbol(name, uid=next(_fresh_uids), minimum=minimum, reason=reason), 1),), 1),))


def of_atom(atom: Atom) -> Expr:
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
    """``dim`` with symbols replaced; a symbol that ``values`` does not name stays."""
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


def exact_quotient(dividend: Dim, divisor: Dim) -> Dim | None:
    """The dimension ``q`` with ``q * divisor == dividend`` for every value of the symbols, or None.

    ``exact_quotient(C*H*W, H*W)`` is ``C``; ``exact_quotient(H, 2)`` is None, because H may be odd.
    """
    if divisor == 0:
        return None
    if isinstance(dividend, int) and isinstance(divisor, int):
        return dividend // divisor if dividend % divisor == 0 else None
    order = _monomial_order(dividend, divisor)
    lead, lead_coefficient = max(_terms(divisor), key=order)
    quotient: Dim = 0
    remainder: Dim = dividend
    for _ in range(64):  # every step removes the leading term, so real divisions end long before
        if remainder == 0:
            return quotient
        monomial, coefficient = max(_terms(remainder), key=order)
        rest = _over(monomial, lead)
        if rest is None or coefficient % lead_coefficient:
            return None
        step = _collect([(rest, coefficient // lead_coefficient)])
        quotient = quotient + step
        remainder = remainder - step * divisor
    return None


def common_factor(left: Dim, right: Dim) -> Dim:
    """The greatest single term that divides every term of both: ``common_factor(6*N*H + 4*N, 2*N*W)`` is ``2*N``."""
    monomials = [*_terms(left), *_terms(right)]
    if not monomials:
        return 1
    shared = dict(monomials[0][0])
    for monomial, _ in monomials[1:]:
        powers = dict(monomial)
        shared = {atom: min(power, powers[atom]) for atom, power in shared.items() if atom in powers}
    monomial = tuple(sorted(shared.items(), key=lambda p: p[0].key))
    return _collect([(monomial, math.gcd(*(coefficient for _, coefficient in monomials)))])


def quotient(dividend: Dim, divisor: Dim, reason: str = "a quotient of unknown sizes") -> Dim:
    """``dividend // divisor`` where the divisor may be symbolic: exact if it divides, else a fresh unknown (>= 0)."""
    if isinstance(divisor, int):
        return dividend // divisor
    exact = exact_quotient(dividend, divisor)
    return fresh("q", minimum=0, reason=reason) if exact is None else exact


# -- normal form --------------------------------------------------------------------------------------------------


def _terms(dim: Dim) -> Iterable[tuple[Monomial, int]]:
    if isinstance(dim, Expr):
        return dim.terms
    return ((_ONE, dim),) if dim else ()


def _collect(terms: Iterable[tuple[Monomial, int]]) -> Dim:
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
    if divisor == 1:
        return numerator
    if all(coefficient < 0 for monomial, coefficient in numerator.terms if monomial):
        # -(-H // 2) is what people write for (H + 1)//2
        return -((-numerator + (divisor - 1)) // divisor)
    whole: dict[Monomial, int] = {}
    rest: dict[Monomial, int] = {}
    for monomial, coefficient in numerator.terms:
        part = coefficient % divisor if monomial else -(-coefficient % divisor)
        if part:
            rest[monomial] = part
        if coefficient != part:
            whole[monomial] = (coefficient - part) // divisor
    outside = _collect(whole.items())
    inside = _collect(rest.items())
    if isinstance(inside, int):
        return outside + inside // divisor
    common = math.gcd(divisor, *(c for m, c in inside.terms if m))
    if common > 1:
        offset = inside.constant
        reduced = _collect(((m, c // common) for m, c in inside.terms if m)) + offset // common
        return outside + reduced // (divisor // common)
    bare = [(m, c) for m, c in inside.terms if m]
    if len(bare) == 1 and bare[0][1] == 1 and len(bare[0][0]) == 1:
        atom, power = bare[0][0][0]
        if isinstance(atom, Floor) and power == 1:
            return outside + (atom.numerator + atom.divisor * inside.constant) // (atom.divisor * divisor)
    return outside + of_atom(Floor(inside, divisor))


def _times(left: Monomial, right: Monomial) -> Monomial:
    if not left or not right:
        return left or right
    powers = dict(left)
    for atom, power in right:
        powers[atom] = powers.get(atom, 0) + power
    return tuple(sorted(powers.items(), key=lambda p: p[0].key))


def _over(left: Monomial, right: Monomial) -> Monomial | None:
    powers = dict(left)
    for atom, power in right:
        left_over = powers.get(atom, 0) - power
        if left_over < 0:
            return None
        powers[atom] = left_over
    return tuple(sorted(((a, p) for a, p in powers.items() if p), key=lambda p: p[0].key))


def _monomial_key(monomial: Monomial) -> tuple[object, ...]:
    return tuple((atom.key, power) for atom, power in monomial)


def _monomial_order(*dims: Dim) -> Callable[[tuple[Monomial, int]], tuple[int, ...]]:
    """By degree, then by the power of each atom: an order that multiplication keeps, as long division needs it."""
    atoms = sorted({atom for dim in dims for m, _ in _terms(dim) for atom, _ in m}, key=lambda atom: atom.key)

    def key(term: tuple[Monomial, int]) -> tuple[int, ...]:
        powers = dict(term[0])
        return (sum(powers.values()), *(powers.get(atom, 0) for atom in atoms))

    return key


def _monomial_text(monomial: Monomial) -> str:
    factors = []
    for atom, power in monomial:
        text = str(atom)
        if isinstance(atom, Floor) and (power > 1 or len(monomial) > 1):
            text = f"({text})"
        factors.append(text if power == 1 else f"{text}**{power}")
    return "*".join(factors)
