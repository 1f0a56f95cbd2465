"""A padding that PyTorch rejects.

What it does
    Reports a pooling whose padding is more than half its kernel, a reflection or circular padding that is wider than the input
    allows, a string where only numbers are taken, and an unknown `padding_mode`.

Why is this bad
    PyTorch raises, for pooling and for reflection only when the layer is called.

Example
    nn.MaxPool2d(2, padding=2)

Fix
    Use a smaller padding, or pad by a layer of its own before.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..diagnostic import Diagnostic
from ..shapes import Kind
from ._proofs import diagnose, proofs
from .context import Checked

CODE = "SHP103"
NAME = "invalid-padding"
SEVERITY = "error"


def check(checked: Checked) -> Iterator[Diagnostic]:
    """Every place where this is certain."""
    for proof in proofs(checked, Kind.PADDING):
        found = diagnose(checked, proof, CODE, NAME, label="PyTorch rejects this padding")
        if found is not None:
            yield found
