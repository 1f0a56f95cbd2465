"""The chain of layers that leads to a tensor, as lines of text."""

from __future__ import annotations

from collections.abc import Sequence

from ...interp.model.tape import Call, Run
from ...shapes import Shape, Tensor
from ..binding.solution import Solution

__all__ = ["trace_lines"]


_LONGEST_TEXT = 100
"""A constructor call of more letters would hide the shapes after it."""


def trace_lines(run: Run, chain: Sequence[Call], solution: Solution) -> tuple[str, ...]:
    """``Conv2d(3, 64, 3, padding=1)  (N, 3, 96, 96) -> (N, 64, 96, 96)``, a line for each call that changes the
    shape."""
    lines: list[str] = []
    for call in chain:
        before = _shape(run, call.inputs[0], solution) if call.inputs else None
        after = _shape(run, call.output, solution)
        if before is not None and after is not None and before != after:
            lines.append(f"{_layer_text(run, call)}  {before} -> {after}")
    return tuple(lines)


def _layer_text(run: Run, call: Call) -> str:
    """The constructor call as it is written, on one line; the name alone if it is in another file or is long."""
    site = call.constructor or call.site
    if site.source is not run.source:
        return call.name
    try:
        span = site.source.span(site.node)
    except KeyError:
        return call.name
    if span.row != span.end_row:
        return call.name
    text = site.source.lines[span.row - 1][span.column - 1 : span.end_column - 1]
    text = text.removeprefix("torch.").removeprefix("nn.")
    return text if len(text) <= _LONGEST_TEXT and "\n" not in text else call.name


def _shape(run: Run, value: object, solution: Solution) -> Shape | None:
    return run.tape.resolve(value.shape).substitute(solution.sizes) if isinstance(value, Tensor) else None
