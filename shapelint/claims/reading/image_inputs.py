"""What is fed to a network of images, where nobody says so: height and width are one size, unless something speaks against it.

An oblong image is as good as a square one where the comments ask for it and PyTorch takes it.  A latent of which one side
is 1 is doubtful: what grows from it by square layers grows from 1 x 1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ...interp.model.tape import Call, Run
from ...layers import Resizing, Window
from ...shapes import Dim, Symbol, Tensor, Value
from ..binding.solution import Solution

__all__ = ["is_nearly_square", "is_oblong_latent", "sides_of", "squared"]

_ROUNDED = 4
"""By how much two sides may differ only because one of them was chosen among those that a stride leaves open."""
_WINDOW = ("kernel_size", "stride", "padding", "output_padding", "dilation", "scale_factor")


def sides_of(run: Run) -> tuple[Symbol, Symbol] | None:
    """The names of height and width of the one image that the run is given; None if there is none, or they are known."""
    shapes = [run.tape.resolve(value.shape) for value in run.inputs if isinstance(value, Tensor)]
    if len(shapes) != 1 or shapes[0].rank != 4:
        return None
    height, width = (None if isinstance(dim, int) else dim.as_symbol for dim in shapes[0].dims[2:])
    return None if height is None or width is None else (height, width)


def squared(solution: Solution, run: Run) -> Iterator[Solution]:
    """The same with either side for both, where the two differ."""
    found = _oblong(solution, run)
    if found is not None:
        names, sizes = found
        for size in sizes:
            yield Solution({**solution.sizes, **dict.fromkeys(names, size)}, solution.notes, solution.known)


def is_nearly_square(solution: Solution, run: Run) -> bool:
    """Whether height and width came out a little different, as 228 and 227 where a stride of 4 makes the same of both."""
    found = _oblong(solution, run)
    if found is None:
        return False
    height, width = found[1]
    return isinstance(height, int) and isinstance(width, int) and abs(height - width) < _ROUNDED


def is_oblong_latent(solution: Solution, run: Run) -> bool:
    """Whether square layers that grow their input would be given an oblong one with a side of 1."""
    found = _oblong(solution, run)
    if found is None or 1 not in found[1]:
        return False
    windows = [call for call in run.tape.calls if (call.leaf and "kernel_size" in call.arguments) or _grows(call)]
    return bool(windows) and _grows(windows[0]) and all(_is_square(call.arguments) for call in windows)


def _oblong(solution: Solution, run: Run) -> tuple[tuple[Symbol, Symbol], list[Dim]] | None:
    names = sides_of(run)
    sizes = [] if names is None else [solution.sizes[name] for name in names if name in solution.sizes]
    if names is None or len(sizes) != 2 or sizes[0] == sizes[1]:
        return None
    return names, sizes


def _grows(call: Call) -> bool:
    """Whether it is a layer that enlarges its input, as generators do."""
    layer = call.layer
    return layer is not None and (layer.window is Window.TRANSPOSED or layer.resizing is Resizing.UPSAMPLING)


def _is_square(arguments: Mapping[str, Value]) -> bool:
    windows = [arguments[name] for name in _WINDOW if name in arguments]
    return all(len(set(window)) == 1 for window in windows if isinstance(window, tuple) and window)
