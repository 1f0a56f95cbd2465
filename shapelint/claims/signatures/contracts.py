"""What signatures and docstrings state, held against every call of their functions.

A shape is contradicted only if every call that a run makes of the function contradicts it and no run finds it true.  An
annotation is a contract; a docstring must be clear besides: more of what it says about the call is confirmed than
contradicted, and no other order of its dimensions is true.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from ...interp.model.tape import Run
from ...interp.paths.exploration import Exploration
from ...interp.paths.uncalled import run_function
from ...records import dataclass
from ...source.parse import Source
from ..verdict import Verdict
from .axis_verdicts import Sizes
from .breaches import Breach, ComparedCall, Seen, breach_in, chosen_by_caller, holds, is_chosen, may_hold, verdict_of
from .seeding import forward_of, seeded
from .stated import Stated, ValueRole
from .stated_calls import ByFunction, StatedCall, stated_calls
from .stated_shapes import stated_in
from .unify import unify

__all__ = ["Breach", "Held", "hold"]


@dataclass(frozen=True, slots=True)
class Held:
    """``verdicts``: the best that any run found for each stated shape.  ``checked``: those with a dim that was compared."""

    verdicts: dict[Stated, Verdict]
    checked: frozenset[Stated]
    breaches: tuple[Breach, ...]


def hold(source: Source, exploration: Exploration) -> Held:
    """Hold everything that ``source`` states against the runs of ``exploration``."""
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
            verdicts[one] = verdicts[one].or_better(verdict_of([comparison for *_, comparison in found]))
            checked |= {one} if any(a.axes is None or a.count(True) or a.count(False) for *_, a in found) else set()
            if holds(found, seen.run) or may_hold(found, seen.run):
                true.add(one)
            breach = breach_in(found, seen.run)
            if breach is not None and one not in breaches:
                if _for_other_defaults(breach, source, exploration, by):
                    true.add(one)
                else:
                    breaches[one] = breach
    return Held(verdicts, frozenset(checked), tuple(breach for one, breach in breaches.items() if one not in true))


def _seen(source: Source, exploration: Exploration, by: ByFunction) -> Iterator[Seen]:
    """What each run shows.  Runs of modules come first, because they show what holds for every input."""
    for run in (*_alone(exploration, by), *sorted(exploration.runs, key=lambda run: run.concrete)):
        entered = {call.site.node for call in run.tape.entered}
        if not entered.isdisjoint(by.keys()) or (None in by and run.concrete):
            seen = _look(run, source, by)
            if seen.calls:
                yield seen


def _alone(exploration: Exploration, by: ByFunction) -> Iterator[Run]:
    """Runs of annotated functions by themselves, on what they say they take."""
    for function, said in by.items():
        if function is not None and any(one.exact and one.role is ValueRole.ARGUMENT for one in said):
            run = run_function(exploration, function)
            if run is not None:
                yield run


def _look(run: Run, source: Source, by: ByFunction) -> Seen:
    called = forward_of(run)
    if called is not None and called in by:
        run = seeded(run, by[called])
    free = frozenset() if run.concrete else chosen_by_caller(run)
    found = []
    for call in stated_calls(run, source, by):
        arguments = {} if call.entered is None else call.entered.arguments
        sizes = Sizes(frozenset() if _is_headless(run, call) else free, arguments)
        pairs = [(stated, tensor, run.tape.resolve(tensor.shape)) for stated, tensor in call.pairs]
        found.append(ComparedCall(call.certain, sizes, tuple(unify(pairs, sizes))))
    return Seen(run, tuple(found))


def _is_headless(run: Run, call: StatedCall) -> bool:
    """Whether leading sizes are stated of a tensor of unknown rank (``b ... d``): what a size of it is equal to is not known."""
    return any(
        not one.pattern.dims[0].many and run.tape.resolve(tensor.shape).lead is not None
        for one, tensor in call.pairs
        if any(text.many for text in one.pattern.dims)
    )


def _for_other_defaults(breach: Breach, source: Source, exploration: Exploration, by: ByFunction) -> bool:
    """Whether the numbers may be right for other values of the constructor's parameters than its defaults."""
    axes = breach.comparison.axes or ()
    run = breach.run
    if run.module is None or run.concrete or not any(a.verdict is False and isinstance(a.text.dim, int) for a in axes):
        return False
    free = _look(exploration.strict(run), source, by)
    for *_, comparison in free.of(breach.stated):
        if comparison.axes is None or comparison.count(False) or len(comparison.axes) != len(axes):
            continue
        open_axes = [mine for mine, axis in zip(comparison.axes, axes, strict=True) if axis.verdict is False]
        if all(is_chosen(axis.computed, free.run) for axis in open_axes):
            return True
    return False
