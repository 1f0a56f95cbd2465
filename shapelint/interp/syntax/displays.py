"""Literals, formatted strings, and displays of lists, tuples, sets and dicts."""

from __future__ import annotations

from functools import lru_cache

import libcst as cst

from ...shapes import Expr, Unknown, Value
from ...shapes.limits import TOO_LARGE
from ..machine.bounds import bounded
from ..machine.machine import Machine
from ..machine.tables import call, expression
from ..model.classes import Instance
from ..model.frame import Frame
from ..objects.iteration import iterate
from ..objects.text_length import may_format_long

_QUOTES, _TRIPLE = ('"', "'"), ('"""', "'''")
_MOST_DIGITS = 300
"""Decimal digits of an integer within the limits; Python itself refuses to read more than 4300."""
_LONG = 32
"""Elements of a display of which it is worth remembering that they are literals: the names of a thousand classes, say."""


@expression(cst.Integer, cst.Float, cst.Imaginary, cst.SimpleString)
def _literal(machine: Machine, node: cst.Integer | cst.Float | cst.Imaginary | cst.SimpleString, frame: Frame) -> Value:
    """libcst compiles the literal; the common ones are read off, which is quicker than to remember them by their node."""
    text = node.value
    if text.isdigit():
        return int(text) if len(text) <= _MOST_DIGITS else Unknown(TOO_LARGE)
    if text[0] in _QUOTES and "\\" not in text:
        return text[3:-3] if text.startswith(_TRIPLE) else text[1:-1]
    return float(text) if type(node) is cst.Float else bounded(machine, node.evaluated_value)


@expression(cst.ConcatenatedString)
def _concatenated(machine: Machine, node: cst.ConcatenatedString, frame: Frame) -> Value:
    left, right = machine.evaluate(node.left, frame), machine.evaluate(node.right, frame)
    joined = left + right if isinstance(left, str) and isinstance(right, str) else Unknown("a formatted string")
    return bounded(machine, joined)


@expression(cst.FormattedString)
def _formatted(machine: Machine, node: cst.FormattedString, frame: Frame) -> Value:
    text = []
    for part in node.parts:
        match part:
            case cst.FormattedStringText():
                text.append(part.value.replace("{{", "{").replace("}}", "}"))
            case cst.FormattedStringExpression():
                piece = _interpolated(machine, part, frame)
                if piece is None:
                    return Unknown("a formatted string")
                text.append(piece)
    return bounded(machine, "".join(text))


def _interpolated(machine: Machine, part: cst.FormattedStringExpression, frame: Frame) -> str | None:
    """``{value:spec}`` as text, None if that is not known."""
    value = machine.evaluate(part.expression, frame)
    specs = () if part.format_spec is None else part.format_spec
    spec = "".join(piece.value for piece in specs if isinstance(piece, cst.FormattedStringText))
    if not isinstance(value, (str, int, float, Expr)) or part.conversion:
        return None
    if any(isinstance(piece, cst.FormattedStringExpression) for piece in specs):
        return None
    if spec and may_format_long(f"{{:{spec}}}", ()):
        return None
    try:
        return str(value) if isinstance(value, Expr) else format(value, spec)
    except (ValueError, TypeError, OverflowError):
        return None


@expression(cst.Ellipsis)
def _ellipsis(machine: Machine, node: cst.Ellipsis, frame: Frame) -> Value:
    return ...


@lru_cache(maxsize=32)
def _strings(node: cst.List | cst.Tuple | cst.Set) -> tuple[str, ...] | None:
    """The elements of a display of plain strings, which every file that imports it evaluates again; None of any other."""
    texts: list[str] = []
    for element in node.elements:
        value = element.value
        if type(element) is not cst.Element or type(value) is not cst.SimpleString:
            return None
        text = value.value
        if text[0] not in _QUOTES or "\\" in text:
            return None
        texts.append(text[3:-3] if text.startswith(_TRIPLE) else text[1:-1])
    return tuple(texts)


def _elements(machine: Machine, node: cst.List | cst.Tuple | cst.Set, frame: Frame) -> list[Value]:
    if len(node.elements) >= _LONG and (known := _strings(node)) is not None:
        return list(known)
    values: list[Value] = []
    for element in node.elements:
        value = machine.evaluate(element.value, frame)
        if type(element) is cst.StarredElement:
            values.extend(iterate(machine, value, element, frame))
        else:
            values.append(value)
    return values


@expression(cst.List)
def _list(machine: Machine, node: cst.List, frame: Frame) -> Value:
    return bounded(machine, _elements(machine, node, frame))


@expression(cst.Tuple)
def _tuple(machine: Machine, node: cst.Tuple, frame: Frame) -> Value:
    return bounded(machine, tuple(_elements(machine, node, frame)))


@expression(cst.Set)
def _set(machine: Machine, node: cst.Set, frame: Frame) -> Value:
    try:
        return bounded(machine, set(_elements(machine, node, frame)))
    except TypeError:
        return Unknown("a set of unhashable values")


@expression(cst.Dict)
def _dict(machine: Machine, node: cst.Dict, frame: Frame) -> Value:
    result: dict[Value, Value] = {}
    for element in node.elements:
        value = machine.evaluate(element.value, frame)
        if type(element) is cst.DictElement:
            key = machine.evaluate(element.key, frame)
            try:
                result[key] = value
            except TypeError:
                return machine.unknown("a dict with an unknown key", node, frame)
            continue
        if isinstance(value, Instance):  # ``{**config}``: an object with keys
            value = call(machine, machine.project.builtin("dict"), (value,), {}, node, frame)
        if isinstance(value, dict):
            result.update(value)
        else:
            return machine.unknown("a dict with unknown entries", node, frame)
    return bounded(machine, result)
