"""Which input sizes, and which meanings of names that only the comments use, make most claims true.

For every unknown the value that most claims ask for is taken; then, for a few of the unknowns, the others.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...interp.model.tape import Run
from ...shapes import Dim, substitute, symbols_of
from ...shapes.compare import Equality, compare
from ..binding.assertion import Assertion
from ..binding.solution import Solution
from .equations import PartialSolution, equations_of, roundest, solved
from .image_inputs import is_nearly_square, is_oblong_latent, sides_of, squared

__all__ = ["refused_needs", "solutions"]

_MOST_SOLUTIONS = 8
"""All claims are judged under each of them."""
_MOST_DEVIATIONS = 2
"""Unknowns that may have another value than the likeliest: an image has two sides."""
_MOST_UNKNOWNS = 16
_MOST_STEPS = 80
"""Deviations of many unknowns multiply; the likely solutions are all found early."""


def solutions(assertions: Sequence[Assertion], start: Solution, run: Run) -> Iterator[Solution]:
    """Candidate solutions, the most agreeable first; each that PyTorch would refuse is followed by those nearest to it that
    it takes."""
    beginning = PartialSolution(start, tuple(equations_of(assertions, start)))
    found: list[Solution] = []
    steps = iter(range(_MOST_STEPS))
    for deviations in range(_MOST_DEVIATIONS + 1):
        for state in _search(beginning, deviations, _MOST_UNKNOWNS, steps):
            searched = _completed(state, run)
            doubtful = refused_needs(searched, run) or is_oblong_latent(searched, run)
            likelier = squared(searched, run) if is_nearly_square(searched, run) else ()
            nearby = (*_accepted_near(searched, run), *(squared(searched, run) if doubtful else ()))
            for solution in (*likelier, searched, *nearby):
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
            values = solved(substitute(computed, others), name, wanted)
            if values:
                yield Solution({**others, name: roundest(values)}, solution.notes, solution.known)


def _completed(state: PartialSolution, run: Run) -> Solution:
    """The solution; a side of the image that no size would make right is as long as the other one."""
    solution = state.solution
    names = sides_of(run) if state.equations else None
    for name, other in (names, names[::-1]) if names is not None else ():
        hopeless = any(e.names == {name} and isinstance(e.claimed, int) for e in state.equations)
        if hopeless and name not in solution.sizes and other in solution.sizes:
            return Solution({**solution.sizes, name: solution.sizes[other]}, solution.notes, solution.known)
    return solution


def _search(state: PartialSolution, deviations: int, depth: int, steps: Iterator[int]) -> Iterator[PartialSolution]:
    """Ends of the search that take another than the most agreeable value for exactly ``deviations`` unknowns, while there
    are steps."""
    if next(steps, None) is None:
        return
    choice = state.choice if depth else None
    if choice is None:
        if not deviations:
            yield state
        return
    for index in range(len(choice[1]) if deviations else 1):
        yield from _search(state.after(index), deviations - bool(index), depth - 1, steps)
