"""``Sequential``, ``ModuleList``, ``ModuleDict`` and the containers of parameters: their classes and methods."""

from __future__ import annotations

from collections.abc import Mapping

from ...shapes import Kind, Reject, Unknown, Value
from ..machine.machine import Machine
from ..machine.tables import Args, Kwargs, Native, Node, call
from ..machine.value_join import join
from ..model.class_names import ClassNames
from ..model.classes import Class, Container, Instance
from ..model.frame import Frame
from ..model.functions import Builtin
from ..model.module_tree import MODULE, children
from ..model.values import Choice, Gap, Thrown
from ..objects.iteration import as_list
from .entries import as_entry, entries_of, is_uncertain, named_entries, names_of, register, torch_container
from .entry_access import get_item, remove_item
from .method_arguments import argument, receiver

__all__ = ["CONTAINERS"]


def _init_sequential(machine: Machine, args: Args, kwargs: Kwargs, node: Node, frame: Frame) -> Value:
    """``Sequential(*modules)``, ``Sequential(OrderedDict(...))``."""
    self, given = receiver(args), args[1:]
    if len(given) == 1 and isinstance(given[0], dict):
        for name, module in given[0].items():
            register(machine, self, name, as_entry(module))
    elif len(given) == 1 and isinstance(given[0], Unknown):
        register(machine, self, "0", Gap(given[0].reason))
    else:
        for index, module in enumerate(given):
            register(machine, self, str(index), as_entry(module))
    return None


def _run_sequential(machine: Machine, args: Args, kwargs: Kwargs, node: Node, frame: Frame) -> Value:
    """``forward``: each module on what the one before returned."""
    self, given = receiver(args), args[1:]
    if (
        len(given) > 1
        and self.cls.name == "Sequential"
        and machine.parents
        and not any(isinstance(arg, Gap) for arg in given)
    ):
        message = (
            f"at most 1 argument expected, got {len(given)}"  # a class that derives from it has a forward of its own
        )
        machine.tape.calls[machine.parents[-1]].reject = Reject(Kind.ARGUMENT, message)
        return Unknown(message)
    value = args[1] if len(args) > 1 else next(iter(kwargs.values()), Unknown("no input"))
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


def _init_list(machine: Machine, args: Args, kwargs: Kwargs, node: Node, frame: Frame) -> Value:
    given = argument(args, kwargs, 1, "modules", "values")
    if given is not None:
        _extend(machine, (args[0], given), {}, node, frame)
    return None


def _extend(machine: Machine, args: Args, kwargs: Kwargs, node: Node, frame: Frame) -> Value:
    elements = as_list(machine, args[1])
    for element in [Gap("unknown modules were added")] if elements is None else elements:
        _append(machine, (args[0], element), {}, node, frame)
    return args[0]


def _append(machine: Machine, args: Args, kwargs: Kwargs, node: Node, frame: Frame) -> Value:
    self, value = receiver(args), argument(args, kwargs, 1, "module")
    register(machine, self, str(len(named_entries(self))), as_entry(value))
    return self


def _insert(machine: Machine, args: Args, kwargs: Kwargs, node: Node, frame: Frame) -> Value:
    self, index, module = receiver(args), args[1], args[2]
    entries = entries_of(self)
    if not isinstance(index, int):
        entries = [Gap("a module was inserted at an unknown place")]
    else:
        entries.insert(index, module)
    machine.heap.touch(self.attributes)
    for name in named_entries(self):
        del self.attributes[name]
    self.attributes.update({str(i): entry for i, entry in enumerate(entries)})
    return self


def _pop(machine: Machine, args: Args, kwargs: Kwargs, node: Node, frame: Frame) -> Value:
    self, key = receiver(args), args[1] if len(args) > 1 else -1
    named = named_entries(self)
    values = list(named.values())
    if isinstance(key, str) and key in named:
        taken = named[key]
    elif isinstance(key, int) and -len(values) <= key < len(values):
        taken = values[key]
    else:
        raise Thrown("KeyError")
    remove_item(machine, self, key)
    return taken


def _init_dict(machine: Machine, args: Args, kwargs: Kwargs, node: Node, frame: Frame) -> Value:
    given = argument(args, kwargs, 1, "modules", "parameters")
    if given is not None:
        _update(machine, (args[0], given), {}, node, frame)
    return None


