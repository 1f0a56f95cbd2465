"""``holder[key]``: what is written between the brackets, and which element that is."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from ...shapes import Expr, Tensor, Unknown, Value
from ..machine.bounds import bounded
from ..machine.machine import Machine
from ..machine.tables import call, expression, subscripted
from ..machine.value_join import alike, join
from ..model.classes import Class, Instance
from ..model.frame import Frame
from ..model.functions import Builtin
from ..model.open_shape import ShapeOf
from ..model.values import Choice, DefaultDict, External, Gap, Thrown
from ..modules.entry_access import get_item
from ..objects.iteration import iterate
from ..tensors.operations import index_tensor

__all__ = ["subscript_key"]


def subscript_key(machine: Machine, node: cst.Subscript, frame: Frame) -> Value:
    """The value between the brackets: one key, or a tuple of them."""
    keys: list[Value] = []
    for element in node.slice:
        match element.slice:
            case cst.Index(value=value, star=star):
                key = machine.evaluate(value, frame)
                if star:
                    keys.extend(iterate(machine, key, node, frame))
                    continue
                keys.append(key)
            case cst.Slice(lower=lower, upper=upper, step=step):
                bounds = [None if part is None else machine.evaluate(part, frame) for part in (lower, upper, step)]
                keys.append(slice(*bounds))
    single = len(node.slice) == 1 and isinstance(node.slice[0].comma, cst.MaybeSentinel)
    return keys[0] if single and len(keys) == 1 else tuple(keys)


@expression(cst.Subscript)
def _subscript(machine: Machine, node: cst.Subscript, frame: Frame) -> Value:
    holder = machine.evaluate(node.value, frame)
    return _item(machine, holder, subscript_key(machine, node, frame), node, frame)


@subscripted(dict)
def _item(machine: Machine, holder: Value, key: Value, node: cst.CSTNode | None, frame: Frame) -> Value:
    """``holder[key]``."""
    match holder:
        case Tensor():
            return index_tensor(machine, holder, key, node, frame)
        case ShapeOf():
            return holder.item(key)
        case Instance():
            return get_item(machine, holder, key, node, frame)
        case Choice():
            return join([_item(machine, option, key, node, frame) for option in holder.options])
        case Unknown():
            return Unknown(holder.reason)
        case dict():
            return _from_dict(machine, holder, key, node, frame)
        case list() | tuple() | str() | range():
            return bounded(machine, _from_sequence(holder, key)) if type(key) is slice else _from_sequence(holder, key)
        case Expr():
            parameter = holder.as_parameter
            if parameter is not None and isinstance(key, (str, int)):
                return machine.named_size(f"{parameter}[{key!r}]")
            return Unknown("an element of an unknown value")
        case Class():
            members = holder.members
            if members is not None and isinstance(key, str):
                return members.get(key, Unknown("an unknown member"))
            return holder  # ``Generic[T]``
        case Builtin() | External():
            return holder  # ``tuple[int, int]``
        case _:
            return Unknown("an element of an unknown value")


def _from_dict(
    machine: Machine, holder: dict[Value, Value], key: Value, node: cst.CSTNode | None, frame: Frame
) -> Value:
    if isinstance(key, (Unknown, Expr, Choice)):
        return join(list(holder.values())) if holder else Unknown("an entry of an unknown dict")
    try:
        if key in holder:
            return holder[key]
    except TypeError:
        return Unknown("an entry with an unknown key")
    if isinstance(holder, DefaultDict) and holder.factory is not None:
        made = call(machine, holder.factory, (), {}, node, frame)
        machine.heap.touch(holder)
        holder[key] = made
        return made
    project = machine.project
    if isinstance(key, str) and project.force_named(machine, key) and key in holder:
        return holder[key]
    # Not for ``holder.get(key)``, which mostly asks for options that are not there.
    if type(node) is cst.Subscript and project.force_imports(machine, holder, key):
        return holder[key]
    if project.force_all(machine, holder) and key in holder:
        return holder[key]
    raise Thrown("KeyError")


def _from_sequence(holder: Sequence[Value], key: Value) -> Value:
    if isinstance(key, bool) or not isinstance(key, (int, slice)):
        if isinstance(key, (Unknown, Expr)) and holder and isinstance(holder, (list, tuple)):
            return _any_of(holder)
        return Unknown("an element at an unknown index")
    if isinstance(holder, list):
        gap = next((i for i, element in enumerate(holder) if isinstance(element, Gap)), None)
        if gap is not None and not (isinstance(key, int) and (0 <= key < gap or gap - len(holder) < key < 0)):
            return _any_of(holder) if isinstance(key, int) else Unknown("an element of a list of unknown length")
    try:
        return holder[key]
    except IndexError:
        raise Thrown("IndexError") from None
    except (TypeError, ValueError):
        return Unknown("a slice with unknown bounds")


def _any_of(holder: Sequence[Value]) -> Value:
    """An element, whichever it is: what is known of tensors that are alike."""
    like = alike(list(holder))
    return Unknown("an element at an unknown index") if like is None else like
