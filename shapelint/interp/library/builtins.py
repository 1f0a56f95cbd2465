"""Python's built-in functions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ...shapes import Unknown
from ..machine.machine import Machine
from ..model.classes import Class
from ..model.frame import Frame
from ..model.functions import Builtin
from .builtin_numbers import NUMBERS
from .builtin_objects import OBJECTS
from .builtin_sequences import SEQUENCES
from .builtin_types import TYPES

__all__ = ["BUILTINS"]


def _nothing(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    return None


def _unknown(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    return Unknown("a built-in function that is not modelled")


_EXCEPTIONS = (
    "Exception", "BaseException", "ValueError", "TypeError", "KeyError", "IndexError", "RuntimeError", "AssertionError",
    "NotImplementedError", "ImportError", "ModuleNotFoundError", "AttributeError", "StopIteration", "OSError",
    "FileNotFoundError", "ZeroDivisionError", "KeyboardInterrupt", "UserWarning", "DeprecationWarning", "RuntimeWarning",
    "FutureWarning", "LookupError",
)  # fmt: skip


_TABLE: dict[str, Callable[..., Any]] = {
    **TYPES,
    **NUMBERS,
    **SEQUENCES,
    **OBJECTS,
    "print": _nothing,
    **dict.fromkeys(("open", "input", "eval", "exec", "vars", "globals", "hash", "delattr", "chr", "ord",
                     "bytes", "complex", "object", "memoryview", "bytearray", "hex", "bin", "__import__", "compile",
                     "staticmethod", "classmethod", "property", "exit", "quit"), _unknown),
}  # fmt: skip

BUILTINS: dict[str, Any] = {
    **{name: Builtin(name, function) for name, function in _TABLE.items()},
    **{name: Class(name) for name in _EXCEPTIONS},
    "object": Class("object"),
    "NotImplemented": Unknown("NotImplemented"),
    "True": True,
    "False": False,
    "None": None,
    "Ellipsis": ...,
    "__debug__": True,
}