def _update(machine: Machine, args: Args, kwargs: Kwargs, node: Node, frame: Frame) -> Value:
    """``update(modules)``: of a dict, another container, or pairs of a name and a module."""
    self, given = receiver(args), args[1]
    if isinstance(given, Instance):
        given = named_entries(given)
    pairs = list(given.items()) if isinstance(given, dict) else as_list(machine, given)
    named = [pair for pair in pairs or () if isinstance(pair, (tuple, list)) and len(pair) == 2]
    if pairs is None or len(named) < len(pairs):
        self.opaque = "its entries are unknown"
        register(machine, self, None, Gap(self.opaque))
        return None
    for name, module in named:
        register(machine, self, name, as_entry(module))
    return None


def _keys(machine: Machine, args: Args, kwargs: Kwargs, node: Node, frame: Frame) -> Value:
    return names_of(receiver(args))


def _values(machine: Machine, args: Args, kwargs: Kwargs, node: Node, frame: Frame) -> Value:
    return entries_of(receiver(args))


def _items(machine: Machine, args: Args, kwargs: Kwargs, node: Node, frame: Frame) -> Value:
    named = named_entries(receiver(args))
    return [v if isinstance(v, Gap) else (n, v) for n, v in zip(names_of(receiver(args)), named.values(), strict=True)]


def _len(machine: Machine, args: Args, kwargs: Kwargs, node: Node, frame: Frame) -> Value:
    entries = entries_of(receiver(args))
    return Unknown("a container of unknown length") if any(map(is_uncertain, entries)) else len(entries)


def _get_item(machine: Machine, args: Args, kwargs: Kwargs, node: Node, frame: Frame) -> Value:
    return get_item(machine, receiver(args), args[1], node, frame)


def _set_item(machine: Machine, args: Args, kwargs: Kwargs, node: Node, frame: Frame) -> Value:
    _, key, value = args
    self = receiver(args)
    names = list(named_entries(self))
    if isinstance(key, int) and -len(names) <= key < len(names):
        machine.heap.touch(self.attributes)
        self.attributes[names[key]] = value
    elif isinstance(key, str):
        register(machine, self, key, value)
    else:
        self.opaque = "an unknown element was replaced"
    return None


def _add(machine: Machine, args: Args, kwargs: Kwargs, node: Node, frame: Frame) -> Value:
    """``modules + others``: a new container of the same kind."""
    whole = Instance(torch_container(receiver(args)))
    for part in args:
        _extend(machine, (whole, part), {}, node, frame)
    return whole


_LIST: dict[str, Native] = {
    "append": _append, "extend": _extend, "insert": _insert, "pop": _pop, "__len__": _len, "__iter__": _values,
    "__getitem__": _get_item, "__setitem__": _set_item, "__iadd__": _extend, "__add__": _add,
}  # fmt: skip
_DICT: dict[str, Native] = {
    "keys": _keys, "values": _values, "items": _items, "update": _update, "pop": _pop, "__len__": _len,
    "__getitem__": _get_item, "__setitem__": _set_item, "__iter__": _keys,
}  # fmt: skip


def _container(name: str, kind: Container, methods: Mapping[str, Native]) -> Class:
    names = ClassNames({key: Builtin(key, method) for key, method in methods.items()})
    return Class(name, (MODULE,), names, container=kind)


CONTAINERS: Mapping[str, Class] = {
    cls.name: cls
    for cls in (
        _container("Sequential", Container.SEQUENTIAL, {**_LIST, "__init__": _init_sequential, "forward": _run_sequential}),
        _container("ModuleList", Container.MODULE_LIST, {**_LIST, "__init__": _init_list}),
        _container("ParameterList", Container.PARAMETER_LIST, {**_LIST, "__init__": _init_list}),
        _container("ModuleDict", Container.MODULE_DICT, {**_DICT, "__init__": _init_dict}),
        _container("ParameterDict", Container.PARAMETER_DICT, {**_DICT, "__init__": _init_dict}),
    )
}  # fmt: skip
"""The containers of ``torch.nn`` by name."""
