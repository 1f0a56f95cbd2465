"""Calls that pad a tensor before a layer takes it: ``F.pad(x, (0, 1, 0, 1))``, ``nn.ZeroPad2d(1)``."""

from __future__ import annotations

from ...interp.model.tape import Call
from ...layers import Resizing

__all__ = ["is_padding", "is_resizing", "padded_by"]

_FUNCTIONS = frozenset({"torch.nn.functional.pad", "torch.constant_pad_nd", "pad"})
_RESIZING = frozenset({"[]", "narrow", "torch.narrow", "interpolate", "torch.nn.functional.interpolate"})


def is_padding(call: Call) -> bool:
    """Whether ``call`` does nothing but pad or crop its input."""
    return call.name in _FUNCTIONS or (call.layer is not None and call.layer.resizing is Resizing.PADDING)


def is_resizing(call: Call) -> bool:
    """Whether ``call`` gives its input another size, as code does with what a network made too large or too small."""
    return call.name in _RESIZING or is_padding(call)


def padded_by(call: Call, axes: int) -> tuple[int, ...] | None:
    """By how much a padding call widens each of the last ``axes`` dimensions, the last one last; None where that is not
    known."""
    if call.module is not None:
        flat = call.module.attributes.get("padding")
    else:
        flat = call.arguments.get("pad", call.arguments.get("1"))
    if not isinstance(flat, (tuple, list)) or len(flat) > 2 * axes:
        return None
    numbers = [number for number in flat if isinstance(number, int) and not isinstance(number, bool)]
    if len(numbers) < len(flat) or len(numbers) % 2:
        return None
    widths = [before + after for before, after in zip(numbers[::2], numbers[1::2], strict=True)]
    return (0,) * (axes - len(widths)) + tuple(reversed(widths))
