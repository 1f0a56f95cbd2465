"""All claims of a file, read on every run that they bind to.

A comment may be true for one input or one default only, so a claim is contradicted only if no run finds it true.
Within a run the comments of one block (a container, a function's body) are also read by themselves, with the block's
input left open: sizes that were written for different inputs contradict nobody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence

import libcst as cst

from ..interp.model.tape import Call, Run
from ..interp.paths.exploration import Exploration
from ..interp.paths.uncalled import run_function, run_method
from ..records import dataclass, replace
from ..shapes import symbols_of
from ..source.parse import Source
from .binding.assumed_ranks import assuming
from .binding.bound_claims import bind
from .binding.points import points_of
from .blame.culprit import Blame, blame, blamed
from .blame.odd_layer import Odd, odd_one
from .blame.refusal import with_refusal_mended
from .blame.repair import Repair
from .blame.size_conflicts import Unfit, unfit, unfit_for_all, unfit_here
from .placement.claim import Claim, Convention
from .placement.comment_claims import claims_of
from .reading.block_check import holds_in_its_block
from .reading.misnamed import Misnamed, Naming, naming
from .reading.other_defaults import (
    Key,
    chosen_and_true,
    claims_in,
    denies_input,
    explains_more,
    for_other_defaults,
    keys_of,
    told,
)
from .reading.proof import is_proof
from .reading.reading import Reading
from .reading.replay import again
from .reading.sampled_sizes import agreed_divergences, agreed_truths, sampled
from .reading.search import agreed, read_claims
from .signatures.contracts import Held, hold
from .verdict import Verdict

__all__ = ["Findings", "read"]


_MOST_MENDED = 6
_ENOUGH = 2
"""Claims by which a function that nobody calls is worth a run."""
_LITTLE = 2_000
"""What such a run may use."""
_Read = tuple[Run, "set[Key]", "set[Claim]"]
"""A run, what it binds by the usual convention, and the claims of those that it binds only by what comments say."""


@dataclass(frozen=True, slots=True, eq=False)
class Findings:
    """What the claims of one file came to.

    ``contradictions``: what is wrong, and which side.  ``verdicts``: for each claim the best that any run found.
    ``held``: the same of what signatures and docstrings state.  ``misfits``: operands that do not fit by those sizes.
    ``misnamed``: sizes that only one line calls by another's name; ``named``: claims whose names were compared.
    """

    claims: tuple[Claim, ...]
    readings: tuple[Reading, ...]
    contradictions: tuple[Blame, ...]
    verdicts: dict[Claim, Verdict]
    held: Held
    misfits: tuple[Unfit, ...] = ()
    misnamed: tuple[Misnamed, ...] = ()
    named: frozenset[Claim] = frozenset()

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
    vague: set[Claim] = set()
    namings: list[Naming] = []
    for run, keys, assumed in _runs(source, exploration, claims) if claims else ():
        bound = {claim for claim, verdict in verdicts.items() if verdict is not Verdict.UNBOUND} - vague
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
        if not run.concrete:
            namings.append(naming(reading))
        elsewhere = frozenset(excused)
        _note(reading, excused, verdicts)
        # a run of the file itself may know more than a rank
        vague = (vague - {claim for claim, _ in keys}) | {
            claim for claim in assumed if verdicts[claim] is Verdict.OPEN and claim not in bound
        }
        reading = _as_written(reading, source, exploration, excused)
        outcomes, misfit, replaced = _decided(reading, source, exploration)
        misfits.append(misfit)
        if replaced:
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
    named = frozenset(claim for found in namings for claim in found.checked)
    misnamed = tuple(_misnamed(namings, {blame.divergence.assertion.claim for blame in contradictions}))
    unfitting = tuple(filter(None, misfits))
    return Findings(claims, tuple(readings), contradictions, verdicts, held, unfitting, misnamed, named)


def _as_written(reading: Reading, source: Source, exploration: Exploration, excused: set[Key]) -> Reading:
    """The reading for the widths that the comments were written for, which need not be the defaults; what is true for
    others than those is excused."""
    if not reading.divergences or reading.run.module is None or reading.run.concrete:
        return reading
    free = for_other_defaults(reading, source, exploration)
    if free is None or denies_input(free, reading):
        return reading
    meant = chosen_and_true(free)
    excused |= meant
    written = keys_of(reading) <= meant | told(free) and bool(keys_of(reading) & meant)
    return free if free.is_understood and (written or explains_more(free, reading)) else reading


def _decided(
    reading: Reading, source: Source, exploration: Exploration
) -> tuple[dict[Key, Blame | None], Unfit | None, bool]:
    """Who is wrong in each divergence; a call that the sizes do not suit; whether one odd layer explains it all instead."""
    witnesses = [
        run
        for run in exploration.runs
        if run.node is not reading.run.node and any(_is_refused(call) for call in run.tape.calls)
    ]
    outcomes = _outcomes(reading, source, witnesses)
    odd = None if any(map(_is_argument, outcomes.values())) else _odd(reading, source)
    if odd is None:
        return outcomes, None if reading.divergences else unfit_here(reading, source), False
    if not odd[1].divergences:
        return outcomes, unfit(reading, odd), False
    if is_proof(odd[1], odd[1].divergences[0]):
        return _odd_outcome(*odd), None, True
    return outcomes, None, False


def _misnamed(namings: Sequence[Naming], told: Collection[Claim]) -> Iterator[Misnamed]:
    """Each once, if no run finds the names right and nothing else is wrong with the comment."""
    right = {key for found in namings for key in found.right}
    seen: set[Key] = set()
    for wrong in (wrong for found in namings for wrong in found.wrong):
        key = (wrong.claim, wrong.part)
        if key not in right and key not in seen and wrong.claim not in told:
            seen.add(key)
            yield wrong


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


def _runs(source: Source, exploration: Exploration, claims: Sequence[Claim]) -> Iterator[_Read]:
    """Runs on symbolic inputs first, then those that the file itself calls, functions that nobody calls, then containers that
    no other run binds."""
    bound: set[Claim] = set()
    for run in sorted(exploration.runs, key=lambda run: run.concrete):
        if not run.tape.calls and not run.tape.entered:
            continue
        told = run if run.concrete else assuming(run, source, [claim for claim in claims if claim not in bound])
        found = _bound(told, source, claims)
        known = _bound(run, source, claims) if told is not run else found
        bound |= {claim for claim, _ in found}
        if found:
            yield told, found, {claim for claim, _ in found} - {claim for claim, _ in known}
    yield from _uncalled(source, exploration, claims)
    seen: set[cst.CSTNode] = set()
    for claim in claims:
        holder = claim.placement.chain.node
        if claim in bound or not isinstance(holder, cst.Call) or holder in seen:
            continue
        seen.add(holder)
        alone = exploration.sequential(holder)
        if alone is not None:
            yield alone, _bound(alone, source, claims), set()


def _uncalled(source: Source, exploration: Exploration, claims: Sequence[Claim]) -> Iterator[_Read]:
    """Runs of functions and methods with claims that no path of the file enters."""
    entered = {call.site.node for run in exploration.runs for call in run.tape.entered}
    spoken = Counter(claim.placement.function for claim in claims)
    for function, count in spoken.items():
        if function is None or count < _ENOUGH or function in entered or function.name.value == "__init__":
            continue
        alone = run_function(exploration, function, _LITTLE) or run_method(exploration, function, _LITTLE)
        if alone is not None:
            run = assuming(alone, source, claims)
            found = _bound(run, source, claims)
            if found:
                yield run, found, {claim for claim, _ in found}


def _bound(run: Run, source: Source, claims: Sequence[Claim]) -> set[Key]:
    return {(a.claim, a.part) for a in bind(points_of(run, source), claims, Convention(), False) if a.alternatives}
