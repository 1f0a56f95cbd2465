"""``importlib``: modules by a name that is worked out, as ``importlib.import_module(f".{name}", __package__)``."""

from __future__ import annotations

from shapelint.interp.library.declare import Invocation, models
from shapelint.shapes import Unknown, Value

__all__ = ["module_named"]


@models("importlib.import_module", "name, package=None")
def import_module(at: Invocation, name: Value, package: Value) -> Value:
    """The module of this name; one that begins with dots is looked for beside the file that asks."""
    return module_named(at, name)


def module_named(at: Invocation, name: Value) -> Value:
    """The module that a dotted name means in the file that asks."""
    if not isinstance(name, str):
        return Unknown("a module of unknown name")
    dotted = name.lstrip(".")
    project, source = at.machine.project, at.frame.module.source
    return project.find(source, len(name) - len(dotted), dotted) or project.external(dotted)
