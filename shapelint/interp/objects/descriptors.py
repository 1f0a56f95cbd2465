"""Objects that say what reading them from a class gives: ``__get__`` of a class of the code, and subclasses of ``property``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...shapes import Value
from ..machine.machine import Machine
from ..machine.tables import call
from ..model.classes import Class, Instance
from ..model.frame import Frame
from ..model.functions import Builtin, Function
from .parameters import Args, Kwargs

if TYPE_CHECKING:
    import libcst as cst

__all__ = ["PROPERTY", "got"]

PROPERTY = Class("property", unknown_base="builtins.property")
"""The base of classes that derive from ``property``."""


def _initialize(machine: Machine, args: Args, kwargs: Kwargs, node: cst.CSTNode | None, frame: Frame) -> Value:
    """``property(fget, ...)``: what a decorator of such a class is called with."""
    if isinstance(args[0], Instance) and len(args) > 1:
        machine.heap.touch(args[0].attributes)
        args[0].attributes["fget"] = args[1]
    return None


PROPERTY.names["__init__"] = Builtin("__init__", _initialize)


def got(machine: Machine, found: Value, self: Value, owner: Class) -> Value:
    """``found``, which stands in the namespace of a class, as it is read from ``self`` (None: from the class ``owner``)."""
    if type(found) is Instance and found.cls.node is not None:
        getter = found.cls.find("__get__")
        if getter is not None and isinstance(getter[1], Function):
            return call(machine, getter[1], (found, self, owner), {}, None, machine.frames[-1])
    return found
