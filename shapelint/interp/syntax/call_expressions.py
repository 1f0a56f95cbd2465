"""Call expressions: their arguments, and what is noted of an object that a call made."""

from __future__ import annotations

import libcst as cst

from ...shapes import Value
from ..machine.machine import Machine
from ..machine.tables import call, expression
from ..model.classes import Instance
from ..model.frame import Frame
from ..model.functions import Builtin
from ..model.open_shape import ShapeOf
from ..model.values import Gap, OneOf
from ..objects.calls import call_method
from ..objects.iteration import as_list, iterate
from .comprehensions import extend

_MOST_MAKERS = 8


@expression(cst.Call)
def _call(machine: Machine, node: cst.Call, frame: Frame) -> Value:
    function = machine.evaluate(node.func, frame)
    if type(function) is Builtin and function.name == "extend":
        drawn, target = _drawn_from(node), function.members.get("__self__")
        if drawn is not None and type(target) is list:
            extend(machine, target, drawn, frame)
            return None
    args, kwargs = _arguments(machine, node, frame)
    machine.calling.append(node)
    try:
        value = call(machine, function, args, kwargs, node, frame)
    finally:
        machine.calling.pop()
    # Every call that hands a module on is one that a comment beside it may speak of: a factory, a wrapper, ``.to(...)``.
    if type(value) is Instance and len(value.made_by) < _MOST_MAKERS and node not in value.made_by[-1:]:
        value.made_by.append(node)
    return value


def _drawn_from(node: cst.Call) -> cst.GeneratorExp | None:
    """The generator of ``outputs.extend(layer(outputs[-1]) for layer in layers)``, which sees what it has added so far."""
    match node:
        case cst.Call(
            func=cst.Attribute(attr=cst.Name(value="extend")), args=[cst.Arg(value=cst.GeneratorExp() as given)]
        ):
            return given
        case _:
            return None


def _arguments(machine: Machine, node: cst.Call, frame: Frame) -> tuple[tuple[Value, ...], dict[str, Value]]:
    """Positional and keyword arguments of a call, stars expanded; an unknown number of them is a :class:`Gap`."""
    args: list[Value] = []
    kwargs: dict[str, Value] = {}
    for arg in node.args:
        value = machine.evaluate(arg.value, frame)
        keyword, star = arg.keyword, arg.star
        if keyword is not None:
            kwargs[keyword.value] = value
        elif not star:
            args.append(value)
        elif star == "*" and isinstance(value, ShapeOf):
            # Not iterated: that would give the tensor a rank.
            args.append(Gap("an unknown shape"))
        elif star == "*":
            args.extend(iterate(machine, value, arg, frame))
        else:
            _add_named(machine, kwargs, value, arg, frame)
    return tuple(args), kwargs


def _add_named(machine: Machine, kwargs: dict[str, Value], value: Value, node: cst.Arg, frame: Frame) -> None:
    """``**value``; what it may hold beside what is known is a :class:`Gap` under ``**``."""
    if isinstance(value, Instance) and value.cls.find("keys") and value.cls.find("__getitem__"):
        value = _as_dict(machine, value, node, frame)
    if isinstance(value, dict):
        named = {key: part for key, part in value.items() if isinstance(key, str)}
        kwargs.update(named)
        if len(named) < len(value):
            kwargs["**"] = Gap("unknown keyword arguments")
    elif isinstance(value, OneOf) and value.options:
        perhaps = {key: None for option in value.options for key in option}
        kwargs["**"] = Gap("keyword arguments that may be given", perhaps)
    else:
        kwargs["**"] = Gap("unknown keyword arguments")


def _as_dict(machine: Machine, value: Instance, node: cst.Arg, frame: Frame) -> Value:
    """The entries of an object with keys, as ``**`` takes them; the object itself where the keys are not known."""
    keys = as_list(machine, call_method(machine, value, "keys", (), node, frame))
    if keys is None or not all(isinstance(key, str) for key in keys):
        return value
    return {key: call_method(machine, value, "__getitem__", (key,), node, frame) for key in keys}
