"""What signatures and docstrings state, held against every call of their functions.

A shape is contradicted only if each call that a run makes of the function contradicts it, and no run finds it true.  An
annotation is a contract.  A docstring must be clear besides: of all that it says of the call more is confirmed than
contradicted, and no other order of its dimensions is true.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations

import libcst as cst

from ..interp.explore import Exploration
from ..interp.tape import Call, Run
from ..shapes import Dim, Symbol, Tensor, symbols_of
from ..source.parse import Source
from .assertion import Verdict
from .frames import ByFunction, Frame, frames_of
from .seeding import forward_of, seeded
from .signatures import stated_in
from .stated import Role, Stated
from .unify import Agreement, Sizes, unify

__all__ = ["Breach", "Held", "hold"]


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


@dataclass(frozen=True, slots=True)
class Held:
    """The best that any run found of each stated shape; those of which a dim was compared; what is contradicted."""

    verdicts: dict[Stated, Verdict]
    checked: frozenset[Stated]
    breaches: tuple[Breach, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    """The calls of one run: for each stated shape what they came to."""

    run: Run
    frames: tuple[tuple[Frame, Sizes, tuple[Agreement, ...]], ...]

    def of(self, stated: Stated) -> Iterator[tuple[Frame, Sizes, tuple[Agreement, ...], Agreement]]:
        for frame, sizes, agreements in self.frames:
            for agreement in agreements:
                if agreement.stated is stated:
                    yield frame, sizes, agreements, agreement


def hold(source: Source, exploration: Exploration) -> Held:
    """Hold all that ``source`` states against the runs of ``exploration``."""
    stated = stated_in(source)
    verdicts = dict.fromkeys(stated, Verdict.UNBOUND)
    by: dict[cst.FunctionDef | None, list[Stated]] = {}
    for one in stated:
        by.setdefault(one.function, []).append(one)
    breaches: dict[Stated, Breach] = {}
    true: set[Stated] = set()
    checked: set[Stated] = set()
    for seen in _seen(source, exploration, by) if stated else ():
        for one in stated:
            found = list(seen.of(one))
            if not found:
                continue
            verdicts[one] = _better(verdicts[one], _verdict([agreement for *_, agreement in found]))
            checked |= {one} if any(a.axes is None or a.count(True) or a.count(False) for *_, a in found) else set()
            if _holds(found, seen.run):
                true.add(one)
            breach = _breach(found, seen.run)
            if breach is not None and one not in breaches:
                if _for_other_defaults(breach, source, exploration, by):
                    true.add(one)
                else:
                    breaches[one] = breach
    return Held(verdicts, frozenset(checked), tuple(breach for one, breach in breaches.items() if one not in true))


def _seen(source: Source, exploration: Exploration, by: ByFunction) -> Iterator[_Seen]:
    """Runs of modules first: they show what holds for every input."""
    for run in sorted(exploration.runs, key=lambda run: run.concrete):
        entered = {call.site.node for call in run.tape.entered}
        if not entered.isdisjoint(by.keys()) or (None in by and run.concrete):
            seen = _look(run, source, by)
            if seen.frames:
                yield seen


def _look(run: Run, source: Source, by: ByFunction) -> _Seen:
    said = by.get(forward_of(run)) if run.module is not None else None
    if said:
        run = seeded(run, said)
    free = frozenset() if run.concrete else _chosen_by_caller(run)
    found = []
    for frame in frames_of(run, source, by):
        sizes = Sizes(free)
        pairs = [(stated, tensor, run.tape.resolve(tensor.shape)) for stated, tensor in frame.pairs]
        found.append((frame, sizes, tuple(unify(pairs, sizes))))
    return _Seen(run, tuple(found))


# -- what a run says --------------------------------------------------------------------------------------------------

_Found = Sequence[tuple[Frame, Sizes, tuple[Agreement, ...], Agreement]]


def _verdict(agreements: Sequence[Agreement]) -> Verdict:
    if any(_is_true(agreement) for agreement in agreements):
        return Verdict.TRUE
    bound = [agreement for agreement in agreements if agreement.axes is not None or agreement.stated.exact]
    if not bound:
        return Verdict.UNBOUND
    return Verdict.FALSE if all(agreement.is_false for agreement in bound) else Verdict.OPEN


def _is_true(agreement: Agreement) -> bool:
    return agreement.axes is not None and not agreement.count(False) and agreement.count(True) > 0


def _holds(found: _Found, run: Run) -> bool:
    """Whether some call shows that it is true.  A name that comes out right for one size of the input shows nothing."""
    return any(
        _is_true(agreement)
        and (not run.concrete or any(axis.verdict and isinstance(axis.text.dim, int) for axis in agreement.axes or ()))
        for *_, agreement in found
    )


def _breach(found: _Found, run: Run) -> Breach | None:
    if not all(frame.certain and agreement.is_false for frame, _, _, agreement in found):
        return None
    for _, sizes, together, agreement in found:
        if agreement.stated.role is not Role.ARGUMENT and any(_is_misused(other, run) for other in together):
            continue  # of a call that gives something else nothing is said
        if agreement.stated.exact or _is_clear(agreement, together):
            needs = _needs(agreement, run) if agreement.stated.role is Role.ARGUMENT else None
            given = needs is None and not _is_computed(agreement, run)
            if not given or (agreement.stated.role is not Role.ARGUMENT and not run.concrete):
                return Breach(agreement, run, sizes, needs)
    return None


def _is_clear(agreement: Agreement, together: Sequence[Agreement]) -> bool:
    """Whether a docstring is understood: most of what it says is confirmed, and this is no other order of dims."""
    prose = [other for other in together if not other.stated.exact and other.axes is not None]
    confirmed = sum(other.count(True) for other in prose)
    contradicted = sum(other.count(False) for other in prose)
    false = sum(other.is_false for other in prose)
    if agreement.axes is None or confirmed < contradicted or (2 * false > len(prose) and confirmed <= contradicted):
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


def _for_other_defaults(breach: Breach, source: Source, exploration: Exploration, by: ByFunction) -> bool:
    """Whether the numbers may be right for other values of the constructor's parameters."""
    axes = breach.agreement.axes or ()
    run = breach.run
    if run.module is None or run.concrete or not any(a.verdict is False and isinstance(a.text.dim, int) for a in axes):
        return False
    free = _look(exploration.strict(run), source, by)
    for *_, agreement in free.of(breach.stated):
        if agreement.axes is None or agreement.count(False) or len(agreement.axes) != len(axes):
            continue
        open_axes = [mine for mine, axis in zip(agreement.axes, axes, strict=True) if axis.verdict is False]
        if all(_is_chosen(axis.computed, free.run) for axis in open_axes):
            return True
    return False


def _is_chosen(dim: Dim, run: Run) -> bool:
    """Whether a size depends on nothing but parameters and the input."""
    given = _chosen_by_caller(run)
    return all(not name.uid or name in given for name in symbols_of(dim))


def _chosen_by_caller(run: Run) -> frozenset[Symbol]:
    """The sizes of the inputs that the code leaves open."""
    shapes = [run.tape.resolve(value.shape) for value in run.inputs if isinstance(value, Tensor)]
    return frozenset(name for shape in shapes for dim in shape.dims for name in symbols_of(dim))


def _better(left: Verdict, right: Verdict) -> Verdict:
    order = [Verdict.UNBOUND, Verdict.OPEN, Verdict.FALSE, Verdict.TRUE]
    return max(left, right, key=order.index)
