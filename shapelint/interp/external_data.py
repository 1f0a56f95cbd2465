"""``torch.utils.data``: data sets, what is made of them, and loaders.

A loader gives one batch certainly and then an unknown number of others.  The last batch may be smaller, so its size is a
fresh symbol unless ``drop_last`` is set.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..shapes import Dim, Unknown, fresh
from .batches import collated, converted, length_of, sample_of
from .calls import call
from .external_arguments import given
from .external_library import constant
from .heap import join
from .iteration import as_list
from .machine import Machine
from .pictures import is_size
from .scope import Frame
from .values import Builtin, Class, Gap, Instance, Thrown

__all__ = ["DATA", "DATASET"]

_LOADER = "dataset batch_size shuffle sampler batch_sampler num_workers collate_fn pin_memory drop_last"


def _nothing(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    return None


def _samples(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    """``for sample in dataset``."""
    machine.drawn += 1
    sample = sample_of(machine, args[0], node, frame)
    return [sample, Gap("further samples of a data set", sample)]


def _sum(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    return call(machine, _CONCAT, (list(args[:2]),), {}, node, frame)


DATASET = Class(
    "Dataset",
    names={
        "__init__": Builtin("__init__", _nothing),
        "__iter__": Builtin("__iter__", _samples),
        "__add__": Builtin("__add__", _sum),
        "__bool__": constant(True),
    },
    unknown_base="torch.utils.data.Dataset",
)
"""A map-style data set.  What is asked of one is never whether it is empty, and a path on which it is would do nothing."""

_ITERABLE = Class(
    "IterableDataset",
    names={"__init__": Builtin("__init__", _nothing), "__bool__": constant(True)},
    unknown_base="torch.utils.data.IterableDataset",
)


def _dataset(name: str, signature: str, methods: Mapping[str, Any]) -> Class:
    def initialize(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> None:
        machine.heap.touch(args[0].attributes)
        args[0].attributes.update(given(signature, args[1:], kwargs))

    names = {"__init__": Builtin("__init__", initialize), **{key: Builtin(key, body) for key, body in methods.items()}}
    return Class(name, (DATASET,), names)


# -- TensorDataset ----------------------------------------------------------------------------------------------------


def _set_tensors(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> None:
    machine.heap.touch(args[0].attributes)
    unknown = any(isinstance(arg, Gap) for arg in args)
    args[0].attributes["tensors"] = Unknown("unknown tensors") if unknown else tuple(args[1:])


def _rows(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    tensors = args[0].attributes["tensors"]
    return tuple(sample_of(machine, tensor, node, frame) for tensor in tensors)


def _count_rows(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    return length_of(machine, args[0].attributes["tensors"][0], node, frame)


_TENSORS = Class(
    "TensorDataset",
    (DATASET,),
    {
        "__init__": Builtin("__init__", _set_tensors),
        "__getitem__": Builtin("__getitem__", _rows),
        "__len__": Builtin("__len__", _count_rows),
    },
)


# -- Subset, random_split, ConcatDataset ------------------------------------------------------------------------------


def _of_subset(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    return sample_of(machine, args[0].attributes["dataset"], node, frame)


def _count_indices(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    return length_of(machine, args[0].attributes["indices"], node, frame)


_SUBSET = _dataset("Subset", "dataset indices", {"__getitem__": _of_subset, "__len__": _count_indices})


def _random_split(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    call = given("dataset lengths generator", args, kwargs)
    lengths = as_list(machine, call["lengths"])
    reason = "the indices of a random split"
    if lengths is None or any(isinstance(length, Gap) for length in lengths):
        return [Gap(reason, Instance(_SUBSET, {"dataset": call["dataset"], "indices": Unknown(reason)}))]
    return [Instance(_SUBSET, {"dataset": call["dataset"], "indices": _indices(length)}) for length in lengths]


def _indices(length: Any) -> Any:
    """As many as a split has, if that is told as a number and not as a fraction."""
    whole = isinstance(length, int) and not isinstance(length, bool)
    return range(length) if whole and length > 1 else Unknown("the indices of a random split")


def _parts(dataset: Instance) -> list[Any]:
    parts = dataset.attributes["datasets"]
    return list(parts) if isinstance(parts, (list, tuple)) else [Unknown("unknown data sets")]


def _of_parts(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    parts = [part.like if isinstance(part, Gap) else part for part in _parts(args[0])]
    return join([sample_of(machine, part, node, frame) for part in parts])


def _count_parts(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    lengths = [length_of(machine, part, node, frame) for part in _parts(args[0])]
    return sum(lengths) if all(map(is_size, lengths)) else Unknown("the length of unknown data sets")


_CONCAT = _dataset("ConcatDataset", "datasets", {"__getitem__": _of_parts, "__len__": _count_parts})


# -- loaders ----------------------------------------------------------------------------------------------------------


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


_NAMES: dict[str, Any] = {
    "Dataset": DATASET, "IterableDataset": _ITERABLE, "TensorDataset": _TENSORS, "Subset": _SUBSET, "ConcatDataset": _CONCAT,
    "DataLoader": _DATALOADER, "random_split": Builtin("random_split", _random_split),
    "default_collate": Builtin("default_collate", _default_collate),
}  # fmt: skip
_PLACES = ("", "dataset.", "dataloader.", "_utils.collate.")

DATA: dict[str, Any] = {f"torch.utils.data.{place}{name}": value for name, value in _NAMES.items() for place in _PLACES}
