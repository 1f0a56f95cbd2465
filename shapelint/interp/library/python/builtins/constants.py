"""Constants and exceptions, and functions of which nothing is known but that they exist."""

from __future__ import annotations

from shapelint.interp.library.declare import ANYTHING, means, models
from shapelint.interp.library.no_effect import returns
from shapelint.interp.model.classes import Class
from shapelint.shapes import Unknown, Value

_NOT_MODELLED = """
    open input eval exec vars hash delattr chr ord bytes complex memoryview bytearray hex bin __import__ compile
    staticmethod classmethod property exit quit
"""
_EXCEPTIONS = """
    Exception BaseException ValueError TypeError KeyError IndexError RuntimeError AssertionError NotImplementedError
    ImportError ModuleNotFoundError AttributeError StopIteration OSError FileNotFoundError ZeroDivisionError
    KeyboardInterrupt UserWarning DeprecationWarning RuntimeWarning FutureWarning LookupError
"""
_CONSTANTS: dict[str, Value] = {
    "NotImplemented": Unknown("NotImplemented"), "True": True, "False": False, "None": None, "Ellipsis": ...,
    "__debug__": True, "object": Class("object"),
}  # fmt: skip

for _name in _NOT_MODELLED.split():
    models(f"builtins.{_name}", ANYTHING)(returns(Unknown("a built-in function that is not modelled")))
for _name in _EXCEPTIONS.split():
    means(f"builtins.{_name}", Class(_name))
for _name, _value in _CONSTANTS.items():
    means(f"builtins.{_name}", _value)
models("builtins.print", ANYTHING)(returns(None))
