"""All claims of a file, read on every run that they bind to.

A comment may be true for one input or one default only, so a claim is contradicted only if no run finds it true.
Within a run the comments of one block (a container, a function's body) are also read by themselves, with the block's
input left open: sizes that were written for different inputs contradict nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import libcst as cst

from ..interp.explore import Exploration
from ..interp.tape import Call, Run
from ..records import dataclass, replace
from ..shapes import symbols_of
from ..source.parse import Source
from .assertion import Verdict
from .binding import bind
from .blame import Blame, blame, blamed
from .block import holds_in_its_block
from .claim import Claim, Convention
from .contracts import Held, hold
from .judged import Reading
from .odd import Odd, odd_one
from .other_defaults import (
    Key,
    chosen_and_true,
    claims_in,
    denies_input,
    explains_more,
    for_other_defaults,
    keys_of,
    told,
)
from .points import points_of
from .proof import is_proof
from .reading import agreed, read_claims
from .refused import with_refusal_mended
from .repair import Repair
from .samples import agreed_divergences, agreed_truths, sampled
from .stating import claims_of
from .unfit import Unfit, unfit, unfit_for_all, unfit_here
from .worlds import again

__all__ = ["Findings", "read"]


_MOST_MENDED = 6


@dataclass(frozen=True, slots=True, eq=False)
class Findings:
    """What the claims of one file came to.

    ``contradictions``: what is wrong, and which side.  ``verdicts``: for each claim the best that any run found.
    ``held``: the same of what signatures and docstrings state.  ``misfits``: operands that do not fit by those sizes.
    """

    claims: tuple[Claim, ...]
    readings: tuple[Reading, ...]
    contradictions: tuple[Blame, ...]
    verdicts: dict[Claim, Verdict]
    held: Held
    misfits: tuple[Unfit, ...] = ()

    @property
    def settled(self) -> frozenset[cst.CSTNode]:
        """Calls that PyTorch refuses, and no longer once the arguments to blame are mended."""
        return frozenset(call.site.node for blame in self.contradictions for call in blame.settles)


def read(source: Source, exploration: Exploration) -> Findings:
    """Read all claims of ``source`` on the runs of ``exploration``."""
    claims = claims_of(source)
    readings: list[Reading] = []
    misfits: list[Unfit | None] = []
    found: dict[Key, Blame] = {}
    excused: set[Key] = set()
    verdicts: dict[Claim, Verdict] = dict.fromkeys(claims, Verdict.UNBOUND)
    for run, keys in _runs(source, exploration, claims) if claims else ():
        bound = {claim for claim, verdict in verdicts.items() if verdict is not Verdict.UNBOUND}
        if run.concrete and len(bound) == len(claims) and not found:
            continue
        if keys <= excused | found.keys() or (run.concrete and {claim for claim, _ in keys} <= bound):
            # It can only excuse what is contradicted so far.
            reading = agreed(run, source, claims)
            if reading is not None:
                _note(reading, excused, verdicts)
                readings += [reading] if not reading.count(Verdict.FALSE) else []
            continue
        samples = [] if run.concrete or run.module is None else sampled(run, source, claims)
        if samples:
            readings.append(samples[0])
            found |= {key: outcome for key, outcome in _sampled_outcomes(samples, source).items() if key not in found}
            for claim in agreed_truths(samples):
                verdicts[claim] = Verdict.TRUE
            misfits.append(unfit_for_all(samples, source))
            continue
        reading = read_claims(run, source, claims)
        if reading is None:
            continue
        readings.append(reading)
        elsewhere = frozenset(excused)
        _note(reading, excused, verdicts)
        if reading.divergences and run.module is not None and not run.concrete:
            free = for_other_defaults(reading, source, exploration)
            if free is not None and not denies_input(free, reading):
                meant = chosen_and_true(free)
                excused |= meant
                written = keys_of(reading) <= meant | told(free) and bool(keys_of(reading) & meant)
                if free.is_understood and (written or explains_more(free, reading)):
                    reading = free  # the comments were written for other widths than the defaults
        witnesses = [r for r in exploration.runs if r is not run and any(_is_refused(call) for call in r.tape.calls)]
        outcomes = _outcomes(reading, source, witnesses)
        odd = None if any(map(_is_argument, outcomes.values())) else _odd(reading, source)
        if odd is not None and not odd[1].divergences:
            misfits.append(unfit(reading, odd))
        elif odd is None and not reading.divergences:
            misfits.append(unfit_here(reading, source))
        elif odd is not None and is_proof(odd[1], odd[1].divergences[0]):
            outcomes = _odd_outcome(*odd)
            excused -= outcomes.keys() - elsewhere  # true only under the sizes that the odd layer led to
        for key, outcome in outcomes.items():
            if run.concrete and key[0] in bound:
                continue  # decided on a run whose input is open
            if outcome is None:
                excused.add(key)
            else:
                found.setdefault(key, outcome)
    contradictions = tuple(_one_for_each_comment(outcome for key, outcome in found.items() if key not in excused))
    held = hold(source, exploration)
    return Findings(claims, tuple(readings), contradictions, verdicts, held, tuple(filter(None, misfits)))


def _one_for_each_comment(outcomes: Iterable[Blame]) -> Iterator[Blame]:
    """Both sides of an arrow may be stale: that is one finding, which mends both."""
    kept: dict[tuple[Claim, bool], Blame] = {}
    for outcome in outcomes:
        key = (outcome.divergence.assertion.claim, outcome.repair is None)
        first = kept.setdefault(key, outcome)
        if first is not outcome and outcome.repair is None:
            kept[key] = replace(first, follows=(*first.follows, outcome.divergence.assertion, *outcome.follows))
    yield from kept.values()


def _note(reading: Reading, excused: set[Key], verdicts: dict[Claim, Verdict]) -> None:
    """Remember what is true.  A path that the file calls excuses a claim only where its sizes are its own."""
    for assertion, judgement in zip(reading.assertions, reading.judgements, strict=True):
        free = any(symbols_of(pair.computed) & reading.solution.sizes.keys() for pair in judgement.true)
        if judgement.verdict is Verdict.TRUE and not (reading.run.concrete and free):
            excused.add((assertion.claim, assertion.part))
        verdicts[assertion.claim] = verdicts[assertion.claim].or_better(judgement.verdict)


def _sampled_outcomes(samples: Sequence[Reading], source: Source) -> dict[Key, Blame]:
    """What is wrong for every sampled image size."""
    return {
        (divergence.assertion.claim, divergence.assertion.part): blame(samples[0], divergence, source)
        for divergence in agreed_divergences(samples)
        if is_proof(samples[0], divergence)
    }


def _is_refused(call: Call) -> bool:
    return call.certain and call.reject is not None


def _outcomes(reading: Reading, source: Source, witnesses: Sequence[Run]) -> dict[Key, Blame | None]:
    """Who is wrong in each divergence.  What follows from a call that is refused is no finding of its own."""
    if not reading.divergences or not reading.is_understood:
        return {}
    outcomes = _blames(reading, source, _MOST_MENDED, witnesses)
    settled = [call for outcome in outcomes.values() if outcome is not None for call in outcome.settles]
    fitting = with_refusal_mended(reading.run, source, reading.solution, settled)
    mended = None if fitting is None else read_claims(fitting, source, claims_in(reading))
    if mended is None:
        return outcomes
    return _blames(mended, source, _MOST_MENDED, witnesses) if mended.divergences and mended.is_understood else {}


def _is_argument(outcome: Blame | None) -> bool:
    return outcome is not None and outcome.repair is not None


def _odd(reading: Reading, source: Source) -> Odd | None:
    """The layer that explains all by itself, where no repair under the sizes at hand does."""
    return None if reading.run.concrete else odd_one(reading, source)


def _odd_outcome(repair: Repair, seen: Reading) -> dict[Key, Blame | None]:
    first = seen.divergences[0]
    return {(first.assertion.claim, first.assertion.part): blamed(seen, first, repair)}


def _blames(reading: Reading, source: Source, most: int, witnesses: Sequence[Run]) -> dict[Key, Blame | None]:
    """Who is wrong in each divergence; None where it does not hold in its own block.

    What comes after an argument that is to blame is read again as if it had been right.
    """
    found: dict[Key, Blame | None] = {}
    for divergence in reading.divergences:
        key = (divergence.assertion.claim, divergence.assertion.part)
        if not is_proof(reading, divergence):
            continue
        if not holds_in_its_block(reading, divergence, source):
            found[key] = None
            continue
        outcome = blame(reading, divergence, source, witnesses)
        found[key] = outcome
        if outcome.repair is not None and most:
            mended = read_claims(again(reading.run, outcome.repair.override), source, claims_in(reading))
            if mended is not None:
                judged = zip(mended.assertions, mended.judgements, strict=True)
                right = {(a.claim, a.part) for a, judgement in judged if judgement.verdict is Verdict.TRUE}
                kept = {k: other for k, other in found.items() if other is outcome or k not in right}
                return {**_blames(mended, source, most - 1, witnesses), **kept}
    return found


def _runs(source: Source, exploration: Exploration, claims: Sequence[Claim]) -> Iterator[tuple[Run, set[Key]]]:
    """Runs on symbolic inputs first, then those that the file itself calls, then containers that no other run binds; each
    with what it binds by the usual convention."""
    bound: set[Claim] = set()
    for run in sorted(exploration.runs, key=lambda run: run.concrete):
        if not run.tape.calls and not run.tape.entered:
            continue
        found = _bound(run, source, claims)
        bound |= {claim for claim, _ in found}
        if found:
            yield run, found
    seen: set[cst.CSTNode] = set()
    for claim in claims:
        holder = claim.placement.chain.node
        if claim in bound or not isinstance(holder, cst.Call) or holder in seen:
            continue
        seen.add(holder)
        alone = exploration.sequential(holder)
        if alone is not None:
            yield alone, _bound(alone, source, claims)


def _bound(run: Run, source: Source, claims: Sequence[Claim]) -> set[Key]:
    return {(a.claim, a.part) for a in bind(points_of(run, source), claims, Convention(), False) if a.alternatives}
