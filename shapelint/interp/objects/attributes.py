"""Reading and writing attributes of every kind of value."""

from __future__ import annotations

from typing import Any

from ... import ops
from ...shapes import Expr, Tensor, Unknown, symbol
from ..machine.join import join
from ..machine.machine import Machine
from ..machine.tables import call
from ..model.classes import Class, Instance, Module, Super
from ..model.frame import Frame
from ..model.functions import (
    Bound,
    Builtin,
    ClassMethod,
    Function,
    Partial,
    Property,
    StaticMethod,
)
from ..model.module_tree import children, is_module
from ..model.open_shape import ShapeOf
from ..model.values import Choice, External, OneOf, Ratio, Thrown
from .native_methods import host_method, type_method

__all__ = ["get_attribute", "has_attribute", "set_attribute"]


def get_attribute(machine: Machine, value: Any, name: str) -> Any:
    """``value.name``; raises :class:`Thrown` (AttributeError) where it certainly does not exist."""
    match value:
        case Instance():
            return _of_instance(machine, value, name)
        case External():
            return machine.project.external(f"{value.dotted}.{name}")
        case Tensor():
            return _of_tensor(machine, value, name)
        case Super():
            return _of_super(value, name)
        case Class():
            return _of_class(machine, value, name)
        case Module():
            return machine.project.name_in(machine, value, name)
        case Choice():
            return _of_choice(machine, value, name)
        case Unknown():
            if isinstance(value, OneOf):
                value.options.clear()  # ``options.update(...)``
            return Unknown(value.reason)
        case Expr():
            parameter = value.as_symbol
            # The attribute of a parameter is an unknown of its own, always the same: ``opt.ngf``.
            return symbol(f"{parameter}.{name}") if parameter and not parameter.uid else Unknown("a number's attribute")
        case Function():
            return _of_function(value, name)
        case Partial():
            known = {"func": value.function, "args": value.args, "keywords": dict(value.keywords)}
            return known.get(name, Unknown(f"'{name}' of a partial"))
        case Builtin():
            return _of_builtin(value, name)
        case Bound() | Ratio() | Property():
            return Unknown(f"attribute '{name}' of a {type(value).__name__.lower()}")
        case _:
            return _of_host(machine, value, name)


def has_attribute(machine: Machine, value: Any, name: str) -> bool | None:
    """``hasattr(value, name)``, or None if that is unknown."""
    if isinstance(value, External):
        return None if isinstance(machine.project.external(f"{value.dotted}.{name}"), External) else True
    if isinstance(value, (Unknown, Choice, Expr)):
        return None
    try:
        found = get_attribute(machine, value, name)
    except Thrown:
        return False
    return None if isinstance(found, Unknown) and not _holds(value, name) else True


def _holds(value: Any, name: str) -> bool:
    return isinstance(value, Instance) and name in value.attributes


def _of_instance(machine: Machine, value: Instance, name: str) -> Any:
    if name in value.attributes:
        return value.attributes[name]
    if name == "__class__":
        return value.cls
    if name == "__dict__":
        return value.attributes
    if name == "training":
        return machine.training
    if name == "_modules":
        value.taken += 1
        return dict(children(value))
    found = value.cls.find(name)
    if found is not None:
        return _bind(machine, found[1], value, value.cls)
    if value.cls.unknown_base is not None or value.opaque is not None:
        return Unknown(f"'{name}' may come from '{value.cls.unknown_base}'")
    if "__getattr__" in value.attributes:
        return value.attributes["__getattr__"]  # an attribute of unknown name was set
    if name in ("__module__", "__doc__"):
        return _of_class(machine, value.cls, name)
    if name == "__setattr__":
        return Bound(_SETATTR, value)
    if name in _NOT_MODELLED and value.cls.catalogued is not None:
        return Unknown(f"'{name}' of a layer is not followed")
    getter = value.cls.find("__getattr__")
    if getter is not None:
        return call(machine, Bound(getter[1], value), (name,), {}, None, machine.frames[-1])
    raise Thrown("AttributeError")


def _bind(machine: Machine, found: Any, self: Any, cls: Class) -> Any:
    match found:
        case Function() | Builtin():
            return Bound(found, self)
        case Property():
            return call(machine, found.getter, (self,), {}, None, machine.frames[-1])
        case StaticMethod():
            return found.function
        case ClassMethod():
            return Bound(found.function, cls)
        case _:
            return found


