"""Named tuples: what ``collections.namedtuple`` and ``typing.NamedTuple`` give a class beside its fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ...shapes import Unknown, Value
from ..machine.machine import Machine
from ..machine.tables import call
from ..model.classes import Class, Instance
from ..model.copies import copied
from ..model.frame import Frame
from ..model.functions import Builtin, ClassMethod
from .iteration import as_list
from .parameters import Args, Kwargs

if TYPE_CHECKING:
    import libcst as cst

__all__ = ["add_methods", "late_defaults"]


def _replaced(machine: Machine, args: Args, kwargs: Kwargs, node: cst.CSTNode | None, frame: Frame) -> Value:
    clone = copied(args[0], deep=False)
    if not isinstance(clone, Instance) or "**" in kwargs:
        return Unknown("a named tuple with unknown fields")
    clone.attributes.update(kwargs)
    return clone


def _as_dict(machine: Machine, args: Args, kwargs: Kwargs, node: cst.CSTNode | None, frame: Frame) -> Value:
    instance = args[0]
    return dict(instance.attributes) if isinstance(instance, Instance) else Unknown("a named tuple of unknown fields")


def _made(machine: Machine, args: Args, kwargs: Kwargs, node: cst.CSTNode | None, frame: Frame) -> Value:
    elements = as_list(machine, args[1])
    if elements is None:
        return Unknown("a named tuple of unknown fields")
    return call(machine, args[0], elements, {}, node, frame)


_CONSTRUCTOR = Class("function")


def add_methods(cls: Class, fields: Sequence[str]) -> None:
    """Give ``cls`` what every named tuple has, where it does not define that itself."""
    methods: Mapping[str, Value] = {
        "_fields": tuple(fields),
        "_replace": Builtin("_replace", _replaced),
        "_asdict": Builtin("_asdict", _as_dict),
        "_make": ClassMethod(Builtin("_make", _made)),
        "__new__": Instance(_CONSTRUCTOR, {"__defaults__": None}),
    }
    for name, method in methods.items():
        cls.names.setdefault(name, method)


def late_defaults(cls: Class, fields: Sequence[str]) -> Mapping[str, Value]:
    """Defaults that were set from outside: ``Block.__new__.__defaults__ = (None,) * len(Block._fields)``."""
    constructor = cls.names.get("__new__")
    defaults = constructor.attributes.get("__defaults__") if isinstance(constructor, Instance) else None
    if not isinstance(defaults, tuple):
        return {}
    return dict(zip(fields[len(fields) - len(defaults) :], defaults, strict=False))
