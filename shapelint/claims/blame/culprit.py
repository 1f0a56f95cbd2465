"""Which side of a contradiction is wrong: the comment, or an argument of a layer.

The side is blamed whose repair leaves the fewest contradictions: claims that stay false and calls that PyTorch refuses.
Ties: about channels the comment is blamed; about sizes the argument, if a padding gives the annotated size and the
layers around say that it was meant (same kernel and stride, that padding; or the next division comes out even).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...interp.model.tape import Call, Override, Run
from ...records import dataclass, replace
from ...source.parse import Source
from ..binding.alignment import Alternative
from ..binding.assertion import Assertion, Judgement
from ..binding.bound_claims import bind
from ..binding.points import points_of
from ..binding.solution import Solution
from ..placement.claim import Side
from ..reading.reading import Divergence, Reading
from ..reading.replay import again
from ..reading.search import read_claims
from ..verdict import Verdict
from .chain import chain_to
from .first_layer import entry_repair
from .plausibility import alike, is_unlikely, was_meant
from .repair import Repair, repairs
from .strained_calls import strained
from .window_fit import gain

__all__ = ["Blame", "blame", "blamed"]

_MOST_REPLAYS = 6
_MOST_VALUES = 3
_SURE = 2
"""By how many contradictions a repair must be the better, where it is not certain which tensor is meant."""


@dataclass(frozen=True, slots=True, eq=False)
class Blame:
    """The outcome: ``repair`` is None if the comment is wrong.

    ``chain``: the layers from the anchor to the claim.  ``anchor``: the claim that was relied on, if one was.
    ``settles``: calls that were refused and no longer are, once the argument is repaired.  ``follows``: further claims
    that are false for the same reason and must be rewritten with the comment.
    """

    reading: Reading
    divergence: Divergence
    repair: Repair | None
    chain: tuple[Call, ...]
    anchor: Assertion | None
    settles: tuple[Call, ...] = ()
    follows: tuple[Assertion, ...] = ()


def blame(reading: Reading, divergence: Divergence, source: Source, witnesses: Sequence[Run] = ()) -> Blame:
    """Decide ``divergence``.  ``witnesses``: other runs in which something is refused: a repair that mends one of them, too,
    wins on a tie."""
    anchors = _anchors(reading, divergence)
    chain = chain_to(reading.run, divergence.point.value, frozenset(anchors))
    anchor = _anchor(reading, divergence, chain, anchors)
    solution = reading.solution
    here = reading.run.replay(Override(symbols=solution.sizes))
    as_it_is = _faults(here, reading, source)
    stale = min(len(as_it_is.false - {_key(divergence.assertion)}), _other_sizes(reading, divergence)) + len(
        as_it_is.refused
    )
    vague = divergence.assertion.is_vague(solution)
    best = _best(reading, divergence, source, chain, as_it_is)
    if best is not None and vague and best.cost > stale - _SURE:
        best = None
    entry = entry_repair(reading, divergence, source) if best is None and not vague else None
    if entry is not None:
        return Blame(reading, divergence, entry, tuple(chain), anchor, _no_longer_refused(reading.run, entry))
    if best is not None and (
        best.cost < stale
        or (best.cost == stale and was_meant(best.repair, reading, divergence, not best.cost))
        or (best.cost == stale and any(_no_longer_refused(run, best.repair) for run in witnesses))
    ):
        settled = tuple(call for call in as_it_is.calls if call.site.node not in best.mended.places)
        settled += _no_longer_refused(reading.run, best.repair)
        return Blame(reading, divergence, best.repair, tuple(chain), anchor, settled)
    return Blame(reading, divergence, None, tuple(chain), anchor, (), _follow(reading, divergence))


def _best(
    reading: Reading, divergence: Divergence, source: Source, chain: Sequence[Call], as_it_is: _Faults
) -> _Tried | None:
    """The repair after which least is wrong; on a tie the one for which most layers, then its own window speaks.

    Where nothing at all is true of the network as it stands, only a repair that the network itself suggests will do.
    """
    run, solution, key = reading.run, reading.solution, _key(divergence.assertion)
    found: list[_Tried] = []
    decided = (*divergence.judgement.true, *divergence.judgement.false)
    for fitting in _shortlist(repairs(run, source, chain, decided, solution), run):
        repair = _likeliest(fitting, run, solution)
        if not reading.count(Verdict.TRUE) and is_unlikely(repair, reading):
            continue
        change = Override(repair.override.arguments, symbols=solution.sizes)
        mended = _faults(run.replay(change), reading, source)
        if mended.false and repair.call.module is not None and repair.call.module.called > 1:
            mended = _solved_anew(repair, reading, source) or mended
        if key in mended.true and not mended.refused - as_it_is.refused:  # what PyTorch then refuses is no repair
            found.append(_Tried(len(mended.false) + len(mended.refused), repair, mended))
    return min(found, key=lambda t: (t.cost, -alike(t.repair, run), -gain(t.repair, run, solution)), default=None)


def _likeliest(repair: Repair, run: Run, solution: Solution) -> Repair:
    """With that of the values that would do for which the network itself speaks; the smallest where it does not."""
    tried = [replace(repair, value=value) for value in _values(repair)]
    best = max(tried, key=lambda other: (alike(other, run), gain(other, run, solution))) if repair.others else repair
    others = tuple(value for value in (repair.value, *repair.others) if value != best.value)
    return best if best.value == repair.value else replace(best, others=others)


def _solved_anew(repair: Repair, reading: Reading, source: Source) -> _Faults | None:
    """What is wrong after the repair of a layer that runs several times, under the sizes that then make all claims true."""
    claims = list(dict.fromkeys(assertion.claim for assertion in reading.assertions))
    mended = read_claims(again(reading.run, repair.override), source, claims, unanimous=True)
    if mended is None or mended.count(Verdict.FALSE) or mended.refused:
        return None
    change = Override(repair.override.arguments, symbols=mended.solution.sizes)
    return _faults(reading.run.replay(change), replace(reading, solution=mended.solution), source)


# -- what is wrong in a run ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class _Tried:
    cost: int
    repair: Repair
    mended: _Faults


@dataclass(frozen=True, slots=True, eq=False)
class _Faults:
    true: frozenset[Any]
    false: frozenset[Any]
    calls: tuple[Call, ...]

    @property
    def refused(self) -> frozenset[Any]:
        return frozenset(self.places)

    @property
    def places(self) -> set[Any]:
        return {call.site.node for call in self.calls}


def _no_longer_refused(run: Run, repair: Repair) -> tuple[Call, ...]:
    """Calls that are refused whatever the input, and are not once ``repair`` is made."""
    refused = [call for call in run.tape.calls if call.reject is not None]
    if not refused:
        return ()
    left = {call.site.node for call in run.replay(repair.override).tape.calls if call.reject is not None}
    return tuple(call for call in refused if call.site.node not in left)


def _key(assertion: Assertion) -> tuple[Any, Any]:
    return assertion.claim, assertion.part


def _faults(run: Run, reading: Reading, source: Source) -> _Faults:
    claims = list(dict.fromkeys(assertion.claim for assertion in reading.assertions))
    bound = bind(points_of(run, source), claims, reading.convention, reading.channels_last)
    judged = [(_key(assertion), assertion.judge(reading.solution)) for assertion in bound]
    return _Faults(
        frozenset(key for key, judgement in judged if _holds(judgement, reading.solution)),
        frozenset(key for key, judgement in judged if judgement.verdict is Verdict.FALSE),
        tuple(strained(run)),
    )


def _holds(judgement: Judgement, solution: Solution) -> bool:
    """Whether a claim is true, or nothing is open in it but what a name stands for."""
    if judgement.verdict is not Verdict.OPEN or judgement.alternative is None or not judgement.true:
        return judgement.verdict is Verdict.TRUE
    return all(isinstance(solution.computed(pair), int) for pair in judgement.alternative.pairs)


def _other_sizes(reading: Reading, divergence: Divergence) -> int:
    """How many claims stay false if another size is taken as given, so that this claim is true and an earlier one not.

    What is labelled as the input is an anchor: it is not doubted.
    """
    counts = [len(reading.assertions)]
    for solution in reading.rivals:
        verdicts = [(assertion, assertion.judge(solution).verdict) for assertion in reading.assertions]
        false = [assertion for assertion, verdict in verdicts if verdict is Verdict.FALSE]
        if divergence.assertion not in false and not any(_says_input(a, reading.run) for a in false):
            counts.append(len(false) - 1)
    return min(counts)


def _says_input(assertion: Assertion, run: Run) -> bool:
    """Whether a claim says what goes in: at its place, or (the left of an arrow, a latent of 1 x 1) into the whole run."""
    given = {id(value) for value in run.inputs}
    into = [a for a in assertion.alternatives if id(a.point.value) in given]
    first = any(assertion.part.side is Side.IN or _is_latent(a) for a in into)
    return first or assertion.claim.labels_input


def _is_latent(alternative: Alternative) -> bool:
    sizes = [pair.claimed for pair in alternative.pairs if pair.axis is not None and pair.axis > 1]
    return bool(sizes) and all(size == 1 for size in sizes)


def _follow(reading: Reading, divergence: Divergence) -> tuple[Assertion, ...]:
    """Claims behind the divergence that only agree with it, up to the next divergence."""
    later = [d.assertion.time for d in reading.divergences if d.assertion.time > divergence.assertion.time]
    end = min(later, default=float("inf"))
    return tuple(a for a in reading.accepted if divergence.assertion.time <= a.time < end)


# -- what is relied on -----------------------------------------------------------------------------------------------


def blamed(reading: Reading, divergence: Divergence, repair: Repair) -> Blame:
    """``repair`` is known to be what is wrong."""
    anchors = _anchors(reading, divergence)
    chain = chain_to(reading.run, divergence.point.value, frozenset(anchors))
    anchor = _anchor(reading, divergence, chain, anchors)
    return Blame(reading, divergence, repair, tuple(chain), anchor, _no_longer_refused(reading.run, repair))


def _anchors(reading: Reading, divergence: Divergence) -> dict[int, Assertion]:
    """Tensors that a true claim speaks of."""
    found: dict[int, Assertion] = {}
    for assertion, judgement in zip(reading.assertions, reading.judgements, strict=True):
        if judgement.alternative is not None and _holds(judgement, reading.solution):
            found[id(judgement.alternative.point.value)] = assertion
    found.pop(id(divergence.point.value), None)
    return found


def _anchor(
    reading: Reading, divergence: Divergence, chain: Sequence[Call], anchors: dict[int, Assertion]
) -> Assertion | None:
    """The true claim at the head of the chain, else the nearest before it, else the first of all."""
    if chain and chain[0].inputs and id(chain[0].inputs[0]) in anchors:
        return anchors[id(chain[0].inputs[0])]
    true = [
        assertion
        for assertion, judgement in zip(reading.assertions, reading.judgements, strict=True)
        if judgement.verdict is Verdict.TRUE and assertion is not divergence.assertion
    ]
    before = [assertion for assertion in true if assertion.time < divergence.assertion.time]
    return before[-1] if before else true[0] if true else None


def _shortlist(tried: Sequence[Repair], run: Run) -> list[Repair]:
    """Paddings before all else; of those beyond the first few only the kernels that most layers speak for."""
    tried = sorted(tried, key=lambda repair: repair.parameter != "padding")
    kernels = [repair for repair in tried[_MOST_REPLAYS:] if repair.parameter == "kernel_size"]
    beyond = [(max(alike(replace(r, value=value), run) for value in _values(r)), r) for r in kernels]
    spoken_for = sorted((item for item in beyond if item[0]), key=lambda item: -item[0])
    return [*tried[:_MOST_REPLAYS], *(repair for _, repair in spoken_for[:_MOST_VALUES])]


def _values(repair: Repair) -> tuple[Any, ...]:
    return (repair.value, *repair.others[:_MOST_VALUES])
