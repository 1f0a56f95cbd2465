"""``torchsummary``, which runs a model on two samples of the size that it is given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from shapelint.interp.library.declare import Invocation, models
from shapelint.interp.model.classes import Instance
from shapelint.shapes import Expr, Shape, Tensor, Value

__all__ = ["run_on"]


@models("torchsummary.summary", "model, input_size=None, *rest, **options")
def summary(at: Invocation, model: Value, input_size: Value, rest: Value, options: Mapping[str, Value]) -> Value:
    """``summary(model, (3, 96, 96))``; whatever the rank, the batch is not among the sizes."""
    return run_on(at, model, input_size, (2,))


def run_on(at: Invocation, model: Value, input_size: Value, batch: tuple[int, ...]) -> Value:
    """Call ``model`` on a tensor of each size, or of the only one, with ``batch`` before it; nothing where one is not known."""
    sizes: Sequence[Value] = [input_size]
    if isinstance(input_size, (list, tuple)) and input_size and isinstance(input_size[0], (list, tuple)):
        sizes = input_size
    inputs = [_input(size, batch) for size in sizes]
    known = [one for one in inputs if one is not None]
    if isinstance(model, Instance) and len(known) == len(inputs):
        at.call(model, *known)
    return None


def _input(size: Value, batch: tuple[int, ...]) -> Tensor | None:
    if not isinstance(size, (list, tuple)):
        return None
    dims = tuple(dim for dim in size if isinstance(dim, (int, Expr)))
    return Tensor(Shape((*batch, *dims))) if len(dims) == len(size) else None
