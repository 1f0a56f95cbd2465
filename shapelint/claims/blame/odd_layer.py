"""The one layer that is built unlike its like: were it built as they are, every comment would be right.

The sizes that nobody states are solved anew for each such layer, because a wrong layer moves them too: a pool that is
called twice, or a first layer before the only size that the code fixes, has no repair under the sizes it led to.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...interp.model.tape import Call, Override, Run
from ...records import replace
from ...shapes import substitute
from ...source.parse import Source
from ..binding.assertion import Assertion, Judgement
from ..binding.bound_claims import bind
from ..binding.points import Points
from ..placement.claim import Claim
from ..reading.other_defaults import claims_in
from ..reading.reading import Reading
from ..reading.replay import again
from ..reading.search import diverge, read_claims
from ..verdict import Verdict
from .argument import repair_fix
from .odd_image import odd_image
from .plausibility import alike
from .repairs import Repair, is_ours
from .strained_calls import batch_of, strained

__all__ = ["Odd", "odd_one", "odd_ones"]

_WINDOW = ("kernel_size", "stride", "padding", "output_padding", "dilation", "ceil_mode")
_CHANGED = ("padding", "stride", "kernel_size", "dilation")
_MOST_TRIED = 6
_CLEAR = 4
"""How many sizes more must be right than were solved for, where nothing is understood of the network as it stands."""
_GROWN = 2
"""The same where two other layers speak for the repair, and a latent of 1 x 1 then grows to just what is claimed."""

Odd = tuple[Repair, Reading]
"""The repair, and the claims as they stand to the code under the sizes that hold once it is made."""


def odd_one(reading: Reading, source: Source) -> Odd | None:
    """The repair after which all claims that ``reading`` binds hold, and PyTorch refuses less; None where there is none,
    or several."""
    if not reading.count(Verdict.FALSE) and not reading.refused:
        found = odd_image(reading, list(odd_ones(reading.run, source)), source)
        if found is not None:
            return found[0], _seen_from(reading, found[1], source, claims_in(reading))
    if not (reading.count(Verdict.FALSE) or reading.refused or _may_be_strained(reading)):
        return None
    if any(map(_is_of_channels, reading.judgements)):
        return None  # no window of a layer makes them right
    tried = list({_place(repair): repair for repair in odd_ones(reading.run, source)}.values())
    tried = [repair for repair in tried if repair_fix(repair, source) is not None]
    if not tried:
        return None
    strain = _strain(reading.run, reading)
    wrong = strain + _contradictions(reading)
    if not wrong:
        return None
    claims = claims_in(reading)
    blind = bool(reading.divergences) and not reading.is_understood
    doubtful = (wrong == 1 and reading.count(Verdict.FALSE) > 0) or (blind and not reading.refused)
    for repair in tried[:_MOST_TRIED]:
        usual = alike(repair, reading.run) > 1
        if doubtful and not usual:
            continue
        run = again(reading.run, repair.override)
        mended = read_claims(run, source, claims, unanimous=True)
        if mended is None or mended.count(Verdict.FALSE) or mended.refused or _held(mended) < _bound(reading):
            continue
        grown = mended.starts_at_one and usual
        if doubtful and not grown:
            continue
        if blind and mended.support < (_GROWN if grown else _CLEAR):
            continue
        if _strain(run, mended) < strain or (reading.count(Verdict.FALSE) and not _strain(run, mended)):
            return repair, _seen_from(reading, mended, source, claims)
    return None


def _place(repair: Repair) -> object:
    """What is changed: a constructor call that runs several times is one."""
    module = repair.call.module
    return module and module.built and module.built.node, repair.parameter, repair.value


def _is_of_channels(judgement: Judgement) -> bool:
    """Whether a claim is false in the channels of an image."""
    if judgement.verdict is not Verdict.FALSE or judgement.alternative is None:
        return False
    return len(judgement.alternative.point.shape.dims) > 3 and any(pair.axis == 1 for pair in judgement.false)


def odd_ones(run: Run, source: Source) -> Iterator[Repair]:
    """Layers of which others of their kind differ in one argument, with the value that those have; the most outvoted first.
    A pool has no like: it moves by its own size."""
    calls = {id(call.module): call for call in run.tape.calls if is_ours(call, source) and "stride" in call.arguments}
    votes: dict[tuple[int, str, object], int] = {}
    for one in calls.values():
        for other in calls.values():
            differing = _differing(one, other) if one.name == other.name else []
            if len(differing) == 1 and differing[0] in _CHANGED and _is_written(other.arguments[differing[0]]):
                key = (id(one.module), differing[0], other.arguments[differing[0]])
                votes[key] = votes.get(key, 0) + 1
        kernel = one.arguments.get("kernel_size")
        if "Pool" in one.name and _is_written(kernel) and _square(kernel) != _square(one.arguments["stride"]):
            votes.setdefault((id(one.module), "stride", kernel), 1)
    for (module, parameter, value), _ in sorted(votes.items(), key=lambda item: -item[1]):
        call = calls[module]
        yield Repair(call, parameter, value, call.arguments[parameter])


def _differing(one: Call, other: Call) -> list[str]:
    return [name for name in _WINDOW if _square(one.arguments.get(name)) != _square(other.arguments.get(name))]


def _is_written(value: object) -> bool:
    """Whether it is a number, or one for each axis."""
    numbers = value if isinstance(value, tuple) else (value,)
    return all(type(number) is int for number in numbers)


def _square(value: object) -> object:
    return value[0] if isinstance(value, tuple) and value and len(set(value)) == 1 else value


def _contradictions(reading: Reading) -> int:
    """Claims that are false, those that follow from another one included."""
    return len(reading.divergences) + len(reading.accepted)


def _held(reading: Reading) -> int:
    return reading.count(Verdict.TRUE)


def _bound(reading: Reading) -> int:
    """The claims that say something of sizes, true or false."""
    return reading.count(Verdict.TRUE) + reading.count(Verdict.FALSE)


def _may_be_strained(reading: Reading) -> bool:
    """Whether something that calls took for granted is not so, or not decided, under the sizes of ``reading``."""
    known = {**reading.solution.sizes, **dict.fromkeys(batch_of(reading.run), 1)}
    if not reading.solution.sizes:
        return False
    pairs = (pair for call in reading.run.tape.calls if call.certain for pair in call.assumed)
    return any(substitute(left, known) != substitute(right, known) for left, right in pairs)


def _strain(run: Run, reading: Reading) -> int:
    """How many calls PyTorch refuses under the sizes of ``reading``, for a batch of one."""
    return sum(1 for _ in strained(run.replay(Override(symbols=reading.solution.sizes))))


def _seen_from(reading: Reading, mended: Reading, source: Source, claims: list[Claim]) -> Reading:
    """The run as it is, under the sizes of ``mended``."""
    bound: tuple[Assertion, ...] = tuple(
        bind(Points(reading.run, source), claims, mended.convention, mended.channels_last)
    )
    judgements = tuple(assertion.judge(mended.solution) for assertion in bound)
    seen = replace(
        mended, run=reading.run, assertions=bound, judgements=judgements, divergences=[], accepted={}, rivals=()
    )
    diverge(seen, source, claims)
    return seen
