"""Named tuples: what ``collections.namedtuple`` and ``typing.NamedTuple`` give a class beside its fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...shapes import Unknown
from ..machine.machine import Machine
from ..machine.tables import call
from ..model.classes import Class, Instance
from ..model.copies import copied_instance
from ..model.frame import Frame
from ..model.functions import Builtin, ClassMethod
from .iteration import as_list

__all__ = ["add_methods", "late_defaults"]


def _replaced(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    if "**" in kwargs:
        return Unknown("a named tuple with unknown fields")
    clone = copied_instance(args[0], deep=False)
    clone.attributes.update(kwargs)
    return clone


def _as_dict(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    return dict(args[0].attributes)


def _made(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    elements = as_list(machine, args[1])
    return (
        Unknown("a named tuple of unknown fields")
        if elements is None
        else call(machine, args[0], elements, {}, node, frame)
    )


_CONSTRUCTOR = Class("function")


def add_methods(cls: Class, fields: Sequence[str]) -> None:
    """Give ``cls`` what every named tuple has, where it does not define that itself."""
    methods: Mapping[str, Any] = {
        "_fields": tuple(fields),
        "_replace": Builtin("_replace", _replaced),
        "_asdict": Builtin("_asdict", _as_dict),
        "_make": ClassMethod(Builtin("_make", _made)),
        "__new__": Instance(_CONSTRUCTOR, {"__defaults__": None}),
    }
    for name, method in methods.items():
        cls.names.setdefault(name, method)


def late_defaults(cls: Class, fields: Sequence[str]) -> Mapping[str, Any]:
    """Defaults that were set from outside: ``Block.__new__.__defaults__ = (None,) * len(Block._fields)``."""
    constructor = cls.names.get("__new__")
    defaults = constructor.attributes.get("__defaults__") if isinstance(constructor, Instance) else None
    if not isinstance(defaults, tuple):
        return {}
    return dict(zip(fields[len(fields) - len(defaults) :], defaults, strict=False))
