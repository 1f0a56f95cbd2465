"""Where a parameter of the wrong size is made, and the argument that would make it fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

import libcst as cst

from ..interp.model.classes import Instance
from ..interp.model.functions import Function
from ..interp.model.site import Site
from ..interp.model.state import Entry
from ..layers import Layer
from ..layers.declare import parameters_of
from ..shapes import Expr, Needs, Reject, Symbol, Tensor, solve
from ..shapes.dim import of_atom
from .bounded import Saved

__all__ = ["arguments_that_fit", "expression_of", "site_of"]


def site_of(entry: Entry) -> Site | None:
    """The constructor that makes a parameter, or of the assignment that gives it to its module."""
    holder = entry.holder
    if holder.cls.catalogued is None or entry.attribute not in parameters_of(holder.attributes):
        assigned = _assignment(holder, entry.attribute)
        if assigned is not None:
            return assigned
    return holder.built


def _assignment(holder: Instance, attribute: str) -> Site | None:
    """``self.attribute = ...`` or ``self.register_buffer("attribute", ...)`` in the class or one that it derives from."""
    for cls in holder.cls.mro:
        if cls.node is not None and cls.module is not None:
            found = next((node for node in _nodes(cls.node) if _assigns(node, attribute)), None)
            if found is not None:
                return Site(cls.module.source, found)
    return None


def _nodes(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    yield node
    for child in node.children:
        yield from _nodes(child)


def _assigns(node: cst.CSTNode, attribute: str) -> bool:
    match node:
        case cst.AssignTarget(target=cst.Attribute(value=cst.Name("self"), attr=cst.Name(name))):
            return name == attribute
        case cst.AnnAssign(target=cst.Attribute(value=cst.Name("self"), attr=cst.Name(name))):
            return name == attribute
        case cst.Call(func=cst.Attribute(attr=cst.Name(name)), args=[first, *_]):
            if name not in ("register_buffer", "register_parameter"):
                return False
            match first.value:
                case cst.SimpleString() as text:
                    return bool(text.evaluated_value == attribute)
    return False


def arguments_that_fit(entry: Entry, entries: Mapping[str, Any]) -> dict[str, int]:
    """The fewest arguments of its layer by which all parameters of the layer have the sizes of the file; empty if none.

    ``Linear(2048, 1000)`` beside a weight of (21, 2048) and a bias of (21,): ``{"out_features": 21}``.
    """
    layer, bound = entry.holder.cls.catalogued, entry.holder.attributes.get("_arguments")
    if layer is None or not isinstance(bound, Mapping):
        return {}
    prefix = entry.name.removesuffix(entry.attribute)
    wanted = {
        name: saved.shape
        for name in parameters_of(entry.holder.attributes)
        if isinstance(saved := entries.get(f"{prefix}{name}"), Saved)
    }
    changes = [(name, value) for name in bound if (value := _value(layer, bound, name, wanted)) is not None]
    for count in (1, 2):
        for some in combinations(changes, count):
            made = _sizes(layer, {**bound, **dict(some)})
            if made is not None and all(made.get(name) == shape for name, shape in wanted.items()):
                return dict(some)
    return {}


def _value(layer: Layer, bound: Mapping[str, Any], name: str, wanted: Mapping[str, Sequence[int]]) -> int | None:
    """The value of one integer argument that makes some size of a parameter what is wanted; None if none does."""
    if type(bound[name]) is not int:
        return None
    symbol = Symbol(name, minimum=1)
    for parameter, dims in (_sizes(layer, {**bound, name: of_atom(symbol)}) or {}).items():
        for dim, size in zip(dims, wanted.get(parameter, ()), strict=False):
            values = solve(dim, symbol, size) if isinstance(dim, Expr) else None
            if values is not None and len(values) == 1 and values[0] != bound[name]:
                return values[0]
    return None


def _sizes(layer: Layer, bound: Mapping[str, Any]) -> dict[str, Any] | None:
    try:
        attributes = layer.construct(Needs(), bound)
    except Reject:
        return None
    return {n: tuple(t.shape.dims) for n, t in parameters_of(attributes).items() if isinstance(t, Tensor)}


def expression_of(entry: Entry, argument: str) -> cst.BaseExpression | None:
    """What the source gives for an argument of the layer: ``num_classes`` in ``Linear(512, num_classes)``."""
    built, layer = entry.holder.built, entry.holder.cls.catalogued
    if built is None or layer is None or not isinstance(built.node, cst.Call):
        return None
    positional = layer.signature.positional
    for index, given in enumerate(built.node.args):
        if given.star:
            return None
        name = given.keyword.value if given.keyword else positional[index] if index < len(positional) else None
        if name == argument:
            return given.value
    return None


def integer_parameters(module: Instance) -> dict[str, int]:
    """The parameters of a module's constructor whose defaults are integers."""
    found = module.cls.find("__init__")
    if found is None or not isinstance(found[1], Function):
        return {}
    params = found[1].node.params
    return {
        param.name.value: int(param.default.value)
        for param in (*params.posonly_params, *params.params, *params.kwonly_params)
        if isinstance(param.default, cst.Integer) and param.default.value.isdigit()
    }
