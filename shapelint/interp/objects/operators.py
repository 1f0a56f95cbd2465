"""Operators on values of every kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import libcst as cst

from ...shapes import Expr, Tensor, Unknown, exact_quotient, fresh, less, quotient
from ..machine.heap import join
from ..machine.machine import Machine, expression
from ..model.frame import Frame
from ..model.open_shape import ShapeOf
from ..model.values import Choice, Class, External, Gap, Instance, Ratio, Thrown
from ..tensors.operations import as_size, operate_tensors
from .calls import call_method
from .comparisons import PLAIN, contains, equal, identical, may_be_anything, question, resolved

__all__ = ["operate"]


_LONGEST = 1 << 16


_LARGEST_POWER = 512


_SYMBOLS = {
    "Add": "+", "Subtract": "-", "Multiply": "*", "Divide": "/", "FloorDivide": "//", "Modulo": "%", "Power": "**",
    "MatrixMultiply": "@", "BitAnd": "&", "BitOr": "|", "BitXor": "^", "LeftShift": "<<", "RightShift": ">>",
    "Equal": "==", "NotEqual": "!=", "LessThan": "<", "LessThanEqual": "<=", "GreaterThan": ">", "GreaterThanEqual": ">=",
    "Minus": "-", "Plus": "+", "BitInvert": "~",
}  # fmt: skip


_ARITHMETIC = frozenset({"+", "-", "*", "/", "//", "%", "**", "<", "<=", ">", ">="})
_METHODS = {
    "+": "__add__", "-": "__sub__", "*": "__mul__", "/": "__truediv__", "//": "__floordiv__", "%": "__mod__",
    "@": "__matmul__", "**": "__pow__", "==": "__eq__", "!=": "__ne__", "<": "__lt__", "<=": "__le__", ">": "__gt__",
    ">=": "__ge__", "|": "__or__", "&": "__and__",
}  # fmt: skip


_HOST: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b, "/": lambda a, b: a / b,
    "//": lambda a, b: a // b, "%": lambda a, b: a % b, "**": lambda a, b: a**b, "&": lambda a, b: a & b,
    "|": lambda a, b: a | b, "^": lambda a, b: a ^ b, "<<": lambda a, b: a << b, ">>": lambda a, b: a >> b,
    "==": lambda a, b: a == b, "!=": lambda a, b: a != b, "<": lambda a, b: a < b, "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b, ">=": lambda a, b: a >= b,
}  # fmt: skip


@expression(cst.BinaryOperation)
def _binary(machine: Machine, node: cst.BinaryOperation, frame: Frame) -> Any:
    left = machine.evaluate(node.left, frame)
    right = machine.evaluate(node.right, frame)
    return operate(machine, type(node.operator).__name__, left, right, node, frame)


@expression(cst.UnaryOperation)
def _unary(machine: Machine, node: cst.UnaryOperation, frame: Frame) -> Any:
    value = machine.evaluate(node.expression, frame)
    if type(node.operator) is cst.Not:
        known = machine.truth(value)
        if known is not None:
            return not known
        return machine.comparison(("not", question(value)))
    symbol = _SYMBOLS[type(node.operator).__name__]
    match value:
        case Tensor():
            return operate_tensors(machine, symbol, value, None, node, frame)
        case int() | float() | complex():
            return -value if symbol == "-" else +value if symbol == "+" else ~value if isinstance(value, int) else value
        case Expr():
            return -value if symbol == "-" else value
        case _:
            return Unknown("a sign before an unknown value")


@expression(cst.BooleanOperation)
def _boolean(machine: Machine, node: cst.BooleanOperation, frame: Frame) -> Any:
    left = machine.evaluate(node.left, frame)
    known = machine.truth(left)
    is_and = type(node.operator) is cst.And
    if known is not None:
        return machine.evaluate(node.right, frame) if known == is_and else left
    right = machine.fork(left, [(is_and, lambda: machine.evaluate(node.right, frame))])[0]
    decided = machine.truth(right)
    if decided is not None and decided != is_and:
        return decided  # ``unknown and False``, ``unknown or True``
    if isinstance(left, (Unknown, bool)) and isinstance(right, (Unknown, bool)):
        return machine.comparison((type(node.operator).__name__, question(left), question(right)))
    return join([left, right])


@expression(cst.Comparison)
def _comparison(machine: Machine, node: cst.Comparison, frame: Frame) -> Any:
    left = machine.evaluate(node.left, frame)
    result: Any = True
    for part in node.comparisons:
        right = machine.evaluate(part.comparator, frame)
        result = _compare(machine, part.operator, left, right, node, frame)
        if machine.truth(result) is False:
            return result
        left = right
    return result


def _compare(machine: Machine, operator: cst.BaseCompOp, left: Any, right: Any, node: cst.CSTNode, frame: Frame) -> Any:
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


def operate(
    machine: Machine,
    operator: str,
    left: Any,
    right: Any,
    node: cst.CSTNode | None,
    frame: Frame,
    in_place: bool = False,
) -> Any:
    """The value of ``left operator right``; ``operator`` is libcst's name of it."""
    symbol = _SYMBOLS.get(operator, operator)
    if type(left) is int and type(right) is int:
        return _host(symbol, left, right)
    if symbol in _ARITHMETIC:
        left, right = as_size(left), as_size(right)
    if symbol == "*" and (isinstance(left, (list, tuple, str)) or isinstance(right, (list, tuple, str))):
        left, right = _whole(left), _whole(right)
    if symbol == "%" and isinstance(left, str):
        return _percent(left, right)
    if isinstance(left, Tensor) or isinstance(right, Tensor):
        return operate_tensors(
            machine, symbol + "=" * (in_place and symbol in ("+", "-", "*", "/")), left, right, node, frame
        )
    if isinstance(left, Instance):
        method = _METHODS.get(symbol)
        if method is not None:
            for name in (f"__i{method[2:]}", method) if in_place else (method,):
                if left.cls.find(name):
                    return call_method(machine, left, name, (right,), node, frame)
    if isinstance(right, Instance) and not isinstance(left, Instance):
        method = _METHODS.get(symbol)
        if method is not None and right.cls.find(f"__r{method[2:]}"):
            return call_method(machine, right, f"__r{method[2:]}", (left,), node, frame)
    if symbol == "==":
        return equal(machine, left, right)
    if symbol == "!=":
        answer = equal(machine, left, right)
        known = machine.truth(answer)
        return machine.comparison(("not", question(answer))) if known is None else not known
    match left, right:
        case (Expr() | Ratio(), int() | Expr()) | (int() | Expr(), Expr() | Ratio()):
            if not isinstance(left, bool) and not isinstance(right, bool):
                return _arithmetic(machine, symbol, left, right)
        case (ShapeOf(), tuple()) | (tuple(), ShapeOf()):
            return Unknown("a shape of unknown length")
        case (Choice(), _) | (_, Choice()):
            return _choose_operands(machine, operator, left, right, node, frame)
        case (list() | tuple(), Expr()) | (Expr(), list() | tuple()) if symbol == "*":
            return [Gap("repeated an unknown number of times")]
        case (Class() | External() | None, _) if symbol == "|":
            return Unknown("a type")
    if isinstance(left, PLAIN) and isinstance(right, PLAIN):
        return _host(symbol, left, right)
    if symbol in ("<", "<=", ">", ">="):
        return machine.comparison((symbol, question(left), question(right)))
    return Unknown(f"'{symbol}' of unknown values")


