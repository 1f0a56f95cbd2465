"""Claimed sizes as equations for what the code leaves open, and the likeliest values of their unknowns.

Every claimed number is an equation for the size it depends on; its solutions are a range, because a floor quotient has
an interval as its inverse.  The values that lie in most ranges come first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache

from ...records import dataclass
from ...shapes import Dim, Symbol, exact_quotient, solve, substitute, symbols_of
from ...shapes.dim import Expr
from ..binding.assertion import Assertion
from ..binding.solution import Solution
from ..comments.noted_names import NOTE

__all__ = ["Equation", "PartialSolution", "equations_of", "roundest", "solved"]

_MOST_VALUES = 3
"""Values that are tried for one unknown, those that most claims ask for."""
_MOST_ALTERNATIVES = 4
"""Tensors of one claim that are solved for: the turns of a long loop all say the same."""
_A_SLIP = 4
"""By how much a size may be missed through a wrong padding or stride."""
_FARTHEST = 1 << 16
"""Beyond this the unknown is not the side of an image, but a count of features."""

_Choice = tuple[Symbol, Sequence[tuple[Dim, frozenset[int]]]]
"""An unknown, and its likeliest values, each with the assertions that ask for it."""


@dataclass(frozen=True, slots=True)
class Equation:
    """``claimed == computed``, of the assertion ``order``, as far as it is solved; ``names`` are its unknowns, ``note`` the
    one name that only the comment uses."""

    order: int
    claimed: Dim
    computed: Dim
    names: frozenset[Symbol]
    note: Symbol | None

    @classmethod
    def of(cls, order: int, claimed: Dim, computed: Dim) -> Equation:
        """The equation of two sizes."""
        said = symbols_of(claimed)
        notes = [name for name in said if name.uid == NOTE]
        return cls(order, claimed, computed, said | symbols_of(computed), notes[0] if len(notes) == 1 else None)

    def given(self, name: Symbol, value: Dim) -> Equation:
        """The equation once ``name`` is known."""
        known = {name: value}
        return Equation.of(self.order, substitute(self.claimed, known), substitute(self.computed, known))


class PartialSolution:
    """How far the equations are solved, and what may be tried next; each search begins at the same one.

    ``favoured``: the assertions that asked for the last value that most others did not; they are heard again for the
    other axis of an image.
    """

    def __init__(
        self, solution: Solution, equations: tuple[Equation, ...], favoured: frozenset[int] = frozenset()
    ) -> None:
        self.solution, self.equations, self.favoured = solution, equations, favoured
        self._after: dict[int, PartialSolution] = {}

    @cached_property
    def choice(self) -> _Choice | None:
        """The unknown to be decided next, and its likeliest values; None if nothing more can be solved."""
        return _choice(self.equations, self.favoured)

    def after(self, index: int) -> PartialSolution:
        """What is left when the unknown of the choice has the value of this index."""
        if index not in self._after:
            assert self.choice is not None
            name, values = self.choice
            value, orders = values[index]
            self._after[index] = self._given(name, value, orders if index else self.favoured)
        return self._after[index]

    def _given(self, name: Symbol, value: Dim, favoured: frozenset[int]) -> PartialSolution:
        """With ``name`` known; equations without unknowns are dropped."""
        sizes, notes, known = self.solution.sizes, self.solution.notes, self.solution.known
        if name.uid == NOTE:
            solution = Solution(sizes, {**notes, name: value}, known)
        else:
            solution = Solution({**sizes, name: value}, notes, known)
        alone = frozenset({name} if isinstance(value, int) else ())  # what these were about is known then
        changed = (e.given(name, value) if name in e.names else e for e in self.equations if e.names != alone)
        return PartialSolution(solution, tuple(equation for equation in changed if equation.names), favoured)


def equations_of(assertions: Sequence[Assertion], start: Solution) -> Iterator[Equation]:
    """An equation for each claimed size that has an unknown on either side."""
    for order, assertion in enumerate(assertions):
        for alternative in assertion.alternatives[:_MOST_ALTERNATIVES]:
            for pair in alternative.pairs:
                equation = Equation.of(order, start.claimed(pair), start.computed(pair))
                if equation.names:
                    yield equation


@lru_cache(maxsize=4096)  # the search asks the same at every step
def solved(computed: Dim, name: Symbol, value: int) -> range | None:
    """The values of ``name`` for which ``computed`` is ``value``; None where that cannot be solved."""
    return solve(computed, name, value)


def roundest(values: range) -> int:
    """Of sizes that serve equally, the one that can be halved most often: what people feed to networks."""
    return max(values[:64], key=lambda value: ((value & -value), -value))


def _choice(equations: Sequence[Equation], favoured: frozenset[int]) -> _Choice | None:
    """The unknown that most equations are about."""
    sizes: dict[Symbol, list[tuple[range, int]]] = {}
    nearest: list[_Choice] = []
    for equation in equations:
        if isinstance(equation.claimed, int) and len(equation.names) == 1:
            (name,) = equation.names
            values = solved(equation.computed, name, equation.claimed)
            if values:
                sizes.setdefault(name, []).append((values, equation.order))
            elif values is not None and values.start < _FARTHEST and (near := _nearest(equation, name, values.start)):
                # 4 can never come out: the size that comes nearest is what a repair of the layer starts from.
                orders = frozenset({equation.order})
                nearest.append((name, [(size, orders) for size in dict.fromkeys((*near, name.minimum or 1))]))
    if sizes:
        name = max(sizes, key=lambda symbol: (len({order for _, order in sizes[symbol]}), -sizes[symbol][0][1]))
        return name, _values(sizes[name], favoured)
    notes = _note_votes(equations)
    if notes:
        name = max(notes, key=lambda symbol: (len(notes[symbol]), symbol.name))
        return name, _meanings(notes[name])
    return nearest[0] if nearest else None


def _nearest(equation: Equation, name: Symbol, above: int) -> list[int]:
    """Of the first size that gives too much and the last that gives too little those that miss by so little that a slip in
    a padding or stride may be the whole difference, the nearest first; a count of features jumps by far more."""
    missed = {
        size: abs(distance)
        for size in (above, above - 1)
        if size >= (name.minimum or 1)
        if isinstance(distance := substitute(equation.computed, {name: size}) - equation.claimed, int)
    }
    return sorted((size for size, distance in missed.items() if distance <= _A_SLIP), key=missed.__getitem__)


def _values(votes: Sequence[tuple[range, int]], favoured: frozenset[int]) -> list[tuple[Dim, frozenset[int]]]:
    """The values that satisfy most equations, one for each set of equations that can hold together."""
    ranked: dict[frozenset[int], range] = {}
    for start in dict.fromkeys(values.start for values, _ in votes):  # of thousands of equations most begin alike
        holding = [(other, order) for other, order in votes if start in other]
        together = range(start, min(other.stop for other, _ in holding))
        ranked.setdefault(frozenset(order for _, order in holding), together)
    best = sorted(ranked, key=lambda orders: (-len(orders & favoured), -len(orders), min(orders)))
    distinct: dict[Dim, frozenset[int]] = {}
    for orders in best:
        distinct.setdefault(
            roundest(ranked[orders]), orders
        )  # fewer of the same claims may ask for the same size again
    # A size that only some of the claims of another one ask for explains nothing better: others are tried before it.
    by_novelty = sorted(distinct.items(), key=lambda item: any(item[1] < orders for orders in distinct.values()))
    return by_novelty[:_MOST_VALUES]


def _note_votes(equations: Sequence[Equation]) -> dict[Symbol, list[tuple[Dim, int]]]:
    """What each name that only comments use would have to mean."""
    votes: dict[Symbol, list[tuple[Dim, int]]] = {}
    plain: dict[Symbol, dict[int, set[Dim]]] = {}
    for equation in equations:
        note = equation.note
        if note is None or isinstance(equation.claimed, int):
            continue
        if equation.claimed.as_symbol is not None:
            plain.setdefault(note, {}).setdefault(equation.order, set()).add(equation.computed)
        meaning = _inverse(equation.claimed, note, equation.computed)
        if meaning is not None:
            votes.setdefault(note, []).append((meaning, equation.order))
    # "(B, C, H, W)" on every line: a name that stands for several sizes by itself stands for none.
    return {name: cast for name, cast in votes.items() if name not in plain or set.intersection(*plain[name].values())}


def _meanings(votes: Sequence[tuple[Dim, int]]) -> list[tuple[Dim, frozenset[int]]]:
    """What most uses agree on first, then the other meanings in order of use."""
    orders: dict[Dim, set[int]] = {}
    for dim, order in votes:
        orders.setdefault(dim, set()).add(order)
    best = sorted(orders, key=lambda dim: (-len(orders[dim]), min(orders[dim])))
    return [(dim, frozenset(orders[dim])) for dim in best[:_MOST_VALUES]]


@lru_cache(maxsize=4096)  # the search asks the same at every step
def _inverse(claimed: Expr, name: Symbol, value: Dim) -> Dim | None:
    """The dim that ``name`` must be for ``claimed == value``, where ``claimed`` is linear in it."""
    at_zero, at_one = substitute(claimed, {name: 0}), substitute(claimed, {name: 1})
    slope = at_one - at_zero
    if not isinstance(slope, int) or slope == 0:
        return None
    if any(substitute(claimed, {name: at}) - at_zero != slope * at for at in (2, 5)):
        return None
    meaning = exact_quotient(value - at_zero, slope)
    return meaning if not isinstance(meaning, int) or meaning > 0 else None
