"""Normalisations: batch, instance, group, layer, root-mean-square, and response normalisation."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from ..shapes import Dim, Expr, Kind, Needs, Reject, Shape, Tensor, Unknown
from .arguments import dim, flag, number, optional
from .axes import batched, ranks
from .declare import Args, layer

_SAME = "(N, C, *) -> (N, C, *)"
_BATCH = "eps=1e-5, momentum=0.1, affine=True, track_running_stats=True, device=None, dtype=None, *, bias=True"
_INSTANCE = "eps=1e-5, momentum=0.1, affine=False, track_running_stats=False, device=None, dtype=None, *, bias=True"
_LAZY_INSTANCE = "eps=1e-5, momentum=0.1, affine=True, track_running_stats=True, device=None, dtype=None, *, bias=True"


def _affine(width: Dim, affine: Any, bias: Any) -> dict[str, Any]:
    """``weight`` if affine; ``bias`` if affine and wanted."""
    both: Any = bias if flag(affine) else affine
    return {"weight": optional(affine, (width,)), "bias": optional(both, (width,))}


def _construct(need: Needs, a: Args) -> Mapping[str, Any]:
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


def _weights(a: Args) -> Mapping[str, Any]:
    return _affine(dim(a.num_features, "C"), a.affine, a.bias)


def _expects(a: Args) -> tuple[Shape | None, ...]:
    """BatchNorm1d takes (N, C) too, so its rank says nothing."""
    if a.spatial == 1:
        return (None,)
    bound = flag(a.affine) or flag(a.track_running_stats)
    return (batched(dim(a.num_features, "C") if bound else None, a.spatial),)


def _channels(input: Tensor, axis: int, allowed: tuple[int, int]) -> Dim | None:
    """The channels of an input of known rank, or of the only rank that it may have; None if they cannot be told."""
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
    formula=_SAME,
    construct=_construct,
    weights=_weights,
    expects=_expects,
)
def batch_norm(need: Needs, a: Args, input: Tensor) -> Tensor:
    """``(N, num_features, *)`` as it is; ``(N, num_features)`` too for BatchNorm1d."""
    return _batch_norm(need, a, input, *_batch_ranks(a))


@layer(
    "SyncBatchNorm",
    "num_features, eps=1e-5, momentum=0.1, affine=True, track_running_stats=True, process_group=None, "
    "device=None, dtype=None, *, bias=True",
    formula=_SAME,
    construct=_construct,
    weights=_weights,
)
def sync_batch_norm(need: Needs, a: Args, input: Tensor) -> Tensor:
    """``(N, num_features, *)`` as it is, of any rank from 2."""
    return _batch_norm(need, a, input, 2, None)


def _instance_expects(a: Args) -> tuple[Shape | None, ...]:
    return (batched(dim(a.num_features, "C") if flag(a.affine) else None, a.spatial),)


@layer(
    "InstanceNorm{1,2,3}d",
    f"num_features, {_INSTANCE}",
    formula=_SAME,
    construct=_construct,
    weights=_weights,
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


def _lazy(a: Args) -> Mapping[str, Any]:
    unknown = Unknown("a lazy layer that has not been called")
    return {name: unknown if flag(a.affine) is not False else None for name in ("weight", "bias")}


@layer(
    "LazyBatchNorm{1,2,3}d", _BATCH, formula=_SAME, weights=_lazy, expects=_expects, becomes="BatchNorm(num_features)"
)
def lazy_batch_norm(need: Needs, a: Args, input: Tensor) -> Tensor:
    """A batch normalisation that takes ``num_features`` from its first input."""
    return batch_norm.shape(need, a, input)  # type: ignore[no-any-return]


@layer(
    "LazyInstanceNorm{1,2,3}d",
    _LAZY_INSTANCE,
    formula=_SAME,
    weights=_lazy,
    expects=_instance_expects,
    becomes="InstanceNorm(num_features)",
)
def lazy_instance_norm(need: Needs, a: Args, input: Tensor) -> Tensor:
    """An instance normalisation that takes ``num_features`` from dimension 1 of its first input, batched or not."""
    dims = input.shape.dims
    if input.shape.lead is None and len(dims) == a.spatial + 1 and (flag(a.affine) or flag(a.track_running_stats)):
        need.equal(dims[0], dims[1], Kind.CHANNELS, f"{dims[1]} channels expected, got {dims[0]}")
    return instance_norm.shape(need, a, input)  # type: ignore[no-any-return]


def _group_construct(need: Needs, a: Args) -> Mapping[str, Any]:
    if isinstance(a.num_groups, float):  # only the call rejects it
        return {}
    groups, channels = number(need, a.num_groups, "num_groups"), number(need, a.num_channels, "num_channels")
    need.require(groups != 0, Kind.ARGUMENT, "num_groups must not be 0", "num_groups")
    if flag(a.affine):
        need.at_least(channels, 0, Kind.ARGUMENT, f"num_channels must not be negative, got {channels}", "num_channels")
    if isinstance(groups, int):
        message = f"{groups} groups do not divide {channels} channels"
        need.equal(channels % groups, 0, Kind.ARGUMENT, message, "num_groups")
    return {}


@layer(
    "GroupNorm",
    "num_groups, num_channels, eps=1e-5, affine=True, device=None, dtype=None, *, bias=True",
    formula=_SAME,
    construct=_group_construct,
    weights=lambda a: _affine(dim(a.num_channels, "C"), a.affine, a.bias),
)
def group_norm(need: Needs, a: Args, input: Tensor) -> Tensor:
    """``(N, num_channels, *)`` as it is; without ``affine`` any width that the groups divide."""
    ranks(need, input, 2, None)
    groups, channels = number(need, a.num_groups, "num_groups"), input.size(1) if input.shape.lead is None else None
    need.at_least(groups, 1, Kind.ARGUMENT, f"num_groups must be positive, got {groups}", "num_groups")
    if channels is not None and flag(a.affine) and isinstance(a.num_channels, (int, Expr)):
        wide = a.num_channels
        need.equal(channels, wide, Kind.CHANNELS, f"{wide} channels expected, got {channels}", "num_channels")
    if channels is not None and isinstance(groups, int):
        need.equal(
            channels % groups, 0, Kind.CHANNELS, f"{groups} groups do not divide {channels} channels", "num_groups"
        )
        dims = input.shape.dims
        if dims[0] * dims[1] // groups * groups * math.prod(dims[2:]) == 1 * groups and dims[0] * dims[1] == groups:
            raise Reject(Kind.OPERANDS, f"more than 1 value for each group expected, got {input.shape}")
    return Tensor(input.shape, input.dtype)


def _normalized(a: Args) -> tuple[Any, ...] | None:
    """``normalized_shape`` as a tuple, None where it is not known."""
    match a.normalized_shape:
        case int() | Expr():
            return (a.normalized_shape,)
        case tuple() | list():
            return tuple(a.normalized_shape)
    return None


def _layer_construct(need: Needs, a: Args) -> Mapping[str, Any]:
    shape = _normalized(a)
    if shape is None:
        bad = isinstance(a.normalized_shape, (float, str)) or a.normalized_shape is None
        need.require(not bad, Kind.ARGUMENT, f"an integer expected, got {a.normalized_shape!r}", "normalized_shape")
        return {}
    for item in shape:
        wide = number(need, item, "normalized_shape")
        need.at_least(wide, 0, Kind.ARGUMENT, f"normalized_shape must not be negative, got {wide}", "normalized_shape")
    return {"normalized_shape": shape}


def _layer_weights(a: Args) -> Mapping[str, Any]:
    shape = _normalized(a)
    size: Any = Unknown("normalized_shape is not known") if shape is None else tuple(dim(d, "D") for d in shape)
    affine, bias = a.elementwise_affine, a.bias if flag(a.elementwise_affine) else a.elementwise_affine
    return {
        name: size if optional(on, ()) == () else optional(on, ()) for name, on in (("weight", affine), ("bias", bias))
    }


def _trailing(need: Needs, a: Args, input: Tensor) -> Tensor:
    shape = _normalized(a)
    if shape is None:
        return Tensor(input.shape, input.dtype)
    need.require(len(shape) > 0, Kind.ARGUMENT, "normalized_shape must not be empty", "normalized_shape")
    text = f"({', '.join(map(str, shape))}{',' * (len(shape) == 1)})"
    rank = input.shape.rank
    need.require(
        rank is None or rank >= len(shape),
        Kind.CHANNELS,
        f"{text} expected at the end of {input.shape}",
        "normalized_shape",
    )
    for index, item in enumerate(reversed(shape), 1):
        have, want = input.size(-index), dim(item, "D")
        if have is not None:
            message = (
                f"{want} features expected, got {have}"
                if len(shape) == 1
                else f"{text} expected at the end of {input.shape}"
            )
            need.equal(have, want, Kind.CHANNELS, message, "normalized_shape")
    return Tensor(input.shape, input.dtype)


@layer(
    "LayerNorm",
    "normalized_shape, eps=1e-5, elementwise_affine=True, bias=True, device=None, dtype=None",
    formula="(*, *normalized_shape) -> (*, *normalized_shape)",
    construct=_layer_construct,
    weights=_layer_weights,
)
def layer_norm(need: Needs, a: Args, input: Tensor) -> Tensor:
    """The last dimensions must be ``normalized_shape``."""
    return _trailing(need, a, input)


@layer(
    "RMSNorm",
    "normalized_shape, eps=None, elementwise_affine=True, device=None, dtype=None",
    formula="(*, *normalized_shape) -> (*, *normalized_shape)",
    construct=_layer_construct,
    weights=lambda a: {"weight": _layer_weights(a)["weight"]},
    inputs="x",
)
def rms_norm(need: Needs, a: Args, x: Tensor) -> Tensor:
    """The last dimensions must be ``normalized_shape``."""
    return _trailing(need, a, x)


@layer("LocalResponseNorm", "size, alpha=1e-4, beta=0.75, k=1.0", formula=_SAME)
def local_response_norm(need: Needs, a: Args, input: Tensor) -> Tensor:
    """``(N, C, *)`` as it is, at least 3 dimensions."""
    ranks(need, input, 3, None)
    size = number(need, a.size, "size")
    if 0 not in input.shape.dims:
        need.at_least(size, 1, Kind.ARGUMENT, f"size must be positive, got {size}", "size")
    return Tensor(input.shape, input.dtype)


@layer(
    "CrossMapLRN2d",
    "size, alpha=1e-4, beta=0.75, k=1",
    formula="(N, C, H, W) -> (N, C, H, W)",
    expects=lambda a: (batched(None, 2),),
)
def cross_map_lrn(need: Needs, a: Args, input: Tensor) -> Tensor:
    """``(N, C, H, W)`` as it is."""
    ranks(need, input, 4, 4)
    need.require(a.size != 0, Kind.ARGUMENT, "size must not be 0", "size")
    return Tensor(input.shape, input.dtype)
