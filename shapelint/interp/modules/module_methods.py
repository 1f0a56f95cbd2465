"""The methods of ``nn.Module``."""

from __future__ import annotations

from ...layers.argument_readers import flag
from ...shapes import Unknown, Value
from ..machine.machine import Machine
from ..machine.tables import Args, Kwargs, Native, Node
from ..model.classes import Instance
from ..model.frame import Frame
from ..model.functions import Builtin
from ..model.module_tree import MODULE, children, named_modules
from ..model.state import BUFFERS, buffers_of, parameters_in
from ..model.values import ParametersOf, Thrown
from ..objects.attribute_writes import set_trainable
from ..objects.callbacks import given_away
from .entries import as_entry, register
from .method_arguments import argument, receiver


def _returns_self(machine: Machine, args: Args, kwargs: Kwargs, node: Node, frame: Frame) -> Value:
    """``to(device)``, ``half()``; and ``apply(f)``, whose ``f`` sets the values of parameters."""
    return args[0]


def _returns_none(machine: Machine, args: Args, kwargs: Kwargs, node: Node, frame: Frame) -> Value:
    return None


def _load_state_dict(machine: Machine, args: Args, kwargs: Kwargs, node: Node, frame: Frame) -> Value:
    """What does not fit is known when the weights are: ``missing_keys`` and ``unexpected_keys``."""
    return Unknown("the keys that do not fit")


def _train(machine: Machine, args: Args, kwargs: Kwargs, node: Node, frame: Frame) -> Value:
    """``train()``, ``train(mode)``: the mode of the module and of all that are in it."""
    self, mode = receiver(args), argument(args, kwargs, 1, "mode", default=True)
    for _, module in named_modules(self):
        machine.heap.touch(module.attributes)
        module.attributes["training"] = mode
    return self


def _eval(machine: Machine, args: Args, kwargs: Kwargs, node: Node, frame: Frame) -> Value:
    return _train(machine, (args[0], False), {}, node, frame)


def _add_module(machine: Machine, args: Args, kwargs: Kwargs, node: Node, frame: Frame) -> Value:
    """``add_module(name, module)``."""
    name, value = argument(args, kwargs, 1, "name"), argument(args, kwargs, 2, "module")
    register(machine, receiver(args), name, as_entry(value))
    return None


def _register_parameter(machine: Machine, args: Args, kwargs: Kwargs, node: Node, frame: Frame) -> Value:
    """``register_parameter(name, param)``."""
    register(machine, receiver(args), argument(args, kwargs, 1, "name"), argument(args, kwargs, 2, "param"))
    return None


def _register_buffer(machine: Machine, args: Args, kwargs: Kwargs, node: Node, frame: Frame) -> Value:
    """``register_buffer(name, tensor, persistent=True)``."""
    self, name = receiver(args), argument(args, kwargs, 1, "name")
    register(machine, self, name, argument(args, kwargs, 2, "tensor"))
    if isinstance(name, str):
        persistent = flag(argument(args, kwargs, 3, "persistent", default=True))
        self.attributes[BUFFERS] = {**buffers_of(self), name: persistent}
    return None


def _children(machine: Machine, args: Args, kwargs: Kwargs, node: Node, frame: Frame) -> Value:
    self = receiver(args)
    self.taken += 1
    return list(dict.fromkeys(child for _, child in children(self)))


def _named_children(machine: Machine, args: Args, kwargs: Kwargs, node: Node, frame: Frame) -> Value:
    self = receiver(args)
    self.taken += 1
    return children(self)


def _modules(machine: Machine, args: Args, kwargs: Kwargs, node: Node, frame: Frame) -> Value:
    return [module for _, module in named_modules(receiver(args))]


def _named_modules(machine: Machine, args: Args, kwargs: Kwargs, node: Node, frame: Frame) -> Value:
    return list(named_modules(receiver(args)))


def _not_followed(machine: Machine, args: Args, kwargs: Kwargs, node: Node, frame: Frame) -> Value:
    return Unknown("parameters are not followed")


def _parameters(machine: Machine, args: Args, kwargs: Kwargs, node: Node, frame: Frame) -> Value:
    return ParametersOf("parameters are not followed", receiver(args), named=False)


def _named_parameters(machine: Machine, args: Args, kwargs: Kwargs, node: Node, frame: Frame) -> Value:
    return ParametersOf("parameters are not followed", receiver(args), named=True)


def _requires_grad(machine: Machine, args: Args, kwargs: Kwargs, node: Node, frame: Frame) -> Value:
    """``requires_grad_(False)`` freezes what the module holds at that time."""
    self, wanted = receiver(args), argument(args, kwargs, 1, "requires_grad", default=True)
    for parameter in parameters_in(self):
        set_trainable(machine, parameter, wanted)
    return self


def _get_submodule(machine: Machine, args: Args, kwargs: Kwargs, node: Node, frame: Frame) -> Value:
    """``get_submodule("features.0")``."""
    target: Value = args[0]
    path = args[1] if len(args) > 1 else None
    for part in path.split(".") if isinstance(path, str) else ():
        if part:
            target = target.attributes.get(part) if isinstance(target, Instance) else None
    return target if target is not None else Unknown("an unknown submodule")


def _hook(machine: Machine, args: Args, kwargs: Kwargs, node: Node, frame: Frame) -> Value:
    receiver(args).opaque = "a hook may change its output"
    for value in (*args[1:], *kwargs.values()):
        given_away(machine, value)
    return Unknown("a hook's handle")


def _set_attribute(machine: Machine, args: Args, kwargs: Kwargs, node: Node, frame: Frame) -> Value:
    """``self.__setattr__(f"level_{i}", module)``."""
    _, name, value = args
    register(machine, receiver(args), name, value)
    return None


def _get_attribute(machine: Machine, args: Args, kwargs: Kwargs, node: Node, frame: Frame) -> Value:
    """``self.__getattr__(f"level_{i}")``: what is in the module's own table."""
    _, name = args
    self = receiver(args)
    if not isinstance(name, str):
        return Unknown("an attribute of unknown name")
    if name in self.attributes:
        return self.attributes[name]
    raise Thrown("AttributeError")


_METHODS: dict[str, Native] = {
    **dict.fromkeys(
        ("to", "cuda", "cpu", "float", "double", "half", "share_memory", "type",
         "to_empty", "xpu", "bfloat16", "compile", "apply"), _returns_self),
    **dict.fromkeys(("zero_grad", "__init__", "extra_repr"), _returns_none),
    **dict.fromkeys(("add_module", "register_module"), _add_module),
    "register_buffer": _register_buffer, "register_parameter": _register_parameter, "requires_grad_": _requires_grad,
    **dict.fromkeys(("register_forward_hook", "register_forward_pre_hook"), _hook),
    **dict.fromkeys(("buffers", "named_buffers", "state_dict"), _not_followed),
    "load_state_dict": _load_state_dict, "parameters": _parameters, "named_parameters": _named_parameters,
    "children": _children, "named_children": _named_children, "modules": _modules, "named_modules": _named_modules,
    "train": _train, "eval": _eval, "get_submodule": _get_submodule,
    "__setattr__": _set_attribute, "__getattr__": _get_attribute,
}  # fmt: skip
MODULE.names.update({name: Builtin(name, method) for name, method in _METHODS.items()})
