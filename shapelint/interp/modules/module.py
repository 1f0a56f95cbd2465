"""``nn.Module`` and what is built of it: construction, submodules, calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import libcst as cst

from ...layers import CATALOGUE, Layer
from ...shapes import Expr, Needs, Reject, Shape, Tensor, Unknown, unknown_rank
from ..machine.machine import HOLDS, Machine, call, called, iterated
from ..machine.memo import call_key, perform
from ..machine.recording import forced, record
from ..model.blueprint import Blueprint, blueprint_key
from ..model.frame import Frame
from ..model.module_tree import MODULE, children, is_module
from ..model.site import Site
from ..model.values import Builtin, Choice, Class, Gap, Instance, Thrown
from ..objects.calls import call_method
from ..objects.iteration import as_list
from ..tensors.operations import known

__all__ = [
    "call_module", "contains", "elements_of", "get_item", "instantiate", "remove_item",
]  # fmt: skip

# -- construction ---------------------------------------------------------------------------------------------------


@called(Class)
def instantiate(
    machine: Machine,
    cls: Class,
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
    node: cst.CSTNode | None,
    frame: Frame,
) -> Any:
    """``cls(*args, **kwargs)``."""
    if "__members__" in cls.names:
        return next(
            (m for m in cls.names["__members__"].values() if args and m.attributes["value"] == args[0]),
            Unknown("an unknown member"),
        )
    instance = Instance(cls)
    if node is not None:
        instance.made_by.append(node)
        instance.built = Site(frame.module.source, node)
    instance.made_within = tuple(machine.calling)
    if MODULE in cls.mro:
        machine.heap.touch(instance.attributes)
        if any(c.name == "Sequential" and c.node is None for c in cls.mro):
            machine.sequentials.append(instance)
            instance.owner = next(
                (f.self for f in reversed(machine.frames) if is_module(f.self) and f.self.cls.node), None
            )
        if cls.node is not None:
            for given in (*args, *kwargs.values()):
                if isinstance(given, Instance):
                    given.taken += 1  # what the other module does with it is its own business
    found = cls.find("__init__")
    if found is not None:
        call(machine, found[1], (instance, *args), kwargs, node, frame)
    elif cls.unknown_base is not None:
        instance.opaque = f"base class '{cls.unknown_base}' is not followed"
    if cls.unknown_base is not None and MODULE not in cls.mro:
        instance.opaque = f"base class '{cls.unknown_base}' is not followed"
    return instance


def build_layer(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> None:
    """``__init__`` of a catalogued layer: ``args[0]`` is the instance."""
    instance, rest = args[0], args[1:]
    layer = instance.cls.catalogued
    instance.built = None if node is None else Site(frame.module.source, node)
    if any(isinstance(arg, Gap) for arg in rest) or "**" in kwargs:
        instance.opaque = "the arguments are unknown"
        return
    need = Needs()
    plain = [known(machine, arg) for arg in rest]
    named = {key: known(machine, value) for key, value in kwargs.items()}
    key = None if machine.override.arguments else blueprint_key(layer.name, plain, named)
    blueprints = machine.project.blueprints
    try:
        if key is not None and key in blueprints:
            _complete(machine, instance, blueprints[key].attributes(), blueprints[key].bound, blueprints[key])
            return
        bound = _bound(machine, layer, plain, named)
        for (place, parameter), value in machine.override.arguments.items():
            if place is node and parameter in bound:
                bound[parameter] = value
        attributes = layer.construct(need, bound)
    except Reject as reject:
        entry = record(machine, layer.name, instance, (), (), node, frame)
        entry.reject, entry.constructs = reject, True
        entry.output = instance
        instance.opaque = reject.message
        return
    if key is not None:
        blueprints[key] = Blueprint(bound, attributes)
    _complete(machine, instance, attributes, bound, blueprints.get(key))


def _bound(machine: Machine, layer: Layer, args: Sequence[Any], kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments by name.  Under ``try`` what no parameter takes is an exception: ``except TypeError: act()``."""
    try:
        return layer.bind(args, kwargs)
    except Reject:
        if machine.guarded:
            raise Thrown("TypeError") from None
        raise


def _complete(
    machine: Machine, instance: Instance, attributes: dict[str, Any], bound: Any, blueprint: Blueprint | None
) -> None:
    machine.heap.touch(instance.attributes)
    instance.attributes.update(attributes)
    instance.attributes["_arguments"] = bound
    instance.attributes["_blueprint"] = blueprint


