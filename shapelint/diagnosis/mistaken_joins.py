"""Tensors that are joined along the wrong axis, or of which one lacks an axis."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import libcst as cst

from ..diagnostic import Edit, Fix
from ..records import replace
from ..shapes import Dim
from .checked import Checked
from .mistake import Mistake, appended, suffix
from .mistaken_source import makers
from .proofs import Proof

__all__ = ["joined_along_the_batch", "mistakes_of_joins", "stacked_in_front"]

_JOINS = frozenset({"torch.cat", "torch.concat", "torch.concatenate"})


def mistakes_of_joins(checked: Checked, proof: Proof) -> Iterator[Mistake]:
    """Another ``dim`` where all tensors differ along that one only; the axis that one of two tensors lacks."""
    call, node = proof.call, proof.call.site.node
    if call.name not in _JOINS or not isinstance(node, cst.Call) or not node.args or node.args[0].star:
        return
    shapes = [shape.dims for shape in call.input_shapes]
    if len(shapes) < 2 or any(shape.lead is not None for shape in call.input_shapes):
        return
    written = next((arg for arg in node.args[1:] if arg.keyword is None or arg.keyword.value == "dim"), None)
    if len({len(dims) for dims in shapes}) == 1:
        differing = [axis for axis, sizes in enumerate(zip(*shapes, strict=True)) if len(set(sizes)) > 1]
        if len(differing) == 1 and (written is None or isinstance(written.value, (cst.Integer, cst.UnaryOperation))):
            yield _other_axis(checked, node, written, differing[0])
    operands = getattr(node.args[0].value, "elements", ())
    if written is None or len(operands) != len(shapes) or not isinstance(written.value, cst.Integer):
        return
    axis, rank = int(written.value.value), max(map(len, shapes))
    squeezed = list(_batch_squeezed(checked, proof))
    if squeezed:
        yield squeezed[0]
        return
    for operand, dims in zip(operands, shapes, strict=True):
        if len(dims) == rank - 1 and all(_lacks(dims, other, axis) for other in shapes if len(other) == rank):
            yield suffix(checked, operand.value, f"unsqueeze({axis})", f"axis {axis} is missing")
        for lost in range(rank) if len(dims) == rank - 1 else ():
            whole = [*dims[:lost], 1, *dims[lost:]]
            fits = [_equal_but_for(axis, whole, other) for other in shapes if len(other) == rank]
            if lost != axis and fits and all(fits):
                yield suffix(checked, operand.value, f"unsqueeze({lost})", f"axis {lost} is missing")


def joined_along_the_batch(checked: Checked, proof: Proof, expected: Dim) -> Iterator[Mistake]:
    """``cat([a, b])`` of equal shapes, whose widths together are what the next layer takes."""
    tensor = proof.call.inputs[0]
    maker = next((call for call in proof.run.tape.calls[: proof.call.index] if call.output is tensor), None)
    if maker is None or maker.name not in _JOINS or maker.site.source is not checked.source:
        return
    node, shapes = maker.site.node, [shape.dims for shape in maker.input_shapes]
    if not isinstance(node, cst.Call) or not node.args or node.args[0].star or len(set(shapes)) != 1:
        return
    written = next((arg for arg in node.args[1:] if arg.keyword is None or arg.keyword.value == "dim"), None)
    if written is not None and not (isinstance(written.value, cst.Integer) and written.value.value == "0"):
        return
    axis = 1 if proof.argument in ("in_channels", "num_features") else len(shapes[0]) - 1
    if 0 < axis < len(shapes[0]) and shapes[0][axis] * len(shapes) == expected:
        yield replace(_other_axis(checked, node, written, axis), label="joined along the batch", here=True)


def stacked_in_front(checked: Checked, proof: Proof) -> Iterator[Mistake]:
    """``torch.stack`` of the steps of a sequence, which come before the batch then, where the target has them after it."""
    expected = re.search(r"target of shape \(([^()]*)\) expected, got \(([^()]*)\)", proof.message)
    if expected is None:
        return
    wanted, given = (text.replace(",", " ").split() for text in expected.groups())
    if len(wanted) < 2 or wanted == given or [wanted[1], wanted[0], *wanted[2:]] != given:
        return
    for call in makers(checked, proof, proof.call.inputs[0]):
        node = call.site.node
        if call.name == "torch.stack" and isinstance(node, cst.Call) and len(node.args) == 1 and not node.args[0].star:
            yield appended(checked, node, "dim=1", "the steps are stacked before the batch", here=True)
            return


def _batch_squeezed(checked: Checked, proof: Proof) -> Iterator[Mistake]:
    """``x.squeeze()`` of a batch of one, which takes the axis of the batch as well."""
    for tensor in proof.call.inputs:
        for call in makers(checked, proof, tensor):
            node, dims = call.site.node, call.input_shapes[0].dims
            bare = isinstance(node, cst.Call) and not node.args and call.name == "squeeze"
            if not bare or len(dims) < 3 or dims[0] != 1 or call.input_shapes[0].lead is not None:
                continue
            if (
                isinstance(node, cst.Call)
                and isinstance(node.func, cst.Attribute)
                and all(dim == 1 for dim in dims[2:])
            ):
                text = cst.Module([]).code_for_node(node.func.value)
                span = checked.source.span(node)
                fix = Fix("unsafe", "keep the batch", (Edit(span, f"{text}.flatten(1)"),))
                yield Mistake(span, "a batch of one loses its axis too", fix, here=True)


def _equal_but_for(axis: int, one: Sequence[Dim], other: Sequence[Dim]) -> bool:
    """Whether two sizes are equal but for ``axis``."""
    return all(left == right for at, (left, right) in enumerate(zip(one, other, strict=True)) if at != axis)


def _lacks(dims: Sequence[Dim], other: Sequence[Dim], axis: int) -> bool:
    return list(dims) == [size for index, size in enumerate(other) if index != axis]


def _other_axis(checked: Checked, node: cst.Call, written: cst.Arg | None, axis: int) -> Mistake:
    span = checked.source.span(node)
    label = f"they differ along axis {axis}"
    if written is not None:
        return Mistake(
            span, label, Fix("unsafe", f"use dim={axis}", (Edit(checked.source.span(written.value), str(axis)),))
        )
    at = checked.source.span(node.args[0]).behind
    return Mistake(span, label, Fix("unsafe", f"use dim={axis}", (Edit(at, f", dim={axis}"),)))
