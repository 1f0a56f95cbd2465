"""``sys``: the table of modules, in which decorators look for the module of what they decorate."""

from __future__ import annotations

from shapelint.interp.library.declare import Invocation, means, method
from shapelint.interp.model.classes import Class, Instance
from shapelint.shapes import Unknown, Value

_TABLE = Class("dict of modules")

means("sys.modules", Instance(_TABLE))


@method(_TABLE, "__getitem__ get", "self, name, default=None")
def module_named(at: Invocation, self: Instance, name: Value, default: Value) -> Value:
    """The module of this name that is being executed: ``sys.modules[__name__]``, ``sys.modules[function.__module__]``."""
    for frame in reversed(at.machine.frames):
        if frame.module.name == name:
            return frame.module
    return Unknown("a module by its name")


@method(_TABLE, "__contains__", "self, name")
def holds(at: Invocation, self: Instance, name: Value) -> Value:
    """Whether a module was imported so far depends on the program that is run."""
    return Unknown("whether a module was imported")


@method(_TABLE, "__setitem__ pop", "self, *rest")
def leave(at: Invocation, self: Instance, rest: Value) -> Value:
    """What a module is replaced by is not followed."""
    return Unknown("a module by its name")
