"""What people really did wrong where a layer is right and its input is not, each with the edit that would correct it.

None of these is a proof: several fit one refusal, and whether a repair holds is found out by linting the file with it
(:mod:`shapelint.trials`).  So they come in the order of how much must coincide for them to be possible at all.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from ..diagnostic import Diagnostic, Edit, Fix
from ..interp import Call
from ..records import replace
from .checked import Checked
from .diagnose import diagnose
from .explanations import explained
from .mistake import Mistake, given_at, given_inside
from .mistaken_input import (
    has_axes_too_many,
    is_given_to_the_model,
    is_not_flattened,
    is_one_sample,
    lacks_axes,
    mistakes_of_input,
)
from .mistaken_operands import mistakes_of_operands
from .named_widths import mistakes_in_names
from .origin import helper_arguments
from .proofs import Proof
from .unused_layer import forgotten_layers
from .written_numbers import mistakes_in_written_numbers

__all__ = ["first_that_holds"]


def _after_refusal(proof: Proof) -> bool:
    """Whether what is refused was made of something that PyTorch refused already: its shape is a guess, and so is any repair."""
    makers: dict[int, list[Call]] = {}
    for call in proof.run.tape.calls[: proof.call.index]:
        makers.setdefault(id(call.output), []).append(call)
    waiting, seen = [id(tensor) for tensor in proof.call.inputs], set[int]()
    while waiting:
        made = waiting.pop()
        if made in seen:
            continue
        seen.add(made)
        for call in makers.get(made, ()):
            if call.reject is not None:
                return True
            waiting += [id(tensor) for tensor in call.inputs]
    return False


def first_that_holds(
    checked: Checked, proof: Proof, usual: Diagnostic | None, code: str, name: str
) -> Diagnostic | None:
    """The finding for ``proof``, with its alternatives: a mistake in the input, the ``usual`` number, a mistake in a helper."""
    if usual is None:
        return None
    if any(proof.call.index in calls for calls in proof.run.tape.last_batches):
        return _of_last_batch(checked, proof, code, name) or replace(usual, fix=None)
    if _after_refusal(proof):
        return replace(usual, fix=None)
    usual = explained(checked, proof, _at_the_call(checked, proof, usual))
    before = (
        *forgotten_layers(checked, proof),
        *mistakes_of_input(checked, proof),
        *mistakes_in_names(checked, proof),
        *mistakes_of_operands(checked, proof),
    )
    found: Diagnostic | None = usual
    if usual.fix is not None:
        found = replace(usual, fix=None, help=None, label="this does not fit what arrives")
    for mistake in before:
        if mistake.here:
            found = diagnose(checked, proof, code, name, span=mistake.span, label=mistake.label)
    elsewhere = tuple(_mistakes_of_helpers(checked, proof))
    if usual.fix is None and not elsewhere and not (is_not_flattened(proof) or any(mistake.here for mistake in before)):
        elsewhere = tuple(mistakes_in_written_numbers(checked, proof))
    for mistake in reversed(elsewhere):
        found = _reported(checked, proof, mistake, found, code, name)
    if usual.fix is not None and not is_not_flattened(proof) and not is_one_sample(proof):
        found = replace(usual, otherwise=found)  # else the number is right, even if no correction of the input holds
    for mistake in reversed(before):
        found = _reported(checked, proof, mistake, found, code, name)
    return found


def _at_the_call(checked: Checked, proof: Proof, usual: Diagnostic) -> Diagnostic:
    """Where too few axes arrive, the call that gives them is wrong: no argument of the layer is.

    So it is with too many, if they are those of the model's own input: else the layer may be the one for fewer axes.
    """
    too_few, too_many = lacks_axes(proof), has_axes_too_many(proof) and is_given_to_the_model(proof)
    given = given_at(checked, proof, proof.call.inputs[0]) if too_few or too_many else None
    if too_many and 1 not in proof.call.input_shapes[0].dims[1:]:  # no axis that somebody added
        given = given_inside(checked, proof, proof.call.inputs[0]) or given
    if given is None:
        return usual
    label = "too few axes are given here" if too_few else "too many axes are given here"
    return diagnose(checked, proof, usual.code, usual.name, span=checked.source.span(given), label=label) or usual


def _of_last_batch(checked: Checked, proof: Proof, code: str, name: str) -> Diagnostic | None:
    """The finding where only the last batch of a loader is refused: nothing is wrong but what was made for a whole one."""
    site = proof.call.site
    if site.source is not checked.source or not isinstance(site.node, cst.BaseExpression):
        return None
    help = "drop_last=True leaves the last batch out; or make what depends on the size of a batch for each of them"
    label = "does not fit the last batch, which is smaller"
    return diagnose(checked, proof, code, name, span=checked.source.span(site.node), label=label, help=help)


def _reported(
    checked: Checked, proof: Proof, mistake: Mistake, otherwise: Diagnostic | None, code: str, name: str
) -> Diagnostic | None:
    found = diagnose(
        checked, proof, code, name, span=mistake.span, label=mistake.label, labels=mistake.labels, fix=mistake.fix
    )
    return None if found is None else replace(found, otherwise=otherwise)


def _mistakes_of_helpers(checked: Checked, proof: Proof) -> Iterator[Mistake]:
    """Another parameter of the helper in place of the one that it passes on: the error of all its callers."""
    for arg, names in helper_arguments(checked.source, proof.call, proof.argument):
        for name in names:
            if isinstance(arg.value, cst.Name) and name != arg.value.value:
                span = checked.source.span(arg.value)
                fix = Fix("unsafe", f"use {name} here", (Edit(span, name),))
                yield Mistake(span, "this width does not arrive here", fix)
