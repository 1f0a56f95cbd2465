"""What is wrong in a run: the claims that are false in it, and the calls that PyTorch refuses."""

from __future__ import annotations

import libcst as cst

from ...interp.model.tape import Call, Run
from ...records import dataclass
from ..binding.alignment import Alternative
from ..binding.assertion import Assertion, Judgement, Key
from ..binding.solution import Solution
from ..placement.claim import Side
from ..reading.reading import Divergence, Reading
from ..verdict import Verdict
from .repairs import Repair
from .strained_calls import strained

__all__ = ["Faults", "faults_of", "holds", "no_longer_refused", "stale_at_other_sizes"]


@dataclass(frozen=True, slots=True, eq=False)
class Faults:
    """The shapes that are true and false in a run, and the calls that are refused in it."""

    true: frozenset[Key]
    false: frozenset[Key]
    calls: tuple[Call, ...]

    @property
    def refused(self) -> frozenset[cst.CSTNode]:
        """Where those calls are written: the same in every run."""
        return frozenset(call.site.node for call in self.calls)

    @property
    def count(self) -> int:
        """How many contradictions there are."""
        return len(self.false) + len(self.refused)


def faults_of(run: Run, reading: Reading, solution: Solution) -> Faults:
    """The claims of ``reading`` held against ``run``, under the sizes of ``solution``."""
    judged = [(a.key, a.judge(solution)) for a in reading.bound_on(run, reading.claims)]
    return Faults(
        frozenset(key for key, judgement in judged if holds(judgement, solution)),
        frozenset(key for key, judgement in judged if judgement.verdict is Verdict.FALSE),
        tuple(strained(run)),
    )


def holds(judgement: Judgement, solution: Solution) -> bool:
    """Whether a claim is true, or nothing is open in it but what a name stands for."""
    if judgement.verdict is not Verdict.OPEN or judgement.alternative is None or not judgement.true:
        return judgement.verdict is Verdict.TRUE
    return all(isinstance(solution.computed(pair), int) for pair in judgement.alternative.pairs)


def no_longer_refused(run: Run, repair: Repair) -> tuple[Call, ...]:
    """Calls that are refused whatever the input, and are not once ``repair`` is made."""
    refused = [call for call in run.tape.calls if call.reject is not None]
    if not refused:
        return ()
    left = {call.site.node for call in run.replay(repair.override).tape.calls if call.reject is not None}
    return tuple(call for call in refused if call.site.node not in left)


def stale_at_other_sizes(reading: Reading, divergence: Divergence) -> int:
    """How many claims stay false if another size is taken as given, so that this claim is true and an earlier one is not.

    What is labelled as the input is an anchor: it is not doubted.
    """
    counts = [len(reading.assertions)]
    for solution in reading.rivals:
        false = [a for a in reading.assertions if a.judge(solution).verdict is Verdict.FALSE]
        if divergence.assertion not in false and not any(_says_input(a, reading.run) for a in false):
            counts.append(len(false) - 1)
    return min(counts)


def _says_input(assertion: Assertion, run: Run) -> bool:
    """Whether a claim says what goes in: at its place, or (the left of an arrow, a latent of 1 x 1) into the whole run."""
    given = {id(value) for value in run.inputs}
    into = [a for a in assertion.alternatives if id(a.point.value) in given]
    first = any(assertion.part.side is Side.IN or _is_latent(a) for a in into)
    return first or assertion.claim.labels_input


def _is_latent(alternative: Alternative) -> bool:
    sizes = [pair.claimed for pair in alternative.pairs if pair.axis is not None and pair.axis > 1]
    return bool(sizes) and all(size == 1 for size in sizes)
