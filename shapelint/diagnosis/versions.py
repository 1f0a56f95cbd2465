"""What torch rejects today, but accepted when the file was written.

Until torch 0.4 there were no scalars: the value of a loss was ``loss.data[0]``, and a loss accepted a target of another shape
with equally many elements.  Files of that time wrap their tensors in ``Variable``; that they no longer run has nothing to do
with shapes.  Source: https://pytorch.org/blog/pytorch-0_4_0-migration-guide/
"""

from __future__ import annotations

import math

from ..interp import Call
from ..regex import lazy
from ..shapes import Equality, Shape, compare
from ..source.parse import Source

__all__ = ["is_matter_of_version"]

_OF_THAT_TIME = lazy(r"\bVariable\(|\bvolatile=|\.data\[0\]")
_LOSSES = frozenset({"BCELoss", "torch.nn.functional.binary_cross_entropy", "BCEWithLogitsLoss"})


def is_matter_of_version(source: Source, call: Call) -> bool:
    """Whether a rejected call was right before torch 0.4, in a file that looks that old."""
    if call.name == "[]":  # x[0] of a scalar
        held = bool(call.input_shapes) and call.input_shapes[0] == Shape(()) and call.arguments.get("1") == 0
    else:
        held = call.name in _LOSSES and _may_have_as_many(call.input_shapes)
    return held and _OF_THAT_TIME.search(source.text) is not None


def _may_have_as_many(shapes: tuple[Shape, ...]) -> bool:
    if len(shapes) < 2 or any(shape.lead is not None for shape in shapes[:2]):
        return False
    left, right = (math.prod(shape.dims) for shape in shapes[:2])
    return compare(left, right) is not Equality.NEVER
