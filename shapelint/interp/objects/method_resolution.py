"""Attributes of instances, classes and ``super()``: what the method resolution order finds, and what it is bound to."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from ...shapes import Unknown, Value
from ..machine.machine import Machine
from ..machine.tables import call
from ..model.classes import Class, Instance, Super
from ..model.functions import Bound, Builtin, ClassMethod, Function, Property, StaticMethod
from ..model.module_tree import MODULE, children
from ..model.values import Choice, Thrown
from .attribute_writes import SETATTR
from .class_namespace import OF_CLASSES
from .descriptors import got
from .parameters import Args, Kwargs

if TYPE_CHECKING:
    import libcst as cst

    from ..model.frame import Frame

__all__ = ["of_class", "of_instance", "of_super"]

_NOT_MODELLED = frozenset(
    {"parametrizations", "reset_parameters", "flatten_parameters", "_reset_parameters", "all_weights"}
)

_OF_MODULES = frozenset({
    "T_destination", "__setstate__", "_apply", "_call_impl", "_compiled_call_impl", "_get_backward_hooks",
    "_get_backward_pre_hooks", "_get_name", "_load_from_state_dict", "_maybe_warn_non_full_backward_hook",
    "_named_members", "_register_load_state_dict_pre_hook", "_register_state_dict_hook",
    "_replicate_for_data_parallel", "_save_to_state_dict", "_slow_forward", "_version", "_wrapped_call_impl",
    "call_super_init", "dump_patches", "get_buffer", "get_extra_state", "get_parameter", "ipu", "mtia",
    "register_backward_hook", "register_full_backward_hook", "register_full_backward_pre_hook",
    "register_load_state_dict_post_hook", "register_load_state_dict_pre_hook", "register_state_dict_post_hook",
    "register_state_dict_pre_hook", "set_extra_state", "set_submodule", "_parameters", "_buffers",
    "_non_persistent_buffers_set",
})  # fmt: skip
"""What ``nn.Module`` has besides what is modelled."""


def of_instance(machine: Machine, value: Instance, name: str) -> Value:
    """``value.name`` of an object; raises :class:`Thrown` (AttributeError) where it certainly does not exist."""
    own = value.cls.find("__getattribute__")
    if own is None or not isinstance(own[1], Function) or name.startswith("__"):
        return _found(machine, value, name)
    try:
        return call(machine, own[1], (value, name), {}, None, machine.frames[-1])
    except Thrown as error:
        getter = value.cls.find("__getattr__")
        if getter is None or error.name != "AttributeError":
            raise
        return call(machine, getter[1], (value, name), {}, None, machine.frames[-1])


def _getattribute(machine: Machine, args: Args, kwargs: Kwargs, node: cst.CSTNode | None, frame: Frame) -> Value:
    self, name = args
    if not isinstance(self, Instance) or not isinstance(name, str):
        return Unknown("an attribute of unknown name")
    return _found(machine, self, name)


_GETATTRIBUTE = Builtin("__getattribute__", _getattribute)
"""``object.__getattribute__(self, name)``: what ``super().__getattribute__`` is where no other base defines it."""
_OF_OBJECT = {"__setattr__": SETATTR, "__getattribute__": _GETATTRIBUTE}


def _found(machine: Machine, value: Instance, name: str) -> Value:
    """What ``object`` finds: the attributes of the object, then those of its class."""
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
        return _bound(machine, found[1], value)
    base = value.cls.unknown_base
    if (value.opaque, base) != (None, None) and (base != "builtins.dict" or hasattr(OrderedDict, name)):
        return Unknown(f"'{name}' may come from '{value.cls.unknown_base}'")
    if "__getattr__" in value.attributes:
        # ``setattr`` was called with a name that is not known, perhaps with this one.
        return value.attributes["__getattr__"]
    return _of_any_instance(machine, value, name)


def _of_any_instance(machine: Machine, value: Instance, name: str) -> Value:
    """An attribute that neither the object nor its class defines."""
    if name in ("__module__", "__doc__"):
        return of_class(machine, value.cls, name)
    if name in _OF_OBJECT:
        return Bound(_OF_OBJECT[name], value)
    if name in _OF_MODULES and MODULE in value.cls.mro:
        return Unknown(f"'{name}' of a module is not followed")
    if name in _NOT_MODELLED and value.cls.catalogued is not None:
        return Unknown(f"'{name}' of a layer is not followed")
    if name == "out_proj" and value.cls.catalogued is not None and "head_dim" in value.attributes:
        return _output_projection(machine, value)
    getter = value.cls.find("__getattr__")
    if getter is not None:
        return call(machine, Bound(getter[1], value), (name,), {}, None, machine.frames[-1])
    raise Thrown("AttributeError")


def _output_projection(machine: Machine, attention: Instance) -> Value:
    """The last layer of ``nn.MultiheadAttention``, for code that does the steps of its ``forward`` one by one."""
    arguments = attention.attributes.get("_arguments")
    if not isinstance(arguments, dict):
        return Unknown("a layer of an attention of unknown width")
    linear, width = machine.project.external("torch.nn.Linear"), arguments["embed_dim"]
    return call(machine, linear, (width, width, arguments["bias"]), {}, None, machine.frames[-1])


def _bound(machine: Machine, found: Value, self: Instance) -> Value:
    """What a class attribute is when it is read from an instance."""
    match found:
        case Function() | Builtin():
            return Bound(found, self)
        case Property():
            return call(machine, found.getter, (self,), {}, None, machine.frames[-1])
        case StaticMethod():
            return found.function
        case ClassMethod():
            return Bound(found.function, self.cls)
        case Choice():  # what a decorator made of it depends on what is not known
            return Choice(tuple(_bound(machine, option, self) for option in found.options))
        case _:
            return got(machine, found, self, self.cls)


def of_super(machine: Machine, value: Super, name: str) -> Value:
    """``super().name``."""
    cls = value.self if isinstance(value.self, Class) else value.self.cls  # a class itself in a class method
    found = cls.find(name, after=value.after)
    # A base that is not known may define it before the one in which it is found.
    is_hidden = value.after is not None and value.after.unknown_base is not None and len(value.after.bases) > 1
    if found is None and name in _OF_OBJECT and isinstance(value.self, Instance):
        return Bound(_OF_OBJECT[name], value.self)
    if found is None or (is_hidden and found[0].layer is None and MODULE not in found[0].mro):
        return Unknown(f"'{name}' of an unknown base class")
    match found[1]:
        case Function() | Builtin():
            return Bound(found[1], value.self)
        case ClassMethod():
            return Bound(found[1].function, cls)
        case StaticMethod():
            return found[1].function
        case Property() if isinstance(value.self, Instance):
            return call(machine, found[1].getter, (value.self,), {}, None, machine.frames[-1])
        case other:
            return other


def of_class(machine: Machine, value: Class, name: str) -> Value:
    """``value.name`` of a class; raises :class:`Thrown` (AttributeError) where it certainly does not exist."""
    if name == "__name__" or name == "__qualname__":
        return value.name
    if name == "__mro__":
        return value.mro
    if name == "__bases__" and value.node is not None and value.unknown_base is None:
        return value.bases
    if name == "__dict__":
        return {key: entry for key, entry in value.names.items() if key not in OF_CLASSES}
    found = value.find(name)
    if found is None:
        if name in _OF_OBJECT:
            return _OF_OBJECT[name]
        if name == "__module__" and value.module is not None:
            return value.module.name
        if name == "from_pretrained" and value.catalogued is not None:
            return Unknown(f"'{value.name}.from_pretrained' is not followed")
        if name in ("__doc__", "__init__", "__subclasses__", "__annotations__", "__bases__") or value.unknown_base:
            return Unknown(f"'{name}' of class {value.name}")
        raise Thrown("AttributeError")
    match found[1]:
        case StaticMethod():
            return found[1].function
        case ClassMethod():
            return Bound(found[1].function, value)
        case other:
            return got(machine, other, None, value)
