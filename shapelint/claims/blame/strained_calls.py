"""Calls that PyTorch refuses, or would for a batch of one: a view that moves what belongs to one image to another."""

from __future__ import annotations

from collections.abc import Iterator

from ...interp.model.tape import Call, Run
from ...shapes import Symbol, Tensor, substitute

__all__ = ["batch_of", "strained"]


def strained(run: Run) -> Iterator[Call]:
    """The certain calls that PyTorch refuses, or would if the batch was a single image."""
    single = dict.fromkeys(batch_of(run), 1)
    for call in run.tape.calls:
        if not call.certain:
            continue
        pairs = [(substitute(left, single), substitute(right, single)) for left, right in call.assumed]
        if call.reject is not None or any(
            isinstance(left, int) and isinstance(right, int) and left != right for left, right in pairs
        ):
            yield call


def batch_of(run: Run) -> Iterator[Symbol]:
    """The names of the batch sizes of what the run is given."""
    for value in run.inputs:
        if isinstance(value, Tensor) and value.shape.lead is None and value.shape.dims:
            name = None if isinstance(value.shape.dims[0], int) else value.shape.dims[0].as_symbol
            if name is not None:
                yield name
