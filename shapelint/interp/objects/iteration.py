"""What iterating over a value gives, and taking values apart."""

from __future__ import annotations

from typing import Any

import libcst as cst

from ...ops.elements import Array
from ...shapes import Expr, Shape, Tensor, Unknown, unknown_rank
from ..machine.heap import join
from ..machine.machine import ELEMENTS, Machine
from ..model.frame import Frame
from ..model.open_shape import ShapeOf
from ..model.values import Choice, Class, Gap, Instance, Thrown

__all__ = ["as_list", "iterate", "unpack"]

_MOST_ELEMENTS = 100_000


def iterate(machine: Machine, value: Any, node: cst.CSTNode | None, frame: Frame) -> list[Any]:
    """The elements of ``value`` in order; a :class:`Gap` stands for an unknown number of them."""
    known = as_list(machine, value)
    if known is not None:
        return known
    if isinstance(value, Tensor) and value.shape.rank:
        return _rows(value)
    reason = value.reason if isinstance(value, Unknown) else "iteration over an unknown value"
    machine.unknown(reason, node, frame)
    return [Gap(reason)]


def as_list(machine: Machine, value: Any) -> list[Any] | None:
    """The elements of ``value``, or None if they are unknown."""
    match value:
        case dict() if not machine.heap.is_countable(value):
            return [Gap("a dict of unknown keys")]
        case list() | tuple() | set() | dict() | str() | range() | bytes():
            return list(value) if len(value) <= _MOST_ELEMENTS else None
        case Tensor():
            count = value.size(0) if value.shape.rank else None
            if isinstance(count, int) and count <= 4096:
                rest = Shape(value.shape.dims[1:])
                parts = value.elements if isinstance(value.elements, list) else [None] * count
                if isinstance(value, Array) and not rest.dims and None not in parts:
                    return list(parts)  # numpy's scalars are numbers
                made = Array if isinstance(value, Array) else Tensor
                return [made(rest, value.dtype, part) for part in parts]
            return None
        case Instance():
            return ELEMENTS[Instance](machine, value)
        case Class():
            return list(value.names["__members__"].values()) if "__members__" in value.names else None
        case _ if hasattr(value, "__next__"):
            return list(value)
        case _:
            return None


def _rows(value: Tensor) -> list[Any]:
    """The rows of a tensor of which the number is unknown or large."""
    made = Array if isinstance(value, Array) else Tensor
    row = made(Shape(value.shape.dims[1:]), value.dtype)
    gap = Gap("the rows of a tensor", row)
    return [row, gap] if isinstance(value.shape.dims[0], int) else [gap]


def unpack(machine: Machine, value: Any, count: int, star: int | None, node: cst.CSTNode, frame: Frame) -> list[Any]:
    """``value`` taken apart into ``count`` targets, the one at ``star`` taking the rest."""
    if isinstance(value, ShapeOf):
        return value.unpack(count, star)
    if isinstance(value, Choice) and star is None:
        columns = [unpack(machine, option, count, star, node, frame) for option in value.options]
        return [join(list(column)) for column in zip(*columns, strict=True)]
    elements = as_list(machine, value)
    if elements is None or any(isinstance(element, Gap) for element in elements):
        if isinstance(value, (Expr, Unknown)):
            reason = "part of an unknown value"
            return [Unknown(reason) for _ in range(count)]
        if isinstance(value, Tensor) and isinstance(value.size(0), Expr):
            rest = Shape(value.shape.dims[1:]) if value.shape.rank else unknown_rank("part of an unknown tensor")
            made = Array if isinstance(value, Array) else Tensor
            return [made(rest, value.dtype) for _ in range(count)]
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
