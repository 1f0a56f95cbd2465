"""The maximum-agreement reading: the way to read a run's comments that makes most of them true.

A candidate is a convention (comments on lines of their own are about what is above, or about what is below), a layout
(channels first or last) and the sizes that the code leaves open, solved from the claims.  Where the best candidate still has
false claims, excuses and divergences decide.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import libcst as cst

from ...interp.model.tape import Run
from ...records import replace
from ...shapes import Symbol, symbols_of
from ..binding.alignment import DimPair
from ..binding.assertion import Assertion, Judgement
from ..placement.claim import Claim
from ..verdict import Verdict
from .candidates import candidates_for, worth_doubting
from .divergences import find_divergences
from .ranking import agreement_order, merit, preference, preferred_agreement
from .reading import Reading
from .steady_names import steady_names

__all__ = ["read_claims", "read_truths"]


def read_claims(run: Run, claims: Sequence[Claim], unanimous: bool = False) -> Reading | None:
    """The best reading of ``claims`` on ``run``; None if none of them binds, with ``unanimous`` also if none makes all
    true, which is much cheaper to know."""
    doubted = _doubted(run, claims)
    best = max(doubted, key=agreement_order, default=None)
    if best is None or best.count(Verdict.FALSE) == 0:
        return best
    return None if unanimous else _most_agreeable(doubted, claims)


def read_truths(run: Run, claims: Sequence[Claim]) -> Reading | None:
    """The reading under which most of ``claims`` hold; where it has false ones, no divergence is looked for."""
    return max(_doubted(run, claims), key=agreement_order, default=None)


def _doubted(run: Run, claims: Sequence[Claim]) -> list[Reading]:
    """The candidates that may turn out best, with every excuse considered; the only one if it leaves nothing to doubt."""
    candidates = candidates_for(run, claims)
    if len(candidates) == 1 and candidates[0].is_agreeable:
        return candidates
    candidates = [candidate for candidate in candidates if not any(_sizes_better(o, candidate) for o in candidates)]
    return [_with_excuses(candidate, candidates) for candidate in worth_doubting(candidates)]


def _sizes_better(usual: Reading, other: Reading) -> bool:
    """Whether every size of what is false in ``other`` is right in ``usual``, by another convention.

    A network whose comments all have the right height and width, and wrong channels, was not written for another place.
    """
    if usual.convention == other.convention or usual.convention.strangeness > other.convention.strangeness:
        return False
    false = [(a, judgement) for a, judgement in other.judged if judgement.verdict is Verdict.FALSE]
    if len(false) < 2 or any(_sides(judgement.true) for _, judgement in false):
        return False
    here = {assertion.key: judgement for assertion, judgement in usual.judged}
    right = [here[a.key] for a, _ in false if a.key in here]
    return len(right) == len(false) and all(len(_sides(j.true)) > 1 and not _sides(j.false) for j in right)


def _sides(pairs: Sequence[DimPair]) -> list[DimPair]:
    """Those of a height or a width."""
    return [pair for pair in pairs if pair.axis is not None and pair.axis > 1]


def _most_agreeable(doubted: Sequence[Reading], claims: Sequence[Claim]) -> Reading:
    """The best candidate once divergences are known; one that could not win even if one mistake explained everything is
    skipped."""
    best: Reading | None = None
    for candidate in sorted(doubted, key=agreement_order, reverse=True):
        # All false claims but two may turn out to follow from the first: that one is a divergence, which costs as much again.
        hope = merit(candidate) + max(0, candidate.count(Verdict.FALSE) - 2)
        least = -math.inf if best is None else preferred_agreement(best)
        if hope < least:
            continue
        find_divergences(candidate, claims, least)
        if best is None or preference(candidate) > preference(best):
            best = candidate
    assert best is not None
    return best


def _with_excuses(reading: Reading, candidates: Sequence[Reading]) -> Reading:
    """The reading with every excuse considered."""
    settled = [
        j for j in reading.judgements if j.verdict is Verdict.TRUE and j.alternative and j.alternative.point.declared
    ]
    known = sum(any(pair.axis == 1 for pair in j.true) for j in settled) > 1
    steady = steady_names(reading.judged, reading.solution) if reading.count(Verdict.FALSE) else {}
    spoken = {
        (id(judgement.alternative.point.value), assertion.claim.placement.function)
        for assertion, judgement in reading.judged
        if judgement.verdict is Verdict.TRUE and judgement.alternative is not None
    }
    shifting = _shifting(reading)
    judgements = tuple(
        _without_shifting(
            assertion,
            assertion.judge(reading.solution, layout_is_known=known, taken=spoken, steady=steady),
            shifting,
        )
        for assertion in reading.assertions
    )
    rivals = tuple(other.solution for other in candidates if other.assertions is reading.assertions)
    excused = replace(reading, judgements=judgements, rivals=rivals)
    if not reading.convention.strangeness:
        return excused
    # An author with an unusual habit is not excused by what the usual one reads into the same comment.
    fewer = reading.count(Verdict.FALSE) - excused.count(Verdict.FALSE)
    return replace(excused, lost=reading.lost + fewer)


_Meant = tuple[cst.FunctionDef | None, Symbol]


def _shifting(reading: Reading) -> frozenset[_Meant]:
    """Names of the code that appear bare beside another size than theirs: ``h`` for the height here, not for the local."""
    solution = reading.solution
    return frozenset(
        (assertion.claim.placement.function, name)
        for assertion in reading.assertions
        for alternative in assertion.alternatives
        for pair in alternative.pairs
        if not isinstance(pair.claimed, int) and (name := pair.claimed.as_symbol) in solution.known
        if name is not None and solution.is_loose(pair) and solution.differs(pair)
    )


def _without_shifting(assertion: Assertion, judgement: Judgement, shifting: frozenset[_Meant]) -> Judgement:
    """A claim that calculates with such a name (``h // 2``) contradicts nothing."""
    function = assertion.claim.placement.function
    names = {name for pair in judgement.false for name in symbols_of(pair.claimed)}
    if any((function, name) in shifting for name in names):
        return Judgement(Verdict.OPEN, judgement.alternative, judgement.true)
    return judgement
