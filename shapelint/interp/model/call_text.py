"""How a call reads in a message: ``Conv2d(3, 64, 3, padding=1)  (N, 3, 96, 96) -> (N, 64, 96, 96)``."""

from __future__ import annotations

from collections.abc import Mapping

import libcst as cst

from ...shapes import Dim, Shape, Symbol, Tensor, Value
from .tape import Call, Tape

__all__ = ["call_text", "layer_text", "shape_text"]

_LONGEST = 60


def layer_text(call: Call) -> str:
    """The layer as its constructor call is written, on one line and not too long; an operator by its name."""
    module = call.module
    if module is None or module.built is None or not isinstance(module.built.node, cst.Call):
        return call.name
    node = module.built.node
    args = ", ".join(
        " ".join(cst.Module([]).code_for_node(arg.with_changes(comma=cst.MaybeSentinel.DEFAULT)).split())
        for arg in node.args
    )
    text = f"{call.name}({args})"
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 4]}...)"


def shape_text(value: Value, tape: Tape, symbols: Mapping[Symbol, Dim] | None = None) -> str:
    """A shape, or the shapes of several tensors."""
    match value:
        case Tensor():
            return shape_text(value.shape, tape, symbols)
        case Shape():
            return str(tape.resolve(value).substitute(symbols or {}))
        case tuple() | list():
            return ", ".join(shape_text(part, tape, symbols) for part in value)
        case _:
            return "?"


def call_text(call: Call, tape: Tape, symbols: Mapping[Symbol, Dim] | None = None) -> str:
    """One line of a trace; ``symbols`` are the values of the inputs where they are known."""
    given = shape_text(call.input_shapes, tape, symbols)
    made = "!" if call.reject is not None else shape_text(call.output, tape, symbols)
    return f"{layer_text(call)}  {given} -> {made}"
