"""What iterating over a value gives, and taking values apart."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from ...ops.elements import Array
from ...shapes import Expr, Shape, Tensor, Unknown, Value, unknown_rank
from ...shapes.limits import LONGEST, MOST_ELEMENTS
from ..machine.bounds import bounded_tensors, go_through
from ..machine.machine import Machine
from ..machine.tables import ELEMENTS
from ..machine.value_join import join
from ..model.classes import Class, Instance
from ..model.frame import Frame
from ..model.open_shape import ShapeOf
from ..model.state import state_of
from ..model.values import Choice, Gap, ParametersOf, Thrown

__all__ = ["as_list", "iterate", "unpack"]

_TEXT = frozenset({bool, int, float, str, bytes, type(None)})


def iterate(machine: Machine, value: Value, node: cst.CSTNode | None, frame: Frame) -> list[Value]:
    """The elements of ``value`` in order; a :class:`Gap` stands for an unknown number of them."""
    known = as_list(machine, value)
    if known is not None:
        return known
    if isinstance(value, Tensor) and value.shape.rank:
        return _some_rows(value)
    if isinstance(value, ParametersOf) and frame.module.source.mentions("requires_grad"):
        return _parameters(value)
    reason = value.reason if isinstance(value, Unknown) else "iteration over an unknown value"
    machine.unknown(reason, node, frame)
    return [Gap(reason)]


def as_list(machine: Machine, value: Value) -> list[Value] | None:
    """The elements of ``value``, or None if they are unknown."""
    match value:
        case dict() if not machine.heap.is_countable(value):
            return [Gap("a dict of unknown keys")]
        case set():
            go_through(machine, len(value))
            return _in_order(value)
        case list() | tuple() | dict() | str() | range() | bytes():
            if len(value) > LONGEST:
                return None
            go_through(machine, len(value))
            return list(value)
        case Tensor():
            rows = _each_row(value)
            bounded_tensors(machine, rows)
            return rows
        case Instance():
            return ELEMENTS[Instance](machine, value)
        case Class():
            members = value.members
            return None if members is None else list(members.values())
        case Iterator():
            return list(value)
        case _:
            return None


def _parameters(value: ParametersOf) -> list[Value]:
    """The parameters one by one.  Loops that only initialise them are spared that: a large model has thousands."""
    state = state_of(value.module)
    found: list[Value] = [(entry.name, entry.tensor) if value.named else entry.tensor for entry in state.parameters]
    more = [Gap(place.reason) for place in state.unfollowed if place.is_module]
    return [*found, *more[:1]]


def _in_order(elements: set[Value]) -> list[Value]:
    """The elements of a set.

    Its order comes from hashes, and those of strings and objects differ from one run of the linter to the next.  Text is
    sorted: what a program does with each element seldom depends on the order.  Of objects the order is not known.
    """
    if all(type(element) is int for element in elements):
        return list(elements)
    if all(map(_is_text, elements)):
        return sorted(elements, key=lambda element: (type(element).__name__, repr(element)))
    return [Gap("a set of objects has no order")]


def _is_text(value: Value) -> bool:
    """Whether equal values look equal, and others do not."""
    return all(map(_is_text, value)) if type(value) is tuple else type(value) in _TEXT


def _each_row(value: Tensor) -> list[Value] | None:
    """The rows of a tensor, None if their number is unknown or large."""
    count = value.size(0) if value.shape.rank else None
    if not isinstance(count, int) or count > MOST_ELEMENTS:
        return None
    rest = Shape(value.shape.dims[1:])
    values = value.values
    if isinstance(value, Array) and not rest.dims and values is not None:
        return list(values)  # numpy's scalars are numbers
    rows = [_row(value, rest) for _ in range(count)]
    if value.places is not None and count:
        length = len(value.places) // count
        for index, row in enumerate(rows):
            row.share(value, value.places[index * length : (index + 1) * length])
    return list(rows)


def _some_rows(value: Tensor) -> list[Value]:
    """One row of a tensor of known rank, and a gap that is like it."""
    row = _row(value, Shape(value.shape.dims[1:]))
    gap = Gap("the rows of a tensor", row)
    return [row, gap] if isinstance(value.shape.dims[0], int) else [gap]


def _row(value: Tensor, shape: Shape) -> Tensor:
    """A row of a tensor, which is a view of it; it is not known which one."""
    # The rows of an array are arrays; the rows of a parameter or of a loaded batch are plain tensors.
    row = Array(shape, value.dtype) if isinstance(value, Array) else Tensor(shape, value.dtype)
    row.share(value, None)
    return row


def unpack(
    machine: Machine, value: Value, count: int, star: int | None, node: cst.CSTNode, frame: Frame
) -> list[Value]:
    """``value`` taken apart into ``count`` targets, the one at ``star`` taking the rest."""
    if isinstance(value, ShapeOf):
        return value.unpack(count, star, machine.heap.narrow)
    if isinstance(value, Choice) and star is None:
        columns = [unpack(machine, option, count, star, node, frame) for option in value.options]
        return [join(list(column)) for column in zip(*columns, strict=True)]
    elements = as_list(machine, value)
    if elements is None or any(isinstance(element, Gap) for element in elements):
        if isinstance(value, Tensor) and isinstance(value.size(0), Expr):
            rest = Shape(value.shape.dims[1:]) if value.shape.rank else unknown_rank("part of an unknown tensor")
            return [_row(value, rest) for _ in range(count)]
        return [Unknown("part of an unknown value") for _ in range(count)]
    if star is None:
        if len(elements) != count:
            raise Thrown("ValueError")
        return elements
    if len(elements) < count - 1:
        raise Thrown("ValueError")
    after = count - star - 1
    middle = elements[star : len(elements) - after]
    return [*elements[:star], middle, *elements[len(elements) - after :]]
