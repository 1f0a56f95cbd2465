"""Loaders of ``torch.utils.data``: what going through one gives.

One batch certainly, if there is anything to load, and then an unknown number of others.  The last batch may be smaller, so the
size of a batch is a fresh symbol unless ``drop_last`` is set.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...shapes import Dim, Unknown, fresh
from ..machine.join import join
from ..machine.machine import Machine
from ..machine.tables import call
from ..model.classes import Class, Instance
from ..model.frame import Frame
from ..model.functions import Builtin
from ..model.values import Gap, Thrown
from ..objects.iteration import as_list
from .arguments import given
from .batches import collated, converted, length_of, sample_of
from .functools_ import constant
from .pictures import is_size

__all__ = ["LOADERS"]

_LOADER = "dataset batch_size shuffle sampler batch_sampler num_workers collate_fn pin_memory drop_last"


def _set_loader(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> None:
    self = args[0]
    machine.heap.touch(self.attributes)
    options = {"batch_size": 1, "collate_fn": None, "drop_last": False, "batch_sampler": None, "sampler": None}
    self.attributes.update(options | given(_LOADER, args[1:], kwargs))


def _batches(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    """``for batch in loader``: one certainly, if there is anything to load."""
    machine.drawn += 1
    self = args[0]
    dataset = self.attributes.get("dataset", Unknown("a loader of an unknown data set"))
    length = length_of(machine, dataset, node, frame)
    if is_size(length) and length == 0:
        return []
    sample = sample_of(machine, dataset, node, frame)
    batch = _batch(machine, self, sample, node, frame)
    if isinstance(batch, Unknown):
        return [Gap(batch.reason)]
    return [batch, Gap("further batches of a loader", _batch(machine, self, sample, node, frame))]


def _batch(machine: Machine, loader: Instance, sample: Any, node: Any, frame: Frame) -> Any:
    options = loader.attributes
    collate, has_sampler = options.get("collate_fn"), options.get("batch_sampler") is not None
    if options.get("batch_size") is None and not has_sampler:
        return converted(sample) if collate is None else Unknown("a sample that was converted")
    size = fresh("B", reason="the last batch of a loader may be smaller") if has_sampler else _size(options)
    if collate is None:
        return collated(machine, sample, size)
    try:
        with machine.doubted():
            return call(machine, collate, ([sample, Gap("further samples of a batch", sample)],), {}, node, frame)
    except Thrown as error:
        return Unknown(f"a batch: {error.name} is raised")


def _size(options: Mapping[str, Any]) -> Dim:
    """The size of any batch of a loader."""
    size = options.get("batch_size")
    if is_size(size) and (size == 1 or options.get("drop_last") is True):
        return size
    return fresh("B", reason="the last batch of a loader may be smaller")


def _count_batches(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    return fresh("n", reason="the number of batches")


_DATALOADER = Class(
    "DataLoader",
    names={
        "__init__": Builtin("__init__", _set_loader), "__iter__": Builtin("__iter__", _batches),
        "__len__": Builtin("__len__", _count_batches), "__bool__": constant(True),
    },
    unknown_base="torch.utils.data.DataLoader",
)  # fmt: skip


def _default_collate(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    samples = as_list(machine, args[0])
    if samples is None or not samples:
        return Unknown("a batch of unknown samples")
    likes = [sample.like if isinstance(sample, Gap) else sample for sample in samples]
    known = not any(isinstance(sample, Gap) for sample in samples)
    size = len(samples) if known else fresh("B", reason="the size of a batch")
    return collated(machine, join(likes), size)


LOADERS: dict[str, Any] = {"DataLoader": _DATALOADER, "default_collate": Builtin("default_collate", _default_collate)}
