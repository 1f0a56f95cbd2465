"""Classes that derive from ``collections.abc.Mapping`` and define ``__getitem__`` and ``__iter__``: what the base adds to them.

What is not defined here may be something that the base has, so it is unknown rather than missing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...shapes import Unknown, Value
from ..machine.machine import Machine
from ..model.classes import Class
from ..model.frame import Frame
from ..model.functions import Builtin
from ..model.values import Gap, Thrown
from .calls import call_method
from .iteration import as_list
from .parameters import Args, Kwargs

if TYPE_CHECKING:
    import libcst as cst

__all__ = ["MAPPING", "MAPPINGS"]

MAPPING = Class("Mapping", unknown_base="collections.abc.Mapping")
"""The base of classes that derive from one of :data:`MAPPINGS`."""
MAPPINGS = frozenset({f"{m}.{n}" for m in ("collections.abc", "typing") for n in ("Mapping", "MutableMapping")})


def _keys(machine: Machine, args: Args, kwargs: Kwargs, node: cst.CSTNode | None, frame: Frame) -> Value:
    keys = as_list(machine, args[0])
    return Unknown("the keys of an unknown mapping") if keys is None else keys


def _item(machine: Machine, self: Value, key: Value, node: cst.CSTNode | None, frame: Frame) -> Value:
    return key if isinstance(key, Gap) else call_method(machine, self, "__getitem__", (key,), node, frame)


def _values(machine: Machine, args: Args, kwargs: Kwargs, node: cst.CSTNode | None, frame: Frame) -> Value:
    keys = _keys(machine, args, kwargs, node, frame)
    return [_item(machine, args[0], key, node, frame) for key in keys] if isinstance(keys, list) else keys


def _items(machine: Machine, args: Args, kwargs: Kwargs, node: cst.CSTNode | None, frame: Frame) -> Value:
    keys = _keys(machine, args, kwargs, node, frame)
    if not isinstance(keys, list):
        return keys
    return [k if isinstance(k, Gap) else (k, _item(machine, args[0], k, node, frame)) for k in keys]


def _get(machine: Machine, args: Args, kwargs: Kwargs, node: cst.CSTNode | None, frame: Frame) -> Value:
    self, key, *default = args
    try:
        return _item(machine, self, key, node, frame)
    except Thrown as error:
        if error.name != "KeyError":
            raise
        return default[0] if default else kwargs.get("default")


def _contains(machine: Machine, args: Args, kwargs: Kwargs, node: cst.CSTNode | None, frame: Frame) -> Value:
    self, key = args
    try:
        found = _item(machine, self, key, node, frame)
    except Thrown as error:
        if error.name != "KeyError":
            raise
        return False
    return Unknown("whether a mapping has a key") if isinstance(found, Unknown) else True


MAPPING.names.update(
    {
        name: Builtin(name, method)
        for name, method in {
            "keys": _keys, "values": _values, "items": _items, "get": _get, "__contains__": _contains,
        }.items()
    }
)  # fmt: skip
