"""How well a layer's window fits what it is for: to keep the size, to divide or to multiply it by the stride.

With excess ``c = 2p - d(k - 1)`` a layer of stride s keeps the size, or its s-th part, exactly if ``-s < c <= 0``, and
without a rest lost if ``c == 0``, a pool also if its windows tile the input; a transposed one gives s times its input
if ``d(k - 1) + 1 + o - s - 2p == 0``.  What covers its whole input, or grows from 1 x 1, is exact without padding.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...interp.model.tape import Call, Run
from ...shapes import Dim
from ..binding.solution import Solution
from .repair import Repair

__all__ = ["gain", "square"]

_NONE: Mapping[str, Any] = {}


def gain(repair: Repair, run: Run, solution: Solution | None = None) -> int:
    """How much better the layer's window is with the repair than without, from -2 to 2; 0 where that is not known."""
    sides = _sides(repair.call, run, solution or Solution())
    before, after = _grade(repair.call, _NONE, sides), _grade(repair.call, {repair.parameter: repair.value}, sides)
    return 0 if before is None or after is None else after - before


def square(value: Any) -> Any:
    """The one number of a tuple of equal ones."""
    return value[0] if isinstance(value, tuple) and value and len(set(value)) == 1 else value


def _sides(call: Call, run: Run, solution: Solution) -> frozenset[Dim]:
    if not call.inputs:
        return frozenset()
    shape = run.tape.resolve(call.inputs[0].shape).substitute(solution.sizes)
    return frozenset(shape.dims[2:]) if shape.lead is None else frozenset()


def _grade(call: Call, change: Mapping[str, Any], sides: frozenset[Dim]) -> int | None:
    """2 exact, 1 as good as exact for sizes that the stride divides, 0 neither; None if its numbers are not known."""
    given = {name: square(value) for name, value in {**call.arguments, **change}.items()}
    kernel: Any = given.get("kernel_size")
    padding: Any = given.get("padding", 0)
    dilation: Any = given.get("dilation", 1)
    extra: Any = given.get("output_padding", 0)
    stride: Any = given.get("stride")
    stride = kernel if stride is None else stride
    numbers = (kernel, padding, dilation, extra, stride)
    if not all(isinstance(number, int) for number in numbers):
        return None
    if sides == {kernel if "Transpose" not in call.name else 1} and not padding:
        return 2
    reach: int = dilation * (kernel - 1)
    if "Transpose" in call.name:
        return 2 if reach + 1 + extra - stride - 2 * padding == 0 else 0
    excess = 2 * padding - reach
    if "Pool" in call.name and (kernel == stride or kernel < stride):
        return 2 if kernel == stride > 1 and not padding else 0  # a pool of single pixels does nothing
    return 2 if excess == 0 else 1 if -stride < excess < 0 else 0
