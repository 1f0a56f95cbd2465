"""Which input sizes, and which meanings of names that only the comments use, make most claims true.

Every claimed number is an equation for the size it depends on; its solutions are a range, because a floor quotient has
an interval as its inverse.  The values that lie in most ranges come first; then, for a few of the unknowns, the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache

from ...interp.model.tape import Run
from ...records import dataclass
from ...shapes import Dim, Symbol, exact_quotient, solve, substitute, symbols_of
from ...shapes.compare import Equality, compare
from ...shapes.dim import Expr
from ..binding.assertion import Assertion
from ..binding.solution import Solution
from ..comments.noted_names import NOTE
from .image_inputs import is_oblong_latent, sides_of, squared

__all__ = ["refused_needs", "solutions"]

_MOST_SOLUTIONS = 8
_MOST_VALUES = 3
_MOST_DEVIATIONS = 2
_MOST_UNKNOWNS = 16
_MOST_STEPS = 80
_MOST_ALTERNATIVES = 4
_A_SLIP = 4
_FARTHEST = 1 << 16

_Choice = tuple[Symbol, Sequence[tuple[Dim, frozenset[int]]]]
"""An unknown, and its likeliest values, each with the assertions that ask for it."""


@dataclass(frozen=True, slots=True)
class _Equation:
    """``claimed == computed``, of the assertion ``order``, as far as it is solved; ``names`` are its unknowns, ``note`` the
    one name that only the comment uses."""

    order: int
    claimed: Dim
    computed: Dim
    names: frozenset[Symbol]
    note: Symbol | None

    @classmethod
    def of(cls, order: int, claimed: Dim, computed: Dim) -> _Equation:
        said = symbols_of(claimed)
        notes = [name for name in said if name.uid == NOTE]
        return cls(order, claimed, computed, said | symbols_of(computed), notes[0] if len(notes) == 1 else None)

    def given(self, name: Symbol, value: Dim) -> _Equation:
        known = {name: value}
        return _Equation.of(self.order, substitute(self.claimed, known), substitute(self.computed, known))


class _State:
    """How far the equations are solved, and where it goes from there; each search begins at the same one.

    ``favoured``: the assertions that asked for the last value that most others did not; they are heard again for the
    other axis of an image.
    """

    def __init__(
        self, solution: Solution, equations: tuple[_Equation, ...], favoured: frozenset[int] = frozenset()
    ) -> None:
        self.solution, self.equations, self.favoured = solution, equations, favoured
        self._after: dict[int, _State] = {}

    @cached_property
    def choice(self) -> _Choice | None:
        return _choice(self)

    def after(self, index: int) -> _State:
        """The state in which the unknown of the choice has the value of this index."""
        if index not in self._after:
            assert self.choice is not None
            name, values = self.choice
            value, orders = values[index]
            self._after[index] = self._given(name, value, orders if index else self.favoured)
        return self._after[index]

    def _given(self, name: Symbol, value: Dim, favoured: frozenset[int]) -> _State:
        """The state in which ``name`` is ``value``; equations without unknowns are dropped."""
        sizes, notes, known = self.solution.sizes, self.solution.notes, self.solution.known
        if name.uid == NOTE:
            solution = Solution(sizes, {**notes, name: value}, known)
        else:
            solution = Solution({**sizes, name: value}, notes, known)
        changed = (e.given(name, value) if name in e.names else e for e in self.equations)
        return _State(solution, tuple(equation for equation in changed if equation.names), favoured)


def solutions(assertions: Sequence[Assertion], start: Solution, run: Run) -> Iterator[Solution]:
    """Candidate solutions, the most agreeable first; each that PyTorch would refuse is followed by those nearest to it that
    it takes."""
    beginning = _State(start, tuple(_equations(assertions, start)))
    found: list[Solution] = []
    steps = iter(range(_MOST_STEPS))
    for deviations in range(_MOST_DEVIATIONS + 1):
        for state in _search(beginning, deviations, _MOST_UNKNOWNS, steps):
            searched = _completed(state, run)
            doubtful = refused_needs(searched, run) or is_oblong_latent(searched, run)
            for solution in (searched, *_accepted_near(searched, run), *(squared(searched, run) if doubtful else ())):
                if solution not in found:
                    found.append(solution)
                    yield solution
            if len(found) >= _MOST_SOLUTIONS:
                return


def refused_needs(solution: Solution, run: Run) -> list[tuple[Dim, Dim]]:
    """What calls of ``run`` took for granted about its input, and is not so under ``solution``."""
    return [
        (left, right)
        for call in run.tape.calls
        if call.certain and call.reject is None
        for left, right in call.assumed
        if not solution.sizes.keys().isdisjoint(symbols_of(left) | symbols_of(right))
        if not _may_equal(substitute(left, solution.sizes), substitute(right, solution.sizes))
    ]


def _may_equal(left: Dim, right: Dim) -> bool:
    if isinstance(left, int) and isinstance(right, int):
        return left == right
    return compare(left, right) is not Equality.NEVER


def _accepted_near(solution: Solution, run: Run) -> Iterator[Solution]:
    """The solution with one size changed such that what PyTorch refused is right."""
    for left, right in refused_needs(solution, run)[:_MOST_DEVIATIONS]:
        wanted, computed = (left, right) if isinstance(left, int) else (right, left)
        names = sorted(symbols_of(computed) & solution.sizes.keys(), key=lambda name: name.key)
        for name in names if isinstance(wanted, int) else ():
            others = {other: size for other, size in solution.sizes.items() if other != name}
            values = _solved(substitute(computed, others), name, wanted)
            if values:
                yield Solution({**others, name: _roundest(values)}, solution.notes, solution.known)


def _equations(assertions: Sequence[Assertion], start: Solution) -> Iterator[_Equation]:
    for order, assertion in enumerate(assertions):
        for alternative in assertion.alternatives[:_MOST_ALTERNATIVES]:
            for pair in alternative.pairs:
                equation = _Equation.of(order, start.claimed(pair), start.computed(pair))
                if equation.names:
                    yield equation


def _completed(state: _State, run: Run) -> Solution:
    """The solution; a side of the image that no size would make right is as long as the other one."""
    solution = state.solution
    names = sides_of(run) if state.equations else None
    for name, other in (names, names[::-1]) if names is not None else ():
        hopeless = any(e.names == {name} and isinstance(e.claimed, int) for e in state.equations)
        if hopeless and name not in solution.sizes and other in solution.sizes:
            return Solution({**solution.sizes, name: solution.sizes[other]}, solution.notes, solution.known)
    return solution


def _search(state: _State, deviations: int, depth: int, steps: Iterator[int]) -> Iterator[_State]:
    """States whose solutions take another than the most agreeable value for exactly ``deviations`` unknowns, while there are
    steps."""
    if next(steps, None) is None:
        return
    choice = state.choice if depth else None
    if choice is None:
        if not deviations:
            yield state
        return
    for index in range(len(choice[1]) if deviations else 1):
        yield from _search(state.after(index), deviations - bool(index), depth - 1, steps)


def _choice(state: _State) -> _Choice | None:
    """The unknown that most equations speak of."""
    equations = state.equations
    sizes: dict[Symbol, list[tuple[range, int]]] = {}
    nearest: list[tuple[Symbol, Sequence[tuple[Dim, frozenset[int]]]]] = []
    for equation in equations:
        if isinstance(equation.claimed, int) and len(equation.names) == 1:
            (name,) = equation.names
            values = _solved(equation.computed, name, equation.claimed)
            if values:
                sizes.setdefault(name, []).append((values, equation.order))
            elif values is not None and values.start < _FARTHEST and (near := _nearest(equation, name, values.start)):
                # 4 can never come out: the size that comes nearest is what a repair of the layer starts from.
                orders = frozenset({equation.order})
                nearest.append((name, [(size, orders) for size in dict.fromkeys((*near, name.minimum or 1))]))
    if sizes:
        name = max(sizes, key=lambda symbol: (len({order for _, order in sizes[symbol]}), -sizes[symbol][0][1]))
        return name, _values(sizes[name], state.favoured)
    notes = _note_votes(equations)
    if notes:
        name = max(notes, key=lambda symbol: (len(notes[symbol]), symbol.name))
        return name, _meanings(notes[name])
    return nearest[0] if nearest else None


def _nearest(equation: _Equation, name: Symbol, above: int) -> list[int]:
    """Of the first size that gives too much and the last that gives too little those that miss by so little that a slip in
    a padding or stride may be the whole difference, the nearest first; a count of features jumps by far more."""
    missed = {
        size: abs(distance)
        for size in (above, above - 1)
        if size >= (name.minimum or 1)
        if isinstance(distance := substitute(equation.computed, {name: size}) - equation.claimed, int)
    }
    return sorted((size for size, distance in missed.items() if distance <= _A_SLIP), key=missed.__getitem__)


@lru_cache(maxsize=4096)
def _solved(computed: Dim, name: Symbol, value: int) -> range | None:
    return solve(computed, name, value)


def _values(votes: Sequence[tuple[range, int]], favoured: frozenset[int]) -> list[tuple[Dim, frozenset[int]]]:
    """The values that satisfy most equations, one for each set of equations that can hold together."""
    ranked: dict[frozenset[int], range] = {}
    for values, _ in votes:
        start = values.start
        holding = [(other, order) for other, order in votes if start in other]
        together = range(start, min(other.stop for other, _ in holding))
        ranked.setdefault(frozenset(order for _, order in holding), together)
    best = sorted(ranked, key=lambda orders: (-len(orders & favoured), -len(orders), min(orders)))
    return [(_roundest(ranked[orders]), orders) for orders in best[:_MOST_VALUES]]


def _roundest(values: range) -> int:
    """Of sizes that serve equally, the one that can be halved most often: what people feed to networks."""
    return max(values[:64], key=lambda value: ((value & -value), -value))


def _note_votes(equations: Sequence[_Equation]) -> dict[Symbol, list[tuple[Dim, int]]]:
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
