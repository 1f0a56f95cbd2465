"""Batch and instance normalisations, with and without statistics of their own."""

from __future__ import annotations

import math
from collections.abc import Mapping

from ..shapes import Dim, Expr, Kind, Needs, Reject, Shape, Tensor, Unknown, Value
from .argument_readers import dim, flag, number
from .declare import Args, Lazy, Size, layer
from .image_axes import batched, ranks
from .norm import SAME, affine_weights

_BATCH = "eps=1e-5, momentum=0.1, affine=True, track_running_stats=True, device=None, dtype=None, *, bias=True"
_INSTANCE = "eps=1e-5, momentum=0.1, affine=False, track_running_stats=False, device=None, dtype=None, *, bias=True"
_BUFFERS = "running_mean running_var num_batches_tracked"
_LAZY_INSTANCE = "eps=1e-5, momentum=0.1, affine=True, track_running_stats=True, device=None, dtype=None, *, bias=True"


def _construct(need: Needs, a: Args) -> Mapping[str, Value]:
    """The running statistics are buffers, there only if tracked."""
    tracked, names = flag(a.track_running_stats), ("running_mean", "running_var")
    if tracked or flag(a.affine):  # else torch never looks at the width
        wide = number(need, a.num_features, "num_features")
        need.at_least(wide, 0, Kind.ARGUMENT, f"num_features must not be negative, got {wide}", "num_features")
        if tracked:
            statistics = {name: Tensor(Shape((wide,))) for name in names}
            return {**statistics, "num_batches_tracked": Tensor(Shape(()), "int")}
    unknown = Unknown("track_running_stats is not known") if tracked is None else None
    return dict.fromkeys((*names, "num_batches_tracked"), unknown)


def _weights(a: Args) -> Mapping[str, Size]:
    return affine_weights(dim(a.num_features, "C"), a.affine, a.bias)


def _expects(a: Args) -> tuple[Shape | None, ...]:
    """BatchNorm1d takes (N, C) too, so its rank says nothing."""
    if a.spatial == 1:
        return (None,)
    bound = flag(a.affine) or flag(a.track_running_stats)
    return (batched(dim(a.num_features, "C") if bound else None, a.spatial),)


def _channels(input: Tensor, axis: int, allowed: tuple[int, int]) -> Dim | None:
    """The channels of an input of known rank, or of the only rank that it may have; None if that is not known."""
    if input.shape.lead is None:
        return input.size(axis)
    return input.size(axis - allowed[0]) if allowed[0] == allowed[1] else None


def _wide(need: Needs, channels: Dim | None, a: Args) -> None:
    if channels is None or not isinstance(a.num_features, (int, Expr)):
        return
    need.equal(
        channels,
        a.num_features,
        Kind.CHANNELS,
        lambda: f"{a.num_features} channels expected, got {channels}",
        "num_features",
    )


def _several(need: Needs, input: Tensor, skip: tuple[int, ...], what: str) -> None:
    """Statistics of one value do not exist: torch raises."""
    if input.shape.lead is None and math.prod(d for i, d in enumerate(input.shape.dims) if i not in skip) == 1:
        raise Reject(Kind.OPERANDS, f"more than 1 value for each {what} expected, got {input.shape}")


def _batch_norm(need: Needs, a: Args, input: Tensor, least: int, most: int | None) -> Tensor:
    """Widths matter only where the layer has numbers of its own for each channel."""
    ranks(need, input, least, most)
    if flag(a.affine) or flag(a.track_running_stats):
        _wide(need, _channels(input, 1, (least, least + 1 if most is None else most)), a)
    if flag(a.track_running_stats) is False:
        _several(need, input, (1,), "channel")
    return Tensor(input.shape, input.dtype)


def _batch_ranks(a: Args) -> tuple[int, int]:
    return (2, 3) if a.spatial == 1 else (a.spatial + 2, a.spatial + 2)


@layer(
    "BatchNorm{1,2,3}d",
    f"num_features, {_BATCH}",
    formula=SAME,
    construct=_construct,
    weights=_weights,
    buffers=_BUFFERS,
    expects=_expects,
)
def batch_norm(need: Needs, a: Args, input: Tensor) -> Tensor:
    """``(N, num_features, *)`` as it is; ``(N, num_features)`` too for BatchNorm1d."""
    return _batch_norm(need, a, input, *_batch_ranks(a))


@layer(
    "SyncBatchNorm",
    "num_features, eps=1e-5, momentum=0.1, affine=True, track_running_stats=True, process_group=None, "
    "device=None, dtype=None, *, bias=True",
    formula=SAME,
    construct=_construct,
    weights=_weights,
    buffers=_BUFFERS,
)
def sync_batch_norm(need: Needs, a: Args, input: Tensor) -> Tensor:
    """``(N, num_features, *)`` as it is, of any rank from 2."""
    return _batch_norm(need, a, input, 2, None)


def _instance_expects(a: Args) -> tuple[Shape | None, ...]:
    return (batched(dim(a.num_features, "C") if flag(a.affine) else None, a.spatial),)


@layer(
    "InstanceNorm{1,2,3}d",
    f"num_features, {_INSTANCE}",
    formula=SAME,
    construct=_construct,
    weights=_weights,
    buffers=_BUFFERS,
    expects=_instance_expects,
)
def instance_norm(need: Needs, a: Args, input: Tensor) -> Tensor:
    """``(N, num_features, *)`` as it is, batch optional; without ``affine`` and statistics any width is accepted."""
    ranks(need, input, a.spatial + 1, a.spatial + 2)
    if flag(a.affine) or flag(a.track_running_stats):
        _wide(need, input.size(-1 - a.spatial), a)
    if flag(a.track_running_stats) is False:
        rank = len(input.shape.dims)
        _several(need, input, tuple(range(rank - a.spatial)), "channel of an instance")
    return Tensor(input.shape, input.dtype)


def _lazy(a: Args) -> Mapping[str, Size]:
    unknown = Unknown("a lazy layer that has not been called")
    return {name: unknown if flag(a.affine) is not False else None for name in ("weight", "bias")}


@layer(
    "LazyBatchNorm{1,2,3}d",
    _BATCH,
    formula=SAME,
    weights=_lazy,
    buffers=_BUFFERS,
    expects=_expects,
    lazy=Lazy("num_features", axis=1),
)
def lazy_batch_norm(need: Needs, a: Args, input: Tensor) -> Value:
    """A batch normalisation that takes ``num_features`` from its first input."""
    return batch_norm.shape(need, a, input)


@layer(
    "LazyInstanceNorm{1,2,3}d",
    _LAZY_INSTANCE,
    formula=SAME,
    weights=_lazy,
    buffers=_BUFFERS,
    expects=_instance_expects,
    lazy=Lazy("num_features", axis=1),
)
def lazy_instance_norm(need: Needs, a: Args, input: Tensor) -> Value:
    """An instance normalisation that takes ``num_features`` from dimension 1 of its first input, batched or not."""
    dims = input.shape.dims
    if input.shape.lead is None and len(dims) == a.spatial + 1 and (flag(a.affine) or flag(a.track_running_stats)):
        need.equal(dims[0], dims[1], Kind.CHANNELS, f"{dims[1]} channels expected, got {dims[0]}")
    return instance_norm.shape(need, a, input)
