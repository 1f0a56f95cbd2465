"""A width in the names of the code around a layer: ``n_letters + n_hidden`` where the two are joined, ``2 * hidden`` after
both directions, ``n_fft // 2 + 1`` where the layer beside it is given just that."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import libcst as cst

from ..diagnostic import Edit, Fix, Span
from ..interp import Call
from ..shapes import Dim, Expr
from .checked import Checked
from .mistake import Mistake
from .origin import argument_node
from .proofs import Proof
from .width import arriving_width

__all__ = ["mistakes_in_names"]

_JOINS = frozenset({"torch.cat", "torch.concat", "torch.concatenate"})
_LAST_AXIS = frozenset({"in_features", "input_size", "normalized_shape"})
_WIDTHS = frozenset({"in_channels", "num_features", "num_channels", *_LAST_AXIS})
_PARTS = 4
"""A sum of more parts than that is not written by hand."""
_LITERAL = 4
"""A part that has no name is written as a number up to this one: coordinates that are joined, a mask."""


def mistakes_in_names(checked: Checked, proof: Proof) -> Iterator[Mistake]:
    """The layer's width as it should have been written where the layer is built, if the names there can say it."""
    argument, arriving = argument_node(proof.call, proof.argument), arriving_width(proof.call, proof.argument)
    constructor = proof.call.constructor
    if argument is None or arriving is None or constructor is None or constructor.source is not checked.source:
        return
    if proof.argument not in _WIDTHS or isinstance(argument.value, cst.Integer):
        return
    inside = _function_around(checked, argument)
    if inside is None:
        return
    names = _widths_by_text(checked, proof, inside)
    span, written = checked.source.span(argument.value), _code(argument.value)
    for text, label in (
        (_sum_of(_parts(checked, proof), names, _unused(inside)), "what arrives is joined of these"),
        (_both_directions(proof, names, arriving), "both directions arrive"),
        (
            _only(text for text, width in names.items() if width == arriving and not text.isidentifier()),
            "another width",
        ),
    ):
        if text is not None and text != written:
            yield Mistake(span, label, Fix("unsafe", f"use {text} here", (Edit(span, text),)))


# -- what the names around a layer are ----------------------------------------------------------------------------------


def _function_around(checked: Checked, node: cst.CSTNode) -> cst.FunctionDef | None:
    """The innermost function of the file that ``node`` is in."""
    place = checked.source.span(node)
    found: cst.FunctionDef | None = None
    waiting: list[cst.CSTNode] = [checked.source.tree]
    while waiting:
        outer = waiting.pop()
        body = getattr(outer, "body", None)
        inner = getattr(body, "body", body) if isinstance(body, cst.BaseSuite) else body
        for child in inner if isinstance(inner, (list, tuple)) else ():
            if isinstance(child, (cst.FunctionDef, cst.ClassDef)) and _holds(checked.source.span(child), place):
                found = child if isinstance(child, cst.FunctionDef) else found
                waiting.append(child)
    return found


def _holds(outer: Span, inner: Span) -> bool:
    return (outer.row, outer.column) <= (inner.row, inner.column) and inner.end_row <= outer.end_row


def _widths_by_text(checked: Checked, proof: Proof, inside: cst.FunctionDef) -> Mapping[str, Dim]:
    """Expressions over the parameters of the function, with the widths that they have in the run: those by which other layers
    are built there, and the parameters themselves as far as the call that builds the object gives them numbers."""
    params = {param.name.value for param in (*inside.params.params, *inside.params.kwonly_params)} - {"self", "cls"}
    caller = _caller(checked, proof.call, inside)
    found: dict[str, Dim] = dict(_given_numbers(caller, inside, params))
    around = checked.source.span(inside)
    for call in proof.run.tape.calls:
        site = call.constructor
        if site is None or site.source is not checked.source or not _holds(around, checked.source.span(site.node)):
            continue
        if _caller(checked, call, inside) is not caller:
            continue
        for name, value in call.arguments.items():
            arg = argument_node(call, name)
            names = set[str]() if arg is None or call is proof.call else _names_in(arg.value)
            if arg is not None and names and names <= params and isinstance(value, (int, Expr)):
                found.setdefault(_code(arg.value), value)
    own = argument_node(proof.call, proof.argument)
    present = proof.call.arguments.get(proof.argument or "")
    if own is not None and isinstance(own.value, cst.Name) and isinstance(present, (int, Expr)):
        found.setdefault(own.value.value, present)
    return found


def _caller(checked: Checked, call: Call, inside: cst.FunctionDef) -> cst.Call | None:
    """The call of the function, or of its class, by which the layer was built."""
    around = checked.source.span(inside)
    for node in reversed(() if call.module is None else call.module.made_within):
        if isinstance(node, cst.Call) and not _is_within(checked, node, around):
            return node
    return None


