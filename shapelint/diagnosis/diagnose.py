"""From a proof to a finding: the place that is at fault, the calls that led there, and the edit of an argument."""

from __future__ import annotations

import libcst as cst

from ..diagnostic import Diagnostic, Edit, Fix, Label, Span
from ..interp import Call, Site
from ..interp.model.call_text import call_text
from .checked import Checked
from .origin import origin_of
from .proofs import Proof

__all__ = ["diagnose", "replace_argument", "span_of_argument"]

_LONGEST_TRACE = 4
"""How many calls before the rejected one are shown."""


def diagnose(
    checked: Checked,
    proof: Proof,
    code: str,
    name: str,
    *,
    span: Span | None = None,
    label: str = "",
    labels: tuple[Label, ...] = (),
    help: str | None = None,
    fix: Fix | None = None,
) -> Diagnostic | None:
    """The finding for a proof, at ``span`` or at the argument that is rejected; None if no place in this file is involved."""
    span = span or _place_in_file(checked, proof)
    if span is None:
        return None
    failed = _span(checked, proof.call.site)
    if failed is not None and failed != span and not proof.call.constructs:
        labels = (Label(failed, "this call fails"), *labels)
    if proof.run.concrete:
        labels = (*labels, *_outermost(checked, proof, span, failed))
    return Diagnostic(
        code,
        name,
        proof.message,
        checked.path,
        span,
        label=label,
        labels=labels,
        trace=_trace(proof),
        help=help,
        fix=fix,
    )


def span_of_argument(checked: Checked, call: Call, name: str | None) -> Span | None:
    """Where the argument ``name`` of a layer is written, else its constructor call; None if neither is in this file.

    None too for an input of the call itself that does not fit, as an attention mask, and for the input and target of a loss:
    the constructor is right.
    """
    layer = None if call.module is None else call.module.cls.catalogued
    if layer is not None and name in layer.inputs.positional and name not in layer.signature.positional:
        return None
    if layer is not None and name is None and "target" in layer.inputs.positional and not call.constructs:
        return None
    origin = origin_of(checked.source, call, name)
    if origin is not None:
        return checked.source.span(origin.arg)
    constructor = call.constructor
    if constructor is None or constructor.source is not checked.source:
        return None
    return checked.source.span(constructor.node)


def replace_argument(checked: Checked, call: Call, name: str, value: str) -> Fix | None:
    """An unsafe repair: another value for the argument ``name`` where it is written.

    None where a number would replace a variable or a formula of variables: it would be right for their present values only.
    """
    origin = origin_of(checked.source, call, name)
    if origin is None or (value.isdecimal() and _holds_names(origin.arg.value)):
        return None
    return Fix("unsafe", f"use {value} for {name}", (Edit(checked.source.span(origin.arg.value), value),))


def _holds_names(node: cst.BaseExpression) -> bool:
    """Whether a variable is in the sum, product or the like that is written."""
    match node:
        case cst.Name() | cst.Attribute():
            return True
        case cst.BinaryOperation(left=left, right=right):
            return _holds_names(left) or _holds_names(right)
        case _:
            return False


def _place_in_file(checked: Checked, proof: Proof) -> Span | None:
    """The innermost place in this file on the way to the call."""
    span = span_of_argument(checked, proof.call, proof.argument)
    call: Call | None = proof.call
    while span is None and call is not None:
        span = _span(checked, call.site)
        call = None if call.parent is None else proof.run.tape.calls[call.parent]
    return span


def _span(checked: Checked, site: Site) -> Span | None:
    if site.source is not checked.source or isinstance(site.node, (cst.Module, cst.ClassDef)):
        return None
    return checked.source.span(site.node)


def _trace(proof: Proof) -> tuple[str, ...]:
    """The last calls that lead to the rejected one, a line each; a rejected constructor has none."""
    if proof.call.constructs:
        return ()
    tape = proof.run.tape
    wanted: list[Call] = [proof.call]
    tensor = proof.call.inputs[0] if proof.call.inputs else None
    for call in reversed(tape.calls[: proof.call.index]):
        if call.leaf and call.output is tensor and tensor is not None:
            wanted.append(call)
            tensor = call.inputs[0] if call.inputs else None
            if len(wanted) > _LONGEST_TRACE:
                break
    return tuple(call_text(call, tape) for call in reversed(wanted))


def _outermost(checked: Checked, proof: Proof, *taken: Span | None) -> tuple[Label, ...]:
    """The call in this file from which the rejected one is reached, unless it is one of the places ``taken``."""
    call = proof.call
    while call.parent is not None:
        call = proof.run.tape.calls[call.parent]
    span = _span(checked, call.site)
    return (Label(span, "reached from here"),) if span is not None and span not in taken else ()
