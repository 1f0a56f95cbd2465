"""A padding that PyTorch rejects.

What it does
    Reports a pooling whose padding is more than half its kernel, a reflection or circular padding that is wider than the input
    allows (or the size that all shape comments agree on), a string where only numbers are taken, and an unknown
    `padding_mode`.

Why is this bad
    PyTorch raises, for pooling and for reflection only when the layer is called.

Example
    from torch import nn


    class Stem(nn.Module):
        def __init__(self):
            super().__init__()
            self.pool = nn.MaxPool2d(2, padding=2)

        def forward(self, x):
            return self.pool(x)

Fix
    Use a smaller padding, or pad by a layer of its own before. `--unsafe-fixes` writes the largest padding that a pooling
    takes.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..diagnosis.checked import Checked
from ..diagnosis.diagnose import diagnose, replace_argument
from ..diagnosis.proofs import Proof, proofs
from ..diagnosis.rejections import size_conflicts
from ..diagnostic import Diagnostic, Fix
from ..interp import Call
from ..layers import Window
from ..shapes import Kind

CODE = "SHP103"
NAME = "invalid-padding"
SEVERITY = "error"
KIND = Kind.PADDING
PRECEDENCE = 30


def check(checked: Checked) -> Iterator[Diagnostic]:
    """Every place where this is certain."""
    for proof in proofs(checked, KIND):
        fix = _largest(checked, proof.call)
        found = diagnose(checked, proof, CODE, NAME, label="PyTorch rejects this padding", fix=fix)
        if found is not None:
            yield found
    for conflict in size_conflicts(checked, KIND).values():
        label = "too wide for the sizes that the comments state"
        found = diagnose(checked, Proof(conflict.run, conflict.call), CODE, NAME, label=label)
        if found is not None:
            yield found


def _largest(checked: Checked, call: Call) -> Fix | None:
    """Half the kernel, the most that a pooling takes, where kernel and padding are numbers."""
    kernel, padding = call.arguments.get("kernel_size"), call.arguments.get("padding")
    if call.layer is None or call.layer.window is not Window.POOLING:
        return None
    if not isinstance(kernel, int) or not isinstance(padding, int):
        return None
    return replace_argument(checked, call, "padding", str(kernel // 2)) if padding > kernel // 2 else None
