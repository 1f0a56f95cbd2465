"""Which input sizes, and which meanings of names that only the comments use, make most claims true.

Every claimed number is an equation for the size it depends on; its solutions are a range, because a floor quotient has
an interval as its inverse.  The values that lie in most ranges are the candidates.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..shapes import Dim, Symbol, exact_quotient, solve, substitute, symbols_of
from ..shapes.dim import Expr
from .alignment import NOTE, Pair
from .assertion import Assertion, Solution

__all__ = ["solutions"]

_MOST_SOLUTIONS = 24
_MOST_VALUES = 3
_DEEPEST = 12


@dataclass(frozen=True, slots=True)
class _Vote:
    """One equation for one unknown: any value in ``values`` satisfies it.  ``order``: which assertion cast it."""

    values: range
    order: int


def solutions(assertions: Sequence[Assertion], start: Solution) -> Iterator[Solution]:
    """Candidate solutions, the most agreeable first."""
    found: list[Solution] = []
    for solution in _search(assertions, start, _DEEPEST):
        if solution not in found:
            found.append(solution)
            yield solution
        if len(found) >= _MOST_SOLUTIONS:
            return


def _search(assertions: Sequence[Assertion], solution: Solution, depth: int) -> Iterator[Solution]:
    votes = _size_votes(assertions, solution) if depth else {}
    if votes:
        name = max(votes, key=lambda symbol: (len({vote.order for vote in votes[symbol]}), -votes[symbol][0].order))
        for value in _values(votes[name]):
            yield from _search(assertions, Solution({**solution.sizes, name: value}, solution.notes), depth - 1)
        return
    notes = _note_votes(assertions, solution) if depth else {}
    if notes:
        name = max(notes, key=lambda symbol: (len(notes[symbol]), symbol.name))
        for dim in _meanings(notes[name]):
            yield from _search(assertions, Solution(solution.sizes, {**solution.notes, name: dim}), depth - 1)
        return
    yield solution


def _pairs(assertions: Sequence[Assertion]) -> Iterator[tuple[int, Pair]]:
    for order, assertion in enumerate(assertions):
        for alternative in assertion.alternatives[:4]:
            for pair in alternative.pairs:
                yield order, pair


def _size_votes(assertions: Sequence[Assertion], solution: Solution) -> dict[Symbol, list[_Vote]]:
    votes: dict[Symbol, list[_Vote]] = {}
    for order, pair in _pairs(assertions):
        claimed, computed = solution.claimed(pair), solution.computed(pair)
        if not isinstance(claimed, int) or isinstance(computed, int):
            continue
        names = symbols_of(computed)
        if len(names) != 1:
            continue
        (name,) = names
        values = solve(computed, name, claimed)
        if values:
            votes.setdefault(name, []).append(_Vote(values, order))
    return votes


def _values(votes: Sequence[_Vote]) -> list[int]:
    """The values that satisfy most equations, one for each set of equations that can hold together."""
    ranked: dict[frozenset[int], range] = {}
    for vote in votes:
        start = vote.values.start
        holding = [other for other in votes if start in other.values]
        together = range(start, min(other.values.stop for other in holding))
        ranked.setdefault(frozenset(other.order for other in holding), together)
    best = sorted(ranked, key=lambda orders: (-len(orders), min(orders)))
    return [_roundest(ranked[orders]) for orders in best[:_MOST_VALUES]]


def _roundest(values: range) -> int:
    """Of sizes that serve equally, the one that can be halved most often: what people feed to networks."""
    near = values[:64]
    return max(near, key=lambda value: ((value & -value), -value))


def _note_votes(assertions: Sequence[Assertion], solution: Solution) -> dict[Symbol, list[tuple[Dim, int]]]:
    votes: dict[Symbol, list[tuple[Dim, int]]] = {}
    plain: dict[Symbol, set[Dim]] = {}
    for order, pair in _pairs(assertions):
        claimed = solution.claimed(pair)
        bare = None if isinstance(claimed, int) else claimed.as_symbol
        if bare is not None and bare.uid == NOTE:
            plain.setdefault(bare, set()).add(solution.computed(pair))
        unknown = [name for name in symbols_of(claimed) if name.uid == NOTE]
        if len(unknown) != 1:
            continue
        meaning = _inverse(claimed, unknown[0], solution.computed(pair))
        if meaning is not None:
            votes.setdefault(unknown[0], []).append((meaning, order))
    # "(B, C, H, W)" on every line: a name that stands for several sizes by itself stands for none.
    return {name: cast for name, cast in votes.items() if len(plain.get(name, ())) <= 1}


def _meanings(votes: Sequence[tuple[Dim, int]]) -> list[Dim]:
    """What most uses agree on first, then the other meanings in order of use."""
    orders: dict[Dim, set[int]] = {}
    for dim, order in votes:
        orders.setdefault(dim, set()).add(order)
    return sorted(orders, key=lambda dim: (-len(orders[dim]), min(orders[dim])))[:_MOST_VALUES]


def _inverse(claimed: Dim, name: Symbol, value: Dim) -> Dim | None:
    """The dim that ``name`` must be for ``claimed == value``, where ``claimed`` is linear in it."""
    at_zero, at_one = substitute(claimed, {name: 0}), substitute(claimed, {name: 1})
    slope = at_one - at_zero
    if not isinstance(claimed, Expr) or substitute(claimed, {name: 2}) - at_one != slope or not isinstance(slope, int):
        return None
    if substitute(claimed, {name: 5}) - at_zero != slope * 5 or slope == 0:
        return None
    meaning = exact_quotient(value - at_zero, slope)
    return meaning if not isinstance(meaning, int) or meaning > 0 else None
