"""``cls(*args)``: objects of every class, and the constructor of the layers of torch.nn."""

from __future__ import annotations

from collections.abc import Mapping

import libcst as cst

from ...layers import Layer
from ...shapes import Needs, Reject, Unknown, Value
from ...source.inner_nodes import inner_nodes
from ...source.late_bodies import of_function
from ..machine.machine import Machine
from ..machine.recording import record
from ..machine.tables import Args, Kwargs, Node, call, called
from ..model.blueprint import Blueprint, blueprint_key
from ..model.classes import Class, Container, Instance
from ..model.frame import Frame
from ..model.functions import ClassMethod, Function, StaticMethod
from ..model.module_tree import MODULE, is_module
from ..model.site import Site
from ..model.values import Gap, Thrown
from ..tensors.operations import known
from .method_arguments import receiver

__all__ = ["init_layer"]

_BEFORE_INIT = ("__new__", "__init_subclass__")
_LAZY = "LazyModuleMixin"
"""The base of lazy modules of one's own, which take another class, and other sizes, when they are first called."""


@called(Class)
def _instantiate(machine: Machine, cls: Class, args: Args, kwargs: Kwargs, node: Node, frame: Frame) -> Value:
    members = cls.members
    if members is not None:
        return _member(members, args)
    instance = Instance(cls, made_within=tuple(machine.calling))
    machine.heap.made(instance.attributes)
    if node is not None:
        instance.made_by.append(node)
        instance.built = Site(frame.module.source, node)
    if MODULE in cls.mro:
        _begin_module(machine, instance, args, kwargs)
    before = _set_by_python(cls)
    if before:
        machine.heap.touch(instance.attributes)
        instance.attributes.update(before)
    found = cls.find("__init__")
    if found is not None:
        call(machine, found[1], (instance, *args), kwargs, node, frame)
    # A module with a constructor is followed all the same: what it does is mostly in its own ``forward``.
    is_lazy = cls.unknown_base is not None and cls.unknown_base.endswith(_LAZY)
    if cls.unknown_base is not None and (found is None or MODULE not in cls.mro or is_lazy):
        instance.opaque = f"base class '{cls.unknown_base}' is not followed"
    return instance


def _set_by_python(cls: Class) -> Mapping[str, Value]:
    """The attributes that are set before ``__init__`` by methods that Python calls by itself: they are not followed."""
    found: dict[str, Value] = {}
    for name in _BEFORE_INIT:
        method = cls.find(name)
        function = None if method is None else method[1]
        node = function.function if isinstance(function, (ClassMethod, StaticMethod)) else function
        if isinstance(node, Function):
            assigned = _assigned_attributes(node.node)
            is_followed = name == "__init_subclass__"  # what it sets on a class is found there
            found.update({t: Unknown(f"set in {name}") for t in assigned if not is_followed or cls.find(t) is None})
    return found


@of_function(256)
def _assigned_attributes(node: cst.FunctionDef | cst.Lambda) -> frozenset[str]:
    """The names of the attributes that a function assigns, of whatever object."""
    found: set[str] = set()
    pending: list[cst.CSTNode] = [node.body]
    while pending:
        here = pending.pop()
        match here:
            case cst.AssignTarget(target=cst.Attribute(attr=cst.Name(value=name))):
                found.add(name)
            case cst.AnnAssign(target=cst.Attribute(attr=cst.Name(value=name))):
                found.add(name)
        pending += inner_nodes(here)
    return frozenset(found)


def _member(members: Mapping[str, Value], args: Args) -> Value:
    """``Color("red")``, ``Color(Color.RED)``: the member of an enumeration that has this value, or is it."""
    for member in members.values():
        if isinstance(member, Instance) and args and (member is args[0] or member.attributes["value"] == args[0]):
            return member
    return Unknown("an unknown member")


def _begin_module(machine: Machine, instance: Instance, args: Args, kwargs: Kwargs) -> None:
    machine.heap.touch(instance.attributes)
    if instance.cls.container is Container.SEQUENTIAL:
        # Each is a path of its own, unless the module whose method makes it here runs it or takes it apart.
        machine.sequentials.append(instance)
        instance.owner = next((f.self for f in reversed(machine.frames) if is_module(f.self) and f.self.cls.node), None)
    if instance.cls.node is not None:
        for given in (*args, *kwargs.values()):
            if isinstance(given, Instance):
                given.taken += 1  # what the other module does with it is its own business


def init_layer(machine: Machine, args: Args, kwargs: Kwargs, node: Node, frame: Frame) -> Value:
    """``__init__`` of a layer of torch.nn, the layer itself the first argument."""
    instance, rest = receiver(args), args[1:]
    layer = instance.cls.catalogued
    if layer is None:
        raise TypeError("not a layer")
    instance.built = None if node is None else Site(frame.module.source, node)
    if any(isinstance(arg, Gap) for arg in rest) or "**" in kwargs:
        instance.opaque = "the arguments are unknown"
        return None
    plain = [_argument(machine, arg) for arg in rest]
    named = {key: _argument(machine, value) for key, value in kwargs.items()}
    # A replay that changes an argument makes a layer that is like no other.
    key = None if machine.override.arguments else blueprint_key(layer.name, plain, named)
    blueprint = machine.project.blueprints.get(key) if key is not None else None
    if blueprint is not None:
        _complete(machine, instance, blueprint.attributes(), blueprint.bound, blueprint)
        return None
    try:
        bound = _bound(machine, layer, plain, named)
        for (place, parameter), value in machine.override.arguments.items():
            if place is node and parameter in bound:
                bound[parameter] = value
        attributes = layer.construct(Needs(), bound)
    except Reject as reject:
        entry = record(machine, layer.name, instance, (), (), node, frame)
        entry.reject, entry.constructs, entry.output = reject, True, instance
        instance.opaque = reject.message
        return None
    if key is not None:
        blueprint = machine.project.blueprints[key] = Blueprint(bound, attributes)
    _complete(machine, instance, attributes, bound, blueprint)
    return None


def _argument(machine: Machine, value: Value) -> Value:
    """An argument as layers read it: a module, which a stack of layers copies, stays what it is."""
    return value if is_module(value) else known(machine, value)


def _bound(machine: Machine, layer: Layer, args: Args, kwargs: Kwargs) -> dict[str, Value]:
    """The arguments by name.  Under ``try`` what no parameter takes is an exception: ``except TypeError: act()``."""
    try:
        return layer.bind(args, kwargs)
    except Reject:
        if machine.guarded:
            raise Thrown("TypeError") from None
        raise


def _complete(
    machine: Machine,
    instance: Instance,
    attributes: Mapping[str, Value],
    bound: Mapping[str, Value],
    blueprint: Blueprint | None,
) -> None:
    # Arguments and blueprint are kept among the attributes, where the heap takes them back with the rest.
    machine.heap.touch(instance.attributes)
    instance.attributes.update(attributes)
    instance.attributes["_arguments"] = bound
    instance.attributes["_blueprint"] = blueprint
