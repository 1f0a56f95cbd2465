"""The maximum-agreement reading: the way to read a scope's comments that makes most of them true.

A candidate is a convention (own lines speak of what is above, or of what is below), a layout (channels first or last)
and the sizes that the code leaves open, solved from the claims.  Where the best candidate still has false claims, each
later claim may also hold in the world where an earlier false one was true, so that one mistake is one divergence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import libcst as cst

from ..interp.tape import Override, Run
from ..shapes import Dim, Shape, Symbol, symbols_of
from ..source.parse import Source
from .alignment import NOTE, Alternative, alternatives
from .assertion import Assertion, Judgement, Solution, Verdict
from .claim import Claim, Convention, Part, excuses_of, spots_of
from .names import Names
from .pattern import Kind
from .points import Point, Points
from .solve_inputs import solutions

__all__ = ["Divergence", "Reading", "again", "bind", "forced_shape", "read_claims"]

_MOST_WORLDS = 6
_MOST_POINTS = 12
_MOST_DOUBTED = 4


@dataclass(frozen=True, slots=True, eq=False)
class Divergence:
    """A claim that no world explains: where the comments and the code part."""

    assertion: Assertion
    judgement: Judgement

    @property
    def point(self) -> Point:
        assert self.judgement.alternative is not None
        return self.judgement.alternative.point


@dataclass(slots=True, eq=False)
class Reading:
    """One candidate, judged.  ``divergences`` in the order of execution; ``accepted``: false here, true after one of
    them.

    ``rivals``: other sizes that some of the claims ask for.
    """

    run: Run
    convention: Convention
    channels_last: bool
    solution: Solution
    assertions: tuple[Assertion, ...]
    judgements: tuple[Judgement, ...]
    divergences: list[Divergence] = field(default_factory=list)
    accepted: dict[Assertion, Judgement] = field(default_factory=dict)
    rivals: tuple[Solution, ...] = ()

    def count(self, verdict: Verdict) -> int:
        return sum(judgement.verdict is verdict for judgement in self.judgements)

    @property
    def is_agreeable(self) -> bool:
        """Whether nothing that binds is false, and most of it is true: no other reading would find anything."""
        return not self.count(Verdict.FALSE) and self.count(Verdict.TRUE) >= self.count(Verdict.OPEN)

    @property
    def agreement(self) -> float:
        """How many claims hold; one that is open for a part of its dimensions counts for the others."""
        held = [j for j in self.judgements if j.alternative is not None and j.verdict is not Verdict.FALSE]
        parts = [len(j.true) / max(1, len(j.alternative.pairs)) for j in held if j.alternative is not None]
        return round(sum(parts), 6)

    @property
    def support(self) -> int:
        """Dimensions that agree, less those that were free to agree with anything."""
        judgements = [self.accepted.get(a, j) for a, j in zip(self.assertions, self.judgements, strict=True)]
        agreeing = [pair for judgement in judgements for pair in judgement.true]
        names = {name for pair in agreeing for name in symbols_of(pair.claimed) | symbols_of(pair.computed)}
        free = {*self.solution.sizes, *self.solution.notes} - self.solution.known
        return len(agreeing) - len(names & free)

    @property
    def is_understood(self) -> bool:
        """Whether more of what the comments say is confirmed than is contradicted.

        Beside a claim that holds, words that say outright that a shape is meant ("state size", "input is") confirm as
        much as a dimension.
        """
        contradicted = sum(len(divergence.judgement.false) for divergence in self.divergences)
        confirmed = self.support
        if any(judgement.verdict is Verdict.TRUE and judgement.true for judgement in self.judgements):
            confirmed += sum(bool(a.claim.remark.label) for a in self.assertions if a.alternatives)
        return confirmed > 0 and confirmed >= contradicted

    @property
    def starts_at_one(self) -> bool:
        """Whether every size that the comments leave open is 1: what a generator is fed, where nothing else is said."""
        return bool(self.solution.sizes) and all(size == 1 for size in self.solution.sizes.values())

    @property
    def preference(self) -> tuple[object, ...]:
        """Greater is better: agreement less divergences (a label of the input that would have to be wrong counts double),
        a latent of 1 x 1, DCGAN's convention, early claims."""
        labels = sum(divergence.assertion.claim.remark.kind is Kind.INPUT for divergence in self.divergences)
        agreed = self.agreement + len(self.accepted) - len(self.divergences) - labels - self.convention.strangeness / 2
        early = tuple(judgement.verdict is Verdict.TRUE for judgement in self.judgements)
        return agreed, -len(self.divergences), self.starts_at_one, -self.convention.strangeness, early


