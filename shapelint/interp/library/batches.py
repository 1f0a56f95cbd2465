"""Samples of a data set, and the batches that ``default_collate`` stacks them to."""

from __future__ import annotations

from collections.abc import Sequence

from ...shapes import Dim, Expr, Shape, Tensor, Unknown, UnknownFloat, Value, fresh, unknown_rank
from ..machine.value_join import join
from ..model.classes import Instance
from ..model.values import Gap, Loaded, Thrown
from ..objects.calls import call_method
from ..objects.iteration import as_list
from .declare import Invocation

__all__ = ["collated", "converted", "length_of", "sample_of"]

_MOST_COMPARED = 128


def sample_of(at: Invocation, dataset: Value) -> Value:
    """``dataset[i]`` for an ``i`` that is not known.  What happens on the way proves nothing: it may be another sample's."""
    reason = "a sample of a data set"
    match dataset:
        case Instance() if dataset.cls.find("__getitem__"):
            index = fresh("index", minimum=0, reason=reason)
            try:
                with at.machine.doubted():
                    return call_method(at.machine, dataset, "__getitem__", (index,), at.node, at.frame)
            except Thrown as error:
                return Unknown(f"{reason}: {error.name} is raised")
        case Instance() if dataset.cls.find("__iter__"):
            with at.machine.doubted():
                return _any_of((as_list(at.machine, dataset) or [])[:1])  # a batch begins with the first
        case Tensor() if dataset.shape.rank:
            return type(dataset)(Shape(dataset.shape.dims[1:]), dataset.dtype)
        case list() | tuple():
            return _any_of(dataset)
        case _:
            return Unknown(dataset.reason if isinstance(dataset, Unknown) else reason)


def _any_of(elements: Sequence[Value]) -> Value:
    likes = [e.like if isinstance(e, Gap) else e for e in elements]
    if not likes or any(like is None for like in likes) or len(likes) > _MOST_COMPARED:
        return Unknown("a sample of an unknown collection")
    return join(likes)


def length_of(at: Invocation, dataset: Value) -> Value:
    """``len(dataset)``."""
    match dataset:
        case Instance() if dataset.cls.find("__len__"):
            return call_method(at.machine, dataset, "__len__", (), at.node, at.frame)
        case Tensor() if dataset.shape.rank:
            return dataset.shape.dims[0]
        case range():
            return len(dataset)
        case list() | tuple() if not any(isinstance(element, Gap) for element in dataset):
            return len(dataset)
        case _:
            return Unknown("the length of an unknown data set")


def converted(sample: Value) -> Value:
    """What a loader without batches gives: arrays become tensors, tuples lists (``default_convert``)."""
    match sample:
        case Tensor():
            return Loaded(sample.shape, sample.dtype)
        case list() | tuple():
            return [converted(part) for part in sample]
        case dict():
            return {name: converted(part) for name, part in sample.items()}
        case _:
            return sample


def collated(at: Invocation, sample: Value, size: Dim) -> Value:
    """A batch of ``size`` samples like ``sample``, as ``torch.utils.data.default_collate`` stacks them."""
    match sample:
        case Tensor():
            shape = at.machine.tape.resolve(sample.shape)
            if shape.lead is not None:
                return Loaded(unknown_rank(shape.lead), sample.dtype)
            return Loaded(Shape((size, *shape.dims)), sample.dtype)
        case bool() | int() | Expr():
            return Loaded(Shape((size,)), "int")
        case float() | UnknownFloat():
            return Loaded(Shape((size,)), "float")
        case str():
            return [Gap("the texts of a batch", sample)]
        case dict() if at.machine.heap.is_countable(sample):
            return {name: collated(at, part, size) for name, part in sample.items()}
        case list() | tuple() if not any(isinstance(part, Gap) for part in sample):
            return [collated(at, part, size) for part in sample]
        case _:
            return Unknown(sample.reason if isinstance(sample, Unknown) else "a batch of unknown samples")
