"""What the calls that one run makes of a function say of a stated shape: true, false, and whether that is a finding."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import permutations

from ...interp.model.tape import Call, Run
from ...records import dataclass
from ...shapes import Dim, Symbol, Tensor, symbols_of
from ..verdict import Verdict
from .entered_calls import Frame
from .seeding import is_moved
from .stated import Role, Stated
from .unify import Agreement, Sizes

__all__ = ["Breach", "Found", "Seen", "breach_in", "chosen_by_caller", "holds", "is_chosen", "may_hold", "verdict_of"]


@dataclass(frozen=True, slots=True, eq=False)
class Breach:
    """A stated shape that the code contradicts, on a run that shows it.  ``needs``: of an argument, the call that needs
    another size."""

    agreement: Agreement
    run: Run
    sizes: Sizes
    needs: Call | None = None

    @property
    def stated(self) -> Stated:
        return self.agreement.stated


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """The calls of one run: for each stated shape what they came to."""

    run: Run
    frames: tuple[tuple[Frame, Sizes, tuple[Agreement, ...]], ...]

    def of(self, stated: Stated) -> Iterator[tuple[Frame, Sizes, tuple[Agreement, ...], Agreement]]:
        for frame, sizes, agreements in self.frames:
            for agreement in agreements:
                if agreement.stated is stated:
                    yield frame, sizes, agreements, agreement


Found = Sequence[tuple[Frame, Sizes, tuple[Agreement, ...], Agreement]]


def verdict_of(agreements: Sequence[Agreement]) -> Verdict:
    if any(_is_true(agreement) for agreement in agreements):
        return Verdict.TRUE
    bound = [agreement for agreement in agreements if agreement.axes is not None or agreement.stated.exact]
    if not bound:
        return Verdict.UNBOUND
    return Verdict.FALSE if all(agreement.is_false for agreement in bound) else Verdict.OPEN


def _is_true(agreement: Agreement) -> bool:
    return agreement.axes is not None and not agreement.count(False) and agreement.count(True) > 0


def holds(found: Found, run: Run) -> bool:
    """Whether some call shows that it is true.  A name that comes out right for one size of the input shows nothing."""
    return any(
        _is_true(agreement)
        and (not run.concrete or any(axis.verdict and isinstance(axis.text.dim, int) for axis in agreement.axes or ()))
        for *_, agreement in found
    )


def may_hold(found: Found, run: Run) -> bool:
    """Whether a number is right for some parameters of the constructor, or some input: what a script does then proves
    nothing."""
    for *_, agreement in found if not run.concrete else ():
        axes = [axis for axis in agreement.axes or () if isinstance(axis.text.dim, int) and axis.verdict is None]
        if axes and not agreement.is_false and all(is_chosen(axis.computed, run) for axis in axes):
            return True
    return False


def is_chosen(dim: Dim, run: Run) -> bool:
    """Whether a size depends on nothing but parameters and the input."""
    given = chosen_by_caller(run)
    return all(not name.uid or name in given for name in symbols_of(dim))


def chosen_by_caller(run: Run) -> frozenset[Symbol]:
    """The sizes of the inputs that the code leaves open, and of what the comments alone know."""
    given = [value for value in run.inputs if isinstance(value, Tensor)]
    dims = [dim for value in given for dim in (*value.shape.dims, *value.asked)]
    dims += [dim for shape in run.assumed.values() for dim in shape.dims]
    return frozenset(name for dim in dims for name in symbols_of(run.tape.dim(dim)))


def breach_in(found: Found, run: Run) -> Breach | None:
    if not all(frame.certain and agreement.is_false for frame, _, _, agreement in found):
        return None
    for _, sizes, together, agreement in found:
        if agreement.stated.role is not Role.ARGUMENT and any(_is_misused(other, run) for other in together):
            continue  # of a call that gives something else nothing is said
        if agreement.stated.exact or _is_clear(agreement, together, run):
            needs = _needs(agreement, run) if agreement.stated.role is Role.ARGUMENT else None
            given = needs is None and not _is_computed(agreement, run)
            if not given or (agreement.stated.role is not Role.ARGUMENT and not run.concrete):
                return Breach(agreement, run, sizes, needs)
    return None


def _is_clear(agreement: Agreement, together: Sequence[Agreement], run: Run) -> bool:
    """Whether a docstring is understood: most of what it says is confirmed, and this is no other order of dims."""
    prose = [other for other in together if not other.stated.exact and other.axes is not None]
    computed = [other for other in prose if other.stated.role is not Role.ARGUMENT or _is_computed(other, run)]
    confirmed = sum(other.count(True) for other in computed)  # what the run was given as stated confirms nothing
    contradicted = sum(other.count(False) for other in prose)
    false = sum(other.is_false for other in prose)
    if agreement.axes is None or confirmed < contradicted or (2 * false > len(prose) and confirmed <= contradicted):
        return False
    if any(is_moved([(axis.text, axis.computed) for axis in other.axes or ()]) for other in prose):
        return False
    return not any(_agrees(agreement, order) for order in permutations(range(len(agreement.axes))) if len(order) < 6)


def _agrees(agreement: Agreement, order: Sequence[int]) -> bool:
    axes = agreement.axes or ()
    return all(
        axis.stated is None or axis.stated == axes[place].computed or axis.verdict is None
        for axis, place in zip(axes, order, strict=True)
    )


def _needs(agreement: Agreement, run: Run) -> Call | None:
    """The first layer or operator that is given an argument as it came."""
    if _is_computed(agreement, run):
        return None
    for call in run.tape.calls:
        if call.leaf and call.inputs and call.inputs[0] is agreement.tensor:
            return call if call.reject is None and not run.concrete else None
    return None


def _is_misused(agreement: Agreement, run: Run) -> bool:
    """Whether a call gives another argument than the stated one, and the function takes it."""
    return agreement.stated.role is Role.ARGUMENT and agreement.is_false and _needs(agreement, run) is None


def _is_computed(agreement: Agreement, run: Run) -> bool:
    """Whether a call of the run gave the tensor; one that hands on what it was given did not."""
    tensor = agreement.tensor
    return not any(value is tensor for value in run.inputs) and any(
        (call.output is tensor or (isinstance(call.output, tuple) and any(part is tensor for part in call.output)))
        and not any(given is tensor for given in call.inputs)
        for call in run.tape.calls
    )
