"""Methods of ``nn.Module`` and the containers, and the table of the classes that ``torch.nn`` provides."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ...layers import CATALOGUE
from ...shapes import Tensor, Unknown
from ..machine.heap import join
from ..machine.machine import Machine, call
from ..machine.recording import record
from ..model.frame import Frame
from ..model.module_tree import MODULE, children, is_module, named_modules
from ..model.values import Builtin, Choice, Class, Gap, Instance, Thrown
from ..objects.iteration import as_list
from .module import _apply_layer, _container, _entries, _named, _uncertain, build_layer, get_item, remove_item

__all__ = ["torch_class"]

Method = Callable[[Machine, Sequence[Any], dict[str, Any], Any, Frame], Any]


def _returns_self(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    return args[0]


def _train(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    """``train()``, ``train(mode)``: the mode of the module and of all that are in it."""
    mode = args[1] if len(args) > 1 else kwargs.get("mode", True)
    for _, module in named_modules(args[0]):
        machine.heap.touch(module.attributes)
        module.attributes["training"] = mode
    return args[0]


def _eval(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    return _train(machine, (args[0], False), {}, node, frame)


def _nothing(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    return None


def _set(machine: Machine, self: Instance, name: Any, value: Any) -> None:
    machine.heap.touch(self.attributes)
    if not isinstance(name, str):
        name = f"?{len(self.attributes)}"
    if is_module(value) and not is_module(self.attributes.get(name)):
        self.attributes.pop(name, None)
    self.attributes[name] = value


def _add_module(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    self, *rest = args
    name = rest[0] if rest else kwargs.get("name")
    value = rest[1] if len(rest) > 1 else kwargs.get("module")
    _set(machine, self, name, _element(value))


def _register(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    """A buffer or a parameter."""
    self, *rest = args
    value = rest[1] if len(rest) > 1 else kwargs.get("tensor", kwargs.get("param"))
    _set(machine, self, rest[0] if rest else kwargs.get("name"), value)


def _children(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    args[0].taken += 1
    return list(dict.fromkeys(child for _, child in children(args[0])))


def _named_children(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    args[0].taken += 1
    return children(args[0])


def _modules(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    return [module for _, module in named_modules(args[0])]


def _named_modules(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    return list(named_modules(args[0]))


def _parameters(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    return Unknown("parameters are not followed")


def _apply(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    return args[0]


def _get_submodule(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    target = args[0]
    for part in args[1].split(".") if len(args) > 1 and isinstance(args[1], str) else ():
        if part:
            target = target.attributes.get(part) if isinstance(target, Instance) else None
    return target if target is not None else Unknown("an unknown submodule")


def _hook(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    args[0].opaque = "a hook may change its output"
    return Unknown("a hook's handle")


def _set_attribute(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    """``self.__setattr__(f"level_{i}", module)``."""
    _set(machine, *args)


def _get_attribute(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    """``self.__getattr__(f"level_{i}")``: what is in the module's own table."""
    self, name = args
    if not isinstance(name, str):
        return Unknown("an attribute of unknown name")
    if name in self.attributes:
        return self.attributes[name]
    raise Thrown("AttributeError")


_MODULE_METHODS: dict[str, Method] = {
    **dict.fromkeys(
        ("to", "cuda", "cpu", "float", "double", "half", "requires_grad_", "share_memory", "type",
         "to_empty", "xpu", "bfloat16", "compile"), _returns_self),
    **dict.fromkeys(("zero_grad", "load_state_dict", "__init__"), _nothing),
    **dict.fromkeys(("add_module", "register_module"), _add_module),
    **dict.fromkeys(("register_buffer", "register_parameter"), _register),
    **dict.fromkeys(("register_forward_hook", "register_forward_pre_hook"), _hook),
    **dict.fromkeys(("parameters", "named_parameters", "buffers", "named_buffers", "state_dict"), _parameters),
    "children": _children, "named_children": _named_children, "modules": _modules, "named_modules": _named_modules,
    "train": _train, "eval": _eval, "apply": _apply, "get_submodule": _get_submodule, "extra_repr": _nothing,
    "_init_weights": _nothing, "__setattr__": _set_attribute, "__getattr__": _get_attribute,
}  # fmt: skip
MODULE.names.update({name: Builtin(name, method) for name, method in _MODULE_METHODS.items()})
del MODULE.names["_init_weights"]


# -- Sequential, ModuleList, ModuleDict -------------------------------------------------------------------------------


