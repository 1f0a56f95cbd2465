"""Operands that cannot be added, concatenated, multiplied or viewed.

What it does
    Reports an operation of `forward` whose operands do not fit for any input: a sum of sizes that do not broadcast, a `cat` of
    tensors that differ in another dimension, a matrix product with different inner sizes, a `view` with another number of
    elements. So it does if they do not fit for the sizes that the shape comments state, and all comments hold once one layer is
    built as others are.

Why is this bad
    PyTorch raises at the first batch. A residual connection around a convolution without padding is the classic.

Example
    from torch import nn


    class Residual(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(64, 64, 3)

        def forward(self, x):
            return x + self.conv(x)  # (N, 64, H, W) + (N, 64, H - 2, W - 2)

Fix
    Make the branches keep the same size, usually by the padding. Where one argument of one layer does it, and other
    layers of the path are built just so, that argument is reported, and `--unsafe-fixes` writes it.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..diagnosis.checked import Checked
from ..diagnosis.rejections import rejections
from ..diagnostic import Diagnostic
from ..shapes import Kind

CODE = "SHP303"
NAME = "shape-mismatch"
SEVERITY = "error"
KIND = Kind.OPERANDS
PRECEDENCE = 60


def check(checked: Checked) -> Iterator[Diagnostic]:
    """Every place where this is certain."""
    return rejections(checked, KIND, CODE, NAME, "these do not fit")