def _is_within(checked: Checked, node: cst.CSTNode, around: Span) -> bool:
    try:
        return _holds(around, checked.source.span(node))
    except KeyError:  # in another file
        return False


def _given_numbers(caller: cst.Call | None, inside: cst.FunctionDef, params: set[str]) -> Iterator[tuple[str, int]]:
    """The parameters that the call of the class or function gives a number, else their defaults."""
    listed = [param for param in (*inside.params.params, *inside.params.kwonly_params) if param.name.value in params]
    if caller is None or any(arg.star for arg in caller.args):
        return
    plain = [arg.value for arg in caller.args if arg.keyword is None]
    keywords = {arg.keyword.value: arg.value for arg in caller.args if arg.keyword is not None}
    if any(name not in params for name in keywords) or len(plain) > len(listed):
        return  # a call of something else
    for index, param in enumerate(listed):
        name = param.name.value
        value = plain[index] if index < len(plain) else keywords.get(name, param.default)
        if isinstance(value, cst.Integer) and value.value.isdecimal():
            yield name, int(value.value)


def _names_in(node: cst.CSTNode) -> set[str]:
    """The names of an expression of names and numbers; empty for any other expression."""
    match node:
        case cst.Name(value=value):
            return {value}
        case cst.BinaryOperation(left=left, right=right):
            sides = [_names_in(side) for side in (left, right) if not isinstance(side, cst.Integer)]
            return set().union(*sides) if all(sides) else set()
        case _:
            return set()


# -- what arrives --------------------------------------------------------------------------------------------------------


def _parts(checked: Checked, proof: Proof) -> Sequence[Dim]:
    """The widths of the tensors that are joined to what arrives, in the class that builds the layer; empty if none are."""
    axis = -1 if proof.argument in _LAST_AXIS else 1
    tensor = proof.call.inputs[0] if proof.call.inputs else None
    for call in reversed(proof.run.tape.calls[: proof.call.index]):
        if tensor is None or call.output is not tensor or not call.leaf or not call.inputs:
            continue
        if call.name in _JOINS:
            shapes = [proof.run.tape.resolve(shape) for shape in call.input_shapes]
            if len(shapes) > _PARTS or any(not -len(s.dims) <= axis < len(s.dims) for s in shapes):
                return ()
            return [shape.dims[axis] for shape in shapes] if _in_one_class(checked, call, proof.call) else ()
        if len(call.inputs) != 1 or call.output_shape != call.input_shapes[0]:
            return ()
        tensor = call.inputs[0]
    return ()


def _in_one_class(checked: Checked, join: Call, layer: Call) -> bool:
    constructor = layer.constructor
    if constructor is None or join.site.source is not checked.source or constructor.source is not checked.source:
        return False
    here, there = checked.source.span(join.site.node), checked.source.span(constructor.node)
    classes = [node for node in checked.source.tree.body if isinstance(node, cst.ClassDef)]
    return any(_holds(span, here) and _holds(span, there) for span in map(checked.source.span, classes))


def _unused(inside: cst.FunctionDef) -> frozenset[str]:
    """The parameters that the function never mentions: what they are for was forgotten."""
    body = cst.Module([]).code_for_node(inside.body)
    params = (param.name.value for param in (*inside.params.params, *inside.params.kwonly_params))
    return frozenset(name for name in params if re.search(rf"\b{name}\b", body) is None)


def _sum_of(parts: Sequence[Dim], names: Mapping[str, Dim], unused: frozenset[str] = frozenset()) -> str | None:
    """The sum of ``parts`` by their names; None where one has no name or several, of which one alone is ``unused``."""
    texts: list[str] = []
    for part in parts:
        called = [name for name, width in names.items() if width == part and name.isidentifier()]
        text = _only(iter(called)) or _only(name for name in called if name in unused)
        if text is None:
            if not isinstance(part, int) or part > _LITERAL or any(width == part for width in names.values()):
                return None
            text = str(part)
        texts.append(text)
    if not any(text.isidentifier() for text in texts):
        return None
    return f"{len(texts)} * {texts[0]}" if len(set(texts)) == 1 and len(texts) > 1 else " + ".join(texts)


def _both_directions(proof: Proof, names: Mapping[str, Dim], arriving: Dim) -> str | None:
    """``2 * hidden`` where a layer of two directions and just that hidden size has been called."""
    for call in proof.run.tape.calls[: proof.call.index]:
        hidden = call.arguments.get("hidden_size") if call.arguments.get("bidirectional") is True else None
        if isinstance(hidden, (int, Expr)) and arriving == hidden * 2:
            return _sum_of([hidden, hidden], names)
    return None


def _only(texts: Iterator[str]) -> str | None:
    found = list(dict.fromkeys(texts))
    return found[0] if len(found) == 1 else None


def _code(node: cst.CSTNode) -> str:
    return cst.Module([]).code_for_node(node)
