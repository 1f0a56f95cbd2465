"""The argument of a layer's constructor call: where it stands, and the edit that gives it another value."""

from __future__ import annotations

from typing import Any

import libcst as cst

from ..diagnostic import Edit, Fix, Span
from ..source.parse import Source
from .repair import Repair

__all__ = ["argument_span", "find_argument", "help_text", "padding_text", "repair_fix", "value_text"]


def find_argument(call: cst.Call, parameter: str, positional: tuple[str, ...]) -> cst.Arg | None:
    """The argument that ``call`` gives to ``parameter``; None if it gives none, or behind a star."""
    for index, arg in enumerate(call.args):
        if arg.star:
            return None
        if arg.keyword is not None:
            if arg.keyword.value == parameter:
                return arg
        elif index < len(positional) and positional[index] == parameter:
            return arg
    return None


def argument_span(repair: Repair, source: Source) -> Span:
    """The argument that is wrong, or the constructor call that leaves it out."""
    call, arg = _written(repair)
    return source.span(call if arg is None else arg)


def help_text(repair: Repair) -> str:
    """The value that gives the annotated size, and the others that would."""
    text = f"{repair.parameter}={value_text(repair.value)} gives the annotated size"
    if repair.others and repair.parameter == "padding":
        text += f"; so would {', '.join(value_text(other) for other in repair.others[:4])}"
    return text


def repair_fix(repair: Repair, source: Source) -> Fix | None:
    """Write the proposed value; None where the present one is no literal (a variable may serve other layers too)."""
    call, arg = _written(repair)
    if not isinstance(call, cst.Call):
        return None
    text = value_text(repair.value)
    message = f"set {repair.parameter}={text}"
    if arg is not None:
        if not _is_literal(arg.value):
            return None
        return Fix("unsafe", message, (Edit(source.span(arg.value), _like(arg.value, repair.value)),))
    if any(given.star for given in call.args):
        return None
    span = source.span(call.args[-1]) if call.args else source.span(call)
    at = Span(span.end_row, span.end_column, span.end_row, span.end_column)
    return Fix("unsafe", message, (Edit(at, f", {repair.parameter}={text}"),)) if call.args else None


def padding_text(call: cst.Call, arg: cst.Arg, positional: tuple[str, ...], value: str) -> str | None:
    """What to write for a padding that is to keep the size: ``value`` where kernel and dilation are numbers here, else
    the formula in the author's names; None where they are neither."""
    kernel, dilation = (find_argument(call, name, positional) for name in ("kernel_size", "dilation"))
    given = [other.value for other in (kernel, dilation) if other is not None]
    if kernel is None or not (_is_literal(arg.value) or isinstance(arg.value, cst.BinaryOperation)):
        return None
    if all(map(_is_literal, given)):
        return value
    if value == '"same"' or not all(isinstance(node, (cst.Name, cst.Attribute, cst.Integer)) for node in given):
        return None
    module = cst.Module([])
    factor = "" if dilation is None else f"{module.code_for_node(dilation.value)} * "
    return f"{factor}({module.code_for_node(kernel.value)} - 1) // 2"


def value_text(value: Any) -> str:
    """A value as it is written in code."""
    return f"({', '.join(map(str, value))})" if isinstance(value, tuple) else str(value)


def _written(repair: Repair) -> tuple[cst.CSTNode, cst.Arg | None]:
    module = repair.call.module
    assert module is not None and module.built is not None
    call = module.built.node
    layer = module.cls.catalogued
    if not isinstance(call, cst.Call) or layer is None:
        return call, None
    return call, find_argument(call, repair.parameter, layer.signature.positional)


def _is_literal(node: cst.BaseExpression) -> bool:
    match node:
        case cst.Integer() | cst.Name(value="True" | "False"):
            return True
        case cst.Tuple(elements=elements) | cst.List(elements=elements):
            return all(isinstance(element.value, cst.Integer) for element in elements)
        case _:
            return False


def _like(node: cst.BaseExpression, value: Any) -> str:
    """The value in the form of the literal it replaces; the span of a tuple does not hold its brackets."""
    if isinstance(node, cst.Tuple):
        items = value if isinstance(value, tuple) else (value,) * len(node.elements)
        return ", ".join(map(str, items))
    if isinstance(node, cst.List):
        items = value if isinstance(value, tuple) else (value,) * len(node.elements)
        return f"[{', '.join(map(str, items))}]"
    return value_text(value)
