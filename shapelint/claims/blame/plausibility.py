"""Which repairs the surrounding layers speak for: this decides where as much speaks for the argument as for the comment.

An argument was meant otherwise if other layers of the same kernel and stride have the proposed value, if the annotated
size makes the next division come out even, or if the layer then covers its whole input.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...interp.model.tape import Call, Run
from ...records import replace
from ..binding.solution import Solution
from ..reading.reading import Divergence, Reading
from .repairs import Repair
from .window_fit import gain, known_integers, square

__all__ = ["alike", "is_outdone", "is_unlikely", "mirrored", "was_meant"]

_WINDOW = ("kernel_size", "stride", "dilation", "padding", "output_padding")
_FROM_UNFIT_TO_EXACT = 2
"""The greatest :func:`gain`."""


def was_meant(repair: Repair, reading: Reading, divergence: Divergence, explains_all: bool) -> bool:
    """Whether, on a tie, the argument is blamed after all.  ``explains_all``: nothing is wrong once it is mended."""
    if repair.parameter not in _WINDOW or any(pair.axis == 1 for pair in divergence.judgement.false):
        return False
    if isinstance(repair.value, tuple) and isinstance(repair.present, int):
        return False  # nobody forgets one axis of two by accident: a comment may say one number wrong
    if _covers(repair, reading):
        return True
    if repair.parameter == "padding":
        return alike(repair, reading.run) > 0 or _divides(repair, reading, divergence)
    count = alike(repair, reading.run)
    if explains_all and count and gain(repair, reading.run, reading.solution) > 0:
        return True
    return count > 1 or (repair.parameter == "stride" and count > 0 and _has_similar_beside(repair, reading.run))


def _has_similar_beside(repair: Repair, run: Run) -> bool:
    """Whether a layer of the same container has the proposed window, and none has the present one."""
    if repair.call.parent is None or alike(replace(repair, value=repair.present), run):
        return False
    return any(call.parent == repair.call.parent for call in _alike(repair, run))


def alike(repair: Repair, run: Run) -> int:
    """How many other layers have the proposed argument and otherwise the same window."""
    return len({id(call.module) for call in _alike(repair, run)})


def mirrored(repair: Repair, run: Run) -> int:
    """How many layers of the other direction have the window that the repair gives: a decoder mirrors its encoder."""
    name = repair.call.name
    other = name.replace("ConvTranspose", "Conv") if "ConvTranspose" in name else name.replace("Conv", "ConvTranspose")
    return 0 if other == name else len({id(call.module) for call in _alike(repair, run, other)})


def is_outdone(repair: Repair, other: Repair) -> bool:
    """Whether ``repair`` gives a layer of stride 1 another kernel, where ``other`` gives it the padding with which its own
    kernel keeps the size: a padding is forgotten sooner than a kernel is mistaken, however many have the other kernel."""
    if (repair.parameter, other.parameter) != ("kernel_size", "padding") or repair.place is not other.place:
        return False
    given = other.arguments
    numbers = known_integers(*(square(given.get(name, 1)) for name in ("kernel_size", "padding", "dilation", "stride")))
    if numbers is None:
        return False
    kernel, padding, dilation, stride = numbers
    return stride == 1 and 2 * padding == dilation * (kernel - 1)


def _alike(repair: Repair, run: Run, name: str | None = None) -> Iterator[Call]:
    """The calls of such layers, or of those that are called ``name``."""
    name = name or repair.call.name
    mine, module = repair.arguments, repair.call.module
    is_elsewhere = all(call is not repair.call for call in run.tape.calls)  # the same layer is in that run again
    names = [each for each in _WINDOW if each in mine]
    for call in run.tape.calls:
        if not call.leaf or call.name != name or call.module is None or call.module is module:
            continue
        if is_elsewhere and repair.constructor.same(call.constructor):
            continue
        if all(square(call.arguments.get(each)) == square(mine[each]) for each in names):
            yield call


def _covers(repair: Repair, reading: Reading) -> bool:
    """Whether the layer then has the kernel of its whole input and no padding: as in the layer that
    gives the last 1 x 1 of a classifier."""
    given = repair.arguments
    if not repair.call.inputs or square(given.get("padding")) != 0 or square(given.get("dilation", 1)) != 1:
        return False
    shape = reading.run.tape.resolve(repair.call.inputs[0].shape).substitute(reading.solution.sizes)
    kernel = given.get("kernel_size")
    sizes = set(shape.dims[2:])
    return repair.parameter in ("padding", "kernel_size") and shape.lead is None and sizes == {square(kernel)} != {1}


def _divides(repair: Repair, reading: Reading, divergence: Divergence) -> bool:
    """Whether the annotated size makes the next strided layer's division exact, and the computed one does not."""
    solution: Solution = reading.solution
    for call in reading.run.tape.calls:
        if call.leaf and call.module is not None and call.inputs and call.index > repair.call.index:
            defaults = {"stride": None, "kernel_size": None, "padding": 0, "dilation": 1}
            numbers = known_integers(*(square(call.arguments.get(*item)) for item in defaults.items()))
            if numbers is None or numbers[0] < 2:
                continue
            stride, kernel, padding, dilation = numbers
            rests = [
                ((claimed + 2 * padding - dilation * (kernel - 1) - 1) % stride == 0)
                for claimed in (
                    solution.claimed(divergence.judgement.false[0]),
                    solution.computed(divergence.judgement.false[0]),
                )
                if isinstance(claimed, int)
            ]
            return rests == [True, False]
    return False


def is_unlikely(repair: Repair, reading: Reading) -> bool:
    """Whether the layer is right as it is: its window fits and would not with the repair, or others have the present argument
    and none has the proposed one.  A repair that turns a window that did not fit into an exact one speaks for itself."""
    better = gain(repair, reading.run, reading.solution)
    if better < 0 or better == _FROM_UNFIT_TO_EXACT:
        return better < 0
    others = {
        id(call.module): square(call.arguments.get(repair.parameter))
        for call in reading.run.tape.calls
        if call.leaf and call.name == repair.call.name and call.module is not repair.call.module
    }
    values = list(others.values())
    return values.count(square(repair.present)) > 1 and square(repair.value) not in values
