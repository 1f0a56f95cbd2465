"""The environment that a program runs in: variables of the shell, as if none were set.

A model reads switches from there (``"USE_FUSED" in os.environ``), with what it does by itself as the default.  A variable
that is read without a default is unknown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...shapes import Unknown
from ..machine.machine import Machine
from ..model.classes import Class, Instance
from ..model.frame import Frame
from ..model.functions import Builtin

__all__ = ["ENVIRONMENT"]


def _getenv(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    return args[1] if len(args) > 1 else kwargs.get("default")


def _get(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    return _getenv(machine, args[1:], kwargs, node, frame)


def _contains(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    return False


def _variable(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    return Unknown("a variable of the environment")


def _nothing(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    return None


_ENVIRON = Class(
    "_Environ",
    names={
        "get": Builtin("get", _get), "setdefault": Builtin("setdefault", _get), "pop": Builtin("pop", _get),
        "__contains__": Builtin("__contains__", _contains), "__getitem__": Builtin("__getitem__", _variable),
        "__setitem__": Builtin("__setitem__", _nothing), "update": Builtin("update", _nothing),
        "copy": Builtin("copy", _variable), "keys": Builtin("keys", _variable), "items": Builtin("items", _variable),
        "values": Builtin("values", _variable), "__iter__": Builtin("__iter__", _variable),
    },
)  # fmt: skip

ENVIRONMENT: Mapping[str, Any] = {"os.environ": Instance(_ENVIRON), "os.getenv": Builtin("getenv", _getenv)}
"""What names of the module ``os`` mean."""
