"""Normalisations: batch, instance, group, layer, root-mean-square, and response normalisation."""

from __future__ import annotations

import math
from collections.abc import Mapping

from ..shapes import Dim, Expr, Kind, Needs, Reject, Tensor, Unknown, Value
from .argument_readers import dim, flag, number, optional
from .declare import Args, Size, layer
from .image_axes import batched, ranks

SAME = "(N, C, *) -> (N, C, *)"


def affine_weights(width: Dim, affine: Value, bias: Value) -> dict[str, Size]:
    """``weight`` if affine; ``bias`` if affine and wanted."""
    both = bias if flag(affine) else affine
    return {"weight": optional(affine, (width,)), "bias": optional(both, (width,))}


def _group_construct(need: Needs, a: Args) -> Mapping[str, Value]:
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
    formula=SAME,
    construct=_group_construct,
    weights=lambda a: affine_weights(dim(a.num_channels, "C"), a.affine, a.bias),
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
        message = f"{groups} groups do not divide {channels} channels"
        need.equal(channels % groups, 0, Kind.CHANNELS, message, "num_groups")
        batch, wide, *size = input.shape.dims
        # As torch.nn.functional._verify_batch_size counts: the groups of all images together.
        if batch * wide // groups * math.prod(size) == 1:
            raise Reject(Kind.OPERANDS, f"more than 1 value for each group expected, got {input.shape}")
    return Tensor(input.shape, input.dtype)


def _normalized(a: Args) -> tuple[Value, ...] | None:
    """``normalized_shape`` as a tuple, None where it is not known."""
    match a.normalized_shape:
        case int() | Expr():
            return (a.normalized_shape,)
        case tuple() | list():
            return tuple(a.normalized_shape)
    return None


def _layer_construct(need: Needs, a: Args) -> Mapping[str, Value]:
    shape = _normalized(a)
    if shape is None:
        missing = a.normalized_shape is None
        bad = isinstance(a.normalized_shape, (float, str)) or missing
        message = f"an integer expected, got {a.normalized_shape!r}"
        need.require(not bad, Kind.ARGUMENT, message, "normalized_shape", got_none=missing)
        return {}
    for item in shape:
        wide = number(need, item, "normalized_shape")
        need.at_least(wide, 0, Kind.ARGUMENT, f"normalized_shape must not be negative, got {wide}", "normalized_shape")
    return {"normalized_shape": shape}


def _layer_weights(a: Args) -> Mapping[str, Size]:
    shape = _normalized(a)
    size: Size = Unknown("normalized_shape is not known") if shape is None else tuple(dim(d, "D") for d in shape)
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


@layer("LocalResponseNorm", "size, alpha=1e-4, beta=0.75, k=1.0", formula=SAME)
def local_response_norm(need: Needs, a: Args, input: Tensor) -> Tensor:
    """``(N, C, *)`` as it is, at least 3 dimensions."""
    ranks(need, input, 3, None)
    size = number(need, a.size, "size")
    if 0 not in input.shape.dims:
        need.at_least(size, 1, Kind.ARGUMENT, f"size must be positive, got {size}", "size")
    return Tensor(input.shape, "float" if input.dtype in ("int", "bool") else input.dtype)  # divided by an average


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
