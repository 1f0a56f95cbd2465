"""The calls that lead to a tensor."""

from __future__ import annotations

from ...interp.model.tape import Call, Run
from ...shapes import Tensor

__all__ = ["chain_to"]

_LONGEST_CHAIN = 16
"""Further back no cause is looked for; and a trace of more lines is not read."""


def chain_to(run: Run, tensor: Tensor, stop: frozenset[int]) -> list[Call]:
    """The leaf calls through which data came to ``tensor``, first to last.

    It begins after a tensor whose ``id`` is in ``stop``, at the input of the run, or a number of calls back.  Of several
    tensors that a call is given the first is followed.
    """
    makers: dict[int, Call] = {}
    for call in run.tape.calls:
        if isinstance(call.output, Tensor) and (call.leaf or id(call.output) not in makers):
            makers.setdefault(id(call.output), call)
    for call in run.tape.calls:
        if call.leaf and isinstance(call.output, Tensor):
            makers[id(call.output)] = call
    found: list[Call] = []
    value: Tensor | None = tensor
    while value is not None and id(value) not in stop and len(found) < _LONGEST_CHAIN:
        maker = makers.get(id(value))
        if maker is None or maker in found:
            break
        found.append(maker)
        value = maker.inputs[0] if maker.inputs else None
    return found[::-1]
