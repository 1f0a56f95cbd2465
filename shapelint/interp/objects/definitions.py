"""The values that ``def`` and ``class`` bind, decorators applied."""

from __future__ import annotations

from collections.abc import Callable

import libcst as cst

from ...shapes import Unknown, Value
from ...source.late_bodies import is_waiting
from ..machine.blocks import substatements
from ..machine.flow import OutOfFuel
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
from .class_statements import build_class
from .parameters import defaults_of

__all__ = ["define_class", "define_function", "yields"]

_DECORATING = 4_000
"""What the call of a decorator may use of the fuel of a path."""
_DESCRIPTORS: dict[str, Callable[[Value], Value]] = {
    "staticmethod": StaticMethod,
    "classmethod": ClassMethod,
    "property": Property,
}


def define_function(machine: Machine, node: cst.FunctionDef, frame: Frame) -> Value:
    """The value that ``def`` binds, decorators applied."""
    value: Value = Function(
        node.name.value,
        node,
        frame.outer if frame.is_class else frame,
        defaults_of(machine, node.params, frame),
        frame.module,
        owner=frame.owner,
        is_generator=frame.module.may_yield and yields(node.body),
    )
    for decorator in reversed(node.decorators):
        known = machine.evaluate(decorator.decorator, frame)
        if isinstance(known, (External, Unknown)) and _is_accessor(decorator.decorator):
            return Unknown("a property of an unknown base class")
        value = _decorate(machine, known, value, decorator, frame)
    return value


def _is_accessor(decorator: cst.BaseExpression) -> bool:
    """Whether it is ``@size.setter``."""
    return isinstance(decorator, cst.Attribute) and decorator.attr.value in ("setter", "deleter")


def yields(node: cst.CSTNode) -> bool:
    """Whether a statement of the body yields; a ``yield`` deeper inside an expression is hardly ever written."""
    if is_waiting(node):
        return False
    return type(getattr(node, "value", None)) is cst.Yield or any(map(yields, substatements(node)))


def _decorate(machine: Machine, decorator: Value, value: Value, node: cst.CSTNode, frame: Frame) -> Value:
    """What a decorator makes of a definition.  One that is not known is looked through."""
    match decorator:
        case External() if decorator.dotted.rpartition(".")[2] in ("property", "cached_property"):
            return Property(value)
        case External() | Unknown():
            if isinstance(value, Function):
                value.is_wrapped = True  # it may be given arguments that no call in the file shows
            return value
        case Builtin() if decorator.name in _DESCRIPTORS:
            return _DESCRIPTORS[decorator.name](value)
        case Function() if "docstring" in decorator.name:
            return value  # it writes the documentation of a definition, and so says its name
        case Function() | Builtin() | Bound() | Partial() | Class():
            result = _applied(machine, decorator, value, node, frame)
            return value if isinstance(result, Unknown) or result is None else result
        case _:
            return value


def _applied(machine: Machine, decorator: Value, value: Value, node: cst.CSTNode, frame: Frame) -> Value:
    """What a decorator in the code returns; None if it fails, or does more than enter a definition somewhere and wrap it.

    One may take strings or files apart for longer than the models take that it decorates.
    """
    kept = machine.fuel
    machine.fuel = min(kept, _DECORATING)
    given = machine.fuel
    try:
        return call(machine, decorator, (value,), {}, node, frame)
    except Thrown:
        return None
    except OutOfFuel:
        if given == kept:
            raise
        return None
    finally:
        machine.fuel += kept - given


def define_class(machine: Machine, node: cst.ClassDef, frame: Frame) -> Value:
    """The value that ``class`` binds."""
    value: Value = build_class(machine, node, frame)
    for decorator in reversed(node.decorators):
        value = _decorate(machine, machine.evaluate(decorator.decorator, frame), value, decorator, frame)
    return value
