"""Operands of which one lacks axes that the other has: weights of channels, a number for each sample, a mask of a sequence,
the coordinates of a grid before its axes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst

from ..diagnostic import Edit, Fix
from ..interp import Call
from ..shapes import Dim, Tensor
from .checked import Checked
from .mistake import Mistake, as_primary, suffix
from .proofs import Proof

__all__ = ["mistakes_of_elements"]

_PER_ELEMENT = frozenset({"*", "+", "-", "/", "torch.mul", "torch.add", "mul", "add"})
_MASKED = frozenset({"masked_fill", "masked_fill_", "torch.masked_fill"})
_GATHERS = frozenset({"gather", "torch.gather"})
_MADE_BY_SIZES = frozenset({"rand", "randn", "zeros", "ones", "empty"})


def mistakes_of_elements(checked: Checked, proof: Proof, operands: Sequence[cst.BaseExpression]) -> Iterator[Mistake]:
    """Axes of one that an operand needs to go with the other."""
    call = proof.call
    left, right = (shape.dims for shape in call.input_shapes[:2])
    if call.name in _MASKED and len(left) == 4 and len(right) == 2 and right == (left[0], left[3]):
        yield from _mask_of_sequences(checked, call)
    if call.name in _GATHERS:
        yield from _gathered(checked, call)
    if not operands:
        return
    if call.name in _PER_ELEMENT and len(left) != len(right):
        pairs = ((left, right, operands[1], call.inputs[1]), (right, left, operands[0], call.inputs[0]))
        for longer, shorter, operand, tensor in pairs:
            missing = len(longer) - len(shorter)
            if missing > 0 and shorter and _fits_in_front(longer, shorter):
                yield from _made_with_fewer(checked, proof, tensor, len(shorter), missing)
                method = ".".join(["unsqueeze(-1)"] * missing)
                yield suffix(checked, operand, method, f"the last {'axis is' if missing == 1 else 'axes are'} missing")
    if call.name.endswith("grid_sample") and len(left) == len(right) == 4 and right[1] == 2 and right[3] != 2:
        yield suffix(checked, operands[1], "permute(0, 2, 3, 1)", "the coordinates belong on the last axis")


def _fits_in_front(longer: Sequence[Dim], shorter: Sequence[Dim]) -> bool:
    """Whether the axes of ``shorter`` are the first ones of ``longer``."""
    pairs = list(zip(longer, shorter, strict=False))
    return all(one == other or other == 1 for one, other in pairs) and any(other != 1 for _, other in pairs)


def _made_with_fewer(checked: Checked, proof: Proof, tensor: Tensor, count: int, missing: int) -> Iterator[Mistake]:
    """``torch.rand(n, 1)``, assigned to a name, with as many axes of one more as it takes."""
    for statement in proof.run.tape.statements:
        node = statement.site.node
        if (
            statement.value is not tensor
            or statement.site.source is not checked.source
            or not isinstance(node, cst.Assign)
        ):
            continue
        made = node.value
        if not isinstance(made, cst.Call) or not isinstance(made.func, cst.Attribute) or len(node.targets) != 1:
            continue
        plain = [arg for arg in made.args if arg.keyword is None and not arg.star]
        if made.func.attr.value in _MADE_BY_SIZES and len(plain) == count and count > 1:
            at = checked.source.span(plain[-1]).behind
            fix = Fix("unsafe", f"add {missing} axes of 1", (Edit(at, ", 1" * missing),))
            yield Mistake(checked.source.span(made), "too few axes", fix)
            return


def _mask_of_sequences(checked: Checked, call: Call) -> Iterator[Mistake]:
    """``scores.masked_fill(mask == 0, ...)`` where the mask has no axes for heads and queries."""
    node, place = call.site.node, int(call.name.startswith("torch."))
    if not isinstance(node, cst.Call) or len(node.args) <= place or node.args[place].star:
        return
    given = node.args[place].value
    span, index = checked.source.span(given), "[:, None, None, :]"
    fix = Fix("unsafe", f"use {index}", (Edit(span, f"{as_primary(given)}{index}"),))
    yield Mistake(span, "a mask for each sequence, not for each score", fix)


def _gathered(checked: Checked, call: Call) -> Iterator[Mistake]:
    """``q.gather(1, actions)`` with one index for each row, and no axis for it."""
    node, place = call.site.node, int(call.name.startswith("torch."))
    rows, index = (shape.dims for shape in call.input_shapes[:2])
    if not isinstance(node, cst.Call) or len(node.args) != place + 2 or any(arg.keyword for arg in node.args):
        return
    axis = node.args[place].value
    if len(rows) != 2 or index != rows[:1] or not (isinstance(axis, cst.Integer) and axis.value == "1"):
        return
    inner = suffix(checked, node.args[place + 1].value, "unsqueeze(1)", "an index for each row needs its axis")
    behind = Edit(checked.source.span(node).behind, ".squeeze(1)")
    fix = Fix("unsafe", "use .unsqueeze(1), and .squeeze(1) after it", (*inner.fix.edits, behind))
    yield Mistake(inner.span, inner.label, fix)