def _whole(value: Any) -> Any:
    """A known scalar tensor as the number by which a list is repeated."""
    return value.elements if isinstance(value, Tensor) and isinstance(value.elements, int) else value


def _choose_operands(
    machine: Machine, operator: str, left: Any, right: Any, node: cst.CSTNode | None, frame: Frame
) -> Any:
    lefts = left.options if isinstance(left, Choice) else (left,)
    rights = right.options if isinstance(right, Choice) else (right,)
    results = []
    for a in lefts:
        for b in rights:
            try:
                results.append(operate(machine, operator, a, b, node, frame))
            except Thrown:
                continue
    return join(results) if results else Unknown("an operation on unknown alternatives")


def _host(symbol: str, left: Any, right: Any) -> Any:
    match symbol, left, right:
        case ("*", str() | list() | tuple() | bytes(), int()) if len(left) * right > _LONGEST:
            return Unknown("a very long sequence")
        case ("*", int(), str() | list() | tuple() | bytes()) if len(right) * left > _LONGEST:
            return Unknown("a very long sequence")
        case ("**", int() | float(), int() | float()) if abs(right) > _LARGEST_POWER:
            return Unknown("a very large number")
        case ("<<", int(), int()) if right > _LARGEST_POWER:
            return Unknown("a very large number")
        case ("%", str(), _):
            return _percent(left, right)
    try:
        return _HOST[symbol](left, right)
    except ZeroDivisionError:
        raise Thrown("ZeroDivisionError") from None
    except (TypeError, ValueError, OverflowError, KeyError):
        raise Thrown("TypeError") from None


def _percent(template: str, values: Any) -> Any:
    parts = values if isinstance(values, tuple) else (values,)
    if not all(isinstance(part, (str, int, float)) for part in parts):
        return Unknown("a formatted string")
    try:
        return template % values
    except (TypeError, ValueError):
        return Unknown("a formatted string")


def _arithmetic(machine: Machine, symbol: str, left: Any, right: Any) -> Any:
    """Numbers of which at least one is symbolic."""
    left, right = (resolved(machine, v) if isinstance(v, Expr) and machine.tape.bindings else v for v in (left, right))
    if isinstance(left, Ratio) or isinstance(right, Ratio):
        return Unknown("arithmetic with a fraction of an unknown size")
    match symbol:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "//":
            return quotient(left, right) if right != 0 else Unknown("division by zero")
        case "/":
            exact = exact_quotient(left, right)
            if exact is not None:
                return exact
            if isinstance(right, int) and right > 0:
                return Ratio(left, right)
        case "%":
            if isinstance(right, int) and right > 0 and isinstance(left, Expr):
                return left % right
            if exact_quotient(left, right) is not None:
                return 0
            return fresh("r", minimum=0, reason="a remainder of unknown sizes")
        case "**" if isinstance(right, int) and 0 <= right <= 8 and isinstance(left, Expr):
            return left**right
        case "<" | "<=" | ">" | ">=":
            if may_be_anything(left) or may_be_anything(right):
                return machine.comparison((symbol, left, right))
            known = less(left, right) if symbol in ("<", ">=") else less(right, left)
            if known is None:
                return machine.comparison((symbol, left, right))
            return known if symbol in ("<", ">") else not known
    return Unknown(f"'{symbol}' of unknown sizes")