def read_claims(run: Run, source: Source, claims: Sequence[Claim]) -> Reading | None:
    """The best reading of ``claims`` on ``run``; None if none of them binds."""
    points = Points(run, source)
    candidates: list[Reading] = []
    for channels_last in (False, True):
        usual = list(candidates)
        for convention in _conventions(claims):
            for candidate in _candidates(points, claims, convention, channels_last):
                if candidate.is_agreeable and not channels_last:
                    return candidate
                if not channels_last or _clearly_better(candidate, usual):
                    candidates.append(candidate)
    if not candidates:
        return None
    doubted = [_judged(candidate, candidates) for candidate in _worth_doubting(candidates)]
    best = max(doubted, key=_agreement)
    if best.count(Verdict.FALSE) == 0:
        return best
    return _most_agreeable(doubted, source, claims)


def _most_agreeable(doubted: Sequence[Reading], source: Source, claims: Sequence[Claim]) -> Reading:
    """The best candidate once worlds are considered; one that could not win even if they explained everything is
    skipped."""
    best: Reading | None = None
    for candidate in sorted(doubted, key=_agreement, reverse=True):
        hope = candidate.agreement + max(0, candidate.count(Verdict.FALSE) - 2)
        if best is not None and (hope,) < best.preference[:1]:
            continue
        _diverge(candidate, source, claims)
        if best is None or candidate.preference > best.preference:
            best = candidate
    assert best is not None
    return best


def _clearly_better(candidate: Reading, others: Sequence[Reading]) -> bool:
    """Whether more agrees, and not only because more is free to agree with anything."""
    return all(candidate.agreement > other.agreement and candidate.support > other.support for other in others)


def _judged(reading: Reading, candidates: Sequence[Reading]) -> Reading:
    """The reading with every excuse considered."""
    settled = [j for j in reading.judgements if j.verdict is Verdict.TRUE and j.alternative and j.alternative.point.declared]
    known = sum(any(pair.axis == 1 for pair in j.true) for j in settled) > 1
    judgements = tuple(assertion.judge(reading.solution, layout_is_known=known) for assertion in reading.assertions)
    rivals = tuple(other.solution for other in candidates if other.assertions is reading.assertions)
    return replace(reading, judgements=judgements, rivals=rivals)


def bind(points: Points, claims: Iterable[Claim], convention: Convention, channels_last: bool) -> list[Assertion]:
    """Every shape that the claims state, with what it may speak of on this run, in the order of execution."""
    found = [_bind(points, claim, part, convention, channels_last) for claim in claims for part in claim.parts]
    return sorted(found, key=lambda assertion: assertion.time)


def again(run: Run, override: Override) -> Run:
    """The run with something changed, such that its own replays keep the change."""

    def both(more: Override) -> Run:
        return run.replay(
            Override(
                {**override.arguments, **more.arguments},
                {**override.outputs, **more.outputs},
                {**override.symbols, **more.symbols},
            )
        )

    return replace(run.replay(override), _again=both)


def forced_shape(alternative: Alternative, solution: Solution) -> Shape:
    """The tensor's shape if the claim were true."""
    dims = list(alternative.point.shape.substitute(solution.sizes).dims)
    for pair in alternative.pairs:
        claimed = solution.claimed(pair)
        if not any(name.uid == NOTE for name in symbols_of(claimed)):
            dims[-1 if pair.axis is None else pair.axis] = claimed
    return Shape(tuple(dims), alternative.point.shape.lead)


def _bind(points: Points, claim: Claim, part: Part, convention: Convention, channels_last: bool) -> Assertion:
    found = _points(points, claim, part, convention)
    laid = tuple(a for point in found[:_MOST_POINTS] for a in alternatives(part.pattern, point, channels_last))
    if not laid:
        return Assertion(claim, part, laid)
    near = [point for where, what in excuses_of(claim, part) for point in points.at(where, what) or ()]
    if found[0].declared:
        near = [point for point in near if not point.declared]
    return Assertion(
        claim, part, laid, tuple(a for point in near for a in alternatives(part.pattern, point, channels_last))
    )


