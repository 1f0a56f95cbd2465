"""Where the input of a layer got another size on its way: flattened or divided together with its batch, joined end to end
instead of stacked, reduced without keeping the axis, one direction taken of two."""

from __future__ import annotations

import re
from collections.abc import Iterator

import libcst as cst

from ..diagnostic import Edit, Fix, Span
from ..interp import Call
from ..shapes import Dim, Tensor, tensors_in
from .checked import Checked
from .mistake import Mistake, appended
from .proofs import Proof

__all__ = ["makers", "mistakes_on_the_way"]

_MOST_MAKERS = 40
_FLATTENS = frozenset({"torch.flatten", "flatten", "view", "reshape"})
_DIVIDES = frozenset({"torch.chunk", "chunk"})
_JOINS = frozenset({"torch.cat", "torch.concat", "torch.concatenate"})
_REDUCES = frozenset({"mean", "sum", "max", "min", "amax", "amin", "std", "var", "prod", "norm", "logsumexp"})
_ON_AXIS_1 = frozenset({"in_channels", "num_features", "num_channels"})


def mistakes_on_the_way(checked: Checked, proof: Proof) -> Iterator[Mistake]:
    """Calls before the refused layer, the last one first, that would give it what it expects if they were written otherwise."""
    expected = proof.call.arguments.get(proof.argument or "")
    if not proof.call.inputs or not isinstance(expected, int) or proof.call.input_shapes[0].lead is not None:
        return
    arriving = proof.call.input_shapes[0].dims
    axis = 1 if proof.argument in _ON_AXIS_1 else -1
    for call in makers(checked, proof, proof.call.inputs[0]):
        shape = call.input_shapes[0] if call.input_shapes else None
        if shape is None or shape.lead is not None:
            continue
        if len(arriving) == 1:
            yield from _flattened_with_its_batch(checked, call, shape.dims, expected)
            yield from _joined_end_to_end(checked, call, expected)
        yield from _divided_along_the_batch(checked, call, shape.dims, axis, expected)
        yield from _one_direction(checked, proof, call, expected)
    yield from _axis_not_kept(checked, proof)


def makers(checked: Checked, proof: Proof, tensor: Tensor) -> Iterator[Call]:
    """The operators of this file that ``tensor`` was made by, the last one first."""
    wanted, left = {id(tensor)}, _MOST_MAKERS
    for call in reversed(proof.run.tape.calls[: proof.call.index]):
        if not call.leaf or call.reject is not None or wanted.isdisjoint(map(id, tensors_in(call.output))):
            continue
        left -= 1
        if not left:
            return
        wanted.update(map(id, call.inputs))
        if call.module is None and call.site.source is checked.source and call.certain:
            yield call


def _flattened_with_its_batch(checked: Checked, call: Call, dims: tuple[Dim, ...], expected: int) -> Iterator[Mistake]:
    """``torch.flatten(x)``, ``x.view(-1)``: one row for the whole batch, where each sample has what the layer takes."""
    node = call.site.node
    if call.name not in _FLATTENS or not isinstance(node, cst.Call) or len(dims) < 2:
        return
    each = 1
    for dim in dims[1:]:
        each = each * dim if isinstance(dim, int) else 0
    if each != expected or dims[0] == 1:
        return
    written = [cst.Module([]).code_for_node(arg).rstrip(", ") for arg in node.args]
    code = cst.Module([]).code_for_node
    if call.name == "torch.flatten" and len(written) == 1:
        text = f"{code(node.func)}({written[0]}, 1)"
    elif isinstance(node.func, cst.Attribute) and written == ([] if call.name == "flatten" else ["-1"]):
        text = f"{code(node.func.value)}.flatten(1)"
    else:
        return
    span = checked.source.span(node)
    yield Mistake(span, "the batch is flattened too", Fix("unsafe", "keep the batch", (Edit(span, text),)), here=True)


