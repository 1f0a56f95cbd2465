"""One way to read the claims of a run, judged: what agrees, where it parts from the code, how it compares with others."""

from __future__ import annotations

from ..interp.tape import Run
from ..records import dataclass, field
from ..shapes import symbols_of
from .assertion import Assertion, Judgement, Solution, Verdict
from .claim import Convention
from .pattern import Kind
from .points import Point

__all__ = ["Divergence", "Reading"]


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
    def is_square(self) -> bool:
        """Whether height and width of the input came out alike: of two sizes that disagree on one axis, the likelier."""
        sides = {size for name, size in self.solution.sizes.items() if name.name in ("H", "W")}
        return len(sides) == 1

    @property
    def preference(self) -> tuple[object, ...]:
        """Greater is better: agreement less divergences (a label of the input that would have to be wrong counts double),
        a latent of 1 x 1, DCGAN's convention, a square image, early claims."""
        labels = sum(divergence.assertion.claim.remark.kind is Kind.INPUT for divergence in self.divergences)
        agreed = self.agreement + len(self.accepted) - len(self.divergences) - labels - self.convention.strangeness / 2
        early = tuple(judgement.verdict is Verdict.TRUE for judgement in self.judgements)
        strangeness = self.convention.strangeness
        return agreed, -len(self.divergences), self.starts_at_one, -strangeness, self.is_square, early
