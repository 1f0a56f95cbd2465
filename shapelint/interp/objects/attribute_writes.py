"""Setting attributes: ``holder.name = value``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...layers.argument_readers import flag
from ...shapes import Memory, Parameter, Tensor, Unknown, Value, unknown_rank
from ..machine.machine import Machine
from ..machine.tables import call
from ..model.classes import Class, Instance, Module
from ..model.frame import Frame
from ..model.functions import Builtin, Function, Property
from ..model.module_tree import is_module
from .parameters import Args, Kwargs

if TYPE_CHECKING:
    import libcst as cst

__all__ = ["REQUIRES_GRAD", "SETATTR", "set_attribute", "set_trainable"]


def set_attribute(machine: Machine, holder: Value, name: str, value: Value) -> None:
    """``holder.name = value``; of a holder that is not known nothing is remembered."""
    match holder:
        case Instance():
            own = holder.cls.find("__setattr__")
            if own is not None and isinstance(own[1], Function):
                call(machine, own[1], (holder, name, value), {}, None, machine.frames[-1])
            else:
                _set_on_instance(machine, holder, name, value)
        case Class() if holder.node is None:
            pass  # torch's classes and Python's are shared by all runs
        case Class() | Module():
            machine.bind(holder.names, name, value)
        case Function():
            holder.attributes[name] = value
        case Parameter() if name == "requires_grad":
            set_trainable(machine, holder, value)
        case Tensor() if name == "data":
            _set_data(machine, holder, value)
        case _:
            pass


def _set_data(machine: Machine, tensor: Tensor, value: Value) -> None:
    """``tensor.data = value``: from now on, on this path at least, it has the shape and the memory of ``value``.

    What is not known is supposed to have the shape that it had.
    """
    given = [value] if isinstance(value, Tensor) else []
    memories = [each.memory for each in (tensor, *given) if each.memory is not None]
    if memories:
        tensor.memory, tensor.places = Memory(None, memories), None
    if given and given[0].shape.is_concrete and given[0].shape != tensor.shape:
        tensor.shape = unknown_rank("data of another shape") if machine.heap.arms else given[0].shape


def _set_on_instance(machine: Machine, holder: Instance, name: str, value: Value) -> None:
    setter = holder.cls.find(name)
    if setter is not None and isinstance(setter[1], Property):
        if setter[1].setter is not None:
            call(machine, setter[1].setter, (holder, value), {}, None, machine.frames[-1])
        return
    machine.heap.touch(holder.attributes)
    if name in holder.set_elsewhere:
        value = Unknown("a callback may have set it")
    if is_module(value) and not is_module(holder.attributes.get(name)):
        # torch lists a submodule where it was first assigned as one, not where the name was first used.
        holder.attributes.pop(name, None)
    holder.attributes[name] = value
    if name == "weight" and holder.cls.catalogued is not None:
        holder.attributes["_weight_assigned"] = True
    if "_blueprint" in holder.attributes:
        # It now differs from layers built with the same arguments, and must not share remembered outcomes with them.
        holder.attributes["_blueprint"] = None


def set_trainable(machine: Machine, parameter: Parameter, wanted: Value) -> None:
    """Set ``requires_grad``; it is unknown afterwards where only one arm of an unknown branch sets it."""
    parameter.trainable = None if machine.heap.arms else flag(wanted)


def _requires_grad(machine: Machine, args: Args, kwargs: Kwargs, node: cst.CSTNode | None, frame: Frame) -> Value:
    parameter, wanted = args[0], args[1] if len(args) > 1 else kwargs.get("requires_grad", True)
    if isinstance(parameter, Parameter):
        set_trainable(machine, parameter, wanted)
    return parameter


REQUIRES_GRAD = Builtin("requires_grad_", _requires_grad)
"""``parameter.requires_grad_(False)``."""


def _setattr(machine: Machine, args: Args, kwargs: Kwargs, node: cst.CSTNode | None, frame: Frame) -> None:
    if len(args) != 3 or not isinstance(args[1], str):
        return
    if isinstance(args[0], Instance):
        _set_on_instance(machine, args[0], args[1], args[2])
    else:
        set_attribute(machine, args[0], args[1], args[2])


SETATTR = Builtin("__setattr__", _setattr)
"""``object.__setattr__(self, name, value)``: what ``super().__setattr__`` is where no other base defines it."""
