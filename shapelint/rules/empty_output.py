"""A kernel is wider than its padded input: no output is left.

What it does
    Reports a convolution or pooling whose (dilated) kernel does not fit into the padded input, and an output size of zero
    or less; so too where it does not fit for the sizes that the shape comments state.

Why is this bad
    PyTorch raises "Kernel size can't be greater than actual input size" at the first batch.

Example
    nn.Sequential(
        nn.AdaptiveAvgPool2d(1),
        nn.Conv2d(64, 10, 3),  # 3 x 3 kernel on a 1 x 1 map
    )

Fix
    Pad the input, use a smaller kernel, or leave out a downsampling before it. Where another padding or kernel does it, and
    other layers of the path are built just so, `--unsafe-fixes` writes it.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from ..diagnostic import Diagnostic
from ..shapes import Kind
from ._proofs import Proof, diagnose, proofs
from ._refused import blame_layer, misfits_of, place_of, tell_repair
from .context import Checked

CODE = "SHP302"
NAME = "empty-output"
SEVERITY = "error"
KIND = Kind.EMPTY
PRECEDENCE = 40


def check(checked: Checked) -> Iterator[Diagnostic]:
    """Every place where this is certain."""
    settled: set[cst.CSTNode] = set()
    misfits = misfits_of(checked, KIND)
    for proof in proofs(checked, KIND):
        if proof.call.site.node in settled or place_of(proof.call) in misfits:
            continue
        found = blame_layer(checked, proof, CODE, NAME, settled)
        found = found or diagnose(checked, proof, CODE, NAME, label="no output is left here")
        if found is not None:
            yield found
    for misfit in misfits.values():
        found = tell_repair(checked, Proof(misfit.run, misfit.call), misfit.repair, CODE, NAME)
        if found is not None and misfit.call.site.node not in settled:
            yield found
