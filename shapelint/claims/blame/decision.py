"""What a reading comes to: who is wrong in each of its divergences, or that one odd layer explains them all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...interp.model.tape import Run
from ...interp.paths.exploration import Exploration
from ...records import dataclass
from ..binding.assertion import Key
from ..reading.block_check import holds_in_its_block
from ..reading.proof import is_proof
from ..reading.reading import Reading
from ..reading.replay import with_change
from ..reading.search import read_claims
from ..verdict import Verdict
from .culprit import Blame, blame, blamed
from .misfits import Misfit, misfit_after, misfit_here
from .odd_layer import odd_one
from .refusal import with_refusal_mended
from .stated_sizes import layer_misfit

__all__ = ["Decision", "decide"]

_MOST_MENDED = 6
"""Wrong arguments of one network, each of which is mended before the rest is read again."""


@dataclass(frozen=True, slots=True)
class Decision:
    """``outcomes``: who is wrong in each divergence that is proven; None where the claim is not refuted in its own block.

    ``misfit``: a call that the sizes of the reading do not suit.  ``is_resolved``: one odd layer is to blame, under
    other sizes than the reading's, so that what is true under those excuses nothing.
    """

    outcomes: Mapping[Key, Blame | None]
    misfit: Misfit | None = None
    is_resolved: bool = False


def decide(reading: Reading, exploration: Exploration) -> Decision:
    """Decide every divergence of ``reading``; where no single argument is to blame under its sizes, look for an odd layer.

    Other runs of ``exploration`` in which PyTorch refuses something are witnesses.
    """
    witnesses = [
        run
        for run in exploration.runs
        if run.node is not reading.run.node and any(call.certain and call.reject is not None for call in run.tape.calls)
    ]
    outcomes = _outcomes(reading, witnesses)
    is_explained = any(outcome is not None and outcome.repair is not None for outcome in outcomes.values())
    odd = None if is_explained or reading.run.concrete else odd_one(reading)
    if odd is None:
        misfit = None if reading.divergences else misfit_here(reading) or layer_misfit(reading, exploration.runs)
        return Decision(outcomes, misfit)
    if not odd.reading.divergences:
        return Decision(outcomes, misfit_after(reading, odd))
    first = odd.reading.divergences[0]
    if is_proof(odd.reading, first):
        return Decision({first.key: blamed(odd.reading, first, odd.repair)}, is_resolved=True)
    return Decision(outcomes)


def _outcomes(reading: Reading, witnesses: Sequence[Run]) -> dict[Key, Blame | None]:
    """Who is wrong in each divergence.  What follows from a call that is refused is not reported as well."""
    if not reading.divergences or not reading.is_understood:
        return {}
    outcomes = _blames(reading, _MOST_MENDED, witnesses)
    settled = [call for outcome in outcomes.values() if outcome is not None for call in outcome.settles]
    accepted = with_refusal_mended(reading.run, reading.solution, settled)
    mended = None if accepted is None else read_claims(accepted, reading.claims)
    if mended is None:
        return outcomes
    return _blames(mended, _MOST_MENDED, witnesses) if mended.divergences and mended.is_understood else {}


def _blames(reading: Reading, most: int, witnesses: Sequence[Run]) -> dict[Key, Blame | None]:
    """Who is wrong in each divergence; None where it does not hold in its own block.

    What comes after an argument that is to blame is read again as if it had been right.
    """
    found: dict[Key, Blame | None] = {}
    entries: set[int] = set()
    for divergence in reading.divergences:
        if not is_proof(reading, divergence) or id(divergence.point.value) in entries:
            continue
        if not holds_in_its_block(reading, divergence):
            found[divergence.key] = None
            continue
        outcome = blame(reading, divergence, witnesses)
        found[divergence.key] = outcome
        if outcome.repair is not None and outcome.repair.parameter == "in_channels":
            entries.add(id(divergence.point.value))  # what else is said of the input's channels is right with it
        elif outcome.repair is not None and most:
            mended = read_claims(with_change(reading.run, outcome.repair.override), reading.claims)
            if mended is not None:
                right = {a.key for a, judgement in mended.judged if judgement.verdict is Verdict.TRUE}
                kept = {k: other for k, other in found.items() if other is outcome or k not in right}
                return {**_blames(mended, most - 1, witnesses), **kept}
    return found
