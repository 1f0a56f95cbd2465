"""The padding with which a layer keeps the size of its input, as an edit of its constructor call."""

from __future__ import annotations

import libcst as cst

from ...claims.blame.argument import find_argument, padding_text, value_text
from ...claims.same.window_geometry import geometry_of
from ...diagnosis.checked import Checked
from ...diagnostic import Edit, Fix, Span
from ...interp.model.tape import Call
from ...layers import Window

__all__ = ["keeping_size"]


def keeping_size(checked: Checked, row: int, column: int) -> Fix | None:
    """The edit for the innermost layer that is made at a position; None if there is none, or if it keeps the size already.

    A layer with a stride is left alone: what it is to divide by is not for us to say.
    """
    source = checked.source
    found: list[tuple[Span, Call]] = []
    for run in (*checked.exploration.runs, *checked.exploration.alone()):
        for call in run.tape.calls:
            site = call.constructor
            if call.leaf and site is not None and site.source is source and isinstance(site.node, cst.Call):
                span = source.span(site.node)
                if (span.row, span.column) <= (row, column) <= (span.end_row, span.end_column):
                    found.append((span, call))
    if not found:
        return None
    _, call = max(found, key=lambda pair: (pair[0].row, pair[0].column))
    value = _padding(call)
    site, layer = call.constructor, call.layer
    if value is None or site is None or layer is None or not isinstance(site.node, cst.Call):
        return None
    positional = layer.signature.positional
    arg = find_argument(site.node, "padding", positional)
    if arg is not None:
        content = padding_text(site.node, arg, positional, value) or value
        return Fix("unsafe", f"set padding={content}", (Edit(source.span(arg.value), content),))
    if not site.node.args or any(given.star for given in site.node.args):
        return None
    end = source.span(site.node.args[-1])
    at = Span(end.end_row, end.end_column, end.end_row, end.end_column)
    return Fix("unsafe", f"set padding={value}", (Edit(at, f", padding={value}"),))


def _padding(call: Call) -> str | None:
    """The padding as code; None where the layer keeps the size as it is, or no padding makes it do so."""
    window = geometry_of(call)
    if window is None or set(window.stride) != {1} or not any(map(window.excess, range(len(window.kernel)))):
        return None
    if window.remedy is not None:
        return value_text(window.remedy[0] if len(set(window.remedy)) == 1 else window.remedy)
    convolves = call.layer is not None and call.layer.window is Window.CONVOLUTION
    return '"same"' if convolves else None
