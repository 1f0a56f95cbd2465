"""``collections``: ordered dicts are dicts, queues are lists."""

from __future__ import annotations

from collections.abc import Mapping

from shapelint.interp.library.declare import Invocation, models
from shapelint.interp.model.class_names import ClassNames
from shapelint.interp.model.classes import Class
from shapelint.interp.model.functions import Builtin
from shapelint.interp.model.values import DefaultDict, Gap
from shapelint.interp.objects.class_statements import dataclass_init
from shapelint.interp.objects.iteration import as_list
from shapelint.interp.objects.named_tuples import add_methods
from shapelint.shapes import Unknown, Value

__all__ = ["ordered_dict"]


@models("collections.OrderedDict", "entries=(), /, **items")
def ordered_dict(at: Invocation, entries: Value, items: Mapping[str, Value]) -> Value:
    """A dict: all of them keep their order."""
    return at.call(at.machine.project.builtin("dict"), entries, **items)


@models("collections.defaultdict", "default_factory=None, entries=(), /, **items")
def default_dict(at: Invocation, default_factory: Value, entries: Value, items: Mapping[str, Value]) -> Value:
    """A dict that makes what it has not got."""
    made = ordered_dict(at, entries, items)
    return DefaultDict(default_factory, made) if isinstance(made, dict) else made


@models("collections.deque", "iterable=(), maxlen=None")
def deque(at: Invocation, iterable: Value, maxlen: Value) -> Value:
    """A list; one of bounded length loses elements as others come, so that nothing is said of its elements."""
    return at.iterate(iterable) if maxlen is None else [Gap("a queue of bounded length")]


@models("collections.namedtuple", "typename, field_names, *, rename=False, defaults=None, module=None")
def namedtuple(
    at: Invocation, typename: Value, field_names: Value, rename: Value, defaults: Value, module: Value
) -> Value:
    """A class with these fields."""
    if isinstance(field_names, str):
        names = field_names.replace(",", " ").split()
    else:
        fields = as_list(at.machine, field_names)
        names = [field for field in fields or () if isinstance(field, str)]
        if fields is None or len(names) < len(fields):
            return Unknown("a named tuple with unknown fields")
    if not isinstance(typename, str):
        return Unknown("a named tuple with unknown fields")
    cls = Class(typename, (), ClassNames({"__fields__": dict.fromkeys(names)}), dataclass=True)
    cls.names["__init__"] = Builtin("__init__", dataclass_init(cls))
    if isinstance(defaults, (tuple, list)):
        cls.names.update(zip(names[len(names) - len(defaults) :], defaults, strict=False))
    add_methods(cls, names)
    return cls
