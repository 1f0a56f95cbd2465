"""Whether what surrounds a layer makes up for its window: a pad or crop nearby, or a layer with the opposite excess.

``nn.ConstantPad1d((1, 2), 0), nn.Conv1d(8, 8, 4)`` keeps the size, although the convolution alone does not.
"""

from __future__ import annotations

from collections.abc import Sequence

from ...interp.model.tape import Call, Run
from ...layers import Resizing
from ...shapes import Tensor
from .window_geometry import WindowGeometry, geometry_of

__all__ = ["is_made_up_for"]

_RESIZING = frozenset(
    {"[]", "narrow", "pad", "torch.nn.functional.pad", "torch.narrow", "interpolate", "torch.nn.functional.interpolate"}
)
_SAYS_SO = ("Pad", "Crop", "Chomp")
"""In the name of a user's module: what a ``Chomp1d`` of another file does is not known, but its author says it."""
_NEAR = 6
"""Calls before and after the layer: as long as a block of convolution, norm and activation, twice."""


def is_made_up_for(run: Run, call: Call, window: WindowGeometry) -> bool:
    """Whether a call near ``call``, before or after it, compensates for the excess of its window."""
    excess = [window.excess(axis) for axis in range(len(window.kernel))]
    makers = {id(other.output): other for other in run.tape.calls if isinstance(other.output, Tensor) and other.leaf}
    value = call.inputs[0] if call.inputs else None
    for _ in range(_NEAR):
        maker = makers.get(id(value))
        if maker is None:
            break
        if _compensates(maker, excess):
            return True
        value = maker.inputs[0] if maker.inputs else None
    return _is_compensated_after(run, call, excess)


def _is_compensated_after(run: Run, call: Call, excess: Sequence[int]) -> bool:
    near = {id(call.output)}
    steps = 0
    for other in run.tape.calls[call.index + 1 :]:
        if steps >= _NEAR or not other.leaf:
            continue
        if any(id(tensor) in near for tensor in other.inputs):
            if _compensates(other, excess):
                return True
            near.add(id(other.output))
            steps += 1
    return False


def _compensates(call: Call, excess: Sequence[int]) -> bool:
    if call.name in _RESIZING or (call.layer is not None and call.layer.resizing is Resizing.PADDING):
        return True
    if any(word in call.name for word in _SAYS_SO):
        return True
    window = geometry_of(call) if call.leaf else None
    if window is None or len(window.kernel) != len(excess):
        return False
    return all(window.excess(axis) == -wide for axis, wide in enumerate(excess) if wide)
