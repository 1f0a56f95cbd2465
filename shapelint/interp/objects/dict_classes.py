"""Classes that derive from ``dict`` and ``OrderedDict``: their objects have entries beside their attributes.

The entries are a dict of their own, kept among the attributes under a name that no program gives.  What is not defined here
may be an attribute that ``dict`` has, so it is unknown rather than missing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ...shapes import Unknown, Value
from ..machine.machine import Machine
from ..machine.tables import ITEMS, call
from ..model.classes import Class, Instance
from ..model.copies import ENTRIES
from ..model.frame import Frame
from ..model.functions import Builtin
from ..model.values import Thrown
from .comparisons import contains
from .native_methods import native_method
from .parameters import Args, Kwargs

if TYPE_CHECKING:
    import libcst as cst

__all__ = ["DICT", "entries_of_dict"]

DICT = Class("dict", unknown_base="builtins.dict")
"""The base of classes that derive from ``dict``."""

_VAGUE = Unknown("a dict of unknown entries")


def entries_of_dict(machine: Machine, self: Instance) -> dict[Value, Value] | None:
    """The entries of an object of such a class; None where they are not known."""
    if ENTRIES not in self.attributes:
        machine.heap.touch(self.attributes)
        self.attributes[ENTRIES] = {}
    entries = self.attributes[ENTRIES]
    return entries if type(entries) is dict else None


def _initialize(machine: Machine, args: Args, kwargs: Kwargs, node: cst.CSTNode | None, frame: Frame) -> Value:
    """``super().__init__(entries, **items)``."""
    self, *given = args
    if not isinstance(self, Instance):
        return None
    entries = entries_of_dict(machine, self)
    made = call(machine, machine.project.builtin("dict"), given, kwargs, node, frame) if given or kwargs else {}
    if entries is None or not isinstance(made, dict):
        _forget(machine, self)
    else:
        machine.heap.touch(entries)
        entries.update(made)
    return None


def _forget(machine: Machine, self: Instance) -> None:
    machine.heap.touch(self.attributes)
    self.attributes[ENTRIES] = _VAGUE


def _delegate(name: str) -> Callable[..., Value]:
    """A method that the entries have too."""

    def apply(machine: Machine, args: Args, kwargs: Kwargs, node: cst.CSTNode | None, frame: Frame) -> Value:
        self, *given = args
        entries = entries_of_dict(machine, self) if isinstance(self, Instance) else None
        method = None if entries is None else native_method(entries, name)
        return _VAGUE if method is None else call(machine, method, given, kwargs, node, frame)

    return apply


def _get_item(machine: Machine, args: Args, kwargs: Kwargs, node: cst.CSTNode | None, frame: Frame) -> Value:
    self, key = args
    entries = entries_of_dict(machine, self) if isinstance(self, Instance) else None
    if entries is None or not isinstance(self, Instance):
        return _VAGUE
    missing = self.cls.find("__missing__")
    try:
        return ITEMS[dict](machine, entries, key, node, frame)
    except Thrown:
        if missing is None:
            raise
        return call(machine, missing[1], (self, key), {}, node, frame)


def _set_item(machine: Machine, args: Args, kwargs: Kwargs, node: cst.CSTNode | None, frame: Frame) -> Value:
    self, key, value = args
    entries = entries_of_dict(machine, self) if isinstance(self, Instance) else None
    if entries is None or not isinstance(self, Instance):
        return None
    machine.heap.touch(entries)
    try:
        entries[key] = value
    except TypeError:
        _forget(machine, self)
    return None


def _delete_item(machine: Machine, args: Args, kwargs: Kwargs, node: cst.CSTNode | None, frame: Frame) -> Value:
    self, key = args
    entries = entries_of_dict(machine, self) if isinstance(self, Instance) else None
    if entries is None or not isinstance(self, Instance):
        return None
    machine.heap.touch(entries)
    try:
        del entries[key]
    except KeyError:
        if machine.heap.is_countable(entries):
            raise Thrown("KeyError") from None
        _forget(machine, self)
    except TypeError:
        _forget(machine, self)
    return None


def _contains(machine: Machine, args: Args, kwargs: Kwargs, node: cst.CSTNode | None, frame: Frame) -> Value:
    self, key = args
    entries = entries_of_dict(machine, self) if isinstance(self, Instance) else None
    known = None if entries is None else contains(machine, key, entries)
    return Unknown("whether a dict has a key") if known is None else known


def _length(machine: Machine, args: Args, kwargs: Kwargs, node: cst.CSTNode | None, frame: Frame) -> Value:
    entries = entries_of_dict(machine, args[0]) if isinstance(args[0], Instance) else None
    return _VAGUE if entries is None else call(machine, machine.project.builtin("len"), (entries,), {}, node, frame)


def _keys(machine: Machine, args: Args, kwargs: Kwargs, node: cst.CSTNode | None, frame: Frame) -> Value:
    return call(machine, DICT.names["keys"], args, {}, node, frame)


_DELEGATED = (
    "clear",
    "copy",
    "get",
    "items",
    "keys",
    "move_to_end",
    "pop",
    "popitem",
    "setdefault",
    "update",
    "values",
)
DICT.names.update({name: Builtin(name, _delegate(name)) for name in _DELEGATED})
DICT.names.update(
    {
        "__init__": Builtin("__init__", _initialize),
        "__getitem__": Builtin("__getitem__", _get_item),
        "__setitem__": Builtin("__setitem__", _set_item),
        "__delitem__": Builtin("__delitem__", _delete_item),
        "__contains__": Builtin("__contains__", _contains),
        "__len__": Builtin("__len__", _length),
        "__iter__": Builtin("__iter__", _keys),
    }
)
