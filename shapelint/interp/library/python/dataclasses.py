"""``dataclasses``; what the decorator makes of a class is in ``interp/objects/class_statements.py``."""

from __future__ import annotations

from collections.abc import Mapping

from shapelint.interp.library.declare import ANYTHING, Invocation, models
from shapelint.interp.library.no_effect import decorates
from shapelint.interp.model.classes import Class, Instance
from shapelint.interp.model.copies import copied
from shapelint.shapes import Unknown, Value

__all__ = ["replace"]

_FIELD = Class("Field")  # a class body tells it from a default by this name

models("dataclasses.dataclass", ANYTHING)(decorates)


@models("dataclasses.field", "**options")
def field(at: Invocation, options: Mapping[str, Value]) -> Value:
    """What a class body says of a field."""
    return Instance(_FIELD, dict(options))


@models("dataclasses.replace", "obj, /, **changes")
def replace(at: Invocation, obj: Value, changes: Mapping[str, Value]) -> Value:
    """A copy with other values of some fields."""
    if not isinstance(obj, Instance) or "**" in changes:
        return Unknown("a dataclass with unknown fields")
    clone: Value = copied(obj, deep=False)
    if isinstance(clone, Instance):
        clone.attributes.update(changes)
    return clone


@models("dataclasses.asdict", "obj, *, dict_factory=None")
def asdict(at: Invocation, obj: Value, dict_factory: Value) -> Value:
    """The fields and their values."""
    return dict(obj.attributes) if isinstance(obj, Instance) else Unknown("the fields of an unknown dataclass")
