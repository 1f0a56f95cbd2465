"""Where comments and code diverge: one mistake is one divergence, not one for each comment after it.

Claims are taken in the order of execution.  A false one is a divergence, and the run is replayed with its tensor forced to
the claimed shape: a later false claim that holds in that replay follows from the same mistake.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import libcst as cst

from ...interp.model.tape import Override
from ..binding.assertion import Assertion, Key
from ..binding.points import points_of
from ..placement.claim import Claim
from ..verdict import Verdict
from .ranking import agreement
from .reading import Divergence, Reading
from .replay import forced_shape

__all__ = ["find_divergences"]

_MOST_REPLAYS = 6
"""Comments that diverge more often than this are not understood anyway, and each replay executes the whole run."""


def find_divergences(reading: Reading, claims: Sequence[Claim], least: float = -math.inf) -> None:
    """Sort the false claims of ``reading`` into ``divergences`` and, where one holds in the replay of an earlier one,
    ``accepted``.

    The search is given up, and the reading is not to be used, as soon as its ``preferred_agreement`` cannot reach
    ``least`` any more.
    """
    replays: list[Mapping[Key, Assertion]] = []
    false = [(assertion, judgement) for assertion, judgement in reading.judged if judgement.verdict is Verdict.FALSE]
    for index, (assertion, judgement) in enumerate(false):
        if agreement(reading) + len(reading.accepted) - len(reading.divergences) + len(false) - index < least:
            return
        elsewhere = [replay[assertion.key].judge(reading.solution) for replay in replays if assertion.key in replay]
        excused = next((j for j in elsewhere if j.verdict in (Verdict.TRUE, Verdict.OPEN)), None)
        if excused is not None:
            reading.accepted[assertion] = excused
            continue
        divergence = Divergence(assertion, judgement)
        reading.divergences.append(divergence)
        place = divergence.point.place or points_of(reading.run, reading.run.source).giver(divergence.point)
        if place is not None and len(replays) < _MOST_REPLAYS and assertion is not false[-1][0]:
            replays.append(_if_right(reading, divergence, place, claims))


def _if_right(
    reading: Reading, divergence: Divergence, place: cst.CSTNode, claims: Sequence[Claim]
) -> Mapping[Key, Assertion]:
    """What the claims are about if the divergent one is right: what ``place`` gives has the claimed shape."""
    alternative = divergence.judgement.alternative
    assert alternative is not None
    shape = forced_shape(alternative, reading.solution)
    forced = reading.run.replay(Override(outputs={place: shape}, symbols=reading.solution.sizes))
    return {assertion.key: assertion for assertion in reading.bound_on(forced, claims)}
