"""Operator expressions: ``a + b``, ``-a``, ``a and b``, ``a < b <= c``, ``a in b``."""

from __future__ import annotations

import libcst as cst

from ...shapes import Expr, Tensor, Unknown, UnknownFloat, Value
from ..machine.machine import Machine
from ..machine.tables import expression
from ..machine.value_join import join
from ..model.frame import Frame
from ..model.values import Thrown
from ..objects.comparisons import contains, identical, negated, question
from ..objects.operators import SYMBOLS, operate
from ..tensors.operations import operate_tensors


@expression(cst.BinaryOperation)
def _binary(machine: Machine, node: cst.BinaryOperation, frame: Frame) -> Value:
    left = machine.evaluate(node.left, frame)
    right = machine.evaluate(node.right, frame)
    return operate(machine, type(node.operator).__name__, left, right, node, frame)


@expression(cst.UnaryOperation)
def _unary(machine: Machine, node: cst.UnaryOperation, frame: Frame) -> Value:
    value = machine.evaluate(node.expression, frame)
    if type(node.operator) is cst.Not:
        return negated(machine, value)
    symbol = SYMBOLS[type(node.operator).__name__]
    match value:
        case Tensor():
            return operate_tensors(machine, symbol, value, None, node, frame)
        case int() | float() | complex():
            return -value if symbol == "-" else +value if symbol == "+" else ~value if isinstance(value, int) else value
        case Expr():
            return -value if symbol == "-" else value
        case UnknownFloat() if symbol != "~":
            return UnknownFloat("a sign before an unknown number")
        case _:
            return Unknown("a sign before an unknown value")


@expression(cst.BooleanOperation)
def _boolean(machine: Machine, node: cst.BooleanOperation, frame: Frame) -> Value:
    left = machine.evaluate(node.left, frame)
    known = machine.truth(left)
    is_and = type(node.operator) is cst.And
    if known is not None:
        return machine.evaluate(node.right, frame) if known == is_and else left
    # The right side is evaluated only if the left one left it open, and may rely on it: ``x is not None and x.shape[0]``.
    try:
        right = machine.fork(left, [(is_and, lambda: machine.evaluate(node.right, frame))])[0]
    except Thrown:
        return False if is_and else left  # a program that goes on did not come to the right side
    decided = machine.truth(right)
    if decided is not None and decided != is_and:
        return decided  # ``unknown and False``, ``unknown or True``
    if isinstance(left, (Unknown, bool)) and isinstance(right, (Unknown, bool)):
        return machine.comparison((type(node.operator).__name__, question(left), question(right)))
    return join([left, right])


@expression(cst.Comparison)
def _comparison(machine: Machine, node: cst.Comparison, frame: Frame) -> Value:
    left = machine.evaluate(node.left, frame)
    result: Value = True
    for part in node.comparisons:
        right = machine.evaluate(part.comparator, frame)
        result = _compared(machine, part.operator, left, right, node, frame)
        if machine.truth(result) is False:
            return result
        left = right
    return result


def _compared(
    machine: Machine, operator: cst.BaseCompOp, left: Value, right: Value, node: cst.CSTNode, frame: Frame
) -> Value:
    name = type(operator).__name__
    match name:
        case "Is" | "IsNot":
            answer = identical(left, right)
        case "In" | "NotIn":
            answer = contains(machine, left, right)
        case _:
            return operate(machine, name, left, right, node, frame)
    if answer is None:
        return machine.comparison((name, question(left), question(right)))
    return answer == (name in ("Is", "In"))
