"""The maximum-agreement reading: the way to read a scope's comments that makes most of them true.

A candidate is a convention (own lines speak of what is above, or of what is below), a layout (channels first or last)
and the sizes that the code leaves open, solved from the claims.  Where the best candidate still has false claims, each
later claim may also hold in the world where an earlier false one was true, so that one mistake is one divergence.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence

import libcst as cst

from ...interp.model.tape import Override, Run
from ...records import replace
from ...shapes import Symbol, symbols_of
from ...source.parse import Source
from ..binding.assertion import Assertion, Judgement
from ..binding.bound_claims import bind, known_names
from ..binding.points import Points, points_of
from ..comments.remark import RemarkKind
from ..placement.claim import Claim, Convention, Part
from ..verdict import Verdict
from .image_inputs import is_oblong_latent
from .reading import Divergence, Reading
from .replay import forced_shape
from .solve_inputs import refused_needs, solutions
from .steady_names import steady_names

__all__ = ["agreed", "diverge", "read_claims"]

_MOST_WORLDS = 6
_MOST_DOUBTED = 4


def read_claims(run: Run, source: Source, claims: Sequence[Claim], unanimous: bool = False) -> Reading | None:
    """The best reading of ``claims`` on ``run``; None if none of them binds, with ``unanimous`` also if none makes all
    true, which is much cheaper to know."""
    doubted = _doubted(run, source, claims)
    best = max(doubted, key=_agreement, default=None)
    if best is None or best.count(Verdict.FALSE) == 0:
        return best
    return None if unanimous else _most_agreeable(doubted, source, claims)


def agreed(run: Run, source: Source, claims: Sequence[Claim]) -> Reading | None:
    """The reading under which most of ``claims`` hold; where it has false ones, no divergence is looked for."""
    return max(_doubted(run, source, claims), key=_agreement, default=None)


def _doubted(run: Run, source: Source, claims: Sequence[Claim]) -> list[Reading]:
    """The candidates that may turn out best, with every excuse considered; the only one if it leaves nothing to doubt."""
    points = points_of(run, source)
    candidates: list[Reading] = []
    seen: set[tuple[int, ...]] = set()
    for channels_last in (False, True):
        usual = list(candidates)
        for convention in _conventions(claims):
            assertions = bind(points, claims, convention, channels_last)
            meant = tuple(id(alternative) for assertion in assertions for alternative in assertion.alternatives)
            if not meant or (channels_last and meant in seen):
                continue  # where the layout makes no difference it explains nothing better
            seen.add(meant)
            for candidate in _candidates(points, assertions, convention, channels_last):
                if candidate.is_agreeable and not channels_last and not _loses(candidate, candidates):
                    return [candidate]
                if not channels_last or _clearly_better(candidate, usual):
                    candidates.append(candidate)
    candidates = [replace(candidate, lost=_loses(candidate, candidates)) for candidate in candidates]
    distinct = {candidate.meaning: candidate for candidate in reversed(_worth_doubting(candidates))}
    return [_judged(candidate, candidates) for candidate in reversed(distinct.values())]


def _loses(candidate: Reading, others: Sequence[Reading]) -> int:
    """How many arrows right above a statement speak of something in one of ``others``, and of nothing in ``candidate``."""
    if candidate.convention.arrows_below:
        return 0
    bound = [
        {(a.claim, a.part) for a in reading.assertions if a.alternatives and _heads(a.claim)}
        for reading in (candidate, *others)
    ]
    return len(set().union(*bound[1:]) - bound[0])


def _heads(claim: Claim) -> bool:
    """Whether an arrow stands on the line above the statement below it."""
    return claim.remark.kind is RemarkKind.ARROW and claim.placement.paragraph > 0


def _most_agreeable(doubted: Sequence[Reading], source: Source, claims: Sequence[Claim]) -> Reading:
    """The best candidate once worlds are considered; one that could not win even if they explained everything is
    skipped."""
    best: Reading | None = None
    for candidate in sorted(doubted, key=_agreement, reverse=True):
        hope = candidate.merit + max(0, candidate.count(Verdict.FALSE) - 2)
        least = -math.inf if best is None else best.preferred_agreement
        if hope < least:
            continue
        diverge(candidate, source, claims, least)
        if best is None or candidate.preference > best.preference:
            best = candidate
    assert best is not None
    return best


def _clearly_better(candidate: Reading, others: Sequence[Reading]) -> bool:
    """Whether more agrees, and not only because more is free to agree with anything."""
    return all(candidate.agreement > other.agreement and candidate.support > other.support for other in others)


def _judged(reading: Reading, candidates: Sequence[Reading]) -> Reading:
    """The reading with every excuse considered."""
    settled = [
        j for j in reading.judgements if j.verdict is Verdict.TRUE and j.alternative and j.alternative.point.declared
    ]
    known = sum(any(pair.axis == 1 for pair in j.true) for j in settled) > 1
    judged = list(zip(reading.assertions, reading.judgements, strict=True))
    steady = steady_names(judged, reading.solution) if reading.count(Verdict.FALSE) else {}
    spoken = {
        (id(judgement.alternative.point.value), assertion.claim.placement.function)
        for assertion, judgement in judged
        if judgement.verdict is Verdict.TRUE and judgement.alternative is not None
    }
    judgements = tuple(
        assertion.judge(reading.solution, layout_is_known=known, taken=spoken, steady=steady)
        for assertion in reading.assertions
    )
    shifting = _shifting(reading)
    judgements = tuple(
        _without_shifting(assertion, judgement, shifting)
        for assertion, judgement in zip(reading.assertions, judgements, strict=True)
    )
    rivals = tuple(other.solution for other in candidates if other.assertions is reading.assertions)
    judged_again = replace(reading, judgements=judgements, rivals=rivals)
    if not reading.convention.strangeness:
        return judged_again
    # Who follows a strange habit is not excused by what the usual one makes of the same comment.
    excused = reading.count(Verdict.FALSE) - judged_again.count(Verdict.FALSE)
    return replace(judged_again, lost=reading.lost + excused)


_Meant = tuple[cst.FunctionDef | None, Symbol]


def _shifting(reading: Reading) -> frozenset[_Meant]:
    """Names of the code that stand bare beside another size than theirs: ``h`` for the height here, not for the local."""
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
    """A claim that reckons with such a name (``h // 2``) contradicts nothing."""
    function = assertion.claim.placement.function
    names = {name for pair in judgement.false for name in symbols_of(pair.claimed)}
    if any((function, name) in shifting for name in names):
        return Judgement(Verdict.OPEN, judgement.alternative, judgement.true)
    return judgement


def _conventions(claims: Sequence[Claim]) -> Iterator[Convention]:
    """The habits that these claims can tell apart: what most authors do, and what differs from it in one."""
    own = {claim.remark.kind for claim in claims if claim.placement.comment.own_line}
    yield Convention()
    if own & {RemarkKind.STATE, RemarkKind.BARE}:
        yield Convention(states_below=True)
    if RemarkKind.OUTPUT in own:
        yield Convention(outputs_below=True)
        if own & {RemarkKind.STATE, RemarkKind.BARE}:
            yield Convention(states_below=True, outputs_below=True)
    if RemarkKind.ARROW in own:
        yield Convention(arrows_below=False)


def _candidates(
    points: Points, assertions: Sequence[Assertion], convention: Convention, channels_last: bool
) -> Iterable[Reading]:
    bound = tuple(assertion for assertion in assertions if assertion.alternatives)
    everything = tuple(assertions)
    start = known_names(points, bound)
    for solution in solutions(bound, start, points.run):
        judgements = tuple(assertion.judge(solution, thorough=False) for assertion in assertions)
        refused = len(refused_needs(solution, points.run)) + is_oblong_latent(solution, points.run)
        yield Reading(points.run, convention, channels_last, solution, everything, judgements, refused=refused)


def _agreement(reading: Reading) -> tuple[object, ...]:
    early = tuple(judgement.verdict is Verdict.TRUE for judgement in reading.judgements)
    return (
        reading.agreement - 2 * reading.refused - reading.lost,
        -reading.count(Verdict.FALSE),
        reading.starts_at_one,
        -reading.convention.strangeness,
        early,
    )


def _worth_doubting(candidates: Sequence[Reading]) -> list[Reading]:
    """The few candidates that may turn out best: by agreement, and those that keep the earliest claims."""
    by_agreement = sorted(candidates, key=_agreement, reverse=True)
    by_start = sorted(
        candidates, key=lambda c: tuple(j.verdict is not Verdict.FALSE for j in c.judgements), reverse=True
    )
    chosen = dict.fromkeys([*by_agreement[: _MOST_DOUBTED // 2], *by_start[: _MOST_DOUBTED // 2]])
    return [candidate for candidate in candidates if candidate in chosen]


def diverge(reading: Reading, source: Source, claims: Sequence[Claim], least: float = -math.inf) -> None:
    """Find the divergences of a reading: false claims that hold in no world where an earlier one was true.

    It is given up, and not to be used, as soon as its ``preferred_agreement`` cannot reach ``least`` any more.
    """
    worlds: list[Mapping[tuple[Claim, Part], Assertion]] = []
    judged = zip(reading.assertions, reading.judgements, strict=True)
    false = [(assertion, judgement) for assertion, judgement in judged if judgement.verdict is Verdict.FALSE]
    for index, (assertion, judgement) in enumerate(false):
        if reading.agreement + len(reading.accepted) - len(reading.divergences) + len(false) - index < least:
            return
        elsewhere = [
            world[key].judge(reading.solution)
            for world in worlds
            if (key := (assertion.claim, assertion.part)) in world
        ]
        excused = next((j for j in elsewhere if j.verdict in (Verdict.TRUE, Verdict.OPEN)), None)
        if excused is not None:
            reading.accepted[assertion] = excused
            continue
        divergence = Divergence(assertion, judgement)
        reading.divergences.append(divergence)
        place = divergence.point.place or points_of(reading.run, source).giver(divergence.point)
        if place is not None and len(worlds) < _MOST_WORLDS and assertion is not false[-1][0]:
            worlds.append(_world(reading, divergence, place, source, claims))


def _world(
    reading: Reading, divergence: Divergence, place: cst.CSTNode, source: Source, claims: Sequence[Claim]
) -> Mapping[tuple[Claim, Part], Assertion]:
    """What the claims speak of if the divergent one were right: ``place`` gives what it says."""
    alternative = divergence.judgement.alternative
    assert alternative is not None
    shape = forced_shape(alternative, reading.solution)
    again = reading.run.replay(Override(outputs={place: shape}, symbols=reading.solution.sizes))
    assertions = bind(points_of(again, source), claims, reading.convention, reading.channels_last)
    return {(assertion.claim, assertion.part): assertion for assertion in assertions}
