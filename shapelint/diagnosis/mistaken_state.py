"""The state of a recurrent layer, made for as many samples as the sequence is long, or taken for that of its last layer."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from ..diagnostic import Edit, Fix
from ..interp import Call
from ..shapes import Tensor
from .checked import Checked
from .mistake import Mistake, first_argument, suffix
from .proofs import Proof

__all__ = ["axis_written", "state_of_length", "states_of_all_layers", "step_without_axis"]


def state_of_length(checked: Checked, proof: Proof) -> Iterator[Mistake]:
    """``torch.zeros(layers, x.size(1), hidden)`` where the batch is on axis 0, or the other way round."""
    call = proof.call
    if "hidden_size" not in call.arguments or not call.inputs or len(call.input_shapes[0].dims) != 3:
        return
    first = call.arguments.get("batch_first")
    if not isinstance(first, bool) or call.input_shapes[0].lead is not None:
        return
    batch, length = (0, 1) if first else (1, 0)
    dims = call.input_shapes[0].dims
    edits: list[Edit] = []
    for state in _states(call):
        if len(state.shape.dims) != 3 or state.shape.dims[1] != dims[length]:
            return
        written = list(_axes_of(checked, proof, state, length))
        if len(written) != 1:
            return
        edits.append(Edit(checked.source.span(written[0]), str(batch)))
    if not edits:
        return
    fix = Fix("unsafe", f"use axis {batch}", tuple(dict.fromkeys(edits)))
    yield Mistake(edits[0].span, f"the batch is on axis {batch}", fix)


def step_without_axis(checked: Checked, proof: Proof) -> Iterator[Mistake]:
    """One step of a sequence, (N, C), beside a state of (layers, N, hidden): taken for a sequence without a batch."""
    call, given = proof.call, first_argument(checked, proof.call)
    if "num_layers" not in call.arguments or given is None or not call.inputs:
        return
    dims, first = call.input_shapes[0].dims, call.arguments.get("batch_first")
    states = list(_states(call))
    if len(dims) == 2 and states and all(len(s.shape.dims) == 3 and s.shape.dims[1] == dims[0] for s in states):
        method = f"unsqueeze({1 if first is True else 0})"
        yield suffix(checked, given, method, "the axis of the steps is missing", here=True)


def states_of_all_layers(checked: Checked, proof: Proof) -> Iterator[Mistake]:
    """``self.fc(h)`` of several layers' last states, whose scores are compared with one target for each sample."""
    scores = proof.call.input_shapes[0].dims
    for recurrent in proof.run.tape.calls[: proof.call.index]:
        if "hidden_size" not in recurrent.arguments or recurrent.arguments.get("bidirectional") is not False:
            continue
        states = recurrent.output[1] if isinstance(recurrent.output, tuple) and len(recurrent.output) == 2 else None
        state = states[0] if isinstance(states, tuple) and states else states
        if not isinstance(state, Tensor) or len(state.shape.dims) != 3 or state.shape.dims[:2] != scores[:2]:
            continue
        for call in proof.run.tape.calls[recurrent.index : proof.call.index]:
            given = first_argument(checked, call)
            if call.module is not None and call.inputs[:1] == (state,) and isinstance(given, cst.Name):
                span = checked.source.span(given)
                fix = Fix("unsafe", "take the state of the last layer", (Edit(span, f"{given.value}[-1]"),))
                yield Mistake(span, "axis 0 is that of the layers", fix, here=True)


def _states(call: Call) -> Iterator[Tensor]:
    """The state that is given, or the two of an LSTM."""
    for given in call.operands[1:2]:
        for state in given if isinstance(given, (tuple, list)) else (given,):
            if isinstance(state, Tensor):
                yield state


def _axes_of(checked: Checked, proof: Proof, state: Tensor, axis: int) -> Iterator[cst.Integer]:
    """The numbers ``axis`` of ``x.size(axis)`` among the sizes by which ``state`` is made."""
    for statement in proof.run.tape.statements:
        node = statement.site.node
        if statement.site.source is not checked.source or not isinstance(node, cst.Assign):
            continue
        made = _creation(node.value) if any(value is state for value in statement.names.values()) else None
        for arg in made.args if made is not None else ():
            found = axis_written(arg.value)
            if found is not None and int(found.value) == axis:
                yield found


def _creation(node: cst.BaseExpression) -> cst.Call | None:
    """``torch.zeros(...)`` in ``torch.zeros(...).to(device)``."""
    while isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute) and isinstance(node.func.value, cst.Call):
        node = node.func.value
    return node if isinstance(node, cst.Call) else None


def axis_written(node: cst.BaseExpression) -> cst.Integer | None:
    """The 0 of ``x.shape[0]`` and ``x.size(0)``, or the 1."""
    match node:
        case cst.Subscript(
            value=cst.Attribute(attr=cst.Name(value="shape")),
            slice=[cst.SubscriptElement(slice=cst.Index(value=cst.Integer(value="0" | "1") as index))],
        ):
            return index
        case cst.Call(
            func=cst.Attribute(attr=cst.Name(value="size")), args=[cst.Arg(value=cst.Integer(value="0" | "1") as index)]
        ):
            return index
        case _:
            return None
