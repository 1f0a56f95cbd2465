"""Python's built-in functions of attributes, identity and text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ...shapes import Expr, Unknown
from ..machine.machine import Machine
from ..model.classes import Instance
from ..model.frame import Frame
from ..model.values import External, Gap, Thrown
from ..objects.attribute_writes import set_attribute
from ..objects.attributes import get_attribute, has_attribute

__all__ = ["OBJECTS"]


def _str(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    return (
        str(args[0])
        if args and isinstance(args[0], (str, int, float, Expr))
        else ""
        if not args
        else Unknown("a string")
    )


def _getattr(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    if not isinstance(args[1], str):
        return Unknown("an attribute of unknown name")
    try:
        return get_attribute(machine, args[0], args[1])
    except Thrown:
        if len(args) > 2:
            return args[2]
        raise


def _setattr(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    if isinstance(args[1], str):
        set_attribute(machine, args[0], args[1], args[2])
    elif isinstance(args[0], Instance):
        _set_some_attribute(machine, args[0], Unknown("an attribute of unknown name was set"))


def _set_some_attribute(machine: Machine, instance: Instance, value: Unknown) -> None:
    """What it has by now may be another; what it is given later is what it is given."""
    machine.heap.touch(instance.attributes)
    instance.attributes.update(dict.fromkeys(instance.attributes, value))
    instance.attributes["__getattr__"] = value


def _hasattr(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    known = has_attribute(machine, args[0], args[1]) if isinstance(args[1], str) else None
    return machine.comparison(("hasattr", id(args[0]), str(args[1]))) if known is None else known


def _identity(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    return id(args[0])


def _dir(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    """The names that are known of a module of torch, and an unknown number of others."""
    if not args or not isinstance(args[0], External):
        return Unknown("the names of an object")
    return [*machine.project.star_names(args[0].dotted), Gap("further names")]


def _locals(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    """What a function's names are bound to at this moment, for ``kwargs = dict(locals())``."""
    return Unknown("the names of a module") if frame.node is None else dict(frame.names)


def _slice(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    return slice(*args)


OBJECTS: dict[str, Callable[..., Any]] = {
    "getattr": _getattr, "setattr": _setattr, "hasattr": _hasattr, "dir": _dir, "id": _identity, "slice": _slice, "locals": _locals,
    "str": _str, "repr": _str, "format": _str,
}  # fmt: skip
