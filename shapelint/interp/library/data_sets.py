"""``torch.utils.data``: data sets and what is made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...shapes import Unknown, Value
from ..machine.join import join
from ..machine.machine import Machine
from ..machine.tables import call
from ..model.classes import Class, Instance
from ..model.frame import Frame
from ..model.functions import Builtin
from ..model.values import Gap
from ..objects.iteration import as_list
from .arguments import given
from .batches import length_of, sample_of
from .data_loaders import LOADERS
from .functools_ import constant
from .pictures import is_size

__all__ = ["DATA", "DATASET"]


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

    names: dict[str, Value] = {
        "__init__": Builtin("__init__", initialize),
        **{key: Builtin(key, body) for key, body in methods.items()},
    }
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


_NAMES: dict[str, Any] = {
    "Dataset": DATASET, "IterableDataset": _ITERABLE, "TensorDataset": _TENSORS, "Subset": _SUBSET, "ConcatDataset": _CONCAT,
    "random_split": Builtin("random_split", _random_split), **LOADERS,
}  # fmt: skip
_PLACES = ("", "dataset.", "dataloader.", "_utils.collate.")

DATA: dict[str, Any] = {f"torch.utils.data.{place}{name}": value for name, value in _NAMES.items() for place in _PLACES}
