"""``container[key]``, ``del container[key]``, ``key in container`` and iteration, for containers of torch.nn and other objects."""

from __future__ import annotations

from ...shapes import Unknown, Value
from ..machine.machine import Machine
from ..machine.tables import Node, iterated, searched
from ..model.classes import Container, Instance
from ..model.frame import Frame
from ..model.module_tree import is_module
from ..model.values import Gap, Thrown
from ..objects.calls import call_method
from ..objects.iteration import as_list
from .entries import entries_of, is_uncertain, named_entries, names_of, torch_container

__all__ = ["get_item", "remove_item"]

_MOST_NUMBERED = 256
"""Elements that are asked for one by one, each of which is a call."""


@iterated(Instance)
def _elements_of(machine: Machine, value: Instance) -> list[Value] | None:
    """What iterating over an instance gives, or None if that is unknown."""
    kind = _container(value)
    if kind is not None:
        value.taken += 1
        return names_of(value) if kind.is_dict else entries_of(value)
    if value.cls.find("__iter__") is not None:
        return as_list(machine, call_method(machine, value, "__iter__", (), None, machine.frames[-1]))
    if value.cls.dataclass:
        return list(value.attributes.values())
    return _by_number(machine, value)


def _by_number(machine: Machine, value: Instance) -> list[Value] | None:
    """What ``value[0]``, ``value[1]`` and so on are until IndexError, by which Python iterates over what has no ``__iter__``."""
    if value.cls.find("__getitem__") is None or value.cls.find("__len__") is None or not _is_open(value):
        return None
    frame = machine.frames[-1]
    length = call_method(machine, value, "__len__", (), None, frame)
    if type(length) is not int or length > _MOST_NUMBERED:
        return None
    found: list[Value] = []
    try:
        while len(found) <= length:
            found.append(call_method(machine, value, "__getitem__", (len(found),), None, frame))
    except Thrown as error:
        return found if error.name == "IndexError" else None
    return None  # it may go on for ever, or not end there on a condition that is unknown


def _is_open(value: Instance) -> bool:
    """Whether no base that is not seen may define how it is iterated over."""
    base = value.cls.unknown_base
    return value.opaque is None if base is None else base in ("collections.abc.Sequence", "typing.Sequence")


@searched(Instance)
def _contains(machine: Machine, holder: Instance, key: Value) -> bool | None:
    """``key in holder``, or None if that is unknown."""
    kind = _container(holder)
    if kind is not None and kind.is_dict:
        if isinstance(key, str) and key in named_entries(holder):
            return True
        is_open = any(isinstance(name, Gap) for name in names_of(holder))
        return None if is_open or not isinstance(key, str) else False
    if holder.cls.find("__contains__"):
        return machine.truth(call_method(machine, holder, "__contains__", (key,), None, machine.frames[-1]))
    elements = _elements_of(machine, holder)
    return None if elements is None else any(element is key for element in elements)


def get_item(machine: Machine, holder: Instance, key: Value, node: Node, frame: Frame) -> Value:
    """``holder[key]``; raises Thrown where there certainly is no such element."""
    if _container(holder) is not None:
        holder.taken += 1
        return _from_dict(holder, key) if isinstance(key, str) else _from_list(holder, key)
    if holder.cls.find("__getitem__"):
        return call_method(machine, holder, "__getitem__", (key,), node, frame)
    if holder.cls.dataclass and isinstance(key, int):
        return _nth(list(holder.attributes.values()), key)
    return Unknown("an element of an unknown object")


def _container(holder: Instance) -> Container | None:
    return holder.cls.container if is_module(holder) else None


def _from_dict(holder: Instance, key: str) -> Value:
    named = named_entries(holder)
    if key not in named:
        if any(isinstance(name, Gap) for name in names_of(holder)):
            return Unknown("an element of a container of unknown names")
        raise Thrown("KeyError")
    return named[key]


def _from_list(holder: Instance, key: Value) -> Value:
    entries = entries_of(holder)
    if any(map(is_uncertain, entries)):
        return Unknown("an element of a container of unknown length")
    if isinstance(key, int):
        return _nth(entries, key)
    if not isinstance(key, slice):
        return Unknown("an element of a container of unknown length")
    try:
        part = entries[key]
    except TypeError:
        return Unknown("a slice with unknown bounds")
    except ValueError:  # a step of 0
        raise Thrown("ValueError") from None
    # A slice of a Sequential keeps the names of its modules, one of a list numbers them anew.
    is_sequential = holder.cls.container is Container.SEQUENTIAL
    names = list(named_entries(holder))[key] if is_sequential else map(str, range(len(part)))
    return Instance(torch_container(holder), dict(zip(names, part, strict=True)))


def _nth(values: list[Value], index: int) -> Value:
    try:
        return values[index]
    except IndexError:
        raise Thrown("IndexError") from None


def remove_item(machine: Machine, holder: Instance, key: Value) -> None:
    """``del holder[key]``; the rest is numbered anew, as torch does."""
    if _container(holder) is None:
        if holder.cls.find("__delitem__"):
            call_method(machine, holder, "__delitem__", (key,), None, machine.frames[-1])
        return
    named = named_entries(holder)
    machine.heap.touch(holder.attributes)
    if isinstance(key, str):
        holder.attributes.pop(key, None)
        return
    values = list(named.values())
    if not isinstance(key, (int, slice)):
        holder.opaque = "an unknown element was deleted"
        return
    try:
        del values[key]
    except (IndexError, TypeError, ValueError) as error:
        raise Thrown(type(error).__name__) from None
    for name in named:
        holder.attributes.pop(name, None)
    holder.attributes.update({str(i): value for i, value in enumerate(values)})
