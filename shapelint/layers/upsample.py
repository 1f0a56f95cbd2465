"""Upsample and its two-dimensional shorthands."""

from __future__ import annotations

import math
from collections.abc import Mapping

from ..shapes import Dim, Kind, Needs, Shape, Tensor, Unknown, Value, fresh
from .argument_readers import number
from .declare import Args, Resizing, layer
from .image_axes import Image, batched, image, nonempty

_FORMULA = "(N, C, H) -> (N, C, size), or (N, C, floor(H*scale_factor))"
_RANKS = {
    "nearest": (1, 2, 3),
    "nearest-exact": (1, 2, 3),
    "area": (1, 2, 3),
    "linear": (1,),
    "bilinear": (2,),
    "bicubic": (2,),
    "lanczos": (2,),
    "trilinear": (3,),
}
_REST = {"recompute_scale_factor": None}
_FINEST = 1 << 10
_ALIGNED = ("linear", "bilinear", "bicubic", "trilinear", "lanczos")


def _construct(need: Needs, a: Args) -> Mapping[str, Value]:
    """``scale_factor`` is kept as floats."""
    scale = a.scale_factor
    bad = isinstance(scale, (list, dict)) and len(scale) > 0
    need.require(
        not bad, Kind.ARGUMENT, f"a number or a tuple expected for scale_factor, got {scale!r}", "scale_factor"
    )
    if isinstance(scale, tuple):
        factor: Value = tuple(_float(item) for item in scale)
    else:
        factor = None if scale in (None, 0) else _float(scale)
    return {"name": a.layer, "scale_factor": factor}


def _float(value: Value) -> Value:
    return float(value) if isinstance(value, (int, float)) else value


def _expects(a: Args) -> tuple[Shape | None, ...]:
    """The mode may tell the number of axes."""
    axes = _RANKS.get(a.mode, ()) if isinstance(a.mode, str) else ()
    if isinstance(a.size, (tuple, list)):
        axes = (len(a.size),)
    return (batched(None, axes[0]) if len(axes) == 1 and axes[0] in (1, 2, 3) else None,)


def _resized(need: Needs, a: Args, input: Tensor, mode: Value) -> Tensor:
    rank = input.shape.rank
    need.require(rank in (None, 3, 4, 5), Kind.OPERANDS, f"3 to 5 dimensions expected, got {rank}: {input.shape}")
    need.require(
        a.size is None or a.scale_factor is None or isinstance(a.size, Unknown) or isinstance(a.scale_factor, Unknown),
        Kind.ARGUMENT,
        "only one of size and scale_factor may be given",
        "scale_factor",
    )
    need.require(
        a.size is not None or a.scale_factor is not None, Kind.ARGUMENT, "size or scale_factor must be given", "size"
    )
    if isinstance(mode, str):
        need.require(mode in _RANKS, Kind.ARGUMENT, f"unknown mode {mode!r}", "mode")
        need.require(
            rank is None or rank - 2 in _RANKS[mode],
            Kind.ARGUMENT,
            f"mode {mode!r} does not take {rank} dimensions: {input.shape}",
            "mode",
        )
        need.require(
            a.align_corners is None or isinstance(a.align_corners, Unknown) or mode in _ALIGNED,
            Kind.ARGUMENT,
            f"align_corners cannot be set with mode {mode!r}",
            "align_corners",
        )
    spatial = _spatial(a, rank)
    if spatial is None:
        return Tensor(Shape((), input.shape.lead or "an upsampling of unknown rank"), input.dtype)
    taken = image(need, input, spatial, unbatched=False)
    nonempty(need, taken, channels=rank == 3)
    return taken.tensor(taken.channels, _target(need, a, taken))


def _spatial(a: Args, rank: int | None) -> int | None:
    if rank is not None:
        return rank - 2
    expected = _expects(a)[0]
    return None if expected is None else len(expected.dims) - 2


def _target(need: Needs, a: Args, taken: Image) -> tuple[Dim, ...]:
    """The new size of each axis."""
    count = len(taken.size)
    if a.size is not None:
        given, name = a.size, "size"
    else:
        given, name = a.scale_factor, "scale_factor"
    each = tuple(given) if isinstance(given, (tuple, list)) else (given,) * count
    need.require(len(each) == count, Kind.ARGUMENT, f"{count} numbers expected for {name}, got {len(each)}", name)
    if name == "size":
        size = tuple(number(need, item, name) for item in each)
    else:
        size = tuple(_scaled(n, factor) for n, factor in zip(taken.size, each, strict=True))
    for n in size:
        least = 0 if a.mode == "area" else 1  # which is an adaptive pooling, and may leave nothing
        need.at_least(n, least, Kind.EMPTY, f"{n} wide output: no output left", name)
    return size


def _scaled(n: Dim, factor: Value) -> Dim:
    """``floor(n * factor)``; exact for a symbolic size if the factor has few binary places (2, 0.5, 1.75)."""
    if isinstance(factor, (int, float)) and math.isfinite(factor):
        if isinstance(n, int):
            return math.floor(n * factor)
        numerator, denominator = float(factor).as_integer_ratio()
        if denominator <= _FINEST:
            return n * numerator // denominator
    return fresh("H", minimum=0, reason="a scale factor of an unknown size")


@layer(
    "Upsample",
    "size=None, scale_factor=None, mode='nearest', align_corners=None, recompute_scale_factor=None",
    formula=_FORMULA,
    construct=_construct,
    expects=_expects,
    resizing=Resizing.UPSAMPLING,
)
def upsample(need: Needs, a: Args, input: Tensor) -> Tensor:
    """``(N, C, H, W) -> (N, C, H', W')``; the batch is needed."""
    return _resized(need, a, input, a.mode)


@layer(
    "UpsamplingNearest2d",
    "size=None, scale_factor=None",
    formula=_FORMULA,
    construct=lambda need, a: {**_construct(need, a), "mode": "nearest", "align_corners": None, **_REST},
    expects=lambda a: (batched(None, 2),),
    resizing=Resizing.UPSAMPLING,
)
def upsampling_nearest(need: Needs, a: Args, input: Tensor) -> Tensor:
    """By nearest neighbours."""
    return _resized(need, a, input, "nearest")


@layer(
    "UpsamplingBilinear2d",
    "size=None, scale_factor=None",
    formula=_FORMULA,
    construct=lambda need, a: {**_construct(need, a), "mode": "bilinear", "align_corners": True, **_REST},
    expects=lambda a: (batched(None, 2),),
    resizing=Resizing.UPSAMPLING,
)
def upsampling_bilinear(need: Needs, a: Args, input: Tensor) -> Tensor:
    """Bilinear interpolation with aligned corners."""
    return _resized(need, a, input, "bilinear")