# -- calls ----------------------------------------------------------------------------------------------------------


@called(Instance)
def _call_instance(machine: Machine, function: Instance, args: Any, kwargs: Any, node: Any, frame: Frame) -> Any:
    if is_module(function):
        return call_module(machine, function, args, kwargs, node, frame)
    if function.cls.find("__call__"):
        return call_method(machine, function, "__call__", args, node, frame, kwargs)
    return Unknown(f"a call of an instance of {function.cls.name}")


def call_module(
    machine: Machine,
    module: Instance,
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
    node: cst.CSTNode | None,
    frame: Frame,
) -> Any:
    """``module(*args)``: a catalogued layer applies its shape function, anything else enters its ``forward``."""
    module.called += 1
    forward = module.cls.entry
    layer = module.cls.catalogued if forward is None or forward[0].layer is not None else None
    tensors = tuple(a for a in (*args, *kwargs.values()) if isinstance(a, Tensor))
    shapes = tuple(machine.tape.resolve(tensor.shape) for tensor in tensors)
    entry = record(machine, module.cls.name, module, tensors, shapes, node, frame, leaf=layer is not None)
    entry.operands = (*args, *kwargs.values())
    if module.opaque is not None:
        entry.output = machine.unknown(module.opaque, node, frame)
        return forced(machine, entry, node)
    if layer is not None:
        _apply_layer(machine, entry, module, layer, args, kwargs)
        return forced(machine, entry, node)
    if forward is None:
        entry.output = machine.unknown(f"{module.cls.name} has no forward that is known", node, frame)
        return forced(machine, entry, node)
    machine.parents.append(entry.index)
    try:
        entry.output = call(machine, forward[1], (module, *args), kwargs, node, frame)
    finally:
        machine.parents.pop()
    return forced(machine, entry, node)


def _apply_layer(
    machine: Machine, entry: Any, module: Instance, layer: Any, args: Sequence[Any], kwargs: Mapping[str, Any]
) -> None:
    operands = [_operand(machine, arg) for arg in args]
    named = {key: _operand(machine, value) for key, value in kwargs.items()}
    entry.operands = (*operands, *named.values())
    become = layer.materialize(operands)
    if become is not None:
        layer = CATALOGUE[become[0]]
        module.attributes.update(layer.construct(Needs(), {**module.attributes["_arguments"], **become[1]}))
    given = dict(zip(layer.inputs.positional, operands, strict=False)) | named
    if any(isinstance(operand, Tensor) and operand.shape.lead is not None for operand in given.values()):
        for name, shape in zip(layer.inputs.positional, layer.expects(module.attributes), strict=False):
            operand = given.get(name)
            if shape is not None and isinstance(operand, Tensor) and operand.shape.lead is not None:
                operand.narrow(shape)
    entry.inputs = tuple(o for o in entry.operands if isinstance(o, Tensor))
    entry.input_shapes = tuple(tensor.shape for tensor in entry.inputs)
    entry.arguments = module.attributes.get("_arguments", {})
    blueprint = module.attributes.get("_blueprint")
    key = None if blueprint is None else call_key(blueprint, operands, named)
    perform(
        machine, entry, key, entry.operands,
        lambda need: layer.apply(need, module.attributes, operands, named),
        lambda reject: _as_if_accepted(layer, module, operands, named, reject),
    )  # fmt: skip


def _operand(machine: Machine, value: Any) -> Any:
    value = known(machine, value)
    return Tensor(unknown_rank(value.reason), None) if isinstance(value, Unknown) else value


def _as_if_accepted(layer: Any, module: Instance, operands: list[Any], named: dict[str, Any], reject: Reject) -> Any:
    """After a rejected call go on as if the input had had the expected width, so that one mistake stays one."""
    shapes = layer.expects(module.attributes)
    if operands and shapes and shapes[0] is not None and isinstance(operands[0], Tensor):
        given, expected = operands[0].shape, shapes[0]
        if given.lead is None and len(given.dims) == len(expected.dims):
            dims = [
                e if isinstance(e, int) or _is_parameter(e) else g
                for g, e in zip(given.dims, expected.dims, strict=True)
            ]
            try:
                return layer.apply(Needs(), module.attributes, [Tensor(Shape(tuple(dims))), *operands[1:]], named)
            except Reject:
                pass
    return Unknown(reject.message)


def _is_parameter(dim: Any) -> bool:
    return isinstance(dim, Expr) and not (dim.as_symbol is not None and dim.as_symbol.uid)


# -- containers -----------------------------------------------------------------------------------------------------


