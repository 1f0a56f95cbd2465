"""``dataclasses``; what the decorator makes of a class is in ``interp/objects/class_statements.py``."""

from __future__ import annotations

from collections.abc import Mapping

from shapelint.interp.library.declare import Invocation, modelled, models
from shapelint.interp.model.classes import Class, Instance
from shapelint.interp.model.copies import copied
from shapelint.interp.model.values import Choice, External
from shapelint.interp.objects.class_namespace import all_fields
from shapelint.interp.objects.class_statements import make_dataclass
from shapelint.shapes import Expr, Unknown, Value

__all__ = ["replace"]

_FIELD = Class("Field")  # a class body tells it from a default by this name
_MISSING = External("dataclasses.MISSING")
_OPEN = (Unknown, Choice, External, Expr)


@models("dataclasses.dataclass", "cls=None, /, **options")
def dataclass(at: Invocation, cls: Value, options: Mapping[str, Value]) -> Value:
    """The decorator, with or without arguments, and the function that a program calls with a class."""
    if cls is None:
        return modelled("dataclass", "cls", lambda at, cls: dataclass(at, cls, {}))
    if isinstance(cls, Class) and cls.node is not None:
        make_dataclass(cls)
    return cls


def _declaring(value: Value) -> Class | None:
    """The dataclass that says which fields a class or an object has."""
    cls = value.cls if isinstance(value, Instance) else value
    return next((base for base in cls.mro if base.dataclass), None) if isinstance(cls, Class) else None


@models("dataclasses.is_dataclass", "obj")
def is_dataclass(at: Invocation, obj: Value) -> Value:
    """Whether a class is one, or an object is of one."""
    if _declaring(obj) is not None:
        return True
    cls = obj.cls if isinstance(obj, Instance) else obj
    is_open = isinstance(cls, Class) and cls.unknown_base is not None
    return Unknown("whether something is a dataclass") if is_open or isinstance(obj, _OPEN) else False


@models("dataclasses.fields", "class_or_instance")
def fields(at: Invocation, class_or_instance: Value) -> Value:
    """The fields in order."""
    cls = _declaring(class_or_instance)
    return (
        Unknown("the fields of an unknown class") if cls is None else tuple(_described(cls, n) for n in all_fields(cls))
    )


def _described(cls: Class, name: str) -> Instance:
    found = cls.find(name)
    default: Value = _MISSING if found is None else found[1]
    given = default.attributes if isinstance(default, Instance) and default.cls is _FIELD else {"default": default}
    known = {"name": name, "default": _MISSING, "default_factory": _MISSING, "init": True, "metadata": {}, **given}
    return Instance(_FIELD, known)


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
