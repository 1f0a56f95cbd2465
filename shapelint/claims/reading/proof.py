"""Which divergences prove something: on a certain path, of a computed tensor, by a comment that is clear."""

from __future__ import annotations

import libcst as cst

from ...interp.model.tape import Call, Run
from ...interp.model.values import Loaded
from ...shapes import Tensor
from ..placement.claim import Claim
from ..placement.placement import Position
from ..verdict import Verdict
from .optional_parts import leaves_out_a_part
from .reading import Divergence, Reading

__all__ = ["is_proof"]

_ENOUGH_ALIKE = 2
"""How many comments in the same words must be right: one may be so by chance."""


def is_proof(reading: Reading, divergence: Divergence) -> bool:
    """Whether something computes the tensor on a path that is certain; a given input may be another one tomorrow.

    Inside a container its layers follow each other whatever the condition under which it is called.
    """
    claim = divergence.assertion.claim
    certain = divergence.point.certain or isinstance(claim.placement.chain.node, cst.Call)
    certain = certain or _is_in_container(reading.run, divergence)
    clear = not claim.remark.weak or _is_among_similar(reading, claim)  # a bare `4x4` may as well be a kernel
    if divergence.assertion.part.pattern.whole and not _is_row(divergence):
        return False
    if _is_uncalled(reading.run) and claim.placement.position is not Position.TRAILING:
        return False  # what it is given is not known, and so what else the comment may be about
    if leaves_out_a_part(reading.run, divergence):
        return False
    made = divergence.point.call is not None and not _is_loaded(reading.run, divergence.point.call)
    computed = not reading.run.concrete or made or _ends_its_line(divergence)
    return clear and certain and computed


def _is_uncalled(run: Run) -> bool:
    """Whether it is the run of a function that the file does not call."""
    return isinstance(run.node, cst.FunctionDef) and not run.concrete


def _is_loaded(run: Run, call: Call) -> bool:
    """Whether operators only gave another form (``unsqueeze(0)``) to what was read from a file or a data set."""
    made_by = {
        id(other.output): other for other in run.tape.calls[: call.index + 1] if isinstance(other.output, Tensor)
    }
    maker: Call | None = call
    while maker is not None and maker.module is None and maker.inputs:
        tensor = maker.inputs[0]
        if isinstance(tensor, Loaded):
            return True
        before = made_by.get(id(tensor))
        maker = None if before is maker else before
    return False


def _is_in_container(run: Run, divergence: Divergence) -> bool:
    """Whether the layer of a declaration is called by a Sequential, however that was filled."""
    call = divergence.point.call
    if call is None or call.parent is None or not divergence.point.declared:
        return False
    # By name: a subclass may have a forward of its own, which calls its layers as it likes.
    return run.tape.calls[call.parent].name == "Sequential"


def _is_among_similar(reading: Reading, claim: Claim) -> bool:
    """Whether comments that are written just like this one, but for the numbers, are right about sizes."""
    right = {a.claim for a, j in reading.judged if reading.accepted.get(a, j).verdict is Verdict.TRUE}
    alike = [other for other in right if other is not claim and other.wording == claim.wording]
    return len(alike) >= _ENOUGH_ALIKE


def _is_row(divergence: Divergence) -> bool:
    """Whether ``[1, 10]`` is the shape of one row, rather than the range of its values: then a call that makes values from
    it would be given its ends."""
    call = divergence.point.call
    numbers = {pair.claimed for pair in divergence.judgement.false}
    given = set() if call is None else {value for value in call.arguments.values() if isinstance(value, (int, float))}
    return call is not None and bool(divergence.judgement.true) and not numbers & given


def _ends_its_line(divergence: Divergence) -> bool:
    """Whether the comment ends the line that makes the tensor, and most of it is true."""
    trailing = divergence.assertion.claim.placement.position is Position.TRAILING
    return trailing and len(divergence.judgement.true) > len(divergence.judgement.false)
