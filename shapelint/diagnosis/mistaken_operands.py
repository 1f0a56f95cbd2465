"""Why operands do not go together: an axis of one, classes on the last axis, factors that are not transposed."""

from __future__ import annotations

import re
from collections.abc import Iterator

import libcst as cst

from ..diagnostic import Edit, Fix
from ..interp import Call
from ..shapes import Tensor
from .checked import Checked
from .mistake import Mistake, operands_of, suffix
from .mistaken_elements import mistakes_of_elements
from .mistaken_joins import mistakes_of_joins, stacked_in_front
from .mistaken_state import axis_written, state_of_length, states_of_all_layers, step_without_axis
from .origin import argument_node
from .proofs import Proof

__all__ = ["mistakes_of_operands"]

_OF_BATCHES = frozenset({"bmm", "torch.bmm"})
_PRODUCTS = frozenset({"@", "matmul", "bmm", "torch.matmul", "torch.bmm"})


def mistakes_of_operands(checked: Checked, proof: Proof) -> Iterator[Mistake]:
    """Why two operands do not go together: an axis of one, classes on the last axis, factors that are not transposed."""
    call, node = proof.call, proof.call.site.node
    if call.layer is not None and call.arguments.get("batch_first") is False:
        yield from _without_batch_first(checked, call)
    yield from state_of_length(checked, proof)
    yield from step_without_axis(checked, proof)
    if call.name == "backward" and isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute):
        yield suffix(checked, node.func.value, "mean()", "a number for each sample, not one for all")
    if call.site.source is not checked.source or len(call.inputs) < 2:
        return
    yield from _mask_of_batch(checked, proof)
    yield from _transposed_mask(checked, proof)
    yield from _mask_of_samples(checked, proof)
    yield from mistakes_of_joins(checked, proof)
    if any(shape.lead is not None for shape in call.input_shapes):
        return
    left, right = (shape.dims for shape in call.input_shapes[:2])
    operands = operands_of(node)
    if call.name in _PRODUCTS and left and len(right) > 1 and left[-1] == right[-1] and operands:
        yield suffix(checked, operands[1], "transpose(-2, -1)", "not transposed")
    if call.name in _PRODUCTS and len(left) > 1 and len(right) > 1 and left[-2] == right[-2] and operands:
        yield suffix(checked, operands[0], "transpose(-2, -1)", "not transposed")
    if call.name in _OF_BATCHES and operands and (len(left), len(right)) == (2, 3) and left == right[:2]:
        yield suffix(checked, operands[0], "unsqueeze(1)", "a matrix of one row for each sample is expected")
    if call.name in _OF_BATCHES and operands and (len(left), len(right)) == (3, 2) and right == (left[0], left[2]):
        yield suffix(checked, operands[1], "unsqueeze(2)", "a matrix of one column for each sample is expected")
    if call.name in _OF_BATCHES and len(left) == 2 and len(right) == 3 and left[1] == right[1]:
        yield from _of_one_matrix(checked, node)
    yield from mistakes_of_elements(checked, proof, operands)
    if (
        not call.name.removeprefix("torch.nn.functional.")
        .lower()
        .replace("_", "")
        .endswith(("loss", "crossentropy", "withlogits"))
    ):
        return
    if len(left) == 3 and right:
        yield from states_of_all_layers(checked, proof)
    if operands and left[:-1] == right and left[-1:] == (1,):
        yield suffix(checked, operands[0], f"squeeze({len(left) - 1})", "one axis more than the target")
    if operands and len(left) == 3 and left[1] == 1 and left[:1] == right:
        yield suffix(checked, operands[0], "squeeze(1)", "one axis more than expected")
    yield from stacked_in_front(checked, proof)
    if operands and right[:-1] == left[: len(right) - 1] and right[-1:] == (1,) and len(right) in (2, len(left) + 1):
        yield suffix(checked, operands[1], f"squeeze({len(right) - 1})", "one axis more than expected")
    if operands and len(left) == len(right) > 2 and right[1] == 1 and (left[0], *left[2:]) == (right[0], *right[2:]):
        yield suffix(checked, operands[1], "squeeze(1)", "classes have no axis of their own")
    if operands and len(left) == 3 and left[:2] == right:
        yield suffix(checked, operands[0], "transpose(1, 2)", "the classes belong on axis 1")


