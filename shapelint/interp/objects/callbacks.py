"""Functions that are given away: to a hook, or to code that is not known, which may call them at any time.

Nobody sees when such a function runs, so what it sets on an object is unknown from then on, whatever else sets it.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from ...shapes import Tensor, Value
from ...source.inner_nodes import inner_nodes
from ...source.late_bodies import of_function
from ..machine.machine import Machine
from ..model.classes import Instance
from ..model.frame import Frame, private_name
from ..model.functions import Bound, Function, Partial, Property
from .attribute_writes import set_attribute

__all__ = ["given_away"]

_CALLBACKS = (Bound, Function, Partial)


def given_away(machine: Machine, value: Value) -> None:
    """Somebody who is not followed got ``value``; if it is a function, what it sets on objects is not known any more.

    Nor are the elements of a tensor, and of all tensors if the function writes to one.
    """
    if isinstance(value, (list, tuple)):
        for part in value:
            if isinstance(part, Tensor):
                part.write(None)
    if isinstance(value, Tensor):
        value.write(None)
    if isinstance(value, _CALLBACKS):
        for holder, name in dict.fromkeys(_changes(value, None, set())):
            machine.heap.touch(holder.attributes)
            holder.set_elsewhere |= {name}
            if name in holder.attributes:
                set_attribute(machine, holder, name, holder.attributes[name])
        function: Value = value
        while isinstance(function, (Bound, Partial)):
            function = function.function
        if isinstance(function, Function):
            function.looked_into = True
            if _writes_elements(function.node):
                machine.heap.forget_tensors()


def _changes(value: Value, self: Instance | None, seen: set[tuple[int, int]]) -> Iterator[tuple[Instance, str]]:
    """The attributes that a call of ``value`` may set or add to: those of ``self`` and of objects it closes over."""
    match value:
        case Partial():
            yield from _changes(value.function, self, seen)
        case Bound():
            yield from _changes(value.function, value.self if isinstance(value.self, Instance) else None, seen)
        case Property():
            yield from _changes(value.getter, self, seen)
        case Function() if (self is not None or _is_closure(value)) and (id(value), id(self)) not in seen:
            seen.add((id(value), id(self)))
            first = value.node.params.params[:1]
            owners: dict[str, Value] = {first[0].name.value: self} if first and self is not None else {}
            yield from _changes_in(value, owners, seen)


def _is_closure(function: Function) -> bool:
    """Whether it is defined inside of a function; one at the top level may be given to a decorator, and sets nothing of ours."""
    return function.scope is not None and isinstance(function.scope.node, (cst.FunctionDef, cst.Lambda))


def _changes_in(
    function: Function, owners: dict[str, Value], seen: set[tuple[int, int]]
) -> Iterator[tuple[Instance, str]]:
    function.looked_into = True
    for name, attribute, is_set, asked in _mentioned(function.node):
        holder = _object(name, function.scope, owners)
        if holder is None:
            continue
        if function.owner is not None and attribute[:2] == "__" != attribute[-2:]:
            attribute = private_name(attribute, function.owner.name)
        if is_set or (asked and not _keeps_itself(holder.attributes.get(attribute))):
            yield holder, attribute
        part = holder.attributes.get(attribute)
        if isinstance(part, Instance):  # it stays where it is, whatever it is asked to do, but may change itself
            for method in asked:
                known = part.cls.find(method)
                yield from () if known is None else _changes(known[1], part, seen)
        found = holder.cls.find(attribute)
        if found is not None:  # a method or property, which may set more
            yield from _changes(found[1], holder, seen)


def _keeps_itself(part: Value) -> bool:
    """Whether calls of its methods leave an attribute what it is: an object of a class whose methods all are in the code."""
    return isinstance(part, Instance) and part.cls.unknown_base is None and part.cls.container is None


@of_function(512)
def _writes_elements(node: cst.FunctionDef | cst.Lambda) -> bool:
    """Whether a function has a statement that may write to a tensor: ``t[0] = 1``, ``t += 1``, ``t.fill_(1)``."""
    waiting: list[cst.CSTNode] = [node.body]
    while waiting:
        part = waiting.pop()
        waiting += inner_nodes(part)
        match part:
            case cst.AugAssign() | cst.AssignTarget(target=cst.Subscript()):
                return True
            case cst.Attribute(attr=cst.Name(value=name)) if name.endswith("_") and not name.startswith("_"):
                return True
            case _:
                pass
    return False


@of_function(512)
def _mentioned(node: cst.FunctionDef | cst.Lambda) -> tuple[tuple[str, str, bool, tuple[str, ...]], ...]:
    """Each ``name.attribute`` in a function, whether it is set or filled there, and which of its methods are called."""
    found: dict[tuple[str, str], tuple[bool, list[str]]] = {}
    waiting: list[cst.CSTNode] = [node.body]
    while waiting:
        part = waiting.pop()
        waiting += part.children
        changed, method = _set_or_filled(part)
        for attribute in (part, changed):
            if isinstance(attribute, cst.Attribute) and isinstance(attribute.value, cst.Name):
                key = attribute.value.value, attribute.attr.value
                is_set, asked = found.get(key, (False, []))
                is_changed = attribute is changed
                asked += [method] if is_changed and method is not None else []
                found[key] = is_set or (is_changed and method is None), asked
    return tuple((*key, is_set, tuple(dict.fromkeys(asked))) for key, (is_set, asked) in found.items())


def _set_or_filled(node: cst.CSTNode) -> tuple[cst.BaseExpression | None, str | None]:
    """The attribute in ``self.seen = x``, ``self.seen[0] = x`` and ``self.seen.append(x)``, and of the last the method."""
    target: cst.BaseExpression
    method = None
    match node:
        case cst.AssignTarget() | cst.AugAssign() | cst.AnnAssign():
            target = node.target
        case cst.Call(func=cst.Attribute(value=called_on, attr=cst.Name(value=name))):
            target, method = called_on, name
        case _:
            return None, None
    while isinstance(target, cst.Subscript):
        target, method = target.value, None  # what is called is an element, not the attribute
    return target, method


def _object(name: str, scope: Frame | None, owners: dict[str, Value]) -> Instance | None:
    """The object that a name means inside of the function, if it is one."""
    if name in owners:
        value = owners[name]
    else:
        names = None if scope is None else scope.find(name)
        value = None if names is None else names[name]
    return value if isinstance(value, Instance) else None
