"""What the runs of one file have shown about its claims so far.

A comment may be true for one input or one default only.  So a claim is contradicted only if some run blames something for
it and no run excuses it, in whatever order the two come.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from ..records import replace
from ..shapes import symbols_of
from .binding.assertion import Key
from .blame.culprit import Blame
from .blame.misfits import Misfit
from .placement.claim import Claim
from .reading.claimed_runs import ClaimedRun
from .reading.misnamed import Naming
from .reading.reading import Reading
from .verdict import Verdict

__all__ = ["Ledger"]


class Ledger:
    """``verdicts``: for each claim the best that any run has found.

    ``readings``: one for each run that was read.  ``namings``: what the names came to in those of open inputs.  ``misfits``:
    calls that the sizes of a reading do not suit.
    """

    def __init__(self, claims: Sequence[Claim]) -> None:
        self.claims = claims
        self.verdicts: dict[Claim, Verdict] = dict.fromkeys(claims, Verdict.UNBOUND)
        self.readings: list[Reading] = []
        self.namings: list[Naming] = []
        self.misfits: list[Misfit] = []
        self._excused: set[Key] = set()
        self._blames: dict[Key, Blame] = {}
        self._vague: frozenset[Claim] = frozenset()

    @property
    def bound(self) -> frozenset[Claim]:
        """The claims that are about a tensor of some run, vague ones not counted."""
        return frozenset(claim for claim in self.claims if self.verdicts[claim] is not Verdict.UNBOUND) - self._vague

    @property
    def excused(self) -> frozenset[Key]:
        """Shapes that are true somewhere, or were written for something else, so far."""
        return frozenset(self._excused)

    @property
    def contradictions(self) -> Iterator[Blame]:
        """Who is wrong in each claim that no run excuses, a comment only once."""
        return _one_for_each_comment(blame for key, blame in self._blames.items() if key not in self._excused)

    def needs_no(self, claimed: ClaimedRun) -> bool:
        """Whether every claim is bound and nothing is blamed: a run that the file itself makes has nothing to excuse then."""
        return claimed.run.concrete and len(self.bound) == len(self.claims) and not self._blames

    def is_settled(self, claimed: ClaimedRun) -> bool:
        """Whether all that it binds is excused or blamed already, or known from an open input: then it can only excuse."""
        return claimed.keys <= self._excused | self._blames.keys() or (
            claimed.run.concrete and claimed.claims <= self.bound
        )

    def note(self, reading: Reading) -> None:
        """Remember what ``reading`` makes true.

        A path that the file calls excuses a claim only where its sizes are its own, not solved to make it true.
        """
        for assertion, judgement in reading.judged:
            solved = any(symbols_of(pair.computed) & reading.solution.sizes.keys() for pair in judgement.true)
            if judgement.verdict is Verdict.TRUE and not (reading.run.concrete and solved):
                self._excused.add(assertion.key)
            self.verdicts[assertion.claim] = self.verdicts[assertion.claim].or_better(judgement.verdict)

    def note_true(self, claims: Iterable[Claim]) -> None:
        """Remember that ``claims`` hold."""
        self.verdicts.update(dict.fromkeys(claims, Verdict.TRUE))

    def doubt(self, claimed: ClaimedRun, bound_before: Collection[Claim]) -> None:
        """Remember which claims of a run are only tied to a tensor because they say themselves of what rank it is: a later
        run of the file itself may know more than that."""
        vague = {c for c in claimed.assumed if self.verdicts[c] is Verdict.OPEN and c not in bound_before}
        self._vague = (self._vague - claimed.claims) | vague

    def excuse(self, keys: Iterable[Key]) -> None:
        """These shapes are wrong nowhere."""
        self._excused.update(keys)

    def withdraw(self, keys: Iterable[Key]) -> None:
        """What excused these shapes has turned out not to be so."""
        self._excused.difference_update(keys)

    def decide(self, outcomes: Mapping[Key, Blame | None]) -> None:
        """Remember who is wrong, or, where nobody is, excuse the shape.  The first run that blames somebody is believed."""
        for key, outcome in outcomes.items():
            if outcome is None:
                self.excuse([key])
            else:
                self._blames.setdefault(key, outcome)


def _one_for_each_comment(outcomes: Iterable[Blame]) -> Iterator[Blame]:
    """Both sides of an arrow may be stale: that is one finding, which mends both."""
    kept: dict[tuple[Claim, bool], Blame] = {}
    for outcome in outcomes:
        key = (outcome.divergence.assertion.claim, outcome.repair is None)
        first = kept.setdefault(key, outcome)
        if first is not outcome and outcome.repair is None:
            kept[key] = replace(first, follows=(*first.follows, outcome.divergence.assertion, *outcome.follows))
    yield from kept.values()
