"""``argparse``: options are their defaults, or parameters of the name where they have none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...shapes import Unknown
from ..machine.machine import Machine
from ..machine.tables import call
from ..model.classes import Class, Instance
from ..model.frame import Frame
from ..model.functions import Builtin
from .functools_ import first, nothing

__all__ = ["ARGPARSE"]


def _add_argument(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    self, *flags = args
    names = [flag for flag in flags if isinstance(flag, str)]
    if not names:
        return None
    long = next((name for name in names if name.startswith("--")), names[0])
    name = kwargs.get("dest") or long.lstrip("-").replace("-", "_")
    if "default" in kwargs:
        value = kwargs["default"]
        kind = kwargs.get("type")
        if isinstance(value, str) and isinstance(kind, Builtin) and kind.name in ("int", "float"):
            value = call(machine, kind, (value,), {}, node, frame)
    elif kwargs.get("action") in ("store_true", "store_false"):
        value = kwargs["action"] == "store_false"
    else:
        value = Unknown(f"option '{name}' has no default")
    if isinstance(name, str):
        self.attributes[name] = value


def _parse_args(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    return Instance(_NAMESPACE, {k: v for k, v in args[0].attributes.items() if not k.startswith("_group")})


def _parse_known(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    return (_parse_args(machine, args, kwargs, node, frame), [])


def _set_defaults(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    args[0].attributes.update(kwargs)


_NAMESPACE = Class("Namespace", unknown_base="argparse.Namespace")


_PARSER = Class(
    "ArgumentParser",
    names={
        "__init__": Builtin("__init__", nothing),
        "add_argument": Builtin("add_argument", _add_argument),
        "add_argument_group": Builtin("add_argument_group", first),
        "add_mutually_exclusive_group": Builtin("add_mutually_exclusive_group", first),
        "parse_args": Builtin("parse_args", _parse_args),
        "parse_known_args": Builtin("parse_known_args", _parse_known),
        "set_defaults": Builtin("set_defaults", _set_defaults),
    },
)


ARGPARSE: dict[str, Any] = {"argparse.ArgumentParser": _PARSER}
