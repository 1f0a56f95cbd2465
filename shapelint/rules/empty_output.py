"""A kernel is wider than its padded input: no output is left.

What it does
    Reports a convolution or pooling whose (dilated) kernel does not fit into the padded input, and an output size of zero
    or less; so too where it does not fit for the sizes that the shape comments state.

Why is this bad
    PyTorch raises "Kernel size can't be greater than actual input size" at the first batch.

Example
    from torch import nn


    class Head(nn.Module):
        def __init__(self):
            super().__init__()
            self.head = nn.Sequential(
                nn.AdaptiveAvgPool2d(1),
                nn.Conv2d(64, 10, 3),  # a 3 x 3 kernel on a 1 x 1 map
            )

        def forward(self, x):
            return self.head(x)

Fix
    Pad the input, use a smaller kernel, or leave out a downsampling before it. Where another padding or kernel does it, and
    other layers of the path are built just so, `--unsafe-fixes` writes it.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..diagnosis.checked import Checked
from ..diagnosis.rejections import rejections
from ..diagnostic import Diagnostic
from ..shapes import Kind

CODE = "SHP302"
NAME = "empty-output"
SEVERITY = "error"
KIND = Kind.EMPTY
PRECEDENCE = 40


def check(checked: Checked) -> Iterator[Diagnostic]:
    """Every place where this is certain."""
    return rejections(checked, KIND, CODE, NAME, "no output is left here")
