"""Calls that some input would suit, but not one of the sizes that the comments state.

``x + conv(x)`` with stride 2 is not an error for every input, since what is 1 x 1 stays so; nor is a kernel of 5 after
``# state size. 512 x 4 x 4``, since larger images have room for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...interp.model.tape import Call, Override, Run
from ...layers import Window
from ...records import dataclass
from ...shapes import Kind, Tensor, Value, substitute, symbols_of
from ..reading.reading import Reading
from ..reading.replay import with_change
from ..verdict import Verdict
from .argument import repair_fix
from .odd_layer import OddLayer
from .refusal import of_window, refusal_repair
from .repairs import Repair, is_built_here
from .window_fit import gain, square

__all__ = ["Misfit", "misfit_after", "misfit_for_all", "misfit_here"]

_REACH = ("kernel_size", "padding", "dilation")

_FEWEST = 2
"""How many claims, and how many sizes beyond those that were solved from them, must be right."""


@dataclass(frozen=True, slots=True, eq=False)
class Misfit:
    """A call that is refused in ``run``, which has the sizes that the comments state, and the repair of one layer after
    which it is not; None where the layer that is called may be right and the comments old.  ``agreed``: whether several
    comments lead to it."""

    run: Run
    call: Call
    repair: Repair | None = None
    agreed: bool = True


def misfit_after(reading: Reading, odd: OddLayer) -> Misfit | None:
    """The first call that is refused under the sizes that hold once the odd layer is mended; None if nothing is, or too
    little is known of the sizes."""
    mended = odd.reading
    if reading.count(Verdict.FALSE) or mended.divergences or not mended.is_understood:
        return None
    if mended.count(Verdict.TRUE) < _FEWEST or mended.support < _FEWEST:
        return None
    here = with_change(reading.run, Override(symbols=mended.solution.sizes))
    refused = {call.site.node for call in reading.run.tape.calls if call.reject is not None}
    for call in here.tape.calls:
        if call.reject is not None and call.certain and call.site.node not in refused:
            is_flat = call.reject.kind is Kind.CHANNELS and call.reject.argument == "in_features"
            return Misfit(here, call, odd.repair) if is_flat or call.reject.kind is Kind.OPERANDS else None
    return None


def misfit_here(reading: Reading) -> Misfit | None:
    """The first call that is refused under the sizes that the comments state and agree on: a window that is wider than its
    input, or operands that do not fit unless one of them is a single pixel."""
    if reading.run.concrete or not _is_sure(reading) or not (any(_exceeding(reading)) or _broadcasts(reading)):
        return None
    here, call = _first_refused(reading)
    if call is None or call.reject is None or call.reject.kind not in (Kind.EMPTY, Kind.OPERANDS):
        return None
    empty = call.reject.kind is Kind.EMPTY
    repair = _smaller(call, here) if empty else refusal_repair(here, call, reading.solution)
    return None if repair is None else Misfit(here, call, repair)


def _broadcasts(reading: Reading) -> bool:
    """Whether a size was solved that is not the input's: of two operands that differ, one may then be broadcast."""
    given = {
        name for value in reading.run.inputs if isinstance(value, Tensor)
        for dim in reading.run.tape.resolve(value.shape).dims for name in symbols_of(dim)
    }  # fmt: skip
    return any(name.uid > 0 and name not in given for name in reading.solution.sizes)


def misfit_for_all(samples: Sequence[Reading]) -> Misfit | None:
    """The call that is refused whatever the image size, of those that were tried, and the one layer before it to blame."""
    if not samples or not all(map(_is_sure, samples)):
        return None
    refused = [_first_refused(reading) for reading in samples]
    here, call = refused[0]
    if call is None or any(other is None or other.site.node is not call.site.node for _, other in refused):
        return None
    windows = [other for other in here.tape.calls[: call.index + 1] if _is_window(other) and is_built_here(other, here)]
    tried = [
        repair
        for window in windows[-1:]
        for repair in of_window(window, here)
        if gain(repair, here) > 0 and repair_fix(repair) is not None
    ]
    for repair in sorted(tried, key=lambda repair: -gain(repair, here)):
        if all(other.reject is None for other in here.replay(repair.override).tape.calls):
            return Misfit(here, call, repair)
    return None


def _is_sure(reading: Reading) -> bool:
    """Whether enough of the comments is true, nothing is false, and sizes were solved from them."""
    enough = reading.count(Verdict.TRUE) >= _FEWEST and reading.support >= _FEWEST
    return enough and not reading.divergences and reading.is_understood and bool(reading.solution.sizes)


def _first_refused(reading: Reading) -> tuple[Run, Call | None]:
    """The run at the sizes of the comments, and its first call that is certainly refused: on every path, if there are
    several (``data_parallel`` or not)."""
    here = with_change(reading.run, Override(symbols=reading.solution.sizes))
    refused = [call for call in here.tape.calls if call.reject is not None]
    return here, next((call for call in refused if call.certain or _on_both_paths(call, here)), None)


def _on_both_paths(call: Call, run: Run) -> bool:
    """Whether the layer runs in every living arm of a condition, and is refused in each."""
    if call.module is None:
        return False
    same = [other for other in run.tape.calls if other.module is call.module]
    living = [[(first, last) for first, last, lived in arms if lived] for arms in run.tape.forks]
    arms = next((arms for arms in living if any(first <= call.index < last for first, last in arms)), [])
    return len(arms) > 1 and all(
        any(first <= other.index < last and other.reject is not None for other in same) for first, last in arms
    )


def _exceeding(reading: Reading) -> Iterator[bool]:
    """For each window whether it is wider than its padded input under the solved sizes."""
    run, sizes = reading.run, reading.solution.sizes
    for call in run.tape.calls:
        if call.reject is None and len(call.inputs) == 1 and _is_window(call):
            dims = run.tape.resolve(call.inputs[0].shape).dims[2:]
            windows = zip(*(_for_each_axis(call.arguments.get(name, 1), len(dims)) for name in _REACH), strict=True)
            for dim, (kernel, padding, dilation) in zip(dims, windows, strict=True):
                size = substitute(dim, sizes)
                if isinstance(size, int) and all(isinstance(number, int) for number in (kernel, padding, dilation)):
                    yield size < dilation * (kernel - 1) + 1 - 2 * padding


def _for_each_axis(value: Value, axes: int) -> tuple[Value, ...]:
    return value if isinstance(value, tuple) and len(value) == axes else (value,) * axes


def _is_window(call: Call) -> bool:
    """Whether it looks for its whole kernel in its input: a transposed convolution does not."""
    is_transposed = call.layer is not None and call.layer.window is Window.TRANSPOSED
    return call.leaf and "kernel_size" in call.arguments and not is_transposed


def _smaller(call: Call, run: Run) -> Repair | None:
    """A kernel of the size of its whole input, if it has no padding and is the last one or others have that kernel."""
    present, sides = call.arguments.get("kernel_size"), set(call.inputs[0].shape.dims[2:])
    size = sides.pop() if len(sides) == 1 else None
    if not is_built_here(call, run) or not isinstance(size, int) or square(call.arguments.get("padding")) != 0:
        return None
    value = size if isinstance(present, int) else (size,) * len(call.inputs[0].shape.dims[2:])
    repair = Repair(call, "kernel_size", value, present)
    windows = [other for other in run.tape.calls if _is_window(other)]
    usual = any(square(other.arguments["kernel_size"]) == size for other in windows)
    return repair if (usual or windows[-1] is call) and repair_fix(repair) is not None else None
