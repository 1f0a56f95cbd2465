"""Names, attributes, conditional expressions, lambdas and ``yield``; other expressions have files of their own."""

from __future__ import annotations

import libcst as cst

from ...shapes import Tensor, Unknown, Value
from ..machine.bounds import extend
from ..machine.machine import Machine
from ..machine.tables import expression
from ..model.classes import Instance
from ..model.frame import Frame
from ..model.functions import Function
from ..objects.attribute_reads import get_attribute
from ..objects.iteration import iterate
from ..objects.parameters import defaults_of
from ..project.deferred import Deferred
from ..tensors.operations import read_attribute
from .assign import assign


@expression(cst.Name)
def _plain_name(machine: Machine, node: cst.Name, frame: Frame) -> Value:
    name = node.value
    # The quick way, enough for most names; ``frame`` is the marker for "not found", since no name is bound to it.
    value = frame.names.get(name, frame)
    if value is frame or name in frame.elsewhere or type(value) is Deferred:
        return machine.project.look_up(machine, name, node, frame)
    return value


@expression(cst.Lambda)
def _lambda(machine: Machine, node: cst.Lambda, frame: Frame) -> Value:
    return Function("<lambda>", node, frame, defaults_of(machine, node.params, frame), frame.module)


@expression(cst.NamedExpr)
def _named(machine: Machine, node: cst.NamedExpr, frame: Frame) -> Value:
    value = machine.evaluate(node.value, frame)
    assign(machine, node.target, value, frame, {})
    return value


@expression(cst.Await)
def _await(machine: Machine, node: cst.Await, frame: Frame) -> Value:
    return Unknown("asynchronous code is not followed")


@expression(cst.Yield)
def _yield(machine: Machine, node: cst.Yield, frame: Frame) -> Value:
    if frame.yielded is not None:
        machine.heap.touch(frame.yielded)
        match node.value:
            case None:
                frame.yielded.append(None)
            case cst.From():
                extend(machine, frame.yielded, iterate(machine, machine.evaluate(node.value.item, frame), node, frame))
            case value:
                frame.yielded.append(machine.evaluate(value, frame))
    return None


@expression(cst.Attribute)
def _attribute(machine: Machine, node: cst.Attribute, frame: Frame) -> Value:
    holder, name = machine.evaluate(node.value, frame), node.attr.value
    if name[:2] == "__":
        name = frame.private(name)
    if type(holder) is Instance and name in holder.attributes:
        return holder.attributes[name]
    if name in ("H", "mT", "mH") and isinstance(holder, Tensor):
        return read_attribute(machine, holder, name, node, frame)
    return get_attribute(machine, holder, name)


@expression(cst.IfExp)
def _conditional(machine: Machine, node: cst.IfExp, frame: Frame) -> Value:
    return machine.choose(
        machine.evaluate(node.test, frame),
        lambda: machine.evaluate(node.body, frame),
        lambda: machine.evaluate(node.orelse, frame),
    )
