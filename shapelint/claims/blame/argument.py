"""The argument of a layer's constructor call: where it is written, and the edit that gives it another value."""

from __future__ import annotations

import libcst as cst

from ...diagnostic import Edit, Fix, Span
from ...layers import Window
from ...shapes import Value
from .repairs import Repair
from .window_fit import known_integers

__all__ = ["argument_span", "find_argument", "help_text", "padding_text", "repair_fix", "value_text"]


def find_argument(call: cst.Call, parameter: str, positional: tuple[str, ...]) -> cst.Arg | None:
    """The argument that ``call`` gives to ``parameter``; None if it gives none, or after a star."""
    for index, arg in enumerate(call.args):
        if arg.star:
            return None
        if arg.keyword is not None:
            if arg.keyword.value == parameter:
                return arg
        elif index < len(positional) and positional[index] == parameter:
            return arg
    return None


def argument_span(repair: Repair) -> Span:
    """The argument that is wrong, or the constructor call that leaves it out."""
    call, arg = _written(repair)
    return repair.constructor.source.span(call if arg is None else arg)


def help_text(repair: Repair) -> str:
    """The value that gives the annotated size, and what else would."""
    text = f"{repair.parameter}={value_text(repair.value)} gives the annotated size"
    if repair.others and repair.parameter == "padding":
        text += f"; so would {', '.join(value_text(other) for other in repair.others[:4])}"
    pad = _asymmetric_pad(repair)
    return text if pad is None else f"{text}; so would padding=0 behind {pad}"


def _asymmetric_pad(repair: Repair) -> str | None:
    """The layer that pads one side more than the other, where that gives the annotated size with the present kernel.

    Only at stride 1: a larger one has several paddings that would do.
    """
    given, layer = repair.call.arguments, repair.call.layer
    if repair.parameter != "kernel_size" or layer is None or layer.window is not Window.CONVOLUTION:
        return None
    numbers = known_integers(given.get("kernel_size"), given.get("padding"), given.get("dilation", 1), repair.value)
    if given.get("stride") != 1 or numbers is None:
        return None
    kernel, padding, dilation, proposed = numbers
    whole = 2 * padding + dilation * (kernel - proposed)
    if whole < 1 or whole % 2 == 0:
        return None
    sides = ", ".join([f"{whole // 2}, {whole - whole // 2}"] * layer.spatial)
    return f"nn.ZeroPad{layer.spatial}d(({sides}))"


def repair_fix(repair: Repair) -> Fix | None:
    """Write the proposed value; None where the present one is not a literal (a variable may serve other layers too)."""
    call, arg = _written(repair)
    source = repair.constructor.source
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
    """The code of a padding that keeps the size: ``value`` where kernel and dilation are numbers here, else
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


def value_text(value: Value) -> str:
    """A value as it is written in code."""
    return f"({', '.join(map(str, value))})" if isinstance(value, tuple) else str(value)


def _written(repair: Repair) -> tuple[cst.CSTNode, cst.Arg | None]:
    """The constructor call, and the argument in it; None if it gives none."""
    call, layer = repair.place, repair.call.layer
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


def _like(node: cst.BaseExpression, value: Value) -> str:
    """The value in the form of the literal it replaces; the span of a tuple is without its brackets."""
    if not isinstance(node, (cst.Tuple, cst.List)):
        return value_text(value)
    items = value if isinstance(value, tuple) else (value,) * len(node.elements)
    if len(items) == len(node.elements):
        pairs = zip(node.elements, items, strict=True)
        elements = [element.with_changes(value=cst.Integer(str(item))) for element, item in pairs]
        text = cst.Module([]).code_for_node(node.with_changes(elements=elements))
        return text[1:-1] if isinstance(node, cst.Tuple) and node.lpar else text
    text = ", ".join(map(str, items))
    return text if isinstance(node, cst.Tuple) else f"[{text}]"
