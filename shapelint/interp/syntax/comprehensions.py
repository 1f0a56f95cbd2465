"""Comprehensions and generator expressions, also over an unknown number of elements."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from ...shapes import Unknown, Value
from ..machine.bounds import bounded
from ..machine.machine import Machine
from ..machine.tables import expression
from ..model.frame import Frame
from ..model.values import External, Gap, Thrown
from ..objects.iteration import iterate
from .assign import assign

__all__ = ["extend"]

_MAKERS = frozenset({"tensor", "as_tensor", "from_numpy"})
_UNKNOWN_ELEMENTS = Gap("a comprehension over unknown elements")


def _comprehend(
    machine: Machine, clause: cst.CompFor, frame: Frame, makes_tensors: bool = False
) -> Iterator[Gap | None]:
    """Run the clauses of a comprehension, yielding each time that its element is to be evaluated.

    Where an unknown number of elements follows, a gap comes last; if that has a ``like``, the target is bound to what they
    are like.  ``makes_tensors``: whether the element is a tensor even if the target is unknown.
    """
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


def _may_keep(machine: Machine, clause: cst.CompFor, like: Value, frame: Frame) -> bool:
    """Bind the target to an element that may not exist, and say whether its conditions hold."""
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
    """The scope of a comprehension; in a class body it sees the names of the class only if that is at the top level."""
    if frame.is_class and frame.outer is None:
        return Frame(frame.module, {}, outer=Frame(frame.module, frame.names), node=frame.node)
    return Frame(frame.module, {}, outer=frame, node=frame.node, owner=frame.owner, self=frame.self)


@expression(cst.ListComp, cst.GeneratorExp)
def _list_comprehension(machine: Machine, node: cst.ListComp | cst.GeneratorExp, frame: Frame) -> Value:
    values: list[Value] = []
    _fill(machine, values, node, _inner(frame))
    return bounded(machine, values)


def extend(machine: Machine, target: list[Value], node: cst.GeneratorExp, frame: Frame) -> None:
    """``target.extend(... for ...)``: element by element, as a generator is drawn from."""
    machine.heap.touch(target)
    _fill(machine, target, node, _inner(frame))


def _fill(machine: Machine, target: list[Value], node: cst.ListComp | cst.GeneratorExp, inner: Frame) -> None:
    for gap in _comprehend(machine, node.for_in, inner, _makes_a_tensor(machine, node.elt, inner)):
        if gap is None:
            target.append(machine.evaluate(node.elt, inner))
        else:
            like = None if gap.like is None else _perhaps(machine, node.elt, inner)
            target.append(Gap(_UNKNOWN_ELEMENTS.reason, None if isinstance(like, Unknown) else like))


def _perhaps(machine: Machine, node: cst.BaseExpression, frame: Frame) -> Value:
    """The value of an element that may not exist; None if it cannot be evaluated."""
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
def _set_comprehension(machine: Machine, node: cst.SetComp, frame: Frame) -> Value:
    values: list[Value] = []
    inner = _inner(frame)
    for gap in _comprehend(machine, node.for_in, inner):
        if gap is not None:
            return Unknown("a set of unknown elements")
        values.append(machine.evaluate(node.elt, inner))
    try:
        return bounded(machine, set(values))
    except TypeError:
        return Unknown("a set of unhashable values")


@expression(cst.DictComp)
def _dict_comprehension(machine: Machine, node: cst.DictComp, frame: Frame) -> Value:
    pairs: list[tuple[Value, Value]] = []
    inner = _inner(frame)
    for gap in _comprehend(machine, node.for_in, inner):
        if gap is not None:
            return Unknown("a dict of unknown entries")
        pairs.append((machine.evaluate(node.key, inner), machine.evaluate(node.value, inner)))
    try:
        return bounded(machine, dict(pairs))
    except TypeError:
        return Unknown("a dict with unhashable keys")
