"""Which side of a contradiction is wrong: the comment, or an argument of a layer.

The side is blamed whose repair leaves the fewest contradictions: claims that stay false and calls that PyTorch refuses.
Ties: about channels the comment is blamed; about sizes the argument, if a padding gives the annotated size and the
layers around say that it was meant (same kernel and stride, that padding; or the next division comes out even).
"""

from __future__ import annotations

from collections.abc import Sequence

from ...interp.model.tape import Call, Override, Run
from ...records import dataclass, replace
from ...shapes import Value
from ..binding.assertion import Assertion
from ..binding.solution import Solution
from ..reading.reading import Divergence, Reading
from ..reading.replay import with_change
from ..reading.search import read_claims
from ..verdict import Verdict
from .anchor import anchored_chain
from .faults import Faults, faults_of, no_longer_refused, stale_at_other_sizes
from .input_channels import input_channels_repair
from .plausibility import alike, is_outdone, is_unlikely, mirrored, was_meant
from .repairs import Repair, repairs
from .window_fit import gain

__all__ = ["Blame", "blame", "blamed"]

_MOST_REPLAYS = 6
"""Repairs of one divergence that are tried on the whole run: each executes it again."""
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


@dataclass(frozen=True, slots=True, eq=False)
class _Tried:
    """A repair that makes the claim true, and what is wrong then."""

    repair: Repair
    faults: Faults


def blame(reading: Reading, divergence: Divergence, witnesses: Sequence[Run] = ()) -> Blame:
    """Decide ``divergence``.  ``witnesses``: other runs in which something is refused: a repair that mends one of them, too,
    wins on a tie."""
    run, solution = reading.run, reading.solution
    chain, anchor = anchored_chain(reading, divergence)
    present = faults_of(run.replay(Override(symbols=solution.sizes)), reading, solution)
    # What is wrong apart from the comment, if the comment is: here, or where another size is taken as given.
    stale = min(len(present.false - {divergence.key}), stale_at_other_sizes(reading, divergence)) + len(present.refused)
    best = _best(reading, divergence, chain, present)
    vague = divergence.assertion.is_vague(solution)
    if best is not None and vague and best.faults.count > stale - _SURE:
        best = None
    if best is None and not vague:
        entry = input_channels_repair(reading, divergence)
        if entry is not None:
            return Blame(reading, divergence, entry, tuple(chain), anchor, no_longer_refused(run, entry))
    if best is not None and _is_better(best, stale, reading, divergence, witnesses):
        settled = tuple(call for call in present.calls if call.site.node not in best.faults.refused)
        settled += no_longer_refused(run, best.repair)
        return Blame(reading, divergence, best.repair, tuple(chain), anchor, settled)
    return Blame(reading, divergence, None, tuple(chain), anchor, (), _follow(reading, divergence))


def blamed(reading: Reading, divergence: Divergence, repair: Repair) -> Blame:
    """The outcome where it is known that what ``repair`` changes is wrong."""
    chain, anchor = anchored_chain(reading, divergence)
    return Blame(reading, divergence, repair, tuple(chain), anchor, no_longer_refused(reading.run, repair))


def _is_better(tried: _Tried, stale: int, reading: Reading, divergence: Divergence, witnesses: Sequence[Run]) -> bool:
    """Whether the argument is wrong rather than the comment, which leaves ``stale`` contradictions."""
    left = tried.faults.count
    if left != stale:
        return left < stale
    return was_meant(tried.repair, reading, divergence, explains_all=not left) or any(
        no_longer_refused(run, tried.repair) for run in witnesses
    )


def _best(reading: Reading, divergence: Divergence, chain: Sequence[Call], present: Faults) -> _Tried | None:
    """The repair after which least is wrong; on a tie the one for which most layers, then its own window speaks.

    Where nothing at all is true of the network as it is, only a repair that the network itself suggests will do.
    """
    run, solution = reading.run, reading.solution
    found: list[_Tried] = []
    decided = (*divergence.judgement.true, *divergence.judgement.false)
    for fitting in _shortlist(repairs(run, chain, decided, solution), run):
        repair = _likeliest(fitting, run, solution)
        if not reading.count(Verdict.TRUE) and is_unlikely(repair, reading):
            continue
        change = Override(repair.override.arguments, symbols=solution.sizes)
        mended = faults_of(run.replay(change), reading, solution)
        if mended.false and _is_repeated(repair.call, run):
            mended = _solved_anew(repair, reading) or mended
        # A repair after which PyTorch refuses what it took before repairs nothing.
        if divergence.key in mended.true and mended.refused <= present.refused:
            found.append(_Tried(repair, mended))
    found = [tried for tried in found if not any(_outdoes(other, tried) for other in found)]
    return min(
        found,
        key=lambda t: (t.faults.count, -alike(t.repair, run), -mirrored(t.repair, run), -gain(t.repair, run, solution)),
        default=None,
    )


def _outdoes(other: _Tried, tried: _Tried) -> bool:
    return other.faults.count <= tried.faults.count and is_outdone(tried.repair, other.repair)


def _shortlist(tried: Sequence[Repair], run: Run) -> list[Repair]:
    """Paddings before all else; of those beyond the first few only the kernels that most layers speak for."""
    tried = sorted(tried, key=lambda repair: repair.parameter != "padding")
    kernels = [repair for repair in tried[_MOST_REPLAYS:] if repair.parameter == "kernel_size"]
    beyond = [(max(alike(replace(r, value=value), run) for value in _values(r)), r) for r in kernels]
    spoken_for = sorted((item for item in beyond if item[0]), key=lambda item: -item[0])
    return [*tried[:_MOST_REPLAYS], *(repair for _, repair in spoken_for[:_MOST_VALUES])]


def _likeliest(repair: Repair, run: Run, solution: Solution) -> Repair:
    """With that of the values that would do for which the network itself speaks; the smallest where it does not."""
    tried = [replace(repair, value=value) for value in _values(repair)]
    best = max(tried, key=lambda other: (alike(other, run), gain(other, run, solution))) if repair.others else repair
    others = tuple(value for value in (repair.value, *repair.others) if value != best.value)
    return best if best.value == repair.value else replace(best, others=others)


def _values(repair: Repair) -> tuple[Value, ...]:
    return (repair.value, *repair.others[:_MOST_VALUES])


def _is_repeated(call: Call, run: Run) -> bool:
    """Whether the layer runs several times, or is one of several that a block's constructor makes."""
    made = call.constructor
    if call.module is None or made is None:
        return False
    return call.module.called > 1 or any(
        other.constructor is not None and other.constructor.node is made.node and other.module is not call.module
        for other in run.tape.calls
    )


def _solved_anew(repair: Repair, reading: Reading) -> Faults | None:
    """What is wrong after the repair of a layer that is repeated, under the sizes that then make all claims true."""
    mended = read_claims(with_change(reading.run, repair.override), reading.claims, unanimous=True)
    if mended is None or mended.count(Verdict.FALSE) or mended.refused:
        return None
    change = Override(repair.override.arguments, symbols=mended.solution.sizes)
    return faults_of(reading.run.replay(change), reading, mended.solution)


def _follow(reading: Reading, divergence: Divergence) -> tuple[Assertion, ...]:
    """Claims after the divergence that only agree with it, up to the next divergence."""
    later = [d.assertion.time for d in reading.divergences if d.assertion.time > divergence.assertion.time]
    end = min(later, default=float("inf"))
    return tuple(a for a in reading.accepted if divergence.assertion.time <= a.time < end)
