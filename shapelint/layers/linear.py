"""Identity, Linear, Bilinear and LazyLinear."""

from __future__ import annotations

from collections.abc import Mapping

from ..shapes import Kind, Needs, Shape, Tensor, Unknown, Value
from .argument_readers import assigned_weight, dim, flag, number, optional
from .declare import Args, Lazy, layer
from .image_axes import width


def _construct(need: Needs, a: Args) -> Mapping[str, Value]:
    for name in ("in_features", "in1_features", "in2_features", "out_features"):
        value = getattr(a, name)
        if not isinstance(value, Unknown):
            size = number(need, value, name)
            need.at_least(size, 0, Kind.ARGUMENT, f"{name} must not be negative, got {size}", name)
    return {}


@layer("Identity", "*args, **kwargs", formula="(*) -> (*)", loose="input")
def identity(need: Needs, a: Args, input: Value) -> Value:
    """The input itself, whatever it is and whatever arguments the constructor was given."""
    return input


@layer(
    "Linear",
    "in_features, out_features, bias=True, device=None, dtype=None",
    formula="(*, in_features) -> (*, out_features)",
    construct=_construct,
    weights=lambda a: {
        "weight": (dim(a.out_features, "C"), dim(a.in_features, "C")),
        "bias": optional(a.bias, (dim(a.out_features, "C"),)),
    },
)
def linear(need: Needs, a: Args, input: Tensor) -> Tensor:
    """The last dimension from ``in_features`` to ``out_features``; any number of dimensions before it."""
    tied = assigned_weight(a)
    if tied is not None:
        before = width(need, input, tied[1], "features (of the weight that was assigned)", argument="input")
        return Tensor(Shape((*before.dims, tied[0]), before.lead), input.dtype)
    before = width(need, input, dim(a.in_features, "C"), argument="in_features")
    return Tensor(Shape((*before.dims, dim(a.out_features, "C")), before.lead), input.dtype)


@layer(
    "LazyLinear",
    "out_features, bias=True, device=None, dtype=None",
    formula="(*, in_features) -> (*, out_features)",
    weights=lambda a: {
        "weight": Unknown("a lazy layer that has not been called"),
        "bias": Unknown("a lazy layer that has not been called") if flag(a.bias) is not False else None,
    },
    lazy=Lazy("in_features"),
)
def lazy_linear(need: Needs, a: Args, input: Tensor) -> Tensor:
    """A Linear that takes ``in_features`` from its first input."""
    wide = number(need, a.out_features, "out_features")
    need.at_least(wide, 0, Kind.ARGUMENT, f"out_features must not be negative, got {wide}", "out_features")
    before = width(need, input, input.size(-1) or 0)
    return Tensor(Shape((*before.dims, dim(a.out_features, "C")), before.lead), input.dtype)


@layer(
    "Bilinear",
    "in1_features, in2_features, out_features, bias=True, device=None, dtype=None",
    inputs="input1, input2",
    formula="(*, in1_features), (*, in2_features) -> (*, out_features)",
    construct=_construct,
    weights=lambda a: {
        "weight": (dim(a.out_features, "C"), dim(a.in1_features, "C"), dim(a.in2_features, "C")),
        "bias": optional(a.bias, (dim(a.out_features, "C"),)),
    },
)
def bilinear(need: Needs, a: Args, input1: Tensor, input2: Tensor) -> Tensor:
    """All dimensions but the last must agree; no broadcasting."""
    left = width(need, input1, dim(a.in1_features, "C"), argument="in1_features")
    right = width(need, input2, dim(a.in2_features, "C"), argument="in2_features")
    if left.lead is None and right.lead is None:
        message = f"equal leading dimensions expected, got {input1.shape} and {input2.shape}"
        need.require(len(left.dims) == len(right.dims), Kind.OPERANDS, message)
        for one, other in zip(left.dims, right.dims, strict=True):
            need.equal(one, other, Kind.OPERANDS, message)
    before = left if left.lead is None else right
    return Tensor(Shape((*before.dims, dim(a.out_features, "C")), before.lead), input1.dtype)
