"""Assigning to, and deleting, names, attributes, items and patterns of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import libcst as cst

from ...shapes import Tensor, Unknown, Value
from ...shapes.limits import TOO_LONG
from ..machine.bounds import too_long
from ..machine.machine import Machine
from ..model.classes import Instance
from ..model.frame import Frame
from ..model.values import Gap, OneOf
from ..modules.entry_access import remove_item
from ..objects.attribute_writes import set_attribute
from ..objects.calls import call_method
from ..objects.iteration import unpack
from ..tensors.operations import write
from .subscripts import subscript_key

__all__ = ["assign", "delete", "is_tensorial"]


def assign(machine: Machine, target: cst.BaseExpression, value: Value, frame: Frame, names: dict[str, Value]) -> None:
    """``target = value``; every plain name that is bound is noted in ``names``."""
    if type(target) is cst.Name:  # most targets; isinstance is slow on libcst's abstract classes
        machine.bind(frame.target(target.value), target.value, value)
        names[target.value] = value
        return
    write = _WRITES.get(type(target))
    if write is None:
        machine.unknown(f"assignment to {type(target).__name__} is not followed", target, frame)
    else:
        write(machine, target, value, frame, names)


def _set_attribute(
    machine: Machine, target: cst.Attribute, value: Value, frame: Frame, names: dict[str, Value]
) -> None:
    set_attribute(machine, machine.evaluate(target.value, frame), frame.private(target.attr.value), value)


def _assign_rest(
    machine: Machine, target: cst.StarredElement, value: Value, frame: Frame, names: dict[str, Value]
) -> None:
    assign(machine, target.value, value, frame, names)


def _unpack(
    machine: Machine, target: cst.Tuple | cst.List, value: Value, frame: Frame, names: dict[str, Value]
) -> None:
    elements = target.elements
    star = next((i for i, element in enumerate(elements) if type(element) is cst.StarredElement), None)
    values = unpack(machine, value, len(elements), star, target, frame)
    for element, part in zip(elements, values, strict=True):
        assign(machine, element.value, part, frame, names)


def _set_item(machine: Machine, target: cst.Subscript, value: Value, frame: Frame, names: dict[str, Value]) -> None:
    holder = machine.evaluate(target.value, frame)
    key = subscript_key(machine, target, frame)
    match holder:
        case list():
            machine.heap.touch(holder)
            _set_in_list(holder, key, value)
        case dict():
            machine.heap.touch(holder)
            try:
                holder[key] = value
            except TypeError:
                holder.clear()
        case Instance():
            call_method(machine, holder, "__setitem__", (key, value), target, frame)
        case Tensor():
            write(machine, holder, key, value, target, frame)
        case OneOf():
            holder.options.clear()
        case Unknown():
            machine.heap.forget_tensors()
        case _:
            pass


def _set_in_list(holder: list[Value], key: Value, value: Value) -> None:
    is_counted = not any(isinstance(element, Gap) for element in holder)
    if isinstance(key, int) and -len(holder) <= key < len(holder) and is_counted:
        holder[key] = value
    elif isinstance(key, slice) and isinstance(value, list):
        try:
            holder[key] = value
        except (TypeError, ValueError):
            holder[:] = [Gap("a slice with unknown bounds was assigned")]
        if too_long(len(holder)):
            holder[:] = [Gap(TOO_LONG)]
    else:
        holder[:] = [Gap("an unknown element was assigned")]


_WRITES: dict[type, Callable[[Machine, Any, Value, Frame, dict[str, Value]], None]] = {
    cst.Attribute: _set_attribute,
    cst.List: _unpack,
    cst.StarredElement: _assign_rest,
    cst.Subscript: _set_item,
    cst.Tuple: _unpack,
}
"""What assigning to a node of each type does."""


def delete(machine: Machine, target: cst.CSTNode, frame: Frame) -> None:
    """``del target``."""
    match target:
        case cst.Name():
            names = frame.target(target.value)
            machine.heap.touch(names)
            names.pop(target.value, None)
        case cst.Tuple() | cst.List():
            for element in target.elements:
                delete(machine, element.value, frame)
        case cst.Attribute():
            holder = machine.evaluate(target.value, frame)
            if isinstance(holder, Instance):
                machine.heap.touch(holder.attributes)
                holder.attributes.pop(frame.private(target.attr.value), None)
        case cst.Subscript():
            holder = machine.evaluate(target.value, frame)
            _delete_item(machine, holder, subscript_key(machine, target, frame))


def _delete_item(machine: Machine, holder: Value, key: Value) -> None:
    match holder:
        case Instance():
            remove_item(machine, holder, key)
        case dict():
            machine.heap.touch(holder)
            try:
                del holder[key]
            except (KeyError, TypeError):
                holder.clear()
        case list():
            machine.heap.touch(holder)
            try:
                del holder[_as_index(key)]
            except (IndexError, TypeError):
                holder[:] = [Gap("an unknown element was deleted")]


def _as_index(key: Value) -> int | slice:
    """``key`` if a list may be indexed with it; raises TypeError as Python does."""
    if isinstance(key, (int, slice)):
        return key
    raise TypeError


def is_tensorial(value: Value) -> bool:
    """Whether a statement with this value is worth noting: a tensor, or a collection with one at the top."""
    if isinstance(value, (tuple, list)):
        return any(isinstance(element, Tensor) for element in value[:16])
    return isinstance(value, Tensor)
