"""``os``: variables of the shell, as if none were set.

A model reads switches from there (``"USE_FUSED" in os.environ``), with what it does by itself as the default.  A variable
that is read without a default is unknown.
"""

from __future__ import annotations

from shapelint.interp.library.declare import ANYTHING, Invocation, means, method, models
from shapelint.interp.library.no_effect import returns
from shapelint.interp.model.classes import Class, Instance
from shapelint.shapes import Unknown, Value

_ENVIRON = Class("_Environ")

means("os.environ", Instance(_ENVIRON))
method(_ENVIRON, "__contains__", "self, key")(lambda at, self, key: False)
method(_ENVIRON, "__setitem__ update", ANYTHING)(returns(None))


@models("os.getenv", "key, default=None")
def getenv(at: Invocation, key: Value, default: Value) -> Value:
    """The default."""
    return default


@method(_ENVIRON, "get setdefault pop", "self, key, default=None")
def get(at: Invocation, self: Instance, key: Value, default: Value) -> Value:
    """The default."""
    return default


@method(_ENVIRON, "__getitem__ __iter__ copy keys items values", ANYTHING)
def read(at: Invocation, args: tuple[Value, ...], kwargs: Value) -> Value:
    """What is there nobody knows."""
    return Unknown("a variable of the environment")
