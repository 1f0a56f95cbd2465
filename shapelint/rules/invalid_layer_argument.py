"""Constructor arguments that PyTorch rejects, or a call that a layer does not accept.

What it does
    Reports a layer whose constructor raises (groups that do not divide the channels, heads that do not divide the embedding, a
    zero or negative size, an unknown argument name) and a call with too few, too many or unknown arguments.

Why is this bad
    PyTorch raises as soon as the line is reached; in a class that is built late, that is after the data has been loaded.

Example
    from torch import nn

    grouped = nn.Conv2d(10, 20, 3, groups=4)

Fix
    Correct the argument. Where the layer differs from others of its kind in one argument, and PyTorch takes it as those are built,
    `--unsafe-fixes` writes their value.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from ..claims.blame.odd_layer import odd_ones
from ..claims.blame.repairs import Repair
from ..diagnosis.checked import Checked
from ..diagnosis.diagnose import diagnose
from ..diagnosis.divisors import divisors_text
from ..diagnosis.proofs import Proof, proofs
from ..diagnosis.rejections import at_repair
from ..diagnostic import Diagnostic, Span
from ..shapes import Kind

CODE = "SHP304"
NAME = "invalid-layer-argument"
SEVERITY = "error"
KIND = Kind.ARGUMENT
PRECEDENCE = 10


def check(checked: Checked) -> Iterator[Diagnostic]:
    """Every place where this is certain."""
    for proof in proofs(checked, KIND):
        repair = _as_others(checked, proof)
        found = None if repair is None else at_repair(checked, proof, repair, CODE, NAME)
        found = found or diagnose(
            checked,
            proof,
            CODE,
            NAME,
            span=_in_the_call(checked, proof),
            label="PyTorch rejects this",
            help=divisors_text(proof.message) or _of_recurrent(proof),
        )
        if found is not None:
            yield found


def _of_recurrent(proof: Proof) -> str | None:
    """What a Sequential gives to the layer after a recurrent one."""
    if not proof.message.endswith("got tuple") or proof.call.parent is None:
        return None
    before = [call for call in proof.run.tape.calls[: proof.call.index] if call.parent == proof.call.parent]
    if not before or "hidden_size" not in before[-1].arguments:
        return None
    return f"{before[-1].name} returns its output and its last state: only the first of the two goes on"


def _in_the_call(checked: Checked, proof: Proof) -> Span | None:
    """Where the rejected argument is written, if the layer is called with it rather than built with it."""
    node = proof.call.site.node
    if proof.call.constructs or proof.call.site.source is not checked.source or not isinstance(node, cst.Call):
        return None
    named = (arg for arg in node.args if arg.keyword is not None and arg.keyword.value == proof.argument)
    return next(map(checked.source.span, named), None)


def _as_others(checked: Checked, proof: Proof) -> Repair | None:
    """The one argument in which the layer differs from similar ones, if PyTorch accepts it with their value."""
    if proof.call.module is None or not proof.call.leaf:
        return None
    for repair in odd_ones(proof.run):
        if repair.call.module is proof.call.module:
            mended = proof.run.replay(repair.override).tape.calls
            if not any(call.reject is not None and call.site.node is proof.call.site.node for call in mended):
                return repair
    return None
