"""The chain of layers that leads to a tensor, and how it is told."""

from __future__ import annotations

import libcst as cst

from ...interp.model.tape import Call, Run
from ...shapes import Shape, Tensor
from ...source.parse import Source
from ..binding.solution import Solution

__all__ = ["layer_text", "trace_lines"]


_LONGEST_TEXT = 100


def trace_lines(run: Run, source: Source, chain: list[Call], solution: Solution) -> tuple[str, ...]:
    """``Conv2d(3, 64, 3, padding=1)  (N, 3, 96, 96) -> (N, 64, 96, 96)``, a line for each call that changes the
    shape."""
    lines: list[str] = []
    for call in chain:
        before = _shape(run, call.inputs[0], solution) if call.inputs else None
        after = _shape(run, call.output, solution)
        if before is not None and after is not None and before != after:
            lines.append(f"{layer_text(source, call)}  {before} -> {after}")
    return tuple(lines)


def layer_text(source: Source, call: Call) -> str:
    """The constructor call as it is written, on one line; the name alone if it stands in another file or is long."""
    node: cst.CSTNode = call.site.node
    if call.module is not None and call.module.built is not None:
        node = call.module.built.node
        if call.module.built.source is not source:
            return call.name
    elif call.site.source is not source:
        return call.name
    try:
        span = source.span(node)
    except KeyError:
        return call.name
    if span.row != span.end_row:
        return call.name
    text = source.lines[span.row - 1][span.column - 1 : span.end_column - 1]
    text = text.removeprefix("torch.").removeprefix("nn.")
    return text if len(text) <= _LONGEST_TEXT and "\n" not in text else call.name


def _shape(run: Run, value: object, solution: Solution) -> Shape | None:
    return run.tape.resolve(value.shape).substitute(solution.sizes) if isinstance(value, Tensor) else None
