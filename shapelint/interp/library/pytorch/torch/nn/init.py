"""``torch.nn.init``: weights keep their size, whatever they are filled with."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from shapelint.interp.library.declare import ANYTHING, Invocation, models
from shapelint.interp.library.no_effect import returns_first
from shapelint.ops import elements
from shapelint.shapes import Tensor, Value

__all__ = ["filled_with"]


def filled_with(number: float | None) -> Callable[..., Value]:
    """The model of a function that fills its first argument: with ``number``, None: with what is not known."""

    def fill(at: Invocation, args: tuple[Value, ...], kwargs: Mapping[str, Value]) -> Value:
        tensor = returns_first(at, args, kwargs)
        if isinstance(tensor, Tensor) and tensor.memory is not None:
            at.machine.heap.touch_tensor(tensor)
            known = number is not None and tensor.places is not None
            elements.write(tensor, [number or 0] * len(tensor.places or ()) if known else None)
        return tensor

    return fill


for _name in (
    "uniform_", "normal_", "trunc_normal_", "eye_", "dirac_", "xavier_uniform_", "xavier_normal_", "kaiming_uniform_",
    "kaiming_normal_", "orthogonal_", "sparse_",
):  # fmt: skip
    models(f"torch.nn.init.{_name}", ANYTHING)(filled_with(None))
models("torch.nn.init.zeros_", ANYTHING)(filled_with(0))
models("torch.nn.init.ones_", ANYTHING)(filled_with(1))


@models("torch.nn.init.constant_", "tensor, val")
def constant(at: Invocation, tensor: Value, val: Value) -> Value:
    """All elements ``val``."""
    return filled_with(val if isinstance(val, (int, float)) else None)(at, (tensor,), {})
