"""The numbers of a layer's window on each spatial axis, and what they do to the size of its input.

For a symmetric padding p, kernel k and dilation d a layer of stride 1 widens its input by ``2p - d(k-1)``, its excess; a pad
before it adds what it pads.
"""

from __future__ import annotations

from ...interp.model.tape import Call
from ...layers import Window
from ...records import dataclass
from ...shapes import Value

__all__ = ["WindowGeometry", "geometry_of"]


@dataclass(frozen=True, slots=True)
class WindowGeometry:
    """Kernel, stride, dilation and padding of a layer on each spatial axis; ``before``: what a pad before it adds."""

    kernel: tuple[int, ...]
    stride: tuple[int, ...]
    dilation: tuple[int, ...]
    padding: tuple[int, ...]
    before: tuple[int, ...] = ()

    def excess(self, axis: int) -> int:
        """``2p - d(k-1)``: by how much a stride-1 layer, with the pad before it, widens its input."""
        own = 2 * self.padding[axis] - self.dilation[axis] * (self.kernel[axis] - 1)
        return own + (self.before[axis] if self.before else 0)

    def breaks(self, axis: int) -> bool:
        """Whether the output is not, for every input that the stride divides, its part by the stride."""
        return not -self.stride[axis] < self.excess(axis) <= 0

    @property
    def remedy(self) -> tuple[int, ...] | None:
        """The symmetric padding that keeps the size; None where there is none, or where a pad takes its place."""
        if self.before:
            return None
        wide = [d * (k - 1) for d, k in zip(self.dilation, self.kernel, strict=True)]
        even = all(w % 2 == 0 or s > 1 for w, s in zip(wide, self.stride, strict=True))
        return tuple(w // 2 for w in wide) if even else None


def geometry_of(call: Call) -> WindowGeometry | None:
    """The window of a convolution or pooling whose arguments are all known numbers; None for any other layer."""
    layer, module = call.layer, call.module
    if layer is None or module is None or layer.window not in (Window.CONVOLUTION, Window.POOLING):
        return None
    kernel, stride, dilation, padding = (
        _on_each_axis(module.attributes.get(name, call.arguments.get(name, default)), layer.spatial)
        for name, default in (("kernel_size", None), ("stride", 1), ("dilation", 1), ("padding", None))
    )
    if kernel is None or stride is None or dilation is None or padding is None:
        return None
    return WindowGeometry(kernel, stride, dilation, padding)


def _on_each_axis(value: Value, axes: int) -> tuple[int, ...] | None:
    """One number for each axis; None where that is not known."""
    items = value if isinstance(value, (tuple, list)) else (value,) * axes
    numbers = tuple(item for item in items if isinstance(item, int) and not isinstance(item, bool))
    return numbers if len(numbers) == len(items) == axes else None
