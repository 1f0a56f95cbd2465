"""Literals, displays and comprehensions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import libcst as cst

from ..shapes import Expr, Unknown
from .assign import assign
from .iteration import iterate
from .machine import Machine, expression
from .scope import Frame
from .values import Gap

__all__ = ["extend"]


@expression(cst.Integer, cst.Float, cst.Imaginary, cst.SimpleString)
def _literal(machine: Machine, node: cst.Integer, frame: Frame) -> Any:
    literals = frame.module.literals
    value = literals.get(node)
    if value is None:
        value = literals[node] = _constant(node)
    return value


def _constant(node: cst.Integer | cst.SimpleString) -> Any:
    """libcst compiles the literal; the common ones are read off."""
    text = node.value
    if text.isdigit():
        return int(text)
    if text[0] in "\"'" and "\\" not in text and not text.startswith(('"""', "'''")):
        return text[1:-1]
    return node.evaluated_value


@expression(cst.ConcatenatedString)
def _concatenated(machine: Machine, node: cst.ConcatenatedString, frame: Frame) -> Any:
    left, right = machine.evaluate(node.left, frame), machine.evaluate(node.right, frame)
    return left + right if isinstance(left, str) and isinstance(right, str) else Unknown("a formatted string")


@expression(cst.FormattedString)
def _formatted(machine: Machine, node: cst.FormattedString, frame: Frame) -> Any:
    text = []
    part: Any
    for part in node.parts:
        if isinstance(part, cst.FormattedStringText):
            text.append(part.value.replace("{{", "{").replace("}}", "}"))
            continue
        value = machine.evaluate(part.expression, frame)
        spec = (
            ""
            if part.format_spec is None
            else "".join(p.value for p in part.format_spec if isinstance(p, cst.FormattedStringText))
        )
        if not isinstance(value, (str, int, float, Expr)) or part.conversion:
            return Unknown("a formatted string")
        try:
            text.append(format(value, spec) if not isinstance(value, Expr) else str(value))
        except (ValueError, TypeError):
            return Unknown("a formatted string")
    return "".join(text)


@expression(cst.Ellipsis)
def _ellipsis(machine: Machine, node: cst.Ellipsis, frame: Frame) -> Any:
    return ...


def _elements(machine: Machine, node: cst.List | cst.Tuple | cst.Set, frame: Frame) -> list[Any]:
    values: list[Any] = []
    for element in node.elements:
        value = machine.evaluate(element.value, frame)
        if type(element) is cst.StarredElement:
            values.extend(iterate(machine, value, element, frame))
        else:
            values.append(value)
    return values


@expression(cst.List)
def _list(machine: Machine, node: cst.List, frame: Frame) -> Any:
    return _elements(machine, node, frame)


@expression(cst.Tuple)
def _tuple(machine: Machine, node: cst.Tuple, frame: Frame) -> Any:
    return tuple(_elements(machine, node, frame))


@expression(cst.Set)
def _set(machine: Machine, node: cst.Set, frame: Frame) -> Any:
    try:
        return set(_elements(machine, node, frame))
    except TypeError:
        return Unknown("a set of unhashable values")


@expression(cst.Dict)
def _dict(machine: Machine, node: cst.Dict, frame: Frame) -> Any:
    result: dict[Any, Any] = {}
    element: Any
    for element in node.elements:
        value = machine.evaluate(element.value, frame)
        if type(element) is cst.StarredDictElement:
            if not isinstance(value, dict):
                return machine.unknown("a dict with unknown entries", node, frame)
            result.update(value)
            continue
        try:
            result[machine.evaluate(element.key, frame)] = value
        except TypeError:
            return machine.unknown("a dict with an unknown key", node, frame)
    return result


def _comprehend(machine: Machine, clause: cst.CompFor, frame: Frame, emit: Callable[[Frame], None]) -> bool:
    """Run the clauses of a comprehension; False where the elements are unknown."""
    for element in iterate(machine, machine.evaluate(clause.iter, frame), clause, frame):
        machine.burn()
        if isinstance(element, Gap):
            return False
        assign(machine, clause.target, element, frame, {})
        keep = True
        for condition in clause.ifs:
            known = machine.truth(machine.evaluate(condition.test, frame))
            if known is None:
                return False
            keep = keep and known
            if not keep:
                break
        if keep:
            if clause.inner_for_in is not None:
                if not _comprehend(machine, clause.inner_for_in, frame, emit):
                    return False
            else:
                emit(frame)
    return True


def _inner(frame: Frame) -> Frame:
    if frame.is_class and frame.outer is None:
        return Frame(frame.module, {}, outer=Frame(frame.module, frame.names), node=frame.node)
    return Frame(frame.module, {}, outer=frame, node=frame.node, owner=frame.owner, self=frame.self)


@expression(cst.ListComp, cst.GeneratorExp)
def _list_comprehension(machine: Machine, node: cst.ListComp, frame: Frame) -> Any:
    values: list[Any] = []
    whole = _comprehend(machine, node.for_in, _inner(frame), lambda f: values.append(machine.evaluate(node.elt, f)))
    return values if whole else [*values, Gap("a comprehension over unknown elements")]


def extend(machine: Machine, target: list[Any], node: cst.GeneratorExp, frame: Frame) -> None:
    """``target.extend(... for ...)``: element by element, as a generator is drawn from."""
    machine.heap.touch(target)
    if not _comprehend(machine, node.for_in, _inner(frame), lambda f: target.append(machine.evaluate(node.elt, f))):
        target.append(Gap("a comprehension over unknown elements"))


@expression(cst.SetComp)
def _set_comprehension(machine: Machine, node: cst.SetComp, frame: Frame) -> Any:
    values: list[Any] = []
    whole = _comprehend(machine, node.for_in, _inner(frame), lambda f: values.append(machine.evaluate(node.elt, f)))
    try:
        return set(values) if whole else Unknown("a set of unknown elements")
    except TypeError:
        return Unknown("a set of unhashable values")


@expression(cst.DictComp)
def _dict_comprehension(machine: Machine, node: cst.DictComp, frame: Frame) -> Any:
    pairs: list[tuple[Any, Any]] = []

    def emit(inner: Frame) -> None:
        pairs.append((machine.evaluate(node.key, inner), machine.evaluate(node.value, inner)))

    whole = _comprehend(machine, node.for_in, _inner(frame), emit)
    try:
        return dict(pairs) if whole else Unknown("a dict of unknown entries")
    except TypeError:
        return Unknown("a dict with unhashable keys")
