"""The chain of layers that leads to a tensor, and how it is told."""

from __future__ import annotations

import libcst as cst

from ..interp.tape import Call, Run
from ..shapes import Shape, Tensor
from ..source.parse import Source
from .assertion import Solution

__all__ = ["chain_to", "layer_text", "trace_lines"]

_LONGEST_CHAIN = 16
_LONGEST_TEXT = 100


def chain_to(run: Run, tensor: Tensor, stop: frozenset[int]) -> list[Call]:
    """The leaf calls through which data came to ``tensor``, first to last.

    It ends before a tensor whose ``id`` is in ``stop``, the input of the run, a call with several tensors that differ
    in where they come from (there, the first is followed), or after a number of calls.
    """
    makers: dict[int, Call] = {}
    for call in run.tape.calls:
        if isinstance(call.output, Tensor) and (call.leaf or id(call.output) not in makers):
            makers.setdefault(id(call.output), call)
    for call in run.tape.calls:
        if call.leaf and isinstance(call.output, Tensor):
            makers[id(call.output)] = call
    found: list[Call] = []
    value: Tensor | None = tensor
    while value is not None and id(value) not in stop and len(found) < _LONGEST_CHAIN:
        maker = makers.get(id(value))
        if maker is None or maker in found:
            break
        found.append(maker)
        value = maker.inputs[0] if maker.inputs else None
    return found[::-1]


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
