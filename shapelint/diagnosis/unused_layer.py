"""A layer that is built and never called, and that turns what arrives into what is expected: the call was forgotten."""

from __future__ import annotations

import re
from collections.abc import Iterator

import libcst as cst

from ..diagnostic import Edit, Fix
from ..interp import Call
from ..interp.model.classes import Instance
from ..shapes import Value
from .checked import Checked
from .mistake import Mistake
from .proofs import Proof

__all__ = ["forgotten_layers"]

_TAKES = ("in_features", "in_channels")
_GIVES = {"in_features": "out_features", "in_channels": "out_channels"}


def forgotten_layers(checked: Checked, proof: Proof) -> Iterator[Mistake]:
    """``self.encoder(x)`` where ``self.embed`` takes the width of ``x``, gives that of the encoder, and is never called."""
    call, wanted = proof.call, re.match(r"(\d+) (?:features|channels)\b", proof.message)
    node = call.site.node
    if (
        wanted is None
        or call.parent is None
        or not isinstance(node, cst.Call)
        or call.site.source is not checked.source
    ):
        return
    owner = proof.run.tape.calls[call.parent].module
    if owner is None or not isinstance(node.func, cst.Attribute) or not isinstance(node.func.value, cst.Name):
        return
    for name, layer in owner.attributes.items():
        if not isinstance(layer, Instance) or layer.called or layer.taken:
            continue
        for argument, takes in _widths(layer, int(wanted[1])):
            for arg in _arguments(node, call, argument, takes):
                span, text = checked.source.span(arg), cst.Module([]).code_for_node(arg)
                holder = f"{node.func.value.value}.{name}"
                fix = Fix("unsafe", f"call {holder} first", (Edit(span, f"{holder}({text})"),))
                yield Mistake(span, f"{name} is built for this and never called", fix, here=True)


def _widths(layer: Instance, wanted: int) -> Iterator[tuple[str, int]]:
    """What the layer takes, if it gives ``wanted``."""
    given = layer.attributes.get("_arguments")
    if layer.cls.catalogued is None or not isinstance(given, dict):
        return
    for name in _TAKES:
        takes: Value = given.get(name)
        if isinstance(takes, int) and given.get(_GIVES[name]) == wanted:
            yield name, takes


def _arguments(node: cst.Call, call: Call, argument: str, takes: int) -> Iterator[cst.BaseExpression]:
    """The arguments of the call that are as wide as the forgotten layer takes."""
    axis = -1 if argument == "in_features" else 1
    for arg, operand in zip(node.args, call.operands, strict=False):
        dims = next((s.dims for t, s in zip(call.inputs, call.input_shapes, strict=True) if t is operand), ())
        if not arg.star and -len(dims) <= axis < len(dims) and dims[axis] == takes:
            yield arg.value
