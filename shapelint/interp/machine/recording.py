"""What calls leave on the tape: entries, what they teach about sizes, outputs that a replay forces."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from ...shapes import Dim, Expr, Shape, Tensor, Unknown, Value, symbols_of
from ..model.classes import Instance
from ..model.frame import Frame
from ..model.site import Site
from ..model.tape import Call
from .machine import Machine

__all__ = ["assume", "forced", "learn", "record", "site_of"]


def site_of(node: cst.CSTNode | None, frame: Frame) -> Site:
    """The place of a call; the whole file for one that the interpreter makes itself."""
    return Site(frame.module.source, frame.module.source.root if node is None else node)


def record(
    machine: Machine,
    name: str,
    module: Instance | None,
    tensors: tuple[Tensor, ...],
    shapes: tuple[Shape, ...],
    node: cst.CSTNode | None,
    frame: Frame,
    leaf: bool = True,
) -> Call:
    """Begin the entry of a call on ``tensors``, whose shapes are these with everything that the run learnt."""
    entry = Call(
        index=len(machine.tape.calls),
        name=name,
        site=site_of(node, frame),
        module=module,
        leaf=leaf,
        parent=machine.parents[-1] if machine.parents else None,
        path="",
        arguments={},
        inputs=tensors,
        input_shapes=shapes,
        certain=machine.doubt == 0,
    )
    machine.tape.calls.append(entry)
    return entry


def learn(machine: Machine, entry: Call, equalities: Sequence[tuple[Dim, Dim]]) -> None:
    """A size that was free and had to equal another is no longer free (``Conv2d(3, ...)`` fixes its input's channels)."""
    if not equalities:
        return
    entry.assumed = tuple(equalities)
    for left, right in equalities:
        left, right = machine.tape.dim(left), machine.tape.dim(right)
        for one, other in ((left, right), (right, left)):
            free = one.as_symbol if isinstance(one, Expr) else None
            # A symbol with uid 0 is a parameter that the caller chooses: the call may ask for a value, not settle it.
            if free is not None and free.uid and free not in symbols_of(other):
                machine.burn(len(machine.tape.bindings) >> 6)  # each of which may mention the symbol
                machine.tape.bind(free, other)
                break


def assume(machine: Machine, place: cst.CSTNode, value: Value) -> Value:
    """``value``, or what a replay takes for it where nothing is known of its rank."""
    shape = machine.override.assumed.get(place)
    if shape is None:
        return value
    shape = shape.substitute(machine.override.symbols)
    if type(value) is Unknown:
        return Tensor(shape, None)
    if isinstance(value, Tensor) and value.shape.lead is not None:
        machine.heap.narrow(value, shape)
    return value


def forced(machine: Machine, entry: Call, node: cst.CSTNode | None) -> Value:
    """The output of a call, or the shape that a replay asks for instead."""
    if not machine.override.outputs:
        return entry.output
    for place in (node, *(entry.module.made_by if entry.module else ())):
        shape = machine.override.outputs.get(place) if place is not None else None
        if shape is not None:
            entry.output = Tensor(shape, entry.output.dtype if isinstance(entry.output, Tensor) else "float")
            break
    return entry.output
