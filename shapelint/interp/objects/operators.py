"""Binary operators on values of every kind: which rule decides ``left + right``."""

from __future__ import annotations

from collections.abc import Collection

import libcst as cst

from ...shapes import Expr, Tensor, Unknown, UnknownFloat, Value
from ...shapes.limits import TOO_LONG
from ..machine.bounds import bounded, excess
from ..machine.machine import Machine
from ..machine.value_join import join
from ..model.classes import Class, Instance
from ..model.frame import Frame
from ..model.open_shape import ShapeOf
from ..model.values import Choice, External, Gap, Ratio, Thrown
from ..tensors.operations import as_size, operate_tensors
from .calls import call_method
from .comparisons import PLAIN, equal, negated, question
from .number_operators import formatted, native, symbolic

__all__ = ["SYMBOLS", "operate"]

SYMBOLS = {
    "Add": "+", "Subtract": "-", "Multiply": "*", "Divide": "/", "FloorDivide": "//", "Modulo": "%", "Power": "**",
    "MatrixMultiply": "@", "BitAnd": "&", "BitOr": "|", "BitXor": "^", "LeftShift": "<<", "RightShift": ">>",
    "Equal": "==", "NotEqual": "!=", "LessThan": "<", "LessThanEqual": "<=", "GreaterThan": ">", "GreaterThanEqual": ">=",
    "Minus": "-", "Plus": "+", "BitInvert": "~",
}  # fmt: skip
"""Operators by the names of libcst's nodes."""

_ORDER = frozenset({"<", "<=", ">", ">="})
_ARITHMETIC = _ORDER | {"+", "-", "*", "/", "//", "%", "**"}
_IN_PLACE = frozenset({"+", "-", "*", "/", "//", "%", "**", "&", "|", "^", "<<", ">>"})
"""Operators of torch that have a form that changes the tensor."""
_OF_SETS = frozenset({"&", "|", "^", "-"})
_METHODS = {
    "+": "__add__", "-": "__sub__", "*": "__mul__", "/": "__truediv__", "//": "__floordiv__", "%": "__mod__",
    "@": "__matmul__", "**": "__pow__", "==": "__eq__", "!=": "__ne__", "<": "__lt__", "<=": "__le__", ">": "__gt__",
    ">=": "__ge__", "|": "__or__", "&": "__and__",
}  # fmt: skip


def operate(
    machine: Machine,
    operator: str,
    left: Value,
    right: Value,
    node: cst.CSTNode | None,
    frame: Frame,
    in_place: bool = False,
) -> Value:
    """The value of ``left operator right``, by the first of the rules below that fits.

    ``operator`` is libcst's name of it (``Add``) or its symbol; ``in_place``: whether it is written ``left += right``.
    """
    symbol = SYMBOLS.get(operator, operator)
    # Nearly all operands are plain integers, of which no rule says anything else.
    if type(left) is int and type(right) is int:
        return native(symbol, left, right)
    left, right = _as_operands(machine, symbol, left, right)
    # The template decides before its values do: one that is a tensor or an object is printed, not operated on.
    if symbol == "%" and isinstance(left, str):
        return bounded(machine, formatted(left, right))
    # Before anything unknown: torch takes numbers, lists and unknowns beside a tensor and gives a tensor, also for `==`.
    if isinstance(left, Tensor) or isinstance(right, Tensor):
        if symbol == "*" and (_is_repeated(left, right) or _is_repeated(right, left)):
            return [Gap("repeated an unknown number of times")]
        name = f"{symbol}=" if in_place and symbol in _IN_PLACE else symbol
        return operate_tensors(machine, name, left, right, node, frame)
    # Before `==`, which a class may define, and before unknowns, which its method may accept.
    if isinstance(left, Instance) or isinstance(right, Instance):
        method = _method(left, right, symbol, in_place)
        if method is not None:
            holder, name, other = method
            return call_method(machine, holder, name, (other,), node, frame)
    # Everything can be compared for equality, also what the rules below do not know how to operate on.
    if symbol == "==":
        return equal(machine, left, right)
    if symbol == "!=":
        return negated(machine, equal(machine, left, right))
    return _of_kinds(machine, symbol, left, right, node, frame)


