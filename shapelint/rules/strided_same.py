"""`padding="same"` with a stride: PyTorch raises.

What it does
    Reports a convolution with `padding="same"` and a stride greater than 1.

Why is this bad
    PyTorch has no strided "same": the constructor raises ValueError. TensorFlow, from which such code is often ported, has.

Example
    from torch import nn

    down = nn.Conv2d(64, 128, 3, stride=2, padding="same")

Fix
    For an odd kernel use `padding=d * (k - 1) // 2`, which gives `ceil(n / s)` as TensorFlow does; for an even one pad by
    `F.pad` before the convolution.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..diagnosis.checked import Checked
from ..diagnosis.diagnose import diagnose
from ..diagnosis.proofs import Proof, proofs
from ..diagnostic import Diagnostic
from ..shapes import Kind

CODE = "SHP102"
NAME = "strided-same"
SEVERITY = "error"
KIND = Kind.STRIDED_SAME
PRECEDENCE = 20


def check(checked: Checked) -> Iterator[Diagnostic]:
    """Every place where this is certain."""
    for proof in proofs(checked, KIND):
        found = diagnose(checked, proof, CODE, NAME, label="PyTorch raises here", help=_advice(proof))
        if found is not None:
            yield found


def _advice(proof: Proof) -> str | None:
    """The padding that gives ``ceil(n / stride)``, where a symmetric one does."""
    module = proof.call.module
    kernel = None if module is None else module.attributes.get("kernel_size")
    dilation = None if module is None else module.attributes.get("dilation", 1)
    if not isinstance(kernel, int) or not isinstance(dilation, int):
        return None
    twice = dilation * (kernel - 1)
    return f"padding={twice // 2} gives ceil(n / stride)" if twice % 2 == 0 else "pad by F.pad before this layer"
