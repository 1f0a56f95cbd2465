"""Classes of the linted code: their bodies, bases, dataclass fields and enum members."""

from __future__ import annotations

from typing import Any

import libcst as cst

from ..shapes import Unknown
from .machine import Machine
from .scope import Frame
from .values import Choice, Class, External, Instance

__all__ = ["build_class"]

_ENUMS = frozenset({"enum.Enum", "enum.IntEnum", "enum.StrEnum", "enum.Flag", "enum.IntFlag"})
_HARMLESS = frozenset(
    {"object", "abc.ABC", "typing.Generic", "typing.Protocol", "typing.NamedTuple", "builtins.object", "typing_extensions.Protocol"}
)


def build_class(machine: Machine, node: cst.ClassDef, frame: Frame) -> Class:
    """Execute the class body and find the bases; a base that is not known is remembered by name."""
    from .statements import run_block

    bases: list[Class] = []
    unknown_base: str | None = None
    kinds: set[str] = set()
    for arg in node.bases:
        base = machine.evaluate(arg.value, frame)
        match base:
            case Class():
                bases.append(base)
            case External():
                kinds.add(base.dotted)
                if base.dotted not in _HARMLESS and base.dotted not in _ENUMS:
                    unknown_base = base.dotted
            case Choice() | Unknown():
                unknown_base = "an unknown class"
            case _:
                pass
    cls = Class(node.name.value, tuple(bases), {}, frame.module, node, unknown_base=unknown_base)
    inner = Frame(frame.module, cls.names, None if frame.outer is None and frame.node is None else frame, is_class=True)
    inner.owner = cls
    inner.node = frame.node
    run_block(machine, node.body.body, inner)
    cls.dataclass = "typing.NamedTuple" in kinds or any(_is_dataclass(d) for d in node.decorators)
    if kinds & _ENUMS or any("__members__" in base.names for base in bases):
        _make_members(cls)
    return cls


def _is_dataclass(decorator: cst.Decorator) -> bool:
    callee = decorator.decorator.func if isinstance(decorator.decorator, cst.Call) else decorator.decorator
    name = callee.attr if isinstance(callee, cst.Attribute) else callee
    return isinstance(name, cst.Name) and name.value in ("dataclass", "define", "frozen")


def _make_members(cls: Class) -> None:
    from .values import Function, Property

    members: dict[str, Any] = {}
    for name, value in list(cls.names.items()):
        if name.startswith("__") or isinstance(value, (Function, Property)):
            continue
        members[name] = Instance(cls, {"name": name, "value": value, "_name_": name, "_value_": value})
        cls.names[name] = members[name]
    cls.names["__members__"] = members
