"""``torchinfo``, whose sizes hold the batch, unless ``batch_dim`` says where it belongs."""

from __future__ import annotations

from collections.abc import Mapping

from shapelint.interp.library.declare import Invocation, models
from shapelint.interp.library.pytorch.torchsummary import run_on
from shapelint.shapes import Value


@models("torchinfo.summary", "model, input_size=None, *rest, batch_dim=None, **options")
def summary(
    at: Invocation, model: Value, input_size: Value, rest: Value, batch_dim: Value, options: Mapping[str, Value]
) -> Value:
    """``summary(model, (16, 3, 96, 96))``."""
    return run_on(at, model, input_size, ()) if batch_dim is None else None
