"""``fire``: a command line for a function."""

from __future__ import annotations

from collections.abc import Mapping

from shapelint.interp.library.declare import Invocation, models
from shapelint.interp.model.functions import Function
from shapelint.interp.objects.parameters import parameters_of
from shapelint.shapes import Unknown, Value

__all__ = ["run"]


@models("fire.Fire", "component=None, *rest, **options")
def run(at: Invocation, component: Value, rest: tuple[Value, ...], options: Mapping[str, Value]) -> Value:
    """``Fire(main)`` calls ``main`` with its defaults, and what the command line gives where there are none."""
    if isinstance(component, Function):
        names = [name for name in parameters_of(component).every if name not in component.defaults]
        at.call(component, **{name: Unknown(f"option '{name}' has no default") for name in names})
    return None
