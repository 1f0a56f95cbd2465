"""Data sets of ``torch.utils.data``, and what is made of them."""

from __future__ import annotations

from shapelint.interp.library.batches import length_of, sample_of
from shapelint.interp.library.declare import ANYTHING, Invocation, means, method, models
from shapelint.interp.library.no_effect import returns
from shapelint.interp.library.sizes import is_size
from shapelint.interp.machine.value_join import join
from shapelint.interp.model.classes import Class, Instance
from shapelint.interp.model.values import Gap
from shapelint.interp.objects.iteration import as_list
from shapelint.shapes import Unknown, Value

__all__ = ["DATASET"]

DATASET = Class("Dataset", unknown_base="torch.utils.data.Dataset")
"""A map-style data set.  It counts as true: a program asks whether there is one, not whether it is empty."""

_ITERABLE = Class("IterableDataset", unknown_base="torch.utils.data.IterableDataset")
_TENSORS = Class("TensorDataset", (DATASET,))
_SUBSET = Class("Subset", (DATASET,))
_CONCAT = Class("ConcatDataset", (DATASET,))

for _class in (DATASET, _ITERABLE, _TENSORS, _SUBSET, _CONCAT):
    means(f"torch.utils.data.{_class.name}", _class)
for _class in (DATASET, _ITERABLE):
    method(_class, "__init__", ANYTHING)(returns(None))
    method(_class, "__bool__", ANYTHING)(returns(True))


@method(DATASET, "__iter__", "self")
def samples(at: Invocation, self: Instance) -> Value:
    """``for sample in dataset``."""
    at.machine.drawn += 1
    if self.cls.find("__getitem__") is None:
        return [Gap("a data set that nobody can index")]
    sample = sample_of(at, self)
    return [sample, Gap("further samples of a data set", sample)]


@method(DATASET, "__add__", "self, other")
def added(at: Invocation, self: Instance, other: Value) -> Value:
    """One after the other."""
    return at.call(_CONCAT, [self, other])


# -- TensorDataset ----------------------------------------------------------------------------------------------------


@method(_TENSORS, "__init__", "self, *tensors")
def hold_tensors(at: Invocation, self: Instance, tensors: tuple[Value, ...]) -> Value:
    """It holds its tensors."""
    unknown = any(isinstance(tensor, Gap) for tensor in tensors)
    at.update(self, {"tensors": Unknown("unknown tensors") if unknown else tensors})
    return None


@method(_TENSORS, "__getitem__", "self, index")
def row(at: Invocation, self: Instance, index: Value) -> Value:
    """One row of each."""
    tensors = self.attributes.get("tensors")
    return (
        tuple(sample_of(at, tensor) for tensor in tensors) if isinstance(tensors, tuple) else Unknown("unknown tensors")
    )


@method(_TENSORS, "__len__", "self")
def count_rows(at: Invocation, self: Instance) -> Value:
    """The length of the first."""
    tensors = self.attributes.get("tensors")
    return length_of(at, tensors[0] if isinstance(tensors, tuple) and tensors else None)


# -- Subset, random_split, ConcatDataset ------------------------------------------------------------------------------


@method(_SUBSET, "__init__", "self, dataset, indices")
def hold_indices(at: Invocation, self: Instance, dataset: Value, indices: Value) -> Value:
    """It holds the data set and the numbers of its samples."""
    at.update(self, {"dataset": dataset, "indices": indices})
    return None


@method(_SUBSET, "__getitem__", "self, index")
def sample_of_subset(at: Invocation, self: Instance, index: Value) -> Value:
    """A sample of the whole."""
    return sample_of(at, self.attributes.get("dataset"))


@method(_SUBSET, "__len__", "self")
def count_indices(at: Invocation, self: Instance) -> Value:
    """The number of indices."""
    return length_of(at, self.attributes.get("indices"))


@models("torch.utils.data.random_split", "dataset, lengths, generator=None")
def random_split(at: Invocation, dataset: Value, lengths: Value, generator: Value) -> Value:
    """Subsets of these lengths."""
    known = as_list(at.machine, lengths)
    reason = "the indices of a random split"
    if known is None or any(isinstance(length, Gap) for length in known):
        return [Gap(reason, Instance(_SUBSET, {"dataset": dataset, "indices": Unknown(reason)}))]
    return [Instance(_SUBSET, {"dataset": dataset, "indices": _indices(length)}) for length in known]


def _indices(length: Value) -> Value:
    """As many as a split has, if that is given as a number and not as a fraction."""
    if isinstance(length, int) and length > 1:
        return range(length)
    return Unknown("the indices of a random split")


@method(_CONCAT, "__init__", "self, datasets")
def hold_parts(at: Invocation, self: Instance, datasets: Value) -> Value:
    """It holds the data sets."""
    at.update(self, {"datasets": datasets})
    return None


def _parts(dataset: Instance) -> list[Value]:
    parts = dataset.attributes.get("datasets")
    return list(parts) if isinstance(parts, (list, tuple)) else [Unknown("unknown data sets")]


@method(_CONCAT, "__getitem__", "self, index")
def sample_of_part(at: Invocation, self: Instance, index: Value) -> Value:
    """A sample of any of them."""
    parts = [part.like if isinstance(part, Gap) else part for part in _parts(self)]
    return join([sample_of(at, part) for part in parts]) if parts else Unknown("a sample of no data set")


@method(_CONCAT, "__len__", "self")
def count_all(at: Invocation, self: Instance) -> Value:
    """All of them together."""
    lengths = [length_of(at, part) for part in _parts(self)]
    known = [length for length in lengths if is_size(length)]
    return sum(known) if len(known) == len(lengths) else Unknown("the length of unknown data sets")
