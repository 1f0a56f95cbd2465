"""``copy``."""

from __future__ import annotations

from shapelint.interp.library.declare import Invocation, models
from shapelint.interp.library.python.dataclasses import replace
from shapelint.interp.model.copies import copied
from shapelint.shapes import Value

models("copy.replace", "obj, /, **changes")(replace)


@models("copy.copy", "x")
def shallow(at: Invocation, x: Value) -> Value:
    """Another object with the same parts."""
    return copied(x, deep=False)


@models("copy.deepcopy", "x, memo=None")
def deep(at: Invocation, x: Value, memo: Value) -> Value:
    """Another object with copies of the parts."""
    copies: dict[int, Value] = {}
    copy = copied(x, True, copies)
    at.machine.burn(len(copies) >> 2)
    return copy
