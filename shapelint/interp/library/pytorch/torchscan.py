"""``torchscan``, which runs a model on one sample of the shape that it is given."""

from __future__ import annotations

from collections.abc import Mapping

from shapelint.interp.library.declare import Invocation, models
from shapelint.interp.library.pytorch.torchsummary import run_on
from shapelint.shapes import Value


@models("torchscan.summary", "module, input_shape=None, *rest, **options")
def summary(at: Invocation, module: Value, input_shape: Value, rest: Value, options: Mapping[str, Value]) -> Value:
    """``summary(module, (3, 96, 96))``."""
    return run_on(at, module, input_shape, (1,))
