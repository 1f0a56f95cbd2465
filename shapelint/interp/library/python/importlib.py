"""``importlib``: modules by a name that is worked out, as ``importlib.import_module(f".{name}", __package__)``."""

from __future__ import annotations

from shapelint.interp.library.declare import Invocation, models
from shapelint.shapes import Unknown, Value

__all__ = ["module_named"]

_OTHER_HARDWARE = frozenset({"torch_npu", "torch_xla", "torch_mlu", "torch_musa", "torch_neuronx", "habana_frameworks"})


@models("importlib.import_module", "name, package=None")
def import_module(at: Invocation, name: Value, package: Value) -> Value:
    """The module of this name; one that begins with dots is looked for beside the file that asks."""
    return module_named(at, name)


@models("importlib.util.find_spec", "name, package=None")
def find_spec(at: Invocation, name: Value, package: Value) -> Value:
    """Packages for other hardware are taken as missing: what they do faster has the shapes of what is written beside it."""
    is_other = isinstance(name, str) and name in _OTHER_HARDWARE
    return None if is_other else Unknown("whether a package is installed")


def module_named(at: Invocation, name: Value) -> Value:
    """The module that a dotted name means in the file that asks."""
    if not isinstance(name, str):
        return Unknown("a module of unknown name")
    dotted = name.lstrip(".")
    project, source = at.machine.project, at.frame.module.source
    return project.find(source, len(name) - len(dotted), dotted) or project.external(dotted)
