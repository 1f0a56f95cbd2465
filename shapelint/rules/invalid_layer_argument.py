"""Constructor arguments that PyTorch rejects, or a call that a layer does not accept.

What it does
    Reports a layer whose constructor raises (groups that do not divide the channels, heads that do not divide the embedding, a
    zero or negative size, an unknown argument name) and a call with too few, too many or unknown arguments.

Why is this bad
    PyTorch raises as soon as the line is reached; in a class that is built late, that is after the data has been loaded.

Example
    nn.Conv2d(10, 20, 3, groups=4)

Fix
    Correct the argument.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..diagnostic import Diagnostic
from ..shapes import Kind
from ._proofs import diagnose, proofs
from .context import Checked

CODE = "SHP304"
NAME = "invalid-layer-argument"
SEVERITY = "error"


def check(checked: Checked) -> Iterator[Diagnostic]:
    """Every place where this is certain."""
    for proof in proofs(checked, Kind.ARGUMENT):
        found = diagnose(checked, proof, CODE, NAME, label="PyTorch rejects this")
        if found is not None:
            yield found
