"""The values that ``def`` and ``class`` bind, decorators applied."""

from __future__ import annotations

from typing import Any

import libcst as cst

from ...shapes import Unknown
from ..machine.blocks import substatements
from ..machine.machine import Machine
from ..machine.tables import call
from ..model.classes import Class
from ..model.frame import Frame
from ..model.functions import (
    Bound,
    Builtin,
    ClassMethod,
    Function,
    Partial,
    Property,
    StaticMethod,
)
from ..model.values import External, Thrown
from .classes import build_class
from .parameters import defaults_of

__all__ = ["define_class", "define_function"]


def define_function(machine: Machine, node: cst.FunctionDef, frame: Frame) -> Any:
    """The value that ``def`` binds, decorators applied."""
    value: Any = Function(
        node.name.value,
        node,
        frame.outer if frame.is_class else frame,
        defaults_of(machine, node.params, frame),
        frame.module,
        owner=frame.owner,
        is_generator=frame.module.may_yield and _yields(node.body),
    )
    for decorator in reversed(node.decorators):
        value = _decorate(machine, machine.evaluate(decorator.decorator, frame), value, decorator, frame)
    return value


def _yields(node: cst.CSTNode) -> bool:
    """Whether a statement of the body yields; a ``yield`` deeper inside an expression is hardly ever written."""
    return type(getattr(node, "value", None)) is cst.Yield or any(map(_yields, substatements(node)))


def _decorate(machine: Machine, decorator: Any, value: Any, node: cst.CSTNode, frame: Frame) -> Any:
    """What a decorator makes of a definition.  One that is not known is looked through."""
    if isinstance(decorator, External):
        name = decorator.dotted.rpartition(".")[2]
        if name in ("property", "cached_property"):
            return Property(value)
    if isinstance(decorator, (External, Unknown)):
        if isinstance(value, Function):
            value.is_wrapped = True
        return value
    if isinstance(decorator, Builtin) and decorator.name in ("staticmethod", "classmethod", "property"):
        kinds = {"staticmethod": StaticMethod, "classmethod": ClassMethod, "property": Property}
        return kinds[decorator.name](value)
    if isinstance(decorator, (Function, Builtin, Bound, Partial, Class)):
        try:
            result = call(machine, decorator, (value,), {}, node, frame)
        except Thrown:
            return value
        return value if isinstance(result, Unknown) or result is None else result
    return value


def define_class(machine: Machine, node: cst.ClassDef, frame: Frame) -> Any:
    """The value that ``class`` binds."""
    value = build_class(machine, node, frame)
    for decorator in reversed(node.decorators):
        value = _decorate(machine, machine.evaluate(decorator.decorator, frame), value, decorator, frame)
    return value
