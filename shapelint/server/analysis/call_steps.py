"""A call on the tape as a step that people read: the layer, what goes in and out, what it costs."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from functools import lru_cache

from ...diagnostic import Span
from ...interp.model.tape import Call
from ...layers import Window
from ...shapes import Dim, Tensor, Value
from .class_inputs import View
from .document_analysis import Step

__all__ = ["shapes_text", "step_of"]

_LONGEST = 80


def step_of(call: Call, view: View) -> Step:
    """The step of a call of a module."""
    module, layer = call.module, call.layer
    given = ", ".join(str(view.shape(shape)) for shape in call.input_shapes) or "no tensor"
    result = shapes_text(call.output, view) or "unknown"
    held: Dim = 0 if module is None or layer is None else layer.parameters(module.attributes)
    return Step(
        call.path,
        _shown(call),
        given,
        result,
        _count(held),
        _mult_adds(call, view),
        "" if layer is None else layer.formula,
        _constructor(call),
        given != result,
    )


def shapes_text(value: Value, view: View) -> str | None:
    """The shapes of a tensor or of several, ``(N, 64, 48, 48)``; None if there is no known one."""
    match value:
        case Tensor():
            shape = view.shape(value.shape)
            return str(shape) if shape.lead is None or shape.dims else None
        case tuple() | list():
            parts = [shapes_text(part, view) for part in value]
            known = [part for part in parts if part is not None]
            return ", ".join(part or "?" for part in parts) if known and len(parts) <= 4 else None
        case Mapping():
            items = [(str(key), shapes_text(part, view)) for key, part in value.items()]
            named = [f"{key}: {text}" for key, text in items if text is not None]
            return ", ".join(named) if named and len(named) <= 4 else None
        case _:
            return None


def _shown(call: Call) -> str:
    """The constructor call as it is written if it is short, else the name."""
    span = _constructor(call)
    if span is not None and call.constructor is not None and span[1].row == span[1].end_row:
        line = call.constructor.source.lines[span[1].row - 1]
        text = line[span[1].column - 1 : span[1].end_column - 1].removeprefix("torch.").removeprefix("nn.")
        if len(text) <= _LONGEST and not text.startswith("super("):
            return _spaced(text)
    return call.name


@lru_cache(maxsize=4096)
def _spaced(text: str) -> str:
    """An expression with the blanks that everybody sets, so that they are the same while somebody types some."""
    try:
        return ast.unparse(ast.parse(text))
    except SyntaxError:
        return text


def _constructor(call: Call) -> tuple[str, Span] | None:
    site = call.constructor
    if site is None:
        return None
    try:
        return site.source.path, site.source.span(site.node)
    except KeyError:
        return None


def _mult_adds(call: Call, view: View) -> str | None:
    """Multiplications of a convolution or a Linear: each weight is used once for each position of the output, or of the
    input of a transposed convolution."""
    layer, module = call.layer, call.module
    weight = None if module is None else module.attributes.get("weight")
    if layer is None or not (layer.window or layer.name == "Linear") or not isinstance(weight, Tensor):
        return None
    if not isinstance(call.output, Tensor) or not call.input_shapes:
        return None
    over = view.shape(call.input_shapes[0] if layer.window is Window.TRANSPOSED else call.output.shape)
    if over.rank is None:
        return None
    channels = over.rank - layer.spatial - 1
    total: Dim = 1
    for dim in (*weight.shape.dims, *over.dims[:channels], *over.dims[channels + 1 :]):
        total = total * dim
    return _count(total)


def _count(number: Dim) -> str:
    return f"{number:,}" if isinstance(number, int) else str(number)
