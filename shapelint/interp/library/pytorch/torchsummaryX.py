"""``torchsummaryX``, which runs a model on the tensors that it is given."""

from __future__ import annotations

from collections.abc import Mapping

from shapelint.interp.library.declare import Invocation, models
from shapelint.interp.model.classes import Instance
from shapelint.shapes import Tensor, Value


@models("torchsummaryX.summary", "model, x, *rest, **options")
def summary(at: Invocation, model: Value, x: Value, rest: tuple[Value, ...], options: Mapping[str, Value]) -> Value:
    """``summary(model, torch.zeros(1, 3, 96, 96))``."""
    if isinstance(model, Instance) and isinstance(x, Tensor) and not options:
        at.call(model, x, *rest)
    return None
