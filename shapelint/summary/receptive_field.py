"""The receptive field of each call of a run: how far a position of its output sees into the model's input.

Followed are convolutions, poolings, paddings, upsamplings and what works position by position, with sums and
concatenations of branches; everything else that the input flows through makes it unknown.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..interp.model.tape import Call, Tape
from ..shapes import Tensor, Value, tensors_in
from .receptive_axis import TooLong
from .receptive_steps import field_after
from .receptive_value import Field, ReceptiveField

__all__ = ["receptive_fields"]


def receptive_fields(calls: Sequence[Call], tape: Tape) -> dict[int, ReceptiveField]:
    """The receptive field of the output of each of ``calls``, by its index.

    ``calls``: in order, those of modules that were followed included, which have that of what they return.
    """
    fields = _Fields(tape)
    for call in calls:
        if call.parent is None and call.module is not None:
            fields.begin(call)
        if call.leaf:
            fields.add(call)
    return {call.index: fields.of(call.output) for call in calls}


class _Fields:
    def __init__(self, tape: Tape) -> None:
        self._tape = tape
        self._found: dict[Tensor, ReceptiveField] = {}

    def begin(self, call: Call) -> None:
        for tensor in call.inputs:
            self._found.setdefault(tensor, Field())

    def of(self, value: Value) -> ReceptiveField:
        if isinstance(value, tuple) and value:
            value = value[0]
        return self._found.get(value) if isinstance(value, Tensor) else None

    def add(self, call: Call) -> None:
        reached = [self._found[tensor] for tensor in call.inputs if tensor in self._found]
        if not reached:  # weights, and what is made of them
            return
        try:
            result = field_after(call, self._tape, reached)
        except (TooLong, TypeError):  # an argument that is no number
            result = None
        for tensor in tensors_in(call.output):
            self._found[tensor] = result
