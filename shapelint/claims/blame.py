"""Which side of a contradiction is wrong: the comment, or an argument of a layer.

The side is blamed whose repair leaves the fewest contradictions: claims that stay false and calls that PyTorch refuses.
Ties: about channels the comment is blamed; about sizes the argument, if a padding gives the annotated size and the
layers around say that it was meant (same kernel and stride, that padding; or the next division comes out even).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ..interp.tape import Call, Override, Run
from ..records import dataclass, replace
from ..source.parse import Source
from .alignment import Alternative
from .assertion import Assertion, Solution, Verdict
from .binding import bind
from .claim import Side
from .entry import entry_repair
from .judged import Divergence, Reading
from .pattern import Kind
from .points import points_of
from .repair import Repair, repairs
from .trace import chain_to

__all__ = ["Blame", "alike", "blame", "blamed"]

_MOST_REPLAYS = 6
_WINDOW = ("kernel_size", "stride", "dilation", "padding", "output_padding")


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
    best: tuple[int, Repair, _Faults] | None = None
    alternative = divergence.judgement.alternative
    assert alternative is not None
    vague = divergence.assertion.is_vague(solution)
    tried = [] if vague else repairs(reading.run, source, chain, alternative.pairs, solution)
    for repair in _shortlist(tried, chain):
        change = Override(repair.override.arguments, symbols=solution.sizes)
        mended = _faults(reading.run.replay(change), reading, source)
        if _key(divergence.assertion) not in mended.true or mended.refused - as_it_is.refused:
            continue  # a repair after which PyTorch raises is none
        cost = len(mended.false) + len(mended.refused)
        if best is None or (cost, -alike(repair, reading.run)) < (best[0], -alike(best[1], reading.run)):
            best = (cost, repair, mended)
    entry = entry_repair(reading, divergence, source) if best is None and not vague else None
    if entry is not None:
        return Blame(reading, divergence, entry, tuple(chain), anchor, _no_longer_refused(reading.run, entry))
    follows = _follow(reading, divergence)
    if best is not None and (
        best[0] < stale
        or (best[0] == stale and _was_meant(best[1], reading, divergence, chain))
        or (best[0] == stale and any(_no_longer_refused(run, best[1]) for run in witnesses))
    ):
        settled = tuple(call for call in as_it_is.calls if call.site.node not in best[2].places)
        settled += _no_longer_refused(reading.run, best[1])
        return Blame(reading, divergence, best[1], tuple(chain), anchor, settled)
    return Blame(reading, divergence, None, tuple(chain), anchor, (), follows)


# -- what is wrong in a run ------------------------------------------------------------------------------------------


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
    judged = [(_key(assertion), assertion.judge(reading.solution).verdict) for assertion in bound]
    return _Faults(
        frozenset(key for key, verdict in judged if verdict is Verdict.TRUE),
        frozenset(key for key, verdict in judged if verdict is Verdict.FALSE),
        tuple(call for call in run.tape.calls if call.reject is not None and call.certain),
    )


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
    return first or assertion.claim.remark.kind is Kind.INPUT


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
        if judgement.verdict is Verdict.TRUE and judgement.alternative is not None:
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


# -- ties ------------------------------------------------------------------------------------------------------------


def _shortlist(tried: Sequence[Repair], chain: Sequence[Call]) -> list[Repair]:
    """Paddings before all else; of other parameters only those that offer a single way."""
    paddings = [repair for repair in tried if repair.parameter == "padding"]
    rest = [repair for repair in tried if repair.parameter != "padding"]
    return [*paddings, *rest][:_MOST_REPLAYS]


def _was_meant(repair: Repair, reading: Reading, divergence: Divergence, chain: Sequence[Call]) -> bool:
    """Whether, on a tie, the argument is blamed after all."""
    if repair.parameter not in _WINDOW or any(pair.axis == 1 for pair in divergence.judgement.false):
        return False
    if isinstance(repair.value, tuple) and isinstance(repair.present, int):
        return False  # nobody forgets one axis of two by accident: a comment may say one number wrong
    if _covers(repair, reading):
        return True
    if repair.parameter == "padding":
        return alike(repair, reading.run) > 0 or _divides(repair, reading, divergence)
    count = alike(repair, reading.run)
    return count > 1 or (repair.parameter == "stride" and count > 0 and _has_like_beside(repair, reading.run))


def _has_like_beside(repair: Repair, run: Run) -> bool:
    """Whether a layer of the same container has the proposed window, and none has the present one."""
    if repair.call.parent is None or alike(replace(repair, value=repair.present), run):
        return False
    return any(call.parent == repair.call.parent for call in _alike(repair, run))


def alike(repair: Repair, run: Run) -> int:
    """How many other layers have the proposed argument and otherwise the same window."""
    return len({id(call.module) for call in _alike(repair, run)})


def _alike(repair: Repair, run: Run) -> Iterator[Call]:
    mine = {**repair.call.arguments, repair.parameter: repair.value}
    module = repair.call.module
    ours = all(call is not repair.call for call in run.tape.calls)  # of another run: the same layer is there again
    built = None if module is None or module.built is None or not ours else module.built.node
    names = [name for name in _WINDOW if name in mine]
    for call in run.tape.calls:
        if not call.leaf or call.name != repair.call.name or call.module is None or call.module is module:
            continue
        if built is not None and call.module.built is not None and call.module.built.node is built:
            continue
        if all(_square(call.arguments.get(name)) == _square(mine[name]) for name in names):
            yield call


def _covers(repair: Repair, reading: Reading) -> bool:
    """Whether the layer then has the kernel of its whole input and no padding: what gives the last 1 x 1 of a classifier."""
    given = {**repair.call.arguments, repair.parameter: repair.value}
    if not repair.call.inputs or _square(given.get("padding")) != 0 or _square(given.get("dilation", 1)) != 1:
        return False
    shape = reading.run.tape.resolve(repair.call.inputs[0].shape).substitute(reading.solution.sizes)
    kernel = given.get("kernel_size")
    sizes = set(shape.dims[2:])
    return repair.parameter in ("padding", "kernel_size") and shape.lead is None and sizes == {_square(kernel)} != {1}


def _square(value: Any) -> Any:
    return value[0] if isinstance(value, tuple) and value and len(set(value)) == 1 else value


def _divides(repair: Repair, reading: Reading, divergence: Divergence) -> bool:
    """Whether the annotated size makes the next strided layer's division exact, and the computed one does not."""
    solution: Solution = reading.solution
    for call in reading.run.tape.calls:
        if call.leaf and call.module is not None and call.inputs and call.index > repair.call.index:
            stride, kernel = _square(call.arguments.get("stride")), _square(call.arguments.get("kernel_size"))
            padding, dilation = _square(call.arguments.get("padding", 0)), _square(call.arguments.get("dilation", 1))
            if not all(isinstance(item, int) for item in (stride, kernel, padding, dilation)) or stride < 2:
                continue
            rests = [
                ((claimed + 2 * padding - dilation * (kernel - 1) - 1) % stride == 0)
                for claimed in (
                    solution.claimed(divergence.judgement.false[0]),
                    solution.computed(divergence.judgement.false[0]),
                )
                if isinstance(claimed, int)
            ]
            return rests == [True, False]
    return False
