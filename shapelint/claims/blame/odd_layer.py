"""The one layer that differs from similar layers: if it was built as they are, every comment would be right.

The sizes that nobody states are solved anew for each such layer, because a wrong layer moves them too: a pool that is
called twice, or a first layer before the only size that the code fixes, has no repair under the sizes it led to.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence

from ...interp.model.tape import Call, Override, Run
from ...layers import Window
from ...records import dataclass, replace
from ...shapes import Value, substitute
from ..binding.assertion import Judgement
from ..reading.divergences import find_divergences
from ..reading.reading import Reading
from ..reading.replay import with_change
from ..reading.search import read_claims
from ..verdict import Verdict
from .argument import repair_fix
from .odd_image import is_rounder, odd_image
from .plausibility import alike, is_outdone
from .repairs import Repair, is_built_here
from .strained_calls import batch_of, strained
from .window_fit import square

__all__ = ["OddLayer", "odd_one", "odd_ones"]

_WINDOW = ("kernel_size", "stride", "padding", "output_padding", "dilation", "ceil_mode")
_CHANGED = ("padding", "stride", "kernel_size", "dilation")
_MOST_TRIED = 6
"""Each of them is read anew, with all its candidates; the layers that differ most clearly come first."""
_CLEAR = 4
"""How many sizes more must be right than were solved for, where nothing is understood of the network as it is."""
_GROWN = 2
"""The same where two other layers speak for the repair, and a latent of 1 x 1 then grows to just what is claimed."""


@dataclass(frozen=True, slots=True, eq=False)
class OddLayer:
    """The repair, and the claims of the present code under the sizes that hold once it is made."""

    repair: Repair
    reading: Reading


def odd_one(reading: Reading) -> OddLayer | None:
    """The repair after which all claims that ``reading`` binds hold, and PyTorch refuses less; None where there is none."""
    is_fine = not reading.count(Verdict.FALSE) and not reading.refused
    if is_fine:
        found = odd_image(reading, list(odd_ones(reading.run)))
        if found is not None:
            return OddLayer(found[0], _of_present_code(reading, found[1]))
    if is_fine and not _may_be_strained(reading):
        return None
    if any(map(_is_about_channels, reading.judgements)):
        return None  # no window of a layer makes them right
    # A constructor call that runs several times is tried once.
    tried = list({(r.place, r.parameter, r.value): r for r in odd_ones(reading.run)}.values())
    tried = [repair for repair in tried if repair_fix(repair) is not None]
    strain = _strain(reading.run, reading) if tried else 0
    if not tried or not strain + _contradictions(reading):
        return None
    for first in tried[:_MOST_TRIED]:
        better = [other for other in tried if is_outdone(first, other)]
        for repair in (*better, first):
            mended = _mended(reading, repair, strain)
            if mended is not None:
                return OddLayer(repair, _of_present_code(reading, mended))
    return None


def odd_ones(run: Run) -> Iterator[Repair]:
    """Layers that differ from others of their class in one argument, with the value that those have; the most outvoted
    first.  A pool needs no others to be odd: it moves by its own size."""
    calls = {
        id(call.module): call for call in run.tape.calls if is_built_here(call, run) and "stride" in call.arguments
    }
    kinds: dict[Hashable, list[Call]] = {}
    for call in calls.values():
        kinds.setdefault(_kind(call), []).append(call)
    cast = {kind: _votes_against(layers[0], kinds.values()) for kind, layers in kinds.items()}
    votes: dict[tuple[int, str, object], int] = {}
    for one in calls.values():
        for (parameter, value), count in cast[_kind(one)].items():
            votes[id(one.module), parameter, value] = count
        kernel = one.arguments.get("kernel_size")
        is_pool = one.layer is not None and one.layer.window is Window.POOLING
        if is_pool and _is_written(kernel) and square(kernel) != square(one.arguments["stride"]):
            votes.setdefault((id(one.module), "stride", kernel), 1)
    for (module, parameter, value), _ in sorted(votes.items(), key=lambda item: -item[1]):
        call = calls[module]
        yield Repair(call, parameter, value, call.arguments[parameter])


def _kind(call: Call) -> Hashable:
    """Equal for layers that vote alike: deep models repeat a few hundreds of times."""
    arguments = call.arguments
    kind = (call.name, *(square(arguments.get(name)) for name in _WINDOW), *map(arguments.get, _CHANGED))
    try:
        hash(kind)
    except TypeError:  # a list
        return id(call)
    return kind


def _votes_against(one: Call, kinds: Iterable[Sequence[Call]]) -> dict[tuple[str, object], int]:
    """How many layers have another value in the only argument in which ``one`` differs from them, by that and the value."""
    votes: dict[tuple[str, object], int] = {}
    for layers in kinds:
        other = layers[0]
        differing = _differing(one, other) if one.name == other.name else []
        if len(differing) == 1 and differing[0] in _CHANGED and _is_written(other.arguments[differing[0]]):
            key = (differing[0], other.arguments[differing[0]])
            votes[key] = votes.get(key, 0) + len(layers)
    return votes


def _mended(reading: Reading, repair: Repair, strain: int) -> Reading | None:
    """The claims as they read once ``repair`` is made, if that explains enough; None if it does not.

    A single false claim, or a network of which nothing is understood, is weak evidence: then other layers must be built
    like that, and a latent of 1 x 1 must grow to what is claimed, or the image must come to a round size.
    """
    contradicted = reading.count(Verdict.FALSE) > 0
    is_blind = bool(reading.divergences) and not reading.is_understood
    is_single = strain + _contradictions(reading) == 1 and contradicted
    is_doubtful = is_single or (is_blind and not reading.refused)
    is_usual = alike(repair, reading.run) > 1
    if is_doubtful and not is_usual:
        return None
    run = with_change(reading.run, repair.override)
    mended = read_claims(run, reading.claims, unanimous=True)
    if mended is None or mended.count(Verdict.FALSE) or mended.refused:
        return None
    if mended.count(Verdict.TRUE) < reading.count(Verdict.TRUE) + reading.count(Verdict.FALSE):
        return None
    has_grown = is_usual and (mended.starts_at_one or (is_single and not is_blind and is_rounder(mended, reading)))
    if is_doubtful and not has_grown:
        return None
    if is_blind and mended.support < (_GROWN if has_grown else _CLEAR):
        return None
    left = _strain(run, mended)
    return mended if left < strain or (contradicted and not left) else None


def _is_about_channels(judgement: Judgement) -> bool:
    """Whether a claim is false in the channels of an image."""
    if judgement.verdict is not Verdict.FALSE or judgement.alternative is None:
        return False
    return len(judgement.alternative.point.shape.dims) > 3 and any(pair.axis == 1 for pair in judgement.false)


def _differing(one: Call, other: Call) -> list[str]:
    return [name for name in _WINDOW if square(one.arguments.get(name)) != square(other.arguments.get(name))]


def _is_written(value: Value) -> bool:
    """Whether it is a number, or one for each axis."""
    numbers = value if isinstance(value, tuple) else (value,)
    return all(type(number) is int for number in numbers)


def _contradictions(reading: Reading) -> int:
    """Claims that are false, those that follow from another one included."""
    return len(reading.divergences) + len(reading.accepted)


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


def _of_present_code(reading: Reading, mended: Reading) -> Reading:
    """The claims as they read on the code as it is, under the sizes of ``mended``."""
    assertions = tuple(mended.bound_on(reading.run, reading.claims))
    judgements = tuple(assertion.judge(mended.solution) for assertion in assertions)
    seen = replace(
        mended, run=reading.run, assertions=assertions, judgements=judgements, divergences=[], accepted={}, rivals=()
    )
    find_divergences(seen, reading.claims)
    return seen