def _of_super(value: Super, name: str) -> Any:
    cls = value.self if isinstance(value.self, Class) else value.self.cls
    found = cls.find(name, after=value.after)
    if found is None:
        return Unknown(f"'{name}' of an unknown base class")
    match found[1]:
        case Function() | Builtin():
            return Bound(found[1], value.self)
        case ClassMethod():
            return Bound(found[1].function, cls)
        case StaticMethod():
            return found[1].function
        case other:
            return other


def _of_class(machine: Machine, value: Class, name: str) -> Any:
    if name == "__name__" or name == "__qualname__":
        return value.name
    if name == "__mro__":
        return value.mro
    found = value.find(name)
    if found is None:
        if name == "__module__" and value.module is not None:
            return value.module.name
        if name == "from_pretrained" and value.catalogued is not None:
            return Unknown(f"'{value.name}.from_pretrained' is not followed")
        if name in ("__doc__", "__init__", "__subclasses__", "__annotations__") or value.unknown_base:
            return Unknown(f"'{name}' of class {value.name}")
        raise Thrown("AttributeError")
    match found[1]:
        case StaticMethod():
            return found[1].function
        case ClassMethod():
            return Bound(found[1].function, value)
        case other:
            return other


def _of_choice(machine: Machine, value: Choice, name: str) -> Any:
    found = []
    for option in value.options:
        try:
            found.append(get_attribute(machine, option, name))
        except Thrown:
            continue  # on that path the program fails here: it is not the path that goes on
    if not found:
        raise Thrown("AttributeError")
    return join(found)


def _of_tensor(machine: Machine, value: Tensor, name: str) -> Any:
    value.shape = machine.tape.resolve(value.shape)
    if name == "shape" and value.shape.lead is not None:
        return ShapeOf(value)
    try:
        return ops.attribute(value, name)
    except KeyError:
        pass
    if name in ops.METHODS:
        return Bound(ops.METHODS[name], value)
    return Unknown(f"tensor attribute '{name}' is not known")


def _of_function(value: Function, name: str) -> Any:
    if name in value.attributes:
        return value.attributes[name]
    if name in ("__name__", "__qualname__"):
        return value.name
    if name == "__module__":
        return value.module.name
    return Unknown(f"attribute '{name}' of a function")


def _of_builtin(value: Builtin, name: str) -> Any:
    """``chain.from_iterable``; ``str.lower`` and other methods of types, called with their object."""
    if name in value.members:
        return value.members[name]
    if name in ("__name__", "__qualname__"):
        return value.name
    return type_method(value.name, name) or Unknown(f"attribute '{name}' of a builtin")


def _of_host(machine: Machine, value: Any, name: str) -> Any:
    found = host_method(value, name)
    if found is not None:
        return found
    if isinstance(value, ops.NAMED_TUPLES) and not name.startswith("_") and hasattr(value, name):
        return getattr(value, name)
    if type(value) is list and name in ("next", "__next__"):  # an iterator; ``next`` as loaders once had
        return Bound(machine.project.builtin("next"), value)
    if isinstance(value, (str, int, float, list, tuple, dict, set)) and not hasattr(type(value), name):
        raise Thrown("AttributeError")
    if value is None:
        raise Thrown("AttributeError")
    return Unknown(f"attribute '{name}' of a {type(value).__name__}")


def set_attribute(machine: Machine, holder: Any, name: str, value: Any) -> None:
    """``holder.name = value``."""
    match holder:
        case Instance():
            setter = holder.cls.find(name)
            if setter is not None and isinstance(setter[1], Property):
                return
            machine.heap.touch(holder.attributes)
            if is_module(value) and not is_module(holder.attributes.get(name)):
                # torch lists a submodule where it was first assigned as one, not where the name was first used.
                holder.attributes.pop(name, None)
            holder.attributes[name] = value
            if "_blueprint" in holder.attributes:
                holder.attributes["_blueprint"] = None  # no longer like others of its arguments
        case Class() if holder.node is None:
            pass  # torch's classes and Python's are the same objects in every run
        case Class() | Module():
            machine.bind(holder.names, name, value)
        case Function():
            holder.attributes[name] = value
        case _:
            pass


def _setattr(machine: Machine, args: Any, kwargs: Any, node: Any, frame: Frame) -> None:
    """``self.__setattr__(name, value)``."""
    if len(args) == 3 and isinstance(args[1], str):
        set_attribute(machine, args[0], args[1], args[2])


_SETATTR = Builtin("__setattr__", _setattr)
_NOT_MODELLED = frozenset(
    {"parametrizations", "reset_parameters", "flatten_parameters", "_reset_parameters", "all_weights"}
)
