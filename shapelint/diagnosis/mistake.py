"""A mistake in what a layer or an operator is given, and where to write its correction."""

from __future__ import annotations

import libcst as cst

from ..diagnostic import Edit, Fix, Label, Span
from ..interp import Call
from ..records import dataclass
from ..shapes import Tensor
from .checked import Checked
from .proofs import Proof

__all__ = ["Mistake", "appended", "as_primary", "first_argument", "given_at", "given_inside", "operands_of", "suffix"]


@dataclass(frozen=True, slots=True)
class Mistake:
    """``label``: what is wrong at ``span``; ``fix``: what to write.

    ``here``: that is the place even if the repair does not hold.  ``labels``: other places to look at.
    """

    span: Span
    label: str
    fix: Fix
    here: bool = False
    labels: tuple[Label, ...] = ()


def given_at(checked: Checked, proof: Proof, tensor: Tensor) -> cst.BaseExpression | None:
    """The argument of the outermost call in this file that is given ``tensor`` itself."""
    call, found = proof.call, first_argument(checked, proof.call)
    while call.parent is not None:
        call = proof.run.tape.calls[call.parent]
        if not call.inputs or call.inputs[0] is not tensor:
            break
        found = first_argument(checked, call) or found
    return found


def given_inside(checked: Checked, proof: Proof, tensor: Tensor) -> cst.BaseExpression | None:
    """The argument by which ``forward`` gives ``tensor`` to the layer, or to the Sequential that it is in."""
    call, found = proof.call, first_argument(checked, proof.call)
    while call.parent is not None:
        call = proof.run.tape.calls[call.parent]
        if call.name != "Sequential" or call.inputs[:1] != (tensor,):
            return found
        found = first_argument(checked, call) or found
    return None


def first_argument(checked: Checked, call: Call) -> cst.BaseExpression | None:
    node = call.site.node
    if call.site.source is not checked.source or not isinstance(node, cst.Call) or not node.args or node.args[0].star:
        return None
    return node.args[0].value


def operands_of(node: cst.CSTNode) -> list[cst.BaseExpression]:
    match node:
        case cst.BinaryOperation(left=left, right=right):
            return [left, right]
        case cst.Call(args=args) if len(args) > 1 and not any(arg.star or arg.keyword for arg in args[:2]):
            return [args[0].value, args[1].value]
        case cst.Call(args=[arg], func=cst.Attribute(value=value)) if not arg.star:
            return [value, arg.value]
        case _:
            return []


def suffix(checked: Checked, node: cst.BaseExpression, method: str, label: str, *, here: bool = False) -> Mistake:
    """The mistake of ``node``, on which ``method`` must be called."""
    span = checked.source.span(node)
    return Mistake(span, label, Fix("unsafe", f"use .{method}", (Edit(span, f"{as_primary(node)}.{method}"),)), here)


def as_primary(node: cst.BaseExpression) -> str:
    """The code of an expression behind which a dot or a subscript may be written: in brackets, unless it needs none."""
    text = cst.Module([]).code_for_node(node)
    simple = isinstance(node, (cst.Name, cst.Attribute, cst.Call, cst.Subscript)) or node.lpar
    return text if simple else f"({text})"


def appended(checked: Checked, node: cst.Call, argument: str, label: str, *, here: bool = False) -> Mistake:
    """The mistake of a call that lacks an argument, which is written behind the others."""
    span = checked.source.span(node)
    if node.args:
        at = checked.source.span(node.args[-1]).behind
        return Mistake(span, label, Fix("unsafe", f"use {argument}", (Edit(at, f", {argument}"),)), here)
    at = Span(span.end_row, span.end_column - 1, span.end_row, span.end_column - 1)
    return Mistake(span, label, Fix("unsafe", f"use {argument}", (Edit(at, argument),)), here)
