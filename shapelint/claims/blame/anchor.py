"""The claim that is relied on where another one is found wrong: true, and as near before it as possible."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...interp.model.tape import Call
from ..binding.assertion import Assertion
from ..reading.reading import Divergence, Reading
from ..verdict import Verdict
from .chain import chain_to
from .faults import holds

__all__ = ["anchored_chain"]


def anchored_chain(reading: Reading, divergence: Divergence) -> tuple[Sequence[Call], Assertion | None]:
    """The layers from the last tensor of which a true claim speaks to that of ``divergence``, and the claim to rely on."""
    anchors = _anchors(reading, divergence)
    chain = chain_to(reading.run, divergence.point.value, frozenset(anchors))
    return chain, _anchor(reading, divergence, chain, anchors)


def _anchors(reading: Reading, divergence: Divergence) -> dict[int, Assertion]:
    """True claims by the ``id`` of the tensor that they are about."""
    found: dict[int, Assertion] = {}
    for assertion, judgement in reading.judged:
        if judgement.alternative is not None and holds(judgement, reading.solution):
            found[id(judgement.alternative.point.value)] = assertion
    found.pop(id(divergence.point.value), None)
    return found


def _anchor(
    reading: Reading, divergence: Divergence, chain: Sequence[Call], anchors: Mapping[int, Assertion]
) -> Assertion | None:
    """The true claim at the head of the chain, else the nearest before it, else the first of all."""
    if chain and chain[0].inputs and id(chain[0].inputs[0]) in anchors:
        return anchors[id(chain[0].inputs[0])]
    true = [
        assertion
        for assertion, judgement in reading.judged
        if judgement.verdict is Verdict.TRUE and assertion is not divergence.assertion
    ]
    before = [assertion for assertion in true if assertion.time < divergence.assertion.time]
    return before[-1] if before else true[0] if true else None
