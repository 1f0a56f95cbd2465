"""Branches that one constructor call in a loop builds, for kernels of several sizes: ``padding=k // 3`` for ``k // 2``.

No number mends them all, so the expression is what is wrong.
"""

from __future__ import annotations

import libcst as cst

from ...interp.model.tape import Call, Run
from ...layers import Window
from ...records import dataclass
from .argument import find_argument
from .chain import chain_to
from .repairs import is_built_here

__all__ = ["HalfKernel", "half_kernel"]

_POSITIONAL = ("in_channels", "out_channels", "kernel_size", "stride", "padding")


@dataclass(frozen=True, slots=True, eq=False)
class HalfKernel:
    """The padding's argument, and the divisor in it that has to be 2."""

    argument: cst.Arg
    divisor: cst.Integer


def half_kernel(run: Run, call: Call) -> HalfKernel | None:
    """The padding with whose repair all operands of ``call`` keep the size with which their branches begin.

    None if the branches are not all built by one constructor call, or it does not write the padding as a part of the kernel.
    """
    chains = [chain_to(run, tensor, frozenset()) for tensor in call.inputs]
    shared = (
        set.intersection(*({id(layer.output) for layer in chain} for chain in chains)) if len(chains) > 1 else set()
    )
    windows = [
        layer for chain in chains for layer in chain
        if "kernel_size" in layer.arguments and id(layer.output) not in shared
    ]  # fmt: skip
    places = {layer.constructor.node for layer in windows if layer.constructor is not None}
    if len(chains) < 2 or len(windows) < len(chains) or len(places) != 1:
        return None
    if not all(is_built_here(layer, run) and _keeps_with_half(layer) for layer in windows):
        return None
    (place,) = places
    return _written(place) if isinstance(place, cst.Call) else None


def _keeps_with_half(layer: Call) -> bool:
    """Whether half the kernel is the padding with which the layer keeps the size."""
    kernel = layer.arguments.get("kernel_size")
    is_plain = layer.arguments.get("stride") == 1 and layer.arguments.get("dilation", 1) == 1
    is_convolution = layer.layer is not None and layer.layer.window is Window.CONVOLUTION
    return is_convolution and is_plain and isinstance(kernel, int) and kernel % 2 == 1


def _written(place: cst.Call) -> HalfKernel | None:
    kernel = find_argument(place, "kernel_size", _POSITIONAL)
    padding = find_argument(place, "padding", _POSITIONAL)
    match padding:
        case cst.Arg(value=cst.BinaryOperation(left=left, operator=cst.FloorDivide(), right=cst.Integer() as divisor)):
            if kernel is not None and left.deep_equals(kernel.value) and divisor.value != "2":
                return HalfKernel(padding, divisor)
    return None
