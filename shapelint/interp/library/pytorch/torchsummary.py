"""``torchsummary`` and libraries like it, which run a model on a batch of zeros."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from shapelint.interp.library.declare import Invocation, models
from shapelint.interp.model.classes import Instance
from shapelint.shapes import Expr, Shape, Tensor, Value

__all__ = ["SUMMARY", "summary"]

SUMMARY = "model, input_size=None, *rest, **options"
_BATCHED = (2, 4, 5)  # as many sizes as a batch of rows, of images or of volumes has


@models("torchsummary.summary", SUMMARY)
def summary(at: Invocation, model: Value, input_size: Value, rest: Value, options: Mapping[str, Value]) -> Value:
    """``summary(model, (3, 96, 96))`` of torchsummary runs the model on a batch of that size; torchinfo's has the batch."""
    sizes: Sequence[Value] = [input_size]
    if isinstance(input_size, (list, tuple)) and input_size and isinstance(input_size[0], (list, tuple)):
        sizes = input_size
    inputs = [_input(size) for size in sizes]
    known = [one for one in inputs if one is not None]
    if isinstance(model, Instance) and len(known) == len(inputs):
        at.call(model, *known)
    return None


def _input(size: Value) -> Tensor | None:
    if not isinstance(size, (list, tuple)):
        return None
    dims = tuple(dim for dim in size if isinstance(dim, (int, Expr)))
    if len(dims) < len(size):
        return None
    return Tensor(Shape(dims if len(dims) in _BATCHED else (2, *dims)))