@iterated(Instance)
def elements_of(machine: Machine, value: Instance) -> list[Any] | None:
    """What iterating over an instance gives, or None if that is unknown."""
    if value.items is not None:
        return list(value.items)
    if is_module(value):
        kind = _container(value)
        if kind in ("Sequential", "ModuleList", "ParameterList"):
            value.taken += 1
            return _entries(value)
        if kind in ("ModuleDict", "ParameterDict"):
            value.taken += 1
            return list(_named(value))
    found = value.cls.find("__iter__")
    if found is not None:
        return elements_of_result(machine, call_method(machine, value, "__iter__", (), None, machine.frames[-1]))
    if value.cls.dataclass:
        return list(value.attributes.values())
    return None


def elements_of_result(machine: Machine, value: Any) -> list[Any] | None:
    return as_list(machine, value)


def _container(module: Instance) -> str | None:
    return next((cls.name for cls in module.cls.mro if cls.name in _CONTAINERS and cls.node is None), None)


_CONTAINERS = ("Sequential", "ModuleList", "ModuleDict", "ParameterList", "ParameterDict")


def _named(module: Instance) -> dict[str, Any]:
    if _container(module) in ("ParameterList", "ParameterDict"):
        return {k: v for k, v in module.attributes.items() if isinstance(v, Tensor)}
    found = dict(children(module))
    if _container(module) != "ModuleList":
        return found
    # its children() pass over an element that is None, its indices do not
    return {k: v for k, v in module.attributes.items() if k in found or (v is None and k.isdigit())}


def _entries(module: Instance) -> list[Any]:
    return list(_named(module).values())


def _uncertain(entry: Any) -> bool:
    """Whether it is unknown how many modules this entry stands for."""
    return isinstance(entry, Gap) or (isinstance(entry, Choice) and None in entry.options)


HOLDS[Instance] = lambda machine, holder, key: contains(machine, holder, key)


def contains(machine: Machine, holder: Instance, key: Any) -> bool | None:
    """``key in holder``."""
    if is_module(holder) and _container(holder) in ("ModuleDict", "ParameterDict"):
        return key in _named(holder) if isinstance(key, str) else None
    if holder.cls.find("__contains__"):
        return machine.truth(call_method(machine, holder, "__contains__", (key,), None, machine.frames[-1]))
    elements = elements_of(machine, holder)
    return None if elements is None else any(element is key for element in elements)


def get_item(machine: Machine, holder: Instance, key: Any, node: cst.CSTNode, frame: Frame) -> Any:
    """``holder[key]``."""
    if is_module(holder) and _container(holder) is not None:
        holder.taken += 1
        if isinstance(key, str):
            named = _named(holder)
            if key not in named:
                raise Thrown("KeyError")
            return named[key]
        entries = _entries(holder)
        if any(map(_uncertain, entries)) or not isinstance(key, (int, slice)):
            return Unknown("an element of a container of unknown length")
        if isinstance(key, slice):
            try:
                part = entries[key]
            except TypeError:
                return Unknown("a slice with unknown bounds")
            # A slice of a Sequential keeps the names of its modules, one of a list numbers them anew.
            keys = list(_named(holder))[key] if _container(holder) == "Sequential" else map(str, range(len(part)))
            return Instance(_plain(holder), dict(zip(keys, part, strict=True)))
        try:
            return entries[key]
        except IndexError:
            raise Thrown("IndexError") from None
    if holder.cls.find("__getitem__"):
        return call_method(machine, holder, "__getitem__", (key,), node, frame)
    if holder.cls.dataclass and isinstance(key, int):
        return _from_fields(holder, key)
    return Unknown("an element of an unknown object")


def _from_fields(holder: Instance, key: int) -> Any:
    try:
        return list(holder.attributes.values())[key]
    except IndexError:
        raise Thrown("IndexError") from None


def _plain(holder: Instance) -> Class:
    return next(cls for cls in holder.cls.mro if cls.name in _CONTAINERS and cls.node is None)


def remove_item(machine: Machine, holder: Instance, key: Any) -> None:
    """``del holder[key]``; the rest is numbered anew, as torch does."""
    named = _named(holder)
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
    except IndexError:
        raise Thrown("IndexError") from None
    for name in named:
        holder.attributes.pop(name, None)
    holder.attributes.update({str(i): value for i, value in enumerate(values)})


def make(function: Any) -> Builtin:
    """A method of ours as a value."""
    return Builtin(function.__name__.strip("_"), function)
