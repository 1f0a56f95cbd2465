"""Samples of a data set that cannot be stacked to a batch, since they have different shapes."""

from __future__ import annotations

import libcst as cst

from ...shapes import Kind, Reject, Value, tensors_in
from ..machine.recording import record
from ..model.classes import Instance
from ..model.values import Gap, Thrown
from ..objects.calls import call_method
from .declare import Invocation

__all__ = ["refuse_unequal"]

_MOST_SAMPLES = 8
"""Of a larger data set the samples come from files or chance, and each costs a call."""
_NAMES = ("collate_fn", "sampler", "batch_sampler")


def refuse_unequal(at: Invocation, loader: Instance, dataset: Value, length: Value) -> None:
    """Record what torch says where the first batch certainly holds two samples of different shapes, at the loader."""
    options, place = loader.attributes, next(iter(loader.made_by), None)
    size = options.get("batch_size")
    if not isinstance(size, int) or not isinstance(length, int) or not 2 <= length <= _MOST_SAMPLES or size < 2:
        return
    if any(options.get(name) is not None for name in _NAMES):
        return
    if place is None or not _is_in(place, at):
        return
    if size < length and options.get("shuffle") not in (None, False):
        return
    samples = [list(tensors_in(sample)) for sample in _first(at, dataset, min(size, length))]
    for sample in samples[1:]:
        for one, other in zip(samples[0], sample, strict=False):
            shapes = tuple(at.machine.tape.resolve(tensor.shape) for tensor in (one, other))
            if len(samples[0]) == len(sample) and all(s.is_concrete for s in shapes) and shapes[0] != shapes[1]:
                message = f"samples of one batch have different shapes: {shapes[0]} and {shapes[1]}"
                entry = record(at.machine, "default_collate", None, (one, other), shapes, place, at.frame)
                entry.reject = Reject(Kind.OPERANDS, message)
                return


def _is_in(place: cst.CSTNode, at: Invocation) -> bool:
    """Whether the loader was made in the file that iterates it."""
    try:
        at.frame.module.source.span(place)
    except KeyError:
        return False
    return True


def _first(at: Invocation, dataset: Value, count: int) -> list[Value]:
    """The first samples; none where they are not known."""
    if isinstance(dataset, (list, tuple)):
        return [] if any(isinstance(sample, Gap) for sample in dataset) else list(dataset[:count])
    if not isinstance(dataset, Instance) or not dataset.cls.find("__getitem__"):
        return []
    try:
        with at.machine.doubted():
            return [
                call_method(at.machine, dataset, "__getitem__", (index,), at.node, at.frame) for index in range(count)
            ]
    except Thrown:
        return []
