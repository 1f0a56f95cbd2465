"""Literals, displays and comprehensions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import libcst as cst

from ...shapes import Expr, Unknown
from ..machine.machine import Machine
from ..machine.tables import expression
from ..model.frame import Frame
from ..model.values import External, Gap, Thrown
from ..objects.iteration import iterate
from .assign import assign

__all__ = ["extend"]

_MAKERS = frozenset({"tensor", "as_tensor", "from_numpy"})
_UNKNOWN_ELEMENTS = Gap("a comprehension over unknown elements")


@expression(cst.Integer, cst.Float, cst.Imaginary, cst.SimpleString)
def _literal(machine: Machine, node: cst.Integer | cst.Float | cst.SimpleString, frame: Frame) -> Any:
    """libcst compiles the literal; the common ones are read off, which is quicker than to remember them by their node."""
    text = node.value
    if text.isdigit():
        return int(text)
    if text[0] in "\"'" and "\\" not in text:
        return text[3:-3] if text.startswith(('"""', "'''")) else text[1:-1]
    return float(text) if type(node) is cst.Float else node.evaluated_value


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


def _comprehend(
    machine: Machine, clause: cst.CompFor, frame: Frame, makes_tensors: bool = False
) -> Iterator[Gap | None]:
    """Run the clauses of a comprehension, to evaluate its element each time.  Where an unknown number of elements follows,
    a gap comes last; if that has a ``like``, the element is what they are like.  ``makes_tensors``: whether even of an unknown
    element a tensor is made."""
    for element in iterate(machine, machine.evaluate(clause.iter, frame), clause, frame):
        machine.burn()
        if isinstance(element, Gap):
            like = Unknown(element.reason) if element.like is None and makes_tensors else element.like
            holds = like is not None and clause.inner_for_in is None and _may_keep(machine, clause, like, frame)
            yield Gap(element.reason, like) if holds else _UNKNOWN_ELEMENTS
            return
        assign(machine, clause.target, element, frame, {})
        keep = _keeps(machine, clause, frame)
        if keep is None:
            yield _UNKNOWN_ELEMENTS
            return
        inner = clause.inner_for_in
        if keep and inner is None:
            yield None
        elif keep and inner is not None:
            for gap in _comprehend(machine, inner, frame):
                yield gap
                if gap is not None:
                    return


def _may_keep(machine: Machine, clause: cst.CompFor, like: Any, frame: Frame) -> bool:
    """Bind the target to an element of which nobody knows whether there is one; whether its conditions hold."""
    try:
        with machine.doubted():
            assign(machine, clause.target, like, frame, {})
            return _keeps(machine, clause, frame) is True
    except Thrown:
        return False


def _keeps(machine: Machine, clause: cst.CompFor, frame: Frame) -> bool | None:
    """Whether all conditions of a clause hold, None if that is unknown."""
    for condition in clause.ifs:
        known = machine.truth(machine.evaluate(condition.test, frame))
        if not known:
            return known
    return True


def _inner(frame: Frame) -> Frame:
    if frame.is_class and frame.outer is None:
        return Frame(frame.module, {}, outer=Frame(frame.module, frame.names), node=frame.node)
    return Frame(frame.module, {}, outer=frame, node=frame.node, owner=frame.owner, self=frame.self)


@expression(cst.ListComp, cst.GeneratorExp)
def _list_comprehension(machine: Machine, node: cst.ListComp, frame: Frame) -> Any:
    values: list[Any] = []
    _fill(machine, values, node, _inner(frame))
    return values


def extend(machine: Machine, target: list[Any], node: cst.GeneratorExp, frame: Frame) -> None:
    """``target.extend(... for ...)``: element by element, as a generator is drawn from."""
    machine.heap.touch(target)
    _fill(machine, target, node, _inner(frame))


def _fill(machine: Machine, target: list[Any], node: cst.ListComp | cst.GeneratorExp, inner: Frame) -> None:
    for gap in _comprehend(machine, node.for_in, inner, _makes_a_tensor(machine, node.elt, inner)):
        if gap is None:
            target.append(machine.evaluate(node.elt, inner))
        else:
            like = None if gap.like is None else _perhaps(machine, node.elt, inner)
            target.append(Gap(_UNKNOWN_ELEMENTS.reason, None if isinstance(like, Unknown) else like))


def _perhaps(machine: Machine, node: cst.BaseExpression, frame: Frame) -> Any:
    """The value of an element of which nobody knows whether there is one; None if it cannot be evaluated."""
    arms = [(None, lambda: None), (None, lambda: machine.evaluate(node, frame))]
    return machine.fork(None, arms, repeated=True)[-1]


def _makes_a_tensor(machine: Machine, node: cst.BaseExpression, frame: Frame) -> bool:
    """Whether an element is ``torch.tensor(...)`` or another function of torch that makes a tensor of anything."""
    match node:
        case cst.Call(func=cst.Attribute(value=cst.Name(value=holder), attr=cst.Name(value=name))):
            return name in _MAKERS and isinstance(machine.project.look_up(machine, holder, node, frame), External)
        case _:
            return False


@expression(cst.SetComp)
def _set_comprehension(machine: Machine, node: cst.SetComp, frame: Frame) -> Any:
    values: list[Any] = []
    inner = _inner(frame)
    for gap in _comprehend(machine, node.for_in, inner):
        if gap is not None:
            return Unknown("a set of unknown elements")
        values.append(machine.evaluate(node.elt, inner))
    try:
        return set(values)
    except TypeError:
        return Unknown("a set of unhashable values")


@expression(cst.DictComp)
def _dict_comprehension(machine: Machine, node: cst.DictComp, frame: Frame) -> Any:
    pairs: list[tuple[Any, Any]] = []
    inner = _inner(frame)
    for gap in _comprehend(machine, node.for_in, inner):
        if gap is not None:
            return Unknown("a dict of unknown entries")
        pairs.append((machine.evaluate(node.key, inner), machine.evaluate(node.value, inner)))
    try:
        return dict(pairs)
    except TypeError:
        return Unknown("a dict with unhashable keys")
