"""Reading attributes, by the type of the value that has them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ... import ops
from ...shapes import Expr, Parameter, Reject, Tensor, Unknown, Value
from ..machine.machine import Machine
from ..machine.value_join import join
from ..model.classes import Class, Instance, Module, Super
from ..model.functions import Bound, Builtin, Function, Partial, Property
from ..model.open_shape import ShapeOf
from ..model.values import Choice, External, OneOf, Ratio, Thrown
from .attribute_writes import REQUIRES_GRAD
from .function_code import code_of
from .method_resolution import of_class, of_instance, of_super
from .native_methods import native_method, type_method
from .parameters import Args, Kwargs

if TYPE_CHECKING:
    import libcst as cst

    from ..model.frame import Frame

__all__ = ["get_attribute", "has_attribute"]

_WRITING = frozenset({"__setitem__", "fill", "itemset", "partition", "put", "sort"})
"""Methods of tensors and arrays that write to them, besides those with an underscore at the end."""


def get_attribute(machine: Machine, value: Value, name: str) -> Value:
    """``value.name``; raises :class:`Thrown` (AttributeError) where it certainly does not exist."""
    reader = _READERS.get(type(value))
    if reader is None:
        # Subclasses of Tensor and Unknown read like their base; whatever has no entry at all is a plain Python value.
        reader = next(_READERS[base] for base in type(value).__mro__ if base in _READERS)
        _READERS[type(value)] = reader
    return reader(machine, value, name)


def has_attribute(machine: Machine, value: Value, name: str) -> bool | None:
    """``hasattr(value, name)``, or None if that is unknown."""
    if isinstance(value, External):
        return None if isinstance(machine.project.external(f"{value.dotted}.{name}"), External) else True
    if isinstance(value, (Unknown, Choice, Expr)):
        return None
    if isinstance(value, Module) and name not in value.names and not _may_bind(value, name):
        return False
    try:
        found = get_attribute(machine, value, name)
    except Thrown:
        return False
    is_set = isinstance(value, Instance) and name in value.attributes
    return None if isinstance(found, Unknown) and not is_set else True


def _may_bind(module: Module, name: str) -> bool:
    """Whether a module may have a global that is not among those that are known: one that it, or ``import *``, mentions."""
    return any(map(module.source.mentions, (name, "import *", "__getattr__", "globals()", "setattr(")))


def _of_external(machine: Machine, value: External, name: str) -> Value:
    return machine.project.external(f"{value.dotted}.{name}")


def _of_module(machine: Machine, value: Module, name: str) -> Value:
    return machine.project.name_in(machine, value, name)


def _of_choice(machine: Machine, value: Choice, name: str) -> Value:
    found = []
    for option in value.options:
        try:
            found.append(get_attribute(machine, option, name))
        except Thrown:
            continue  # with that option the program fails here: it is not the one with which it goes on
    if not found:
        raise Thrown("AttributeError")
    return join(found)


def _of_unknown(machine: Machine, value: Unknown, name: str) -> Unknown:
    if (name.endswith("_") and not name.startswith("_")) or name in _WRITING:
        machine.heap.forget_tensors()  # it may be one, and the method is called next
    return Unknown(value.reason)


def _of_one_of(machine: Machine, value: OneOf, name: str) -> Unknown:
    # What is called next may be ``update``: from here on nothing is known of its entries.
    value.options.clear()
    return Unknown(value.reason)


def _of_expr(machine: Machine, value: Expr, name: str) -> Value:
    parameter = value.as_parameter
    # ``opt.ngf`` is an unknown of its own, and the same one each time.
    return Unknown("a number's attribute") if parameter is None else machine.named_size(f"{parameter}.{name}")


def _of_tensor(machine: Machine, value: Tensor, name: str) -> Value:
    value.shape = machine.tape.resolve(value.shape)
    if name == "shape" and value.shape.lead is not None:
        return ShapeOf(value)
    try:
        return ops.attribute(value, name)
    except KeyError:
        pass
    except Reject as reject:  # by ``getattr``, say
        return Unknown(reject.message)
    if name == "requires_grad_" and isinstance(value, Parameter):
        return Bound(REQUIRES_GRAD, value)
    if name in ops.METHODS:
        return Bound(ops.METHODS[name], value)
    machine.heap.touch_tensor(value)
    value.write(None)  # which a method that is not known may do
    return Unknown(f"tensor attribute '{name}' is not known")


def _of_function(machine: Machine, value: Function, name: str) -> Value:
    if name in value.attributes:
        return value.attributes[name]
    if name in ("__name__", "__qualname__"):
        return value.name
    if name == "__module__":
        return value.module.name
    if name == "__code__":
        return code_of(value)
    return Unknown(f"attribute '{name}' of a function")


def _of_partial(machine: Machine, value: Partial, name: str) -> Value:
    match name:
        case "func":
            return value.function
        case "args":
            return value.args
        case "keywords":
            return dict(value.keywords)
        case _:
            return Unknown(f"'{name}' of a partial")


def _of_builtin(machine: Machine, value: Builtin, name: str) -> Value:
    """``chain.from_iterable``; ``str.lower`` and other methods of types, called with their object."""
    if name in value.members:
        return value.members[name]
    if name in ("__name__", "__qualname__"):
        return value.name
    return type_method(value.name, name) or Unknown(f"attribute '{name}' of a builtin")


def _of_property(machine: Machine, value: Property, name: str) -> Value:
    """``@size.setter`` and its like, inside of a class body."""

    def change(machine: Machine, args: Args, kwargs: Kwargs, node: cst.CSTNode | None, frame: Frame) -> Value:
        match name:
            case "setter":
                return Property(value.getter, args[0])
            case "getter":
                return Property(args[0], value.setter)
            case _:
                return value

    if name in ("setter", "getter", "deleter"):
        return Builtin(name, change)
    return _not_followed(machine, value, name)


def _of_bound(machine: Machine, value: Bound, name: str) -> Value:
    """``__func__`` and ``__self__``; whatever else a method has it takes from its function."""
    match name:
        case "__func__":
            return value.function
        case "__self__":
            return value.self
        case "__call__" | "__get__":
            return _not_followed(machine, value, name)
        case _:
            return get_attribute(machine, value.function, name)


def _not_followed(machine: Machine, value: Bound | Ratio | Property, name: str) -> Unknown:
    return Unknown(f"attribute '{name}' of a {type(value).__name__.lower()}")


def _of_native(machine: Machine, value: Value, name: str) -> Value:
    found = native_method(value, name)
    if found is not None:
        return found
    if isinstance(value, ops.NAMED_TUPLES) and not name.startswith("_") and hasattr(value, name):
        return getattr(value, name)
    if type(value) is list and name in ("next", "__next__"):  # iterators are lists; ``next`` as loaders once had
        return Bound(machine.project.builtin("next"), value)
    if isinstance(value, (str, int, float, list, tuple, dict, set)) and not hasattr(type(value), name):
        raise Thrown("AttributeError")
    if value is None:
        raise Thrown("AttributeError")
    return Unknown(f"attribute '{name}' of a {type(value).__name__}")


_READERS: dict[type, Callable[[Machine, Any, str], Value]] = {
    Bound: _of_bound,
    Builtin: _of_builtin,
    Choice: _of_choice,
    Class: of_class,
    Expr: _of_expr,
    External: _of_external,
    Function: _of_function,
    Instance: of_instance,
    Module: _of_module,
    OneOf: _of_one_of,
    Partial: _of_partial,
    Property: _of_property,
    Ratio: _not_followed,
    Super: of_super,
    Tensor: _of_tensor,
    Unknown: _of_unknown,
    object: _of_native,
}
"""Each is given values of its own type only."""
