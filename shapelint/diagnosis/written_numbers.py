"""Where a width that reaches a layer by names is written: a field of a configuration, a default, an option, a constant.

Names are followed, not values: ``nn.Linear(a, b)`` in a loop over ``zip(dims, dims[1:])`` leads to ``dims``, that to
``cfg.point_dim``, and that to whatever gives a ``point_dim`` anywhere in the file.  This finds too much rather than too little,
since a repair holds only if linting the file with it says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

import libcst as cst

from ..diagnostic import Edit, Fix, Label
from ..source.inner_nodes import inner_nodes
from .checked import Checked
from .mistake import Mistake
from .origin import argument_node
from .proofs import Proof
from .width import arriving_width

__all__ = ["mistakes_in_written_numbers"]

_MOST = 4
"""How many numbers are tried."""


def mistakes_in_written_numbers(checked: Checked, proof: Proof) -> Iterator[Mistake]:
    """The numbers that the layer may have its width from, nearest first, each with the width that arrives in its place."""
    written, arriving = argument_node(proof.call, proof.argument), arriving_width(proof.call, proof.argument)
    expected, constructor = proof.call.arguments.get(proof.argument or ""), proof.call.constructor
    if written is None or constructor is None or constructor.source is not checked.source:
        return
    if not isinstance(expected, int) or not isinstance(arriving, int) or isinstance(written.value, cst.Integer):
        return
    layer = Label(checked.source.span(written), f"{expected} reaches this layer")
    for name, number in islice(_numbers(checked.source.tree, written.value, str(expected)), _MOST):
        span = checked.source.span(number)
        fix = Fix("unsafe", f"use {arriving} for {name}", (Edit(span, str(arriving)),))
        yield Mistake(span, "this number is wrong", fix, labels=(layer,))


def _numbers(tree: cst.Module, written: cst.BaseExpression, value: str) -> Iterator[tuple[str, cst.Integer]]:
    """The integers ``value`` that the names in an expression lead to, each with the name that it is given to."""
    givers: dict[str, list[cst.BaseExpression]] = {}
    parameters = dict(_parameters(tree))
    for node in _within(tree):
        for name, given in _given_by(node, parameters):
            givers.setdefault(name, []).append(given)
    seen, waiting = set[str](), list(_names(written))
    while waiting:
        name = waiting.pop(0)
        if name in seen:
            continue
        seen.add(name)
        for given in givers.get(name, ()):
            for part in _within(given):
                if isinstance(part, cst.Integer) and part.value == value:
                    yield name, part
            waiting += _names(given)


def _within(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """``node`` and all that is in it."""
    waiting: list[cst.CSTNode] = [node]
    while waiting:
        part = waiting.pop()
        yield part
        waiting += reversed(inner_nodes(part))


def _names(node: cst.CSTNode) -> Iterator[str]:
    """The names in an expression: variables, the last one of ``config.model.width``, the key of ``config["width"]``."""
    match node:
        case cst.Name(value=name) | cst.Attribute(attr=cst.Name(value=name)):
            yield name
        case cst.Subscript(slice=[cst.SubscriptElement(slice=cst.Index(value=cst.SimpleString() as key))]):
            yield str(key.evaluated_value)
        case cst.Arg(value=value):
            yield from _names(value)
        case _:
            for part in inner_nodes(node):
                yield from _names(part)


def _given_by(node: cst.CSTNode, parameters: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, cst.BaseExpression]]:
    """The names that ``node`` gives a value, with these."""
    match node:
        case cst.Assign(targets=targets, value=value):
            for target in targets:
                yield from _assigned(target.target, value)
        case cst.AnnAssign(target=target, value=cst.BaseExpression() as value):
            yield from _assigned(target, value)
        case cst.For(target=target, iter=value) | cst.CompFor(target=target, iter=value):
            yield from ((name, value) for name in _names(target))
        case cst.Param(name=cst.Name(value=name), default=cst.BaseExpression() as value):
            yield name, value
        case cst.DictElement(key=cst.SimpleString() as key, value=value):
            yield str(key.evaluated_value), value
        case cst.Call():
            yield from _given_in_call(node, parameters)


def _given_in_call(call: cst.Call, parameters: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, cst.BaseExpression]]:
    """What a call gives to parameters, by their names or by place, and what an option of argparse is by default."""
    plain = [arg.value for arg in call.args if arg.keyword is None and not arg.star]
    callee = next(_names(call.func), "")
    yield from zip(parameters.get(callee, ()), plain, strict=False)
    for arg in call.args:
        if arg.keyword is not None:
            yield arg.keyword.value, arg.value
            if callee in ("add_argument", "option") and arg.keyword.value == "default":
                options = [str(text.evaluated_value) for text in plain if isinstance(text, cst.SimpleString)]
                yield from ((option.lstrip("-").replace("-", "_"), arg.value) for option in options)


def _assigned(target: cst.BaseExpression, value: cst.BaseExpression) -> Iterator[tuple[str, cst.BaseExpression]]:
    if isinstance(target, cst.Tuple) and isinstance(value, cst.Tuple) and len(target.elements) == len(value.elements):
        for one, given in zip(target.elements, value.elements, strict=True):
            yield from _assigned(one.value, given.value)
    else:
        yield from ((name, value) for name in _names(target))


def _parameters(tree: cst.Module) -> Iterator[tuple[str, Sequence[str]]]:
    """The functions and classes of the file with what they take by place; a class without an ``__init__`` takes its fields."""
    for node in _within(tree):
        if isinstance(node, cst.FunctionDef):
            yield node.name.value, _of_function(node)
        elif isinstance(node, cst.ClassDef) and isinstance(node.body, cst.IndentedBlock):
            inits = [
                part for part in node.body.body if isinstance(part, cst.FunctionDef) and part.name.value == "__init__"
            ]
            yield node.name.value, _of_function(inits[0])[1:] if inits else _fields(node.body)


def _of_function(function: cst.FunctionDef) -> list[str]:
    return [param.name.value for param in (*function.params.posonly_params, *function.params.params)]


def _fields(body: cst.IndentedBlock) -> list[str]:
    lines = [line for line in body.body if isinstance(line, cst.SimpleStatementLine)]
    fields = [line.body[0].target for line in lines if line.body and isinstance(line.body[0], cst.AnnAssign)]
    return [field.value for field in fields if isinstance(field, cst.Name)]
