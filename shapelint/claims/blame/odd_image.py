"""A first layer that takes images of a size that nobody has, and would take 64 x 64 were it built like the others.

With no word on the input, comments behind the layers are right for some image whatever the first layer is: with stride 1
instead of 2 for one of 33 x 33.  Image sizes are multiples of 4.
"""

from __future__ import annotations

from ...interp.model.tape import Call
from ...source.parse import Source
from ..reading.image_inputs import sides_of
from ..reading.reading import Reading
from ..reading.replay import again
from ..reading.search import read_claims
from ..verdict import Verdict
from .argument import repair_fix
from .plausibility import alike
from .repairs import Repair, is_ours

__all__ = ["odd_image"]

_SMALLEST = 16
_ROUND = 4
_MOST_LIKE = 2


def odd_image(reading: Reading, first: list[Repair], source: Source) -> tuple[Repair, Reading] | None:
    """The repair of the first layer, among ``first``, that two others speak for and after which every claim holds for an
    image of a usual size; None if all is well with the size that the comments ask for."""
    size = _side(reading)
    if size is None or size % _ROUND == 0 or size < _SMALLEST or reading.count(Verdict.TRUE) < 2:
        return None
    claims = list(dict.fromkeys(assertion.claim for assertion in reading.assertions))
    entry = _first_window(reading, source)
    for repair in first:
        if repair.call.module is not entry or alike(repair, reading.run) < _MOST_LIKE or not repair_fix(repair, source):
            continue
        mended = read_claims(again(reading.run, repair.override), source, claims, unanimous=True)
        if mended is None or mended.count(Verdict.FALSE) or mended.refused:
            continue
        usual = _side(mended)
        if usual is not None and usual % _ROUND == 0 and mended.count(Verdict.TRUE) >= reading.count(Verdict.TRUE):
            return repair, mended
    return None


def _side(reading: Reading) -> int | None:
    """Height and width of the image, if they are one number that only the comments give."""
    names = sides_of(reading.run)
    sizes = {reading.solution.sizes.get(name) for name in names} if names is not None else set()
    size = sizes.pop() if len(sizes) == 1 else None
    return size if isinstance(size, int) else None


def _first_window(reading: Reading, source: Source) -> object:
    """The module of the first layer with a window, if that is built in this file."""
    windows: list[Call] = [call for call in reading.run.tape.calls if call.leaf and "kernel_size" in call.arguments]
    return windows[0].module if windows and is_ours(windows[0], source) else None
