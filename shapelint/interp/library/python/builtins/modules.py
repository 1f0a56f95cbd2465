"""Built-in functions of modules: ``__import__``."""

from __future__ import annotations

from shapelint.interp.library.declare import Invocation, models
from shapelint.interp.library.python.importlib import module_named
from shapelint.shapes import Unknown, Value


@models("builtins.__import__", "name, globals=None, locals=None, fromlist=(), level=0")
def import_top(at: Invocation, name: Value, globals: Value, locals: Value, fromlist: Value, level: Value) -> Value:
    """The package that the name begins with, unless something is to be taken from the module."""
    whole = name if fromlist or not isinstance(name, str) else name.partition(".")[0]
    return module_named(at, whole) if level == 0 else Unknown("a module by its name")
