"""Whether what surrounds a layer makes up for its window: a pad or crop nearby, or a layer with the opposite excess.

``nn.ConstantPad1d((1, 2), 0), nn.Conv1d(8, 8, 4)`` keeps the size, although the convolution alone does not.
"""

from __future__ import annotations

from collections.abc import Sequence

from ...interp.model.tape import Call, Run
from ...shapes import Tensor
from ..binding.padding_calls import is_padding, is_resizing
from .window_geometry import WindowGeometry, geometry_of

__all__ = ["is_made_up_for", "pads_before"]

_SAYS_SO = ("Pad", "Crop", "Chomp")
"""In the name of a user's module: what a ``Chomp1d`` of another file does is not known, but its author says it."""
_NEAR = 6
"""Calls before and after the layer: as long as a block of convolution, norm and activation, twice."""


def is_made_up_for(run: Run, call: Call, window: WindowGeometry, pads: Sequence[Call] = ()) -> bool:
    """Whether a call near ``call``, before or after it, compensates for the excess of its window; ``pads`` are in it already."""
    excess = [window.excess(axis) for axis in range(len(window.kernel))]
    makers = _makers(run)
    value = (pads[0] if pads else call).inputs[:1]
    for _ in range(_NEAR):
        maker = makers.get(id(value[0])) if value else None
        if maker is None:
            break
        if _compensates(maker, excess):
            return True
        value = maker.inputs[:1]
    return _is_compensated_after(run, call, excess)


def pads_before(run: Run, call: Call) -> tuple[Call, ...]:
    """The calls that pad the input of ``call`` with nothing in between, in their order."""
    makers, found = _makers(run), [call]
    while found[0].inputs and (maker := makers.get(id(found[0].inputs[0]))) is not None and is_padding(maker):
        found.insert(0, maker)
    return tuple(found[:-1])


def _makers(run: Run) -> dict[int, Call]:
    """The layer or operator that gave each tensor, by id."""
    return {id(other.output): other for other in run.tape.calls if isinstance(other.output, Tensor) and other.leaf}


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
    if is_resizing(call):
        return True
    if any(word in call.name for word in _SAYS_SO):
        return True
    window = geometry_of(call) if call.leaf else None
    if window is None or len(window.kernel) != len(excess):
        return False
    return all(window.excess(axis) == -wide for axis, wide in enumerate(excess) if wide)