def _sequential(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    self, *rest = args
    if len(rest) == 1 and isinstance(rest[0], dict):
        for name, module in rest[0].items():
            _add_module(machine, (self, name, module), {}, node, frame)
    elif len(rest) == 1 and isinstance(rest[0], Unknown):
        _set(machine, self, "0", Gap(rest[0].reason))
    else:
        for index, module in enumerate(rest):
            _set(machine, self, str(index), _element(module))


def _element(module: Any) -> Any:
    """An element of a container: what is no module that we know (a transform of torchvision) may be anything."""
    if isinstance(module, Unknown):
        return Gap(module.reason)
    if isinstance(module, Instance) and not is_module(module) and module.cls.unknown_base is not None:
        return Gap(f"a '{module.cls.unknown_base}' is not followed as a module")
    return module


def _run_sequential(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    self, value = args[0], args[1] if len(args) > 1 else next(iter(kwargs.values()), Unknown("no input"))
    for _, child in children(self):
        if isinstance(child, Gap):
            value = machine.unknown(child.reason, node, frame)
        elif isinstance(child, Choice) and None in child.options:
            before = value  # a module that may not be there
            arms = [(None, lambda: before), (None, lambda: call(machine, child, (before,), {}, None, frame))]  # noqa: B023
            value = join(machine.fork(None, arms))
        else:
            value = call(machine, child, (value,), {}, None, frame)
    return value


def _module_list(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    given = args[1] if len(args) > 1 else kwargs.get("modules", kwargs.get("values"))
    if given is not None:
        _extend(machine, (args[0], given), {}, node, frame)


def _extend(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    elements = as_list(machine, args[1])
    for element in [Gap("unknown modules were added")] if elements is None else elements:
        _append(machine, (args[0], element), {}, node, frame)
    return args[0]


def _append(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    value = args[1] if len(args) > 1 else kwargs.get("module")
    _set(machine, args[0], str(len(_named(args[0]))), _element(value))
    return args[0]


def _insert(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    self, index, module = args[0], args[1], args[2]
    entries = _entries(self)
    if not isinstance(index, int):
        entries = [Gap("a module was inserted at an unknown place")]
    else:
        entries.insert(index, module)
    machine.heap.touch(self.attributes)
    for name in list(_named(self)):
        del self.attributes[name]
    self.attributes.update({str(i): entry for i, entry in enumerate(entries)})
    return self


def _pop(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    key = args[1] if len(args) > 1 else -1
    named = _named(args[0])
    values = list(named.values())
    try:
        taken = named[key] if isinstance(key, str) else values[key]
    except (KeyError, IndexError, TypeError):
        raise Thrown("KeyError") from None
    remove_item(machine, args[0], key)
    return taken


def _module_dict(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    given = args[1] if len(args) > 1 else kwargs.get("modules", kwargs.get("parameters"))
    if given is not None:
        _update(machine, (args[0], given), {}, node, frame)


def _update(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    given = args[1]
    if isinstance(given, Instance):
        given = _named(given)
    entries = list(given.items()) if isinstance(given, dict) else as_list(machine, given)
    pairs = [pair for pair in entries or () if isinstance(pair, (tuple, list)) and len(pair) == 2]
    if entries is None or len(pairs) < len(entries):
        args[0].opaque = "its entries are unknown"
        return
    for name, module in pairs:
        _add_module(machine, (args[0], name, module), {}, node, frame)


def _keys(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    return list(_named(args[0]))


def _values(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    return _entries(args[0])


def _items(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    return list(_named(args[0]).items())


def _len(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    entries = _entries(args[0])
    return Unknown("a container of unknown length") if any(map(_uncertain, entries)) else len(entries)


def _iter(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    return _entries(args[0])


def _get(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    return get_item(machine, args[0], args[1], node, frame)


def _set_item(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    self, key, value = args
    names = list(_named(self))
    if isinstance(key, int) and -len(names) <= key < len(names):
        machine.heap.touch(self.attributes)
        self.attributes[names[key]] = value
    elif isinstance(key, str):
        _set(machine, self, key, value)
    else:
        self.opaque = "an unknown element was replaced"


def _joined(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    """``modules + others``: a new container of the same kind."""
    whole = Instance(torch_class(_container(args[0]) or "ModuleList") or MODULE)
    for part in args:
        _extend(machine, (whole, part), {}, node, frame)
    return whole


_LIST: dict[str, Method] = {
    "append": _append, "extend": _extend, "insert": _insert, "pop": _pop, "__len__": _len, "__iter__": _iter,
    "__getitem__": _get, "__setitem__": _set_item, "__iadd__": _extend, "__add__": _joined,
}  # fmt: skip
_DICT: dict[str, Method] = {
    "keys": _keys, "values": _values, "items": _items, "update": _update, "pop": _pop, "__len__": _len,
    "__getitem__": _get, "__setitem__": _set_item, "__iter__": _keys,
}  # fmt: skip
_BODIES: dict[str, dict[str, Method]] = {
    "Sequential": {**_LIST, "__init__": _sequential, "forward": _run_sequential},
    "ModuleList": {**_LIST, "__init__": _module_list},
    "ParameterList": {**_LIST, "__init__": _module_list},
    "ModuleDict": {**_DICT, "__init__": _module_dict},
    "ParameterDict": {**_DICT, "__init__": _module_dict},
}


def _make_classes() -> dict[str, Class]:
    classes = {"Module": MODULE}
    for name, methods in _BODIES.items():
        classes[name] = Class(name, (MODULE,), {key: Builtin(key, method) for key, method in methods.items()})
    return classes


_CLASSES = _make_classes()


def torch_class(name: str) -> Class | None:
    """The class ``torch.nn.<name>``, or None if there is none that we know."""
    if name not in _CLASSES and name in CATALOGUE:
        # A dunder method table with __init__ only: forward is the layer's shape function.
        body = {"__init__": Builtin(name, build_layer), "forward": Builtin("forward", _forward)}
        _CLASSES[name] = Class(name, (MODULE,), dict(body), layer=CATALOGUE[name])
    return _CLASSES.get(name)


def _forward(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    """``super().forward(x)`` of a subclass of a layer: the shape function, without an entry of its own module."""
    self, rest = args[0], args[1:]
    tensors = tuple(a for a in rest if isinstance(a, Tensor))
    layer = self.cls.catalogued
    entry = record(machine, layer.name, self, tensors, (), node, frame)
    entry.inner = True
    _apply_layer(machine, entry, self, layer, rest, kwargs)
    return entry.output
