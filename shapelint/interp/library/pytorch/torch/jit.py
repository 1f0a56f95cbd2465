"""``torch.jit``: what is scripted stays what it is."""

from __future__ import annotations

from shapelint.interp.library.declare import ANYTHING, Invocation, models
from shapelint.interp.library.no_effect import returns_first
from shapelint.shapes import Value

models(
    "torch.jit.script torch.jit.script_method torch.jit.interface torch.jit.export torch.jit.ignore torch.jit.unused "
    "torch.jit._overload_method",
    ANYTHING,
)(returns_first)


@models("torch.jit.annotate", "the_type, the_value")
def annotate(at: Invocation, the_type: Value, the_value: Value) -> Value:
    """The value as it is."""
    return the_value
