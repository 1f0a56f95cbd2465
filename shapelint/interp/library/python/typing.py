"""``typing``."""

from __future__ import annotations

from shapelint.interp.library.declare import ANYTHING, Invocation, means, models
from shapelint.interp.library.no_effect import returns_first
from shapelint.interp.library.python.collections import ordered_dict
from shapelint.shapes import Value

means("typing.TYPE_CHECKING", False)
models("typing.final typing.overload", ANYTHING)(returns_first)
models("typing.OrderedDict", "entries=(), /, **items")(ordered_dict)


@models("typing.cast", "typ, val")
def cast(at: Invocation, typ: Value, val: Value) -> Value:
    """The value as it is."""
    return val
