"""How well a layer's window fits its purpose: to keep the size, or to divide or multiply it by the stride.

With excess ``c = 2p - d(k - 1)`` a layer of stride s keeps the size, or its s-th part, exactly if ``-s < c <= 0``, and
without a remainder if ``c == 0``, a pool also if its windows tile the input; a transposed one gives s times its input
if ``d(k - 1) + 1 + o - s - 2p == 0``.  What covers its whole input, or grows from 1 x 1, is exact without padding.
"""

from __future__ import annotations

from collections.abc import Mapping

from ...interp.model.tape import Call, Run
from ...layers import Window
from ...shapes import Dim, Value
from ..binding.solution import Solution
from .repairs import Repair

__all__ = ["gain", "known_integers", "square"]


def gain(repair: Repair, run: Run, solution: Solution | None = None) -> int:
    """How much better the layer's window is with the repair than without, from -2 to 2; 0 where that is not known."""
    call = repair.call
    sides = _sides(call, run, solution or Solution())
    before, after = _grade(call, call.arguments, sides), _grade(call, repair.arguments, sides)
    return 0 if before is None or after is None else after - before


def square(value: Value) -> Value:
    """The one number of a tuple of equal ones; everything else as it is."""
    return value[0] if isinstance(value, tuple) and value and len(set(value)) == 1 else value


def known_integers(*values: Value) -> tuple[int, ...] | None:
    """The values where all of them are known integers, else None."""
    numbers = tuple(value for value in values if isinstance(value, int))
    return numbers if len(numbers) == len(values) else None


def _sides(call: Call, run: Run, solution: Solution) -> frozenset[Dim]:
    if not call.inputs:
        return frozenset()
    shape = run.tape.resolve(call.inputs[0].shape).substitute(solution.sizes)
    return frozenset(shape.dims[2:]) if shape.lead is None else frozenset()


def _grade(call: Call, arguments: Mapping[str, Value], sides: frozenset[Dim]) -> int | None:
    """2 exact, 1 as good as exact for sizes that the stride divides, 0 neither; None if its numbers are not known.

    ``sides``: the sizes of the image that ``call`` is given.
    """
    given = {name: square(value) for name, value in arguments.items()}
    size, step = given.get("kernel_size"), given.get("stride")
    numbers = known_integers(
        size,
        size if step is None else step,  # as poolings have it
        given.get("padding", 0),
        given.get("dilation", 1),
        given.get("output_padding", 0),
    )
    if numbers is None:
        return None
    kernel, stride, padding, dilation, extra = numbers
    window = None if call.layer is None else call.layer.window
    if sides == {1 if window is Window.TRANSPOSED else kernel} and not padding:
        return 2
    reach = dilation * (kernel - 1)
    if window is Window.TRANSPOSED:
        return 2 if reach + 1 + extra - stride - 2 * padding == 0 else 0
    excess = 2 * padding - reach
    if window is Window.POOLING and kernel <= stride:
        return 2 if kernel == stride > 1 and not padding else 0  # a pool of single pixels does nothing
    return 2 if excess == 0 else 1 if -stride < excess < 0 else 0
