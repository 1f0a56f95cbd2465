"""What expressions evaluate to: names, attributes, items, calls; see also displays and operators."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import libcst as cst

from ...shapes import Expr, Tensor, Unknown, symbol
from ..machine.heap import alike, join
from ..machine.machine import Machine, call, expression, subscripted
from ..model.frame import Frame
from ..model.open_shape import ShapeOf
from ..model.values import Builtin, Choice, Class, External, Function, Gap, Instance, Thrown
from ..modules.module import get_item
from ..objects import operators  # noqa: F401  # they register what they define
from ..objects.attributes import get_attribute
from ..objects.calls import evaluate_arguments
from ..objects.iteration import iterate
from ..objects.parameters import defaults_of
from ..project.deferred import Deferred
from ..tensors.operations import operate_tensors
from . import displays  # they register what they define
from .assign import assign
from .subscripts import subscript_key

__all__ = ["item"]


@expression(cst.Name)
def _plain_name(machine: Machine, node: cst.Name, frame: Frame) -> Any:
    name = node.value
    value = frame.names.get(name, frame)
    if value is frame or name in frame.elsewhere or type(value) is Deferred:
        return machine.project.look_up(machine, name, node, frame)
    return value


@expression(cst.Lambda)
def _lambda(machine: Machine, node: cst.Lambda, frame: Frame) -> Any:
    return Function("<lambda>", node, frame, defaults_of(machine, node.params, frame), frame.module)


@expression(cst.NamedExpr)
def _named(machine: Machine, node: cst.NamedExpr, frame: Frame) -> Any:
    value = machine.evaluate(node.value, frame)
    assign(machine, node.target, value, frame, {})
    return value


@expression(cst.Await)
def _await(machine: Machine, node: cst.Await, frame: Frame) -> Any:
    return Unknown("asynchronous code is not followed")


@expression(cst.Yield)
def _yield(machine: Machine, node: cst.Yield, frame: Frame) -> Any:
    if frame.yielded is not None:
        machine.heap.touch(frame.yielded)
        match node.value:
            case None:
                frame.yielded.append(None)
            case cst.From():
                frame.yielded.extend(iterate(machine, machine.evaluate(node.value.item, frame), node, frame))
            case value:
                frame.yielded.append(machine.evaluate(value, frame))
    return None


@expression(cst.Attribute)
def _attribute(machine: Machine, node: cst.Attribute, frame: Frame) -> Any:
    holder, name = machine.evaluate(node.value, frame), node.attr.value
    if type(holder) is Instance and name in holder.attributes:
        return holder.attributes[name]
    return get_attribute(machine, holder, name)


@expression(cst.IfExp)
def _conditional(machine: Machine, node: cst.IfExp, frame: Frame) -> Any:
    return machine.choose(
        machine.evaluate(node.test, frame),
        lambda: machine.evaluate(node.body, frame),
        lambda: machine.evaluate(node.orelse, frame),
    )


@expression(cst.Subscript)
def _subscript(machine: Machine, node: cst.Subscript, frame: Frame) -> Any:
    holder = machine.evaluate(node.value, frame)
    return item(machine, holder, subscript_key(machine, node, frame), node, frame)


@subscripted(dict)
def item(machine: Machine, holder: Any, key: Any, node: cst.CSTNode, frame: Frame) -> Any:
    """``holder[key]``."""
    match holder:
        case Tensor():
            return operate_tensors(machine, "[]", holder, key, node, frame)
        case ShapeOf():
            return holder.item(key)
        case Instance():
            return get_item(machine, holder, key, node, frame)
        case Choice():
            return join([item(machine, option, key, node, frame) for option in holder.options])
        case Unknown():
            return Unknown(holder.reason)
        case dict():
            return _from_dict(machine, holder, key)
        case list() | tuple() | str() | range():
            return _from_sequence(machine, holder, key)
        case Expr():
            parameter = holder.as_symbol
            if parameter is not None and not parameter.uid and isinstance(key, (str, int)):
                return symbol(f"{parameter}[{key!r}]")
            return Unknown("an element of an unknown value")
        case Class():
            if "__members__" in holder.names and isinstance(key, str):
                return holder.names["__members__"].get(key, Unknown("an unknown member"))
            return holder  # ``Generic[T]``
        case Builtin() | External():
            return holder  # ``tuple[int, int]``
        case _:
            return Unknown("an element of an unknown value")


def _from_dict(machine: Machine, holder: dict[Any, Any], key: Any) -> Any:
    if isinstance(key, (Unknown, Expr, Choice)):
        return join(list(holder.values())) if holder else Unknown("an entry of an unknown dict")
    try:
        if key in holder:
            return holder[key]
    except TypeError:
        return Unknown("an entry with an unknown key")
    if machine.project.force_all(machine, holder) and key in holder:
        return holder[key]
    raise Thrown("KeyError")


def _from_sequence(machine: Machine, holder: Any, key: Any) -> Any:
    if isinstance(key, bool) or not isinstance(key, (int, slice)):
        if isinstance(key, (Unknown, Expr)) and holder and isinstance(holder, (list, tuple)):
            return _any_of(holder)
        return Unknown("an element at an unknown index")
    if isinstance(holder, list):
        gap = next((i for i, element in enumerate(holder) if isinstance(element, Gap)), None)
        if gap is not None and not (isinstance(key, int) and (0 <= key < gap or gap - len(holder) < key < 0)):
            return _any_of(holder) if isinstance(key, int) else Unknown("an element of a list of unknown length")
    try:
        return holder[key]
    except IndexError:
        raise Thrown("IndexError") from None
    except (TypeError, ValueError):
        return Unknown("a slice with unknown bounds")


def _any_of(holder: Sequence[Any]) -> Any:
    """An element, whichever it is: what is known of tensors that are alike."""
    like = alike(list(holder))
    return Unknown("an element at an unknown index") if like is None else like


def _drawn_from(node: cst.Call) -> cst.GeneratorExp | None:
    """The generator of ``outputs.extend(layer(outputs[-1]) for layer in layers)``, which sees what it has added so far."""
    match node:
        case cst.Call(
            func=cst.Attribute(attr=cst.Name(value="extend")), args=[cst.Arg(value=cst.GeneratorExp() as given)]
        ):
            return given
        case _:
            return None


@expression(cst.Call)
def _call(machine: Machine, node: cst.Call, frame: Frame) -> Any:
    function = machine.evaluate(node.func, frame)
    if type(function) is Builtin and function.name == "extend":
        drawn, target = _drawn_from(node), function.members.get("__self__")
        if drawn is not None and type(target) is list:
            return displays.extend(machine, target, drawn, frame)
    args, kwargs = evaluate_arguments(machine, node, frame)
    machine.calling.append(node)
    try:
        value = call(machine, function, args, kwargs, node, frame)
    finally:
        machine.calling.pop()
    if type(value) is Instance and (not value.made_by or value.made_by[-1] is not node) and len(value.made_by) < 8:
        value.made_by.append(node)
    return value
