"""What the calls that a run makes of a function show of a stated shape: whether it holds, and whether it is a breach."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import permutations
from typing import TypeAlias

from ...interp.model.tape import Call, Run
from ...records import dataclass
from ...shapes import Dim, Symbol, Tensor, symbols_of
from ..verdict import Verdict
from .axis_verdicts import Sizes
from .seeding import is_moved
from .stated import Stated, ValueRole
from .unify import Comparison

__all__ = [
    "Breach",
    "ComparedCall",
    "Found",
    "Seen",
    "breach_in",
    "chosen_by_caller",
    "holds",
    "is_chosen",
    "may_hold",
    "verdict_of",
]


@dataclass(frozen=True, slots=True, eq=False)
class Breach:
    """A stated shape that the code contradicts, on a run that shows it.

    ``needs``: for an argument, the call that needs another size.
    """

    comparison: Comparison
    run: Run
    sizes: Sizes
    needs: Call | None = None

    @property
    def stated(self) -> Stated:
        return self.comparison.stated


@dataclass(frozen=True, slots=True, eq=False)
class ComparedCall:
    """One call with all that is stated of it compared; ``certain``: nothing unknown decides whether it is made."""

    certain: bool
    sizes: Sizes
    comparisons: tuple[Comparison, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What one run shows: its calls of functions of which something is stated."""

    run: Run
    calls: tuple[ComparedCall, ...]

    def of(self, stated: Stated) -> Iterator[tuple[ComparedCall, Comparison]]:
        """One comparison of a stated shape for each call: of several elements of a list the first that contradicts it."""
        members = (stated, *stated.others)
        for call in self.calls:
            mine = [comparison for comparison in call.comparisons if comparison.stated in members]
            if mine:
                yield call, next((one for one in mine if one.is_false), max(mine, key=_is_true))


Found: TypeAlias = Sequence[tuple[ComparedCall, Comparison]]
"""The comparisons of one stated shape on one run."""


def verdict_of(comparisons: Sequence[Comparison]) -> Verdict:
    """How a stated shape relates to the code, by its comparisons on one run."""
    if any(_is_true(comparison) for comparison in comparisons):
        return Verdict.TRUE
    bound = [comparison for comparison in comparisons if comparison.axes is not None or comparison.stated.exact]
    if not bound:
        return Verdict.UNBOUND
    return Verdict.FALSE if all(comparison.is_false for comparison in bound) else Verdict.OPEN


def _is_true(comparison: Comparison) -> bool:
    return comparison.axes is not None and not comparison.count(False) and comparison.count(True) > 0


def holds(found: Found, run: Run) -> bool:
    """Whether some call shows it to be true.  A name that comes out right for one size of the input shows nothing."""
    return any(
        _is_true(comparison)
        and (not run.concrete or any(axis.verdict and isinstance(axis.text.dim, int) for axis in comparison.axes or ()))
        for *_, comparison in found
    )


def may_hold(found: Found, run: Run) -> bool:
    """Whether a number is right for some parameters of the constructor, or for some input.

    What a script does then proves nothing.
    """
    for *_, comparison in found if not run.concrete else ():
        axes = [axis for axis in comparison.axes or () if isinstance(axis.text.dim, int) and axis.verdict is None]
        if axes and not comparison.is_false and all(is_chosen(axis.computed, run) for axis in axes):
            return True
    return False


def is_chosen(dim: Dim, run: Run) -> bool:
    """Whether a size depends on nothing but parameters and the input."""
    given = chosen_by_caller(run)
    return all(not name.uid or name in given for name in symbols_of(dim))


def chosen_by_caller(run: Run) -> frozenset[Symbol]:
    """The sizes that the code leaves open in its inputs and in what only comments know the rank of."""
    given = [value for value in run.inputs if isinstance(value, Tensor)]
    dims = [dim for value in given for dim in (*value.shape.dims, *value.asked)]
    dims += [dim for shape in run.assumed.values() for dim in shape.dims]
    return frozenset(name for dim in dims for name in symbols_of(run.tape.dim(dim)))


def breach_in(found: Found, run: Run) -> Breach | None:
    """The breach that ``run`` proves, if every one of its calls contradicts the shape; see docs/reading.md for the rest."""
    if not all(call.certain and comparison.is_false for call, comparison in found):
        return None
    for call, comparison in found:
        together = call.comparisons
        if comparison.stated.role is not ValueRole.ARGUMENT and any(_is_misused(other, run) for other in together):
            continue  # the shape says nothing about a call with other arguments than the stated ones
        if comparison.stated.exact or _is_clear(comparison, together, run):
            needs = _needs(comparison, run) if comparison.stated.role is ValueRole.ARGUMENT else None
            given = needs is None and not _is_computed(comparison, run)
            if not given or (comparison.stated.role is not ValueRole.ARGUMENT and not run.concrete):
                return Breach(comparison, run, call.sizes, needs)
    return None


def _is_clear(comparison: Comparison, together: Sequence[Comparison], run: Run) -> bool:
    """Whether a docstring is understood: most of what it says is confirmed, and this is not just another order of dims."""
    prose = [other for other in together if not other.stated.exact and other.axes is not None]
    computed = [other for other in prose if other.stated.role is not ValueRole.ARGUMENT or _is_computed(other, run)]
    confirmed = sum(other.count(True) for other in computed)  # what the run was given as stated confirms nothing
    contradicted = sum(other.count(False) for other in prose)
    false = sum(other.is_false for other in prose)
    if comparison.axes is None or confirmed < contradicted or (2 * false > len(prose) and confirmed <= contradicted):
        return False
    if any(is_moved([(axis.text, axis.computed) for axis in other.axes or ()]) for other in prose):
        return False
    return not any(_agrees(comparison, order) for order in permutations(range(len(comparison.axes))) if len(order) < 6)


def _agrees(comparison: Comparison, order: Sequence[int]) -> bool:
    axes = comparison.axes or ()
    return all(
        axis.stated is None or axis.stated == axes[place].computed or axis.verdict is None
        for axis, place in zip(axes, order, strict=True)
    )


def _needs(comparison: Comparison, run: Run) -> Call | None:
    """The first layer or operator that is given the argument unchanged, if PyTorch takes it there."""
    if _is_computed(comparison, run):
        return None
    for call in run.tape.calls:
        if call.leaf and call.inputs and call.inputs[0] is comparison.tensor:
            return call if call.reject is None and not run.concrete else None
    return None


def _is_misused(comparison: Comparison, run: Run) -> bool:
    """Whether a call passes another argument than the stated one, and the function takes it."""
    return comparison.stated.role is ValueRole.ARGUMENT and comparison.is_false and _needs(comparison, run) is None


def _is_computed(comparison: Comparison, run: Run) -> bool:
    """Whether a call of the run made the tensor; one that returns what it was given did not."""
    tensor = comparison.tensor
    return not any(value is tensor for value in run.inputs) and any(
        (call.output is tensor or (isinstance(call.output, tuple) and any(part is tensor for part in call.output)))
        and not any(given is tensor for given in call.inputs)
        for call in run.tape.calls
    )
