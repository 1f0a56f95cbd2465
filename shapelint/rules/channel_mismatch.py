"""A layer is given another number of channels or features than it was built for.

What it does
    Follows the channels through the layers and reports a layer whose `in_channels`, `num_features`, `in_features` or
    `input_size` is not what the layers before it give, for any input or for the sizes that all shape comments agree on.

Why is this bad
    PyTorch raises at the first batch, after the data has been loaded; on a branch that is seldom taken, much later.

Example
    from torch import nn


    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.features = nn.Sequential(
                nn.Conv2d(3, 64, 3, padding=1),
                nn.BatchNorm2d(128),  # 64 channels arrive here
            )

        def forward(self, x):
            return self.features(x)

Fix
    Give the layer the number that arrives, or make the layer before it give the number that is expected. Of two layers that
    disagree the receiver is named, unless at least two later layers agree against the producer. `Linear(4 * 4 * 256)` is right if
    256 x 4 x 4 would be flattened for it, were one layer before built as at least two others are: then that layer is named.
    Where the layer is right and its input is not (not flattened, without its batch, axes in another order, the result of a `view`
    not used), that is reported at the place to correct. A repair is offered only if the file has fewer findings with it.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from ..diagnosis.checked import Checked
from ..diagnosis.diagnose import diagnose, replace_argument, span_of_argument
from ..diagnosis.divisors import divisors_text
from ..diagnosis.origin import argument_node, origin_of
from ..diagnosis.proofs import Proof, proofs
from ..diagnosis.rejections import at_repair, size_conflicts
from ..diagnosis.width import arriving_width, width_text
from ..diagnostic import Diagnostic, Edit, Fix, Label
from ..interp import Call
from ..records import replace
from ..shapes import Expr, Kind, Value

CODE = "SHP301"
NAME = "channel-mismatch"
SEVERITY = "error"
KIND = Kind.CHANNELS
PRECEDENCE = 50

_RECEIVES = ("in_channels", "num_features", "in_features", "num_channels", "normalized_shape", "input_size")
_GIVES = ("out_channels", "out_features", "hidden_size", "embedding_dim")
_WITNESSES = 2
"""How many layers must agree on a width before the layer that gives another one is blamed."""


def check(checked: Checked) -> Iterator[Diagnostic]:
    """Every layer that certainly gets the wrong width, blamed on the producer where the later layers say so."""
    for proof in proofs(checked, KIND):
        from ..diagnosis.flattened import window_to_blame  # these are large, and most files are right
        from ..diagnosis.mistakes import first_that_holds

        producer = _producer(proof)
        expected = _received(proof.call)
        window = window_to_blame(checked, proof)
        found = None if window is None else at_repair(checked, proof, window, CODE, NAME)
        if found is None and producer is not None and _votes(proof, expected) >= _WITNESSES:
            found = _blame_producer(checked, proof, producer, expected)
        found = first_that_holds(checked, proof, found or _blame_receiver(checked, proof, producer), CODE, NAME)
        if found is not None:
            yield found
    for conflict in size_conflicts(checked, KIND).values():
        proof = Proof(conflict.run, conflict.call)
        if conflict.repair is not None:
            found = at_repair(checked, proof, conflict.repair, CODE, NAME)
        elif (found := _blame_receiver(checked, proof, _producer(proof))) is not None:
            label = "not for the sizes that the comments state"
            found = replace(found, label=label, fix=found.fix if conflict.agreed else None)
        if found is not None:
            yield found


def _blame_receiver(checked: Checked, proof: Proof, producer: Call | None) -> Diagnostic | None:
    labels: tuple[Label, ...] = ()
    span = None if producer is None else span_of_argument(checked, producer, _parameter(producer, _GIVES))
    given = None if producer is None else _given(producer)
    if producer is not None and span is not None and given is not None:
        what = "features" if _parameter(producer, _GIVES) == "embedding_dim" else "channels"
        labels = (Label(span, f"{given} {what} come from here"),)
    arriving = arriving_width(proof.call, proof.argument)
    fix = _other_width(checked, proof.call, proof.argument, arriving, proof) or _other_name(checked, proof, arriving)
    help = divisors_text(proof.message)
    label = "this number is wrong" if help is None else "does not divide the channels"
    label = "this does not fit" if proof.argument == "input" else label
    if proof.call.module is not None and proof.call.constructor is None:  # a layer of another package's model
        label = "this does not fit what arrives"
        from ..diagnosis.mistaken_input import is_not_flattened

        if is_not_flattened(proof):
            label = "what arrives at the last layer is not flattened"
            help = "nn.Flatten() before it does what the model's own forward does between its children"
    return diagnose(checked, proof, CODE, NAME, label=label, labels=labels, help=help, fix=fix)


def _blame_producer(checked: Checked, proof: Proof, producer: Call, expected: Value) -> Diagnostic | None:
    parameter = _parameter(producer, _GIVES)
    span = span_of_argument(checked, producer, parameter)
    if span is None or parameter is None or argument_node(producer, parameter) is None:
        return None
    fix = _other_width(checked, producer, parameter, expected)
    receiver = span_of_argument(checked, proof.call, proof.argument)
    labels = (
        () if receiver is None else (Label(receiver, f"{expected} channels expected here and by the layers after it"),)
    )
    return diagnose(checked, proof, CODE, NAME, span=span, label="this number is wrong", labels=labels, fix=fix)


def _other_width(
    checked: Checked, call: Call, parameter: str | None, wanted: Value, proof: Proof | None = None
) -> Fix | None:
    """The edit that writes ``wanted`` for ``parameter``, where that can be written."""
    origin = origin_of(checked.source, call, parameter)
    if origin is None or parameter is None:
        return None
    present = call.arguments.get(parameter)
    if parameter not in (*_RECEIVES, *_GIVES):
        return None  # a factor that must divide the width: no other number of channels takes its place
    if not isinstance(present, (int, Expr)) or not isinstance(wanted, (int, Expr)):
        return None
    from ..diagnosis.flattened import sizes_flattened

    sizes = [] if proof is None else sizes_flattened(proof)
    text = width_text(origin.arg.value, present, wanted, sizes)
    return None if text is None else replace_argument(checked, call, parameter, text)


def _other_name(checked: Checked, proof: Proof, wanted: Value) -> Fix | None:
    """The edit that writes the name by which a layer that is built in the same function was given ``wanted``."""
    node = argument_node(proof.call, proof.argument)
    if proof.argument not in _RECEIVES or node is None or not isinstance(node.value, (cst.Name, cst.Attribute)):
        return None
    if proof.call.constructor is None or proof.call.constructor.source is not checked.source:
        return None
    here = checked.source.span(node.value)
    for call in reversed(proof.run.tape.calls[: proof.call.index]):
        parameter = _parameter(call, _GIVES)
        given = argument_node(call, parameter)
        if given is None or not isinstance(given.value, (cst.Name, cst.Attribute)) or _given(call) != wanted:
            continue
        if call.constructor is None or call.constructor.source is not checked.source:
            continue
        row = checked.source.span(given.value).row
        between = checked.source.lines[min(row, here.row) - 1 : max(row, here.row)]
        if not any(line.lstrip().startswith(("def ", "class ")) for line in between):
            name = cst.Module([]).code_for_node(given.value)
            return Fix("unsafe", f"use {name} for {proof.argument}", (Edit(here, name),))
    return None


def _parameter(call: Call, names: tuple[str, ...]) -> str | None:
    return next((name for name in names if name in call.arguments), None)


def _received(call: Call) -> Value:
    name = _parameter(call, _RECEIVES)
    return None if name is None else call.arguments[name]


def _given(call: Call) -> Value:
    name = _parameter(call, _GIVES)
    return None if name is None else call.arguments[name]


def _producer(proof: Proof) -> Call | None:
    """The layer that gave the rejected input its width; layers in between must keep it."""
    tensor = proof.call.inputs[0] if proof.call.inputs else None
    for call in reversed(proof.run.tape.calls[: proof.call.index]):
        if tensor is not None and call.leaf and call.output is tensor:
            if _parameter(call, _GIVES) is not None:
                return call
            if call.module is None or not call.inputs:
                return None
            tensor = call.inputs[0]
    return None


def _votes(proof: Proof, expected: Value) -> int:
    """How many layers, the rejected one included, were built for the width that it expects of this producer."""
    if not isinstance(expected, (int, Expr)):
        return 0
    votes = 1
    if _parameter(proof.call, _GIVES) is not None:
        return votes
    alike = {id(proof.call.output)}
    for call in proof.run.tape.calls[proof.call.index + 1 :]:
        if not call.leaf or not call.inputs or id(call.inputs[0]) not in alike:
            continue
        if _received(call) == expected:
            votes += 1
        if call.module is not None and _parameter(call, _GIVES) is None:
            alike.add(id(call.output))
    return votes
