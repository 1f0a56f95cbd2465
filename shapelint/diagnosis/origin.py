"""Where the number of an argument is written: at the constructor, or at the call of the helper that passes it on.

``conv3x3(64, 128)`` builds its layer inside the helper as ``nn.Conv2d(in_planes, out_planes, 3)``; a wrong number is in the
call, not in the helper.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import libcst as cst

from ..diagnostic import Span
from ..interp import Call
from ..records import dataclass
from ..source.parse import Source

__all__ = ["Origin", "argument_node", "helper_arguments", "origin_of", "place_of"]


@dataclass(frozen=True, slots=True)
class Origin:
    """The argument as it is written, and the call that it is written in."""

    arg: cst.Arg
    call: cst.Call


def argument_node(call: Call, name: str | None) -> cst.Arg | None:
    """The argument ``name`` of the constructor of a layer, as it is written; None if it is not."""
    constructor, layer = call.constructor, call.layer
    if name is None or constructor is None or layer is None or not isinstance(constructor.node, cst.Call):
        return None
    return _pick(constructor.node, name, layer.signature.positional)


def origin_of(source: Source, call: Call, name: str | None) -> Origin | None:
    """The outermost call in ``source`` at which the argument ``name`` of a layer is written down."""
    return next(reversed(_passed_on(source, call, name)), None)


def helper_arguments(source: Source, call: Call, name: str | None) -> Sequence[tuple[cst.Arg, Sequence[str]]]:
    """Where helpers of ``source`` pass on the argument ``name`` of a layer that others call them with, outer ones first; each
    with the parameters of the helper."""
    found = _passed_on(source, call, name)
    return [
        (inner.arg, _parameters_around(source, inner.call, outer.call) or ())
        for inner, outer in reversed(tuple(pairwise(found)))
    ]


def _passed_on(source: Source, call: Call, name: str | None) -> list[Origin]:
    """The calls in ``source`` that give or pass on the argument ``name`` of a layer, from the inside out."""
    arg, module, constructor = argument_node(call, name), call.module, call.constructor
    if arg is None or module is None or constructor is None or not isinstance(constructor.node, cst.Call):
        return []
    inside = constructor.node
    found = [Origin(arg, inside)] if constructor.source is source else []
    for outer in reversed(module.made_within):
        if not isinstance(arg.value, cst.Name) or not isinstance(outer, cst.Call) or outer is constructor.node:
            continue
        params = _parameters_around(source, inside, outer)
        if params is None or arg.value.value not in params:
            continue
        passed = _pick(outer, arg.value.value, params)
        if passed is None:
            break
        arg, inside = passed, outer
        found.append(Origin(arg, outer))
    return found


def place_of(call: Call) -> cst.CSTNode:
    """Where a layer is built, else where the call is written: a container's calls of its members are not written anywhere."""
    return call.site.node if call.constructor is None else call.constructor.node


def _pick(call: cst.Call, name: str, positional: Sequence[str]) -> cst.Arg | None:
    """The argument that ``call`` gives to the parameter ``name``; None if it gives none, or unpacks a list."""
    if any(arg.star for arg in call.args):
        return None
    plain = [arg for arg in call.args if arg.keyword is None]
    for arg in call.args:
        if arg.keyword is not None and arg.keyword.value == name:
            return arg
    index = positional.index(name) if name in positional else len(plain)
    return plain[index] if index < len(plain) else None


def _parameters_around(source: Source, inside: cst.Call, outer: cst.Call) -> list[str] | None:
    """The positional parameters of the function or class that ``outer`` calls, if ``inside`` is in its body."""
    callee = outer.func.attr if isinstance(outer.func, cst.Attribute) else outer.func
    if not isinstance(callee, cst.Name):
        return None
    try:
        place = source.span(inside)
    except KeyError:  # the constructor call is in another file
        return None
    for definition in _definitions(source.tree, callee.value):
        if not _holds(source.span(definition), place):
            continue
        if isinstance(definition, cst.FunctionDef):
            names = [param.name.value for param in (*definition.params.posonly_params, *definition.params.params)]
            return names[1:] if names[:1] in (["self"], ["cls"]) else names
        for init in _definitions(definition, "__init__"):
            if isinstance(init, cst.FunctionDef):
                return [param.name.value for param in (*init.params.posonly_params, *init.params.params)][1:]
    return None


def _definitions(tree: cst.CSTNode, name: str) -> list[cst.FunctionDef | cst.ClassDef]:
    """Functions and classes called ``name``, at any depth of statements."""
    found: list[cst.FunctionDef | cst.ClassDef] = []
    waiting: list[cst.CSTNode] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, (cst.FunctionDef, cst.ClassDef)) and node.name.value == name:
            found.append(node)
        body = getattr(node, "body", None)
        if isinstance(body, cst.BaseSuite):
            waiting.append(body)
        elif isinstance(body, (list, tuple)):
            waiting.extend(body)
        if isinstance(node, (cst.If, cst.Try)) and node.orelse is not None:
            waiting.append(node.orelse)
    return found


def _holds(outer: Span, inner: Span) -> bool:
    return (outer.row, outer.column) <= (inner.row, inner.column) and (inner.end_row, inner.end_column) <= (
        outer.end_row,
        outer.end_column,
    )
