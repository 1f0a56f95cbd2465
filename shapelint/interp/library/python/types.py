"""``types``: a namespace is an object that has the attributes it is given."""

from __future__ import annotations

from collections.abc import Mapping

from shapelint.interp.library.declare import Invocation, means, method, models
from shapelint.interp.model.classes import Class, Instance
from shapelint.interp.model.functions import Bound
from shapelint.shapes import Unknown, Value

_NAMESPACE = Class("SimpleNamespace")

means("types.SimpleNamespace", _NAMESPACE)


@models("types.MethodType", "function, instance, /")
def method_of(at: Invocation, function: Value, instance: Value) -> Value:
    """``model.forward = MethodType(forward, model)``: a function bound to an object that may be of any class."""
    return Bound(function, instance)


@method(_NAMESPACE, "__init__", "self, /, **attributes")
def initialize(at: Invocation, self: Instance, attributes: Mapping[str, Value]) -> Value:
    """``SimpleNamespace(width=64)``; of ``SimpleNamespace(**options)`` any other attribute may be among the options."""
    hidden = {"__getattr__": Unknown("an attribute that may be among unknown options")} if "**" in attributes else {}
    at.update(self, {name: value for name, value in attributes.items() if name != "**"} | hidden)
    return None
