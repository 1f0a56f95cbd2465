"""One way to read the claims of a run, judged: what agrees, where it parts from the code, how it compares with others."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from ...interp.model.tape import Run
from ...records import dataclass, field
from ...shapes import Symbol, symbols_of
from ..binding.alignment import DimPair
from ..binding.assertion import Assertion, Judgement
from ..binding.point import Point
from ..binding.solution import Solution
from ..placement.claim import Claim, Convention
from ..verdict import Verdict

__all__ = ["Divergence", "Reading"]

_CRASH = 2.5
"""What a call that PyTorch refuses counts among claims: more than a comment that holds nowhere."""
_SMALLEST = 8
"""Of what an image is called: smaller ones may be kernels."""


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

    ``rivals``: other sizes that some of the claims ask for.  ``refused``: what PyTorch needs and these sizes do not give.
    ``lost``: arrows right above a statement that speak of nothing here, and of what it does under the usual convention.
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
    refused: int = 0
    lost: int = 0

    @property
    def meaning(self) -> Hashable:
        """Equal for candidates that bind every claim to the same tensor, by whatever convention."""
        bound = frozenset(
            (assertion.claim, assertion.part, id(judgement.alternative and judgement.alternative.point.value))
            for assertion, judgement in zip(self.assertions, self.judgements, strict=True)
        )
        return bound, self.channels_last, frozenset(self.solution.sizes.items()), frozenset(self.solution.notes.items())

    def count(self, verdict: Verdict) -> int:
        return sum(judgement.verdict is verdict for judgement in self.judgements)

    @property
    def is_agreeable(self) -> bool:
        """Whether nothing that binds is false, and most of it is true: no other reading would find anything."""
        return (
            not self.refused and not self.count(Verdict.FALSE) and self.count(Verdict.TRUE) >= self.count(Verdict.OPEN)
        )

    @property
    def agreement(self) -> float:
        """How many claims hold; one that is open for a part of its dimensions counts for the others."""
        held = [j for j in self.judgements if j.verdict is not Verdict.FALSE]
        return round(sum(map(_share, held)), 6)

    @property
    def merit(self) -> float:
        """Agreement, less what speaks of nothing, and what PyTorch refuses although every comment is right."""
        return self.agreement - self.lost - (0 if self.count(Verdict.FALSE) else _CRASH * self.refused)

    @property
    def support(self) -> int:
        """Dimensions that agree, less those that were free to agree with anything.

        A latent of size 1 is what everybody feeds to a generator: if it grows to just what is claimed, that is no accident.
        """
        judgements = [self.accepted.get(a, j) for a, j in zip(self.assertions, self.judgements, strict=True)]
        agreeing = [pair for judgement in judgements for pair in judgement.true]
        names = {name for pair in agreeing for name in symbols_of(pair.claimed) | symbols_of(pair.computed)}
        free = {*self.solution.sizes, *self.solution.notes} - self.solution.known - self._grown_from_one(agreeing)
        return len(agreeing) - len(names & free)

    def _grown_from_one(self, agreeing: Sequence[DimPair]) -> set[Symbol]:
        sizes = self.solution.sizes
        grown = [symbols_of(pair.computed) for pair in agreeing if isinstance(pair.claimed, int) and pair.claimed > 1]
        return {name for names in grown if len(names) == 1 for name in names if sizes.get(name) == 1}

    @property
    def is_understood(self) -> bool:
        """Whether more of what the comments say is confirmed than is contradicted.

        Beside a claim that holds, words that say outright that a shape is meant ("state size", "input is") confirm as
        much as a dimension.  Nor does it matter what the input is where two sizes of one block, written alike, contradict
        each other.
        """
        contradicted = sum(len(divergence.judgement.false) for divergence in self.divergences)
        confirmed = self.support
        if any(judgement.verdict is Verdict.TRUE and judgement.true for judgement in self.judgements):
            confirmed += sum(bool(a.claim.remark.label) for a in self.assertions if a.alternatives)
        if confirmed == 0 and len(self.divergences) == 1:
            return self._has_like(self.divergences[0].assertion.claim)
        return confirmed > 0 and confirmed >= contradicted

    def _has_like(self, claim: Claim) -> bool:
        """Whether a height and a width that nobody takes for a kernel stand, in the same hand, behind another layer of the
        block, and are right for some input."""
        right = {
            a.claim
            for a, j in zip(self.assertions, self.judgements, strict=True)
            if j.verdict is Verdict.TRUE
            and len([pair for pair in j.true if pair.axis is not None and pair.axis > 1]) > 1
        }
        holder = claim.placement.chain.node
        return any(
            other is not claim
            and other.wording == claim.wording
            and other.placement.chain.node is holder
            and all(_is_large(each) for each in (claim, other))
            for other in right
        )

    @property
    def starts_at_one(self) -> bool:
        """Whether every size that the comments leave open is 1: what a generator is fed, where nothing else is said."""
        return bool(self.solution.sizes) and all(size == 1 for size in self.solution.sizes.values())

    @property
    def is_square(self) -> bool:
        """Whether height and width of the input came out alike: of two sizes that disagree on one axis, the likelier."""
        sides = {size for name, size in self.solution.sizes.items() if name.name in ("H", "W")}
        return len(sides) == 1

    @property
    def preference(self) -> tuple[object, ...]:
        """Greater is better: agreement less divergences (a label of the input that would have to be wrong counts double,
        unless it alone makes the image oblong), a latent of 1 x 1, DCGAN's convention, a square image, early claims."""
        early = tuple(judgement.verdict is Verdict.TRUE for judgement in self.judgements)
        strangeness, agreed = self.convention.strangeness, self.preferred_agreement
        return agreed, -len(self.divergences), self.starts_at_one, -strangeness, self.is_square, early

    @property
    def preferred_agreement(self) -> float:
        """The first of the preferences: what agrees or is excused, less what speaks against the reading."""
        labels = sum(divergence.assertion.claim.labels_input for divergence in self.divergences)
        excused = round(sum(map(_share, self.accepted.values())), 6)
        agreed = self.agreement + excused - len(self.divergences) - self.convention.strangeness / 2
        agreed -= self.lost  # to look elsewhere explains no more than a divergence
        agreed -= 0 if self.divergences else _CRASH * self.refused  # else the divergence may well be the cause
        return agreed - (0 if self.is_square and self._denies_an_oblong else labels)

    @property
    def _denies_an_oblong(self) -> bool:
        """Whether each divergence is about one side of an image whose other side is right."""
        return all(
            len([pair for pair in divergence.judgement.false if pair.axis is not None and pair.axis > 1]) == 1
            and any(pair.axis is not None and pair.axis > 1 for pair in divergence.judgement.true)
            for divergence in self.divergences
        )


def _is_large(claim: Claim) -> bool:
    sizes = [dim.dim for part in claim.parts for dim in part.pattern.dims[-2:]]
    return all(isinstance(size, int) and size >= _SMALLEST for size in sizes)


def _share(judgement: Judgement) -> float:
    """The part of a claim's dimensions that agree."""
    return len(judgement.true) / max(1, len(judgement.alternative.pairs)) if judgement.alternative is not None else 0.0
