"""Which attributes a class calls or goes through: one of which nothing is known may be a module inside."""

from __future__ import annotations

from typing import Any

import libcst as cst

from ...shapes import Unknown
from ...source.inner_nodes import inner_nodes
from ...source.late_bodies import of_function
from .classes import Instance
from .functions import Function

__all__ = ["perhaps_modules"]


def perhaps_modules(module: Instance) -> dict[str, Unknown]:
    """The attributes of a module of which nothing is known, and that its class calls, goes through, or asks for methods.

    Others are numbers and flags as a rule (``self.scale = config.scale``), so they are not taken for modules.
    """
    unknown = {name: value for name, value in module.attributes.items() if isinstance(value, Unknown)}
    if not unknown:
        return {}
    called = {
        name
        for cls in module.cls.mro
        if cls.node is not None
        for function in cls.names.values()
        if isinstance(function, Function)
        for name in _called(function.node)
    }
    return {name: value for name, value in unknown.items() if name in called}


@of_function(512)
def _called(node: cst.FunctionDef | cst.Lambda) -> frozenset[str]:
    """The names in ``self.name(x)``, ``self.name.method(x)``, ``self.name[0](x)`` and ``for each in zip(self.name, xs)``."""
    found: set[str] = set()
    params = (*node.params.posonly_params, *node.params.params)
    receiver = params[0].name.value if params else None
    pending: list[Any] = [node.body]
    while pending:
        part = pending.pop()
        if type(part) is cst.Call:
            found.add(_of_receiver(part.func, receiver))
        elif type(part) is cst.For or type(part) is cst.CompFor:
            found.add(_of_receiver(part.iter, receiver))
            if type(part.iter) is cst.Call:
                found.update(_of_receiver(arg.value, receiver) for arg in part.iter.args)
        pending.extend(inner_nodes(part))
    return frozenset(found - {""})


def _of_receiver(called: cst.CSTNode, receiver: str | None) -> str:
    """The attribute of ``self`` that a called expression begins with; empty if it does not."""
    while True:
        match called:
            case cst.Attribute(value=cst.Name(value=name)):
                return called.attr.value if name == receiver else ""
            case cst.Attribute() | cst.Subscript():
                called = called.value
            case _:
                return ""
