"""Loaders of ``torch.utils.data``: what going through one gives.

One batch certainly, if there is anything to load, and then an unknown number of others.  The last batch may be smaller, so the
size of a batch is a fresh symbol unless ``drop_last`` is set.  Of a data set of known length the last batch is known too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from shapelint.interp.library.batches import collated, converted, length_of, sample_of
from shapelint.interp.library.declare import ANYTHING, Invocation, means, method, models
from shapelint.interp.library.no_effect import returns
from shapelint.interp.library.sizes import is_size
from shapelint.interp.library.unequal_samples import refuse_unequal
from shapelint.interp.machine.value_join import join
from shapelint.interp.model.classes import Class, Instance
from shapelint.interp.model.values import Gap, Thrown
from shapelint.interp.objects.iteration import as_list
from shapelint.shapes import Dim, Unknown, Value, fresh

_LOADER = Class("DataLoader", unknown_base="torch.utils.data.DataLoader")

means("torch.utils.data.DataLoader", _LOADER)
method(_LOADER, "__bool__", ANYTHING)(returns(True))
method(_LOADER, "__len__", "self")(lambda at, self: fresh("n", reason="the number of batches"))


@method(
    _LOADER,
    "__init__",
    "self, dataset, batch_size=1, shuffle=None, sampler=None, batch_sampler=None, num_workers=0, collate_fn=None, "
    "pin_memory=False, drop_last=False, *rest, **others",
)
def initialize(at: Invocation, self: Instance, rest: Value, others: Value, **options: Value) -> Value:
    """It holds its options."""
    at.update(self, options)
    return None


@method(_LOADER, "__iter__", "self")
def batches(at: Invocation, self: Instance) -> Value:
    """``for batch in loader``: one certainly, if there is anything to load."""
    at.machine.drawn += 1
    dataset = self.attributes.get("dataset", Unknown("a loader of an unknown data set"))
    length = length_of(at, dataset)
    if is_size(length) and length == 0:
        return []
    refuse_unequal(at, self, dataset, length)
    sample = sample_of(at, dataset)
    whole = _whole_size(self.attributes, length)
    batch = _batch(at, self.attributes, sample, whole)
    if isinstance(batch, Unknown):
        return [Gap(batch.reason)]
    ending = tuple(_batch(at, self.attributes, sample, size) for size in _last_sizes(self.attributes, length))
    return [batch, Gap("further batches of a loader", _batch(at, self.attributes, sample, whole), ending)]


def _whole_size(options: Mapping[str, Value], length: Value) -> int | None:
    """The size of every batch, where ``length`` samples fill all of them; None if that is not known."""
    size = options.get("batch_size")
    if not isinstance(size, int) or not isinstance(length, int) or size < 1 or length % size:
        return None
    return None if any(options.get(name) is not None for name in ("sampler", "batch_sampler")) else size


def _last_sizes(options: Mapping[str, Value], length: Value) -> Sequence[int]:
    """How many samples of ``length`` are in the last batches where the last certainly has fewer: in that one, and in one
    before it unless that is the first."""
    size = options.get("batch_size")
    if not isinstance(size, int) or not isinstance(length, int) or not 0 < size < length or length % size == 0:
        return ()
    if options.get("drop_last") is not False or any(options.get(name) for name in ("sampler", "batch_sampler")):
        return ()
    return (size, length % size) if length > 2 * size else (length % size,)


def _batch(at: Invocation, options: Mapping[str, Value], sample: Value, number: Dim | None = None) -> Value:
    """A batch of ``number`` samples, or of any size that one may have."""
    collate, has_sampler = options.get("collate_fn"), options.get("batch_sampler") is not None
    if options.get("batch_size") is None and not has_sampler:
        return converted(sample) if collate is None else Unknown("a sample that was converted")
    size = fresh("B", reason="the last batch of a loader may be smaller") if has_sampler else _size(options)
    size = size if number is None else number
    if collate is None:
        return collated(at, sample, size)
    try:
        with at.machine.doubted():
            return at.call(collate, [sample, Gap("further samples of a batch", sample)])
    except Thrown as error:
        return Unknown(f"a batch: {error.name} is raised")


def _size(options: Mapping[str, Value]) -> Dim:
    """The size of any batch of a loader."""
    size = options.get("batch_size")
    if is_size(size) and (size == 1 or options.get("drop_last") is True):
        return size
    return fresh("B", reason="the last batch of a loader may be smaller")


@models("torch.utils.data.default_collate", "batch")
def default_collate(at: Invocation, batch: Value) -> Value:
    """A batch of these samples."""
    samples = as_list(at.machine, batch)
    if not samples:
        return Unknown("a batch of unknown samples")
    likes = [sample.like if isinstance(sample, Gap) else sample for sample in samples]
    known = not any(isinstance(sample, Gap) for sample in samples)
    return collated(at, join(likes), len(samples) if known else fresh("B", reason="the size of a batch"))
