"""The candidates for a reading: every convention and layout that the claims can tell apart, with sizes solved from them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...interp.model.tape import Run
from ...records import replace
from ..binding.assertion import Assertion
from ..binding.bound_claims import bind, known_names
from ..binding.points import Points, points_of
from ..comments.remark import RemarkKind
from ..placement.claim import Claim, Convention
from ..verdict import Verdict
from .image_inputs import is_oblong_latent
from .ranking import agreement, agreement_order
from .reading import Reading
from .solve_inputs import refused_needs, solutions

__all__ = ["candidates_for", "worth_doubting"]

_MOST_DOUBTED = 4
"""Excuses and divergences are searched for under so few candidates only, half of them chosen by agreement: each divergence
executes the run again."""


def candidates_for(run: Run, claims: Sequence[Claim]) -> list[Reading]:
    """All candidates, or the one that leaves nothing to doubt.

    Channels last must explain clearly more than channels first does: it is the rarer habit.
    """
    points = points_of(run, run.source)
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
            for candidate in _solved(points, assertions, convention, channels_last):
                if candidate.is_agreeable and not channels_last and not _lost(candidate, candidates):
                    return [candidate]
                if not channels_last or _is_clearly_better(candidate, usual):
                    candidates.append(candidate)
    return [replace(candidate, lost=_lost(candidate, candidates)) for candidate in candidates]


def worth_doubting(candidates: Sequence[Reading]) -> list[Reading]:
    """The few that may turn out best, by agreement and by which keep the earliest claims; each meaning once."""
    by_agreement = sorted(candidates, key=agreement_order, reverse=True)
    by_start = sorted(
        candidates, key=lambda c: tuple(j.verdict is not Verdict.FALSE for j in c.judgements), reverse=True
    )
    chosen = dict.fromkeys([*by_agreement[: _MOST_DOUBTED // 2], *by_start[: _MOST_DOUBTED // 2]])
    kept = [candidate for candidate in candidates if candidate in chosen]
    # From behind, so that of one meaning the first candidate stays, which is the most usual one.
    distinct = {candidate.meaning: candidate for candidate in reversed(kept)}
    return list(reversed(distinct.values()))


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


def _solved(
    points: Points, assertions: Sequence[Assertion], convention: Convention, channels_last: bool
) -> Iterator[Reading]:
    """A reading for each way to solve the claims for what the code leaves open."""
    bound = tuple(assertion for assertion in assertions if assertion.alternatives)
    everything = tuple(assertions)
    start = known_names(points, bound)
    for solution in solutions(bound, start, points.run):
        judgements = tuple(assertion.judge(solution, thorough=False) for assertion in assertions)
        refused = len(refused_needs(solution, points.run)) + is_oblong_latent(solution, points.run)
        yield Reading(points.run, convention, channels_last, solution, everything, judgements, refused=refused)


def _lost(candidate: Reading, others: Sequence[Reading]) -> int:
    """How many arrows right above a statement are about something in one of ``others``, and about nothing in
    ``candidate``."""
    if candidate.convention.arrows_below:
        return 0
    bound = [
        {a.key for a in reading.assertions if a.alternatives and _heads_statement(a.claim)}
        for reading in (candidate, *others)
    ]
    return len(set().union(*bound[1:]) - bound[0])


def _heads_statement(claim: Claim) -> bool:
    """Whether it is an arrow on the line above a statement."""
    return claim.remark.kind is RemarkKind.ARROW and claim.placement.paragraph > 0


def _is_clearly_better(candidate: Reading, others: Sequence[Reading]) -> bool:
    """Whether more agrees, and not only because more is free to agree with anything."""
    return all(agreement(candidate) > agreement(other) and candidate.support > other.support for other in others)
