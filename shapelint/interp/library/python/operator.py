"""``operator``."""

from __future__ import annotations

from shapelint.interp.library.declare import Invocation, models
from shapelint.shapes import Value


@models("operator.add", "a, b")
def add(at: Invocation, a: Value, b: Value) -> Value:
    """``a + b``."""
    return at.operate("Add", a, b)


@models("operator.mul", "a, b")
def mul(at: Invocation, a: Value, b: Value) -> Value:
    """``a * b``."""
    return at.operate("Multiply", a, b)
