"""Activations and dropouts: the shape stays; GLU halves one dimension."""

from __future__ import annotations

from collections.abc import Mapping

from ..shapes import Kind, Needs, Reject, Shape, Tensor, Value, fresh
from .argument_readers import dim, number
from .declare import Args, layer
from .image_axes import ranks

_SAME = "(*) -> (*)"


def _same(need: Needs, a: Args, input: Tensor) -> Tensor:
    """The shape of the input."""
    return input.resized(input.shape)


def _probability(need: Needs, a: Args) -> Mapping[str, Value]:
    good = not isinstance(a.p, (int, float)) or 0 <= a.p <= 1
    need.require(good, Kind.ARGUMENT, f"p must be between 0 and 1, got {a.p}", "p")
    return {}


in_place = layer("Hardsigmoid Hardswish Mish ReLU ReLU6 SELU SiLU", "inplace=False", formula=_SAME)(_same)
plain = layer("LogSigmoid Sigmoid Softsign Tanh Tanhshrink", "", formula=_SAME)(_same)
elu = layer("ELU CELU", "alpha=1.0, inplace=False", formula=_SAME)(_same)
gelu = layer("GELU", "approximate='none'", formula=_SAME)(_same)
shrink = layer("Hardshrink Softshrink", "lambd=0.5", formula=_SAME)(_same)
leaky_relu = layer("LeakyReLU", "negative_slope=0.01, inplace=False", formula=_SAME)(_same)
softplus = layer("Softplus", "beta=1.0, threshold=20.0", formula=_SAME)(_same)
threshold = layer("Threshold", "threshold, value, inplace=False", formula=_SAME)(_same)
dropout = layer(
    "Dropout AlphaDropout FeatureAlphaDropout Dropout2d Dropout3d",
    "p=0.5, inplace=False",
    formula=_SAME,
    construct=_probability,
)(_same)


@layer("Dropout1d", "p=0.5, inplace=False", formula="(N, C, L) -> (N, C, L)", construct=_probability)
def dropout1d(need: Needs, a: Args, input: Tensor) -> Tensor:
    """``(N, C, L)`` or ``(C, L)`` as it is; the other dropouts only warn about other ranks."""
    ranks(need, input, 2, 3)
    return Tensor(input.shape, input.dtype)


def _interval(need: Needs, a: Args) -> Mapping[str, Value]:
    low = a.min_val if a.min_value is None else a.min_value
    high = a.max_val if a.max_value is None else a.max_value
    good = not isinstance(low, (int, float)) or not isinstance(high, (int, float)) or high > low
    need.require(good, Kind.ARGUMENT, f"max_val {high} must be larger than min_val {low}", "max_val")
    return {"min_val": low, "max_val": high}


hardtanh = layer(
    "Hardtanh",
    "min_val=-1.0, max_val=1.0, inplace=False, min_value=None, max_value=None",
    formula=_SAME,
    construct=_interval,
)(_same)
rrelu = layer("RReLU", "lower=0.125, upper=0.3333333333333333, inplace=False", formula=_SAME)(_same)


@layer("Softmax LogSoftmax Softmin", "dim=None", formula=_SAME)
def softmax(need: Needs, a: Args, input: Tensor) -> Tensor:
    """The shape of the input, which must have the dimension ``dim``."""
    if a.dim is not None:
        axis(need, input, a.dim)
    return Tensor(input.shape, input.dtype)


@layer("Softmax2d", "", formula="(N, C, H, W) -> (N, C, H, W)")
def softmax2d(need: Needs, a: Args, input: Tensor) -> Tensor:
    """``(N, C, H, W)`` or ``(C, H, W)`` as it is."""
    rank = input.shape.rank
    need.require(rank in (None, 3, 4), Kind.OPERANDS, f"3 or 4 dimensions expected, got {rank}: {input.shape}")
    return Tensor(input.shape, input.dtype)


def axis(need: Needs, input: Tensor, value: Value, name: str = "dim") -> int | None:
    """``value`` as an index from 0 of a dimension of ``input``; None if it or the rank is not known.

    A tensor without dimensions has the dimensions 0 and -1.
    """
    index, rank = number(need, value, name), input.shape.rank
    if rank is None or not isinstance(index, int):
        return None
    count = max(rank, 1)
    if not -count <= index < count:
        raise Reject(Kind.OPERANDS, f"no dimension {index} in {input.shape}", name)
    return index % count


@layer("GLU", "dim=-1", formula="(*, C, *) -> (*, C//2, *), C even")
def glu(need: Needs, a: Args, input: Tensor) -> Tensor:
    """Dimension ``dim`` halved; it must be even."""
    need.require(input.shape.rank != 0, Kind.OPERANDS, "at least 1 dimension expected, got 0")
    index = axis(need, input, a.dim)
    if index is None and isinstance(a.dim, int) and -len(input.shape.dims) <= a.dim < 0:
        index = a.dim % len(input.shape.dims)  # counted from the end, it needs no rank
    if index is None:
        return Tensor(
            Shape(tuple(fresh("D", minimum=0) for _ in input.shape.dims), input.shape.lead or "GLU of an unknown dim")
        )
    dims = list(input.shape.dims)
    whole = dims[index]
    need.equal(whole % 2, 0, Kind.CHANNELS, f"an even size expected to be halved, got {whole}", "dim")
    dims[index] = whole // 2
    return Tensor(Shape(tuple(dims), input.shape.lead), input.dtype)


@layer(
    "PReLU",
    "num_parameters=1, init=0.25, device=None, dtype=None",
    formula=_SAME,
    weights=lambda a: {"weight": (dim(a.num_parameters, "C"),)},
)
def prelu(need: Needs, a: Args, input: Tensor) -> Tensor:
    """The shape of the input; ``num_parameters`` is 1 or the number of its channels (dimension 1)."""
    if input.shape.lead is None and isinstance(a.num_parameters, int) and a.num_parameters != 1:
        need.require(
            input.shape.rank != 0,
            Kind.CHANNELS,
            f"{a.num_parameters} channels expected, got a scalar",
            "num_parameters",
        )
        channels = input.size(1) if len(input.shape.dims) > 1 else 1
        need.equal(
            channels if channels is not None else 1,
            a.num_parameters,
            Kind.CHANNELS,
            f"{a.num_parameters} channels expected, got {channels}",
            "num_parameters",
        )
    return Tensor(input.shape, input.dtype)