def _points(points: Points, claim: Claim, part: Part, convention: Convention) -> list[Point]:
    for where, what in spots_of(claim, part, convention):
        found = points.at(where, what)
        if found is not None:
            return found
    return []


def _conventions(claims: Sequence[Claim]) -> Iterator[Convention]:
    """The habits that these claims can tell apart: what most authors do, and what differs from it in one."""
    own = {claim.remark.kind for claim in claims if claim.placement.comment.own_line}
    yield Convention()
    if own & {Kind.STATE, Kind.BARE}:
        yield Convention(states_below=True)
    if Kind.OUTPUT in own:
        yield Convention(outputs_below=True)
        if own & {Kind.STATE, Kind.BARE}:
            yield Convention(states_below=True, outputs_below=True)
    if Kind.ARROW in own:
        yield Convention(arrows_below=False)


def _candidates(
    points: Points, claims: Sequence[Claim], convention: Convention, channels_last: bool
) -> Iterable[Reading]:
    assertions = bind(points, claims, convention, channels_last)
    bound = tuple(assertion for assertion in assertions if assertion.alternatives)
    everything = tuple(assertions)
    if not bound:
        return
    start = _start(points, bound)
    for solution in solutions(bound, start):
        judgements = tuple(assertion.judge(solution, thorough=False) for assertion in assertions)
        yield Reading(points.run, convention, channels_last, solution, everything, judgements)


def _start(points: Points, assertions: Sequence[Assertion]) -> Solution:
    """What the code itself says of the names in the comments."""
    notes: dict[Symbol, Dim] = {}
    known: dict[cst.FunctionDef | None, Names] = {}
    for assertion in assertions:
        function = assertion.claim.placement.function
        for name in _noted_names(assertion) - notes.keys():
            if function not in known:
                known[function] = Names(points.run, points.source, function)
            value = known[function].get(name.name)
            if value is not None:
                notes[name] = value
    return Solution({}, notes, frozenset(notes))


def _noted_names(assertion: Assertion) -> set[Symbol]:
    pairs = [pair for alternative in assertion.alternatives for pair in alternative.pairs]
    return {name for pair in pairs for name in symbols_of(pair.claimed) if name.uid == NOTE}


def _agreement(reading: Reading) -> tuple[object, ...]:
    early = tuple(judgement.verdict is Verdict.TRUE for judgement in reading.judgements)
    return reading.agreement, -reading.count(Verdict.FALSE), -reading.convention.strangeness, early


def _worth_doubting(candidates: Sequence[Reading]) -> list[Reading]:
    """The few candidates that may turn out best: by agreement, and those that keep the earliest claims."""
    by_agreement = sorted(candidates, key=_agreement, reverse=True)
    by_start = sorted(
        candidates, key=lambda c: tuple(j.verdict is not Verdict.FALSE for j in c.judgements), reverse=True
    )
    chosen = dict.fromkeys([*by_agreement[: _MOST_DOUBTED // 2], *by_start[: _MOST_DOUBTED // 2]])
    return [candidate for candidate in candidates if candidate in chosen]


def _diverge(reading: Reading, source: Source, claims: Sequence[Claim]) -> None:
    """Find the divergences of a reading: false claims that hold in no world where an earlier one was true."""
    worlds: list[Mapping[tuple[Claim, Part], Assertion]] = []
    judged = zip(reading.assertions, reading.judgements, strict=True)
    false = [(assertion, judgement) for assertion, judgement in judged if judgement.verdict is Verdict.FALSE]
    for assertion, judgement in false:
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
        if divergence.point.place is not None and len(worlds) < _MOST_WORLDS and assertion is not false[-1][0]:
            worlds.append(_world(reading, divergence, source, claims))


def _world(
    reading: Reading, divergence: Divergence, source: Source, claims: Sequence[Claim]
) -> Mapping[tuple[Claim, Part], Assertion]:
    alternative = divergence.judgement.alternative
    assert alternative is not None and alternative.point.place is not None
    shape = forced_shape(alternative, reading.solution)
    again = reading.run.replay(Override(outputs={alternative.point.place: shape}, symbols=reading.solution.sizes))
    assertions = bind(Points(again, source), claims, reading.convention, reading.channels_last)
    return {(assertion.claim, assertion.part): assertion for assertion in assertions}