def _of_one_matrix(checked: Checked, node: cst.CSTNode) -> Iterator[Mistake]:
    """``bmm`` with one matrix for all samples, which ``matmul`` takes."""
    func = node.func if isinstance(node, cst.Call) else None
    if isinstance(func, cst.Attribute):
        fix = Fix("unsafe", "use matmul", (Edit(checked.source.span(func.attr), "matmul"),))
        yield Mistake(checked.source.span(node), "bmm takes a matrix for each sample", fix)


def _mask_of_batch(checked: Checked, proof: Proof) -> Iterator[Mistake]:
    """An attention mask that is as wide as there are samples in the batch, where it was made by ``x.shape[0]``."""
    dims = proof.call.input_shapes[0].dims
    if proof.call.layer is None or len(dims) != 3 or dims[0] == dims[1]:
        return
    for mask, shape in zip(proof.call.inputs, proof.call.input_shapes, strict=True):
        if len(shape.dims) != 2 or shape.dims[0] != shape.dims[1] or shape.dims[0] not in dims[:2]:
            continue
        given = next(_masks_written(checked, proof, mask), None)
        index = None if given is None else axis_written(given)
        if index is not None and dims[int(index.value)] == shape.dims[0]:
            other = 1 - int(index.value)
            fix = Fix("unsafe", f"use axis {other}", (Edit(checked.source.span(index), str(other)),))
            span = checked.source.span(_argument_of_call(proof) or proof.call.site.node)
            yield Mistake(span, "made for the batch, not for the length of the sequence", fix)
            return


def _transposed_mask(checked: Checked, proof: Proof) -> Iterator[Mistake]:
    """A mask of padding with its two axes exchanged."""
    dims, argument = proof.call.input_shapes[0].dims, _argument_of_call(proof)
    if argument is None or "padding_mask" not in (proof.argument or "") or len(dims) != 3 or dims[0] == dims[1]:
        return
    first = proof.call.arguments.get("batch_first") is True
    wanted = dims[:2] if first else (dims[1], dims[0])
    if any(shape.dims == wanted[::-1] for shape in proof.call.input_shapes[1:]):
        yield suffix(checked, argument.value, "transpose(0, 1)", "its axes are exchanged")


def _mask_of_samples(checked: Checked, proof: Proof) -> Iterator[Mistake]:
    """A mask for each sample, where one for each head of each sample is expected."""
    argument, heads = _argument_of_call(proof), proof.call.arguments.get("num_heads")
    if argument is None or "mask" not in (proof.argument or "") or not isinstance(heads, int):
        return
    found = re.search(r"of shape \((\d+), (.*)\) expected, got \((\d+), (.*)\)", proof.message)
    if found is not None and found[2] == found[4] and int(found[1]) == heads * int(found[3]):
        yield suffix(checked, argument.value, f"repeat_interleave({heads}, dim=0)", "a mask for each head is expected")


def _argument_of_call(proof: Proof) -> cst.Arg | None:
    """The argument by which the call gives what is refused."""
    node = proof.call.site.node
    given = node.args if isinstance(node, cst.Call) else ()
    return next((arg for arg in given if arg.keyword is not None and arg.keyword.value == proof.argument), None)


def _masks_written(checked: Checked, proof: Proof, mask: Tensor) -> Iterator[cst.BaseExpression]:
    """The sizes from which a mask is made, in the call itself or in the statement that assigns it."""
    node = proof.call.site.node
    made: list[cst.CSTNode] = [arg.value for arg in node.args] if isinstance(node, cst.Call) else []
    for statement in proof.run.tape.statements:
        if statement.value is mask and statement.site.source is checked.source:
            made += [statement.site.node.value] if isinstance(statement.site.node, cst.Assign) else []
    for call in made:
        if isinstance(call, cst.Call) and call.args and "mask" in cst.Module([]).code_for_node(call.func):
            yield call.args[0].value


def _without_batch_first(checked: Checked, call: Call) -> Iterator[Mistake]:
    constructor = call.constructor
    if constructor is None or constructor.source is not checked.source or not isinstance(constructor.node, cst.Call):
        return
    written = argument_node(call, "batch_first")
    if written is not None or not constructor.node.args or any(arg.star for arg in constructor.node.args):
        return
    span = checked.source.span(constructor.node)
    at = checked.source.span(constructor.node.args[-1]).behind
    yield Mistake(
        span, "the batch comes first", Fix("unsafe", "set batch_first=True", (Edit(at, ", batch_first=True"),))
    )