def _joined_end_to_end(checked: Checked, call: Call, expected: int) -> Iterator[Mistake]:
    """``torch.cat`` of samples that have no batch of their own."""
    node = call.site.node
    if call.name not in _JOINS or not isinstance(node, cst.Call) or not isinstance(node.func, cst.Attribute):
        return
    shapes = {shape.dims for shape in call.input_shapes if shape.lead is None}
    if shapes != {(expected,)} or len(call.input_shapes) < 2 or len(node.args) > 1:
        return
    name = checked.source.span(node.func.attr)
    fix = Fix("unsafe", "stack them", (Edit(name, "stack"),))
    yield Mistake(checked.source.span(node), "samples are joined to one row", fix, here=True)


def _divided_along_the_batch(
    checked: Checked, call: Call, dims: tuple[Dim, ...], axis: int, expected: int
) -> Iterator[Mistake]:
    """``x.chunk(2)``: half of the batch instead of half of the features."""
    node, parts = call.site.node, len(list(tensors_in(call.output)))
    if call.name not in _DIVIDES or not isinstance(node, cst.Call) or parts < 2 or len(dims) < 2:
        return
    takes_input = call.name.startswith("torch.")
    if len(node.args) > 1 + takes_input or any(arg.keyword is not None or arg.star for arg in node.args):
        return
    if not -len(dims) <= axis < len(dims) or dims[axis] != parts * expected:
        return
    argument = f"dim={axis if axis > 0 else len(dims) - 1}"
    yield appended(checked, node, argument, "divided along the batch", here=True)


def _one_direction(checked: Checked, proof: Proof, call: Call, expected: int) -> Iterator[Mistake]:
    """``h[-1]`` of a recurrent layer of two directions, where both are expected."""
    node = call.site.node
    if (
        call.name != "[]"
        or not isinstance(node, cst.Subscript)
        or not isinstance(node.value, (cst.Name, cst.Attribute))
    ):
        return
    if call.arguments.get("1") != -1 or not re.search(r"^\s*import torch\b", checked.source.text, re.MULTILINE):
        return
    for recurrent in proof.run.tape.calls[: call.index]:
        hidden = recurrent.arguments.get("hidden_size")
        if recurrent.arguments.get("bidirectional") is not True or not isinstance(hidden, int):
            continue
        states = recurrent.output[1] if isinstance(recurrent.output, tuple) and len(recurrent.output) == 2 else None
        if expected != 2 * hidden or len(call.inputs) != 1 or len(call.input_shapes[0].dims) != 3:
            continue
        if any(state is call.inputs[0] for state in tensors_in(states)):
            span, text = checked.source.span(node), cst.Module([]).code_for_node(node.value)
            fix = Fix("unsafe", "join both directions", (Edit(span, f"torch.cat([{text}[-2], {text}[-1]], dim=1)"),))
            yield Mistake(span, "only one of two directions", fix, here=True)
            return


def _axis_not_kept(checked: Checked, proof: Proof) -> Iterator[Mistake]:
    """Means and maxima over the channels that lost their axis, so that a layer of images takes the batch for channels."""
    call = proof.call
    if call.layer is None or not call.layer.spatial or len(call.input_shapes[0].dims) != call.layer.spatial + 1:
        return
    edits: list[tuple[Span, Mistake]] = []
    for maker in makers(checked, proof, call.inputs[0]):
        node, dims = maker.site.node, maker.input_shapes[0].dims
        if maker.name.removeprefix("torch.") not in _REDUCES or not isinstance(node, cst.Call):
            continue
        lost = [len(tensor.shape.dims) for tensor in tensors_in(maker.output)]
        if len(dims) != call.layer.spatial + 2 or not lost or lost[0] != len(dims) - 1:
            continue
        if any(arg.star or (arg.keyword is not None and arg.keyword.value == "keepdim") for arg in node.args):
            continue
        edits.append((checked.source.span(node), appended(checked, node, "keepdim=True", "")))
    if edits:
        edits.sort(key=lambda item: (item[0].row, item[0].column))
        fix = Fix("unsafe", "use keepdim=True", tuple(edit for _, each in edits for edit in each.fix.edits))
        yield Mistake(edits[0][0], "the axis of the channels is lost", fix)
