"""Assignment to names, attributes, items and patterns of them."""

from __future__ import annotations

from typing import Any

import libcst as cst

from ...shapes import Tensor
from ..machine.machine import Machine
from ..model.classes import Instance
from ..model.frame import Frame
from ..model.values import Gap, OneOf
from ..modules.entry_access import remove_item
from ..objects.attributes import set_attribute
from ..objects.calls import call_method
from ..objects.iteration import unpack
from ..tensors.operations import write
from .subscripts import subscript_key

__all__ = ["assign", "delete", "is_tensorial"]


def assign(machine: Machine, target: Any, value: Any, frame: Frame, names: dict[str, Any]) -> None:
    """``target = value``; every plain name that is bound is noted in ``names``."""
    kind = type(target)  # isinstance is slow on libcst's abstract classes
    if kind is cst.Name:
        machine.bind(frame.target(target.value), target.value, value)
        names[target.value] = value
    elif kind is cst.Attribute:
        set_attribute(machine, machine.evaluate(target.value, frame), target.attr.value, value)
    elif kind is cst.Subscript:
        _set_item(machine, target, value, frame)
    elif kind is cst.Tuple or kind is cst.List:
        _unpack_into(machine, target, value, frame, names)
    elif kind is cst.StarredElement:
        assign(machine, target.value, value, frame, names)
    else:
        machine.unknown(f"assignment to {kind.__name__} is not followed", target, frame)


def _unpack_into(
    machine: Machine, target: cst.Tuple | cst.List, value: Any, frame: Frame, names: dict[str, Any]
) -> None:
    elements = target.elements
    star = next((i for i, element in enumerate(elements) if type(element) is cst.StarredElement), None)
    values = unpack(machine, value, len(elements), star, target, frame)
    for element, part in zip(elements, values, strict=True):
        assign(machine, element.value, part, frame, names)


def _set_item(machine: Machine, target: cst.Subscript, value: Any, frame: Frame) -> None:
    holder = machine.evaluate(target.value, frame)
    key = subscript_key(machine, target, frame)
    match holder:
        case list():
            machine.heap.touch(holder)
            if isinstance(key, int) and -len(holder) <= key < len(holder) and not _has_gap(holder):
                holder[key] = value
            elif isinstance(key, slice) and isinstance(value, list):
                try:
                    holder[key] = value
                except (TypeError, ValueError):
                    holder[:] = [Gap("a slice with unknown bounds was assigned")]
            else:
                holder[:] = [Gap("an unknown element was assigned")]
        case dict():
            machine.heap.touch(holder)
            try:
                holder[key] = value
            except TypeError:
                holder.clear()
        case Instance():
            call_method(machine, holder, "__setitem__", (key, value), target, frame)
        case Tensor():
            write(machine, holder, key, value)
        case OneOf():
            holder.options.clear()
        case _:
            pass


def _has_gap(elements: list[Any]) -> bool:
    return any(isinstance(element, Gap) for element in elements)


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
                holder.attributes.pop(target.attr.value, None)
        case cst.Subscript():
            holder = machine.evaluate(target.value, frame)
            key = subscript_key(machine, target, frame)
            if isinstance(holder, Instance):
                remove_item(machine, holder, key)
            elif isinstance(holder, (list, dict)):
                machine.heap.touch(holder)
                try:
                    del holder[key]
                except (KeyError, IndexError, TypeError):
                    holder.clear()
                    if isinstance(holder, list):
                        holder.append(Gap("an unknown element was deleted"))


def is_tensorial(value: Any) -> bool:
    """Whether a statement with this value is worth noting: a tensor, or a collection with one at the top."""
    if isinstance(value, (tuple, list)):
        return any(isinstance(element, Tensor) for element in value[:16])
    return isinstance(value, Tensor)