def _of_kinds(
    machine: Machine, symbol: str, left: Value, right: Value, node: cst.CSTNode | None, frame: Frame
) -> Value:
    """What the pair of types decides; no two of the cases fit the same pair."""
    match left, right:
        # Not both are ints, which were dealt with; a truth value is one for Python, but it is not a size.
        case (int() | Expr() | Ratio(), int() | Expr() | Ratio()) if bool not in (type(left), type(right)):
            return symbolic(machine, symbol, left, right)
        case (ShapeOf(), tuple()) | (tuple(), ShapeOf()):
            return Unknown("a shape of unknown length")
        case (Choice(), _) | (_, Choice()):
            return _of_options(machine, symbol, left, right, node, frame)
        case (list() | tuple(), Expr()) | (Expr(), list() | tuple()) if symbol == "*":
            return [Gap("repeated an unknown number of times")]
        case (list() | set() as one, list() | set() as other) if symbol in _OF_SETS and list in (
            type(one),
            type(other),
        ):
            return _of_views(symbol, one, other)
        case (Class() | External() | None, _) if symbol == "|":
            return Unknown("a type")  # ``int | None``
        case (UnknownFloat(), int() | float() | UnknownFloat()) | (int() | float(), UnknownFloat()) if symbol in "+-*/":
            return UnknownFloat(f"'{symbol}' of unknown numbers")
    # After the rules for sizes, by which a list may be multiplied: where plain values do not fit, Python raises.
    if isinstance(left, PLAIN) and isinstance(right, PLAIN):
        if symbol in _ORDER and (excess(machine, left) or excess(machine, right)):
            return Unknown(TOO_LONG)  # Python would go through all that is inside of both
        return bounded(machine, native(symbol, left, right))
    # What is left is unknown.  An order is a question all the same: asked again, it is answered in the same way.
    if symbol in _ORDER:
        return machine.comparison((symbol, question(left), question(right)))
    return Unknown(f"'{symbol}' of unknown values")


def _of_views(symbol: str, left: Collection[Value], right: Collection[Value]) -> Value:
    """``a.keys() & b.keys()``: such views are lists here, and lists themselves have no such operators."""
    try:
        return native(symbol, set(left), set(right))
    except TypeError:
        return Unknown(f"'{symbol}' of unhashable values")


def _as_operands(machine: Machine, symbol: str, left: Value, right: Value) -> tuple[Value, Value]:
    """The operands, with names and tensors that represent a number replaced by it where the operator wants numbers."""
    if symbol in _ARITHMETIC:
        left, right = as_size(machine, left), as_size(machine, right)
    if symbol == "*":
        # A list times a tensor of one known element is a longer list, as Python asks the tensor for its index first.
        if isinstance(left, (list, tuple, str)):
            right = _as_index(right)
        elif isinstance(right, (list, tuple, str)):
            left = _as_index(left)
    return left, right


def _is_repeated(sequence: Value, times: Value) -> bool:
    """Whether a tensor may be one whole number, which Python takes as how often to repeat a list."""
    if not isinstance(sequence, (list, tuple)) or not isinstance(times, Tensor):
        return False
    return times.dtype != "float" and all(size == 1 or not isinstance(size, int) for size in times.shape.dims)


def _as_index(value: Value) -> Value:
    return value.elements if isinstance(value, Tensor) and isinstance(value.elements, int) else value


def _method(left: Value, right: Value, symbol: str, in_place: bool) -> tuple[Instance, str, Value] | None:
    """The method of an object that ``left symbol right`` calls: whose, its name, and its argument; None if there is none."""
    name = _METHODS.get(symbol)
    if name is None:
        return None
    if isinstance(left, Instance):
        for own in (f"__i{name[2:]}", name) if in_place else (name,):
            if left.cls.find(own):
                return left, own, right
    elif isinstance(right, Instance) and right.cls.find(f"__r{name[2:]}"):
        return right, f"__r{name[2:]}", left
    return None


def _of_options(
    machine: Machine, symbol: str, left: Value, right: Value, node: cst.CSTNode | None, frame: Frame
) -> Value:
    """One of the results for every pair of options; a pair that raises is not the one with which the program goes on."""
    results = []
    for one in left.options if isinstance(left, Choice) else (left,):
        for other in right.options if isinstance(right, Choice) else (right,):
            try:
                results.append(operate(machine, symbol, one, other, node, frame))
            except Thrown:
                continue
    return join(results) if results else Unknown("an operation on unknown alternatives")
