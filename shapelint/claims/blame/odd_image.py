"""A first layer that takes images of a size that nobody has, and would take 64 x 64 if it was built like the others.

If nothing is said about the input, the comments after the layers are right for some image whatever the first layer is: with
stride 1 instead of 2 for one of 33 x 33.  Image sizes are multiples of 4.
"""

from __future__ import annotations

from ...interp.model.tape import Call
from ..reading.image_inputs import sides_of
from ..reading.reading import Reading
from ..reading.replay import with_change
from ..reading.search import read_claims
from ..verdict import Verdict
from .argument import repair_fix
from .plausibility import alike
from .repairs import Repair, is_built_here

__all__ = ["is_rounder", "odd_image"]

_SMALLEST = 16
"""Below this any number may be a size of a feature map that somebody feeds in."""
_ROUND = 4
_VERY_ROUND = 16
_FEWEST_ALIKE = 2
"""Other layers that must be built as proposed: an image of an odd size alone proves nothing."""


def odd_image(reading: Reading, repairs: list[Repair]) -> tuple[Repair, Reading] | None:
    """The repair of the first layer, among ``repairs``, that two others speak for and after which every claim holds for an
    image of a usual size, with the claims as they read then; None if all is well with the size that the comments ask for."""
    size = _side(reading)
    if size is None or size % _ROUND == 0 or size < _SMALLEST or reading.count(Verdict.TRUE) < 2:
        return None
    entry = _first_window(reading)
    for repair in repairs:
        if repair.call.module is not entry or alike(repair, reading.run) < _FEWEST_ALIKE or not repair_fix(repair):
            continue
        mended = read_claims(with_change(reading.run, repair.override), reading.claims, unanimous=True)
        if mended is None or mended.count(Verdict.FALSE) or mended.refused:
            continue
        usual = _side(mended)
        if usual is not None and usual % _ROUND == 0 and mended.count(Verdict.TRUE) >= reading.count(Verdict.TRUE):
            return repair, mended
    return None


def is_rounder(mended: Reading, reading: Reading) -> bool:
    """Whether a network that would need images of 60 x 60 needs those of 64 x 64 once it is mended."""
    present, other = _side(reading), _side(mended)
    if present is None or other is None or present < _SMALLEST:
        return False
    return present % _VERY_ROUND != 0 and other % _VERY_ROUND == 0


def _side(reading: Reading) -> int | None:
    """Height and width of the image, if they are one number that only the comments give."""
    names = sides_of(reading.run)
    sizes = {reading.solution.sizes.get(name) for name in names} if names is not None else set()
    size = sizes.pop() if len(sizes) == 1 else None
    return size if isinstance(size, int) else None


def _first_window(reading: Reading) -> object:
    """The module of the first layer with a window, if that is built in this file."""
    windows: list[Call] = [call for call in reading.run.tape.calls if call.leaf and "kernel_size" in call.arguments]
    return windows[0].module if windows and is_built_here(windows[0], reading.run) else None
