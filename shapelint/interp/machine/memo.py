"""Calls of layers and operators, from memory where the same was called before.

A deep model repeats a few calls hundreds of times, and every replay repeats nearly all of them.  What a call returns
depends on its operands alone, so it is worked out once for each file; ``outcome.py`` says what cannot be remembered.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence

from ...shapes import Expr, Fractions, Needs, Reject, Tensor, Value
from ..model.tape import Call
from .bounds import bounded_tensors
from .machine import Machine
from .outcome import NOTHING, PLAIN, Outcome, form_of, result_of
from .recording import learn

__all__ = ["call_key", "perform"]


def call_key(name: Hashable, args: Sequence[Value], kwargs: Mapping[str, Value]) -> Hashable:
    """What distinguishes one call from another; None if an operand is not known well enough.

    ``name``: of the operator, or the blueprint of the layer.  The types of operands are part of the key, since ``1``
    equals ``True``.
    """
    key: list[Hashable] = [name]
    for value in args:
        part = _part(value)
        if part is None:
            return None
        key.append(part)
    for word, value in kwargs.items():
        part = _part(value)
        if part is None or word == "out":  # ``out=`` changes its tensor, which a remembered call would not
            return None
        key += (word, part)
    return tuple(key)


def _part(value: Value) -> Hashable:
    if type(value) is Tensor or type(value) is Fractions:
        shape = value.shape
        if shape.lead is not None or value.memory is not None:
            return None
        return (shape.dims, value.dtype) if type(value) is Tensor else (shape.dims, value.dtype, Fractions)
    kind = type(value)
    if kind in PLAIN:
        return kind, value
    if type(value) is Expr:
        return value
    if type(value) is tuple or type(value) is list:
        parts = tuple(map(_part, value))
        return None if any(part is None for part in parts) else (kind, parts)
    if type(value) is slice:
        bounds = _part(value.start), _part(value.stop), _part(value.step)
        return None if any(bound is None for bound in bounds) else (kind, bounds)
    return None


def perform(
    machine: Machine,
    entry: Call,
    key: Hashable,
    operands: Sequence[Value],
    apply: Callable[[Needs], Value],
    otherwise: Callable[[Reject], Value],
) -> None:
    """Write what the call comes to into its ``entry`` of the tape, from memory if ``key`` is known.

    ``key``: of :func:`call_key`; None for a call that is always worked out.  ``apply``: works it out; may raise Reject.
    ``otherwise``: what a rejected call gives, so that the run can go on.
    """
    outcomes = machine.project.outcomes
    known = outcomes.get(key) if key is not None else None
    if known is not None:
        entry.output = bounded_tensors(machine, result_of(known.form, entry.inputs))
        learn(machine, entry, known.equalities)
        return
    machine.burn()  # a statement may hold a thousand operators, and a loop may go through it a thousand times
    need = Needs()
    try:
        entry.output = bounded_tensors(machine, apply(need))
    except Reject as reject:
        entry.reject, entry.output = reject, otherwise(reject)
    else:
        if key is not None and not _changed_its_inputs(entry):
            form = form_of(entry.output, entry.inputs, operands)
            if form is not NOTHING:
                outcomes[key] = Outcome(form, tuple(need.equalities))
    learn(machine, entry, need.equalities)


def _changed_its_inputs(entry: Call) -> bool:
    return any(tensor.shape is not shape for tensor, shape in zip(entry.inputs, entry.input_shapes, strict=True))
