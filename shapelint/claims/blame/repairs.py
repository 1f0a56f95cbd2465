"""Which single argument of a layer, changed, would make a false claim true.

Candidates are first tried on the chain of layers from the changed one to the claim; one that gives the claimed sizes is
then replayed on the whole run, so that what it does to everything after is known too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import libcst as cst

from ...interp.model.site import Site
from ...interp.model.tape import Call, Override, Run
from ...records import dataclass
from ...shapes import Dim, Needs, Reject, Shape, Tensor, Value
from ..binding.alignment import DimPair
from ..binding.solution import Solution

__all__ = ["Repair", "SPATIAL", "is_built_here", "repairs", "values_of"]


@dataclass(frozen=True, slots=True, eq=False)
class Repair:
    """``parameter`` of the layer that ``call`` runs, set to ``value`` instead of ``present``.

    ``others``: further values that would do as well, larger ones.
    """

    call: Call
    parameter: str
    value: Value
    present: Value
    others: tuple[Value, ...] = ()

    @property
    def constructor(self) -> Site:
        """The call that gives the layer its arguments."""
        assert self.call.constructor is not None
        return self.call.constructor

    @property
    def place(self) -> cst.CSTNode:
        """The node of that call, which may build several layers in a loop."""
        return self.constructor.node

    @property
    def override(self) -> Override:
        """A replay in which the argument is as proposed."""
        return Override(arguments={(self.place, self.parameter): self.value})

    @property
    def arguments(self) -> Mapping[str, Value]:
        """The layer's arguments once it is mended."""
        return {**self.call.arguments, self.parameter: self.value}


# In the order in which they are tried and preferred: a padding is what is miscounted most often.
SPATIAL = ("padding", "output_padding", "ceil_mode", "kernel_size", "stride", "dilation", "scale_factor", "output_size")
_WIDTH = ("out_channels", "out_features")
_SPLIT = ("padding", "output_padding")
"""Parameters that may have been meant for one axis alone."""
_REACH: Mapping[str, int] = {"kernel_size": 7, "stride": 4, "dilation": 4, "output_padding": 2, "scale_factor": 4}
"""The largest values that are tried, as far as the present one is not larger: what people write by hand."""


def repairs(run: Run, chain: Sequence[Call], pairs: Sequence[DimPair], solution: Solution) -> list[Repair]:
    """Every one-argument change of a layer in ``chain`` under which all ``pairs`` hold, paddings first."""
    wanted = [(pair.axis, solution.claimed(pair)) for pair in pairs]
    found: list[Repair] = []
    for parameter in (*SPATIAL, *_WIDTH):
        for position in range(len(chain) - 1, -1, -1):
            call = chain[position]
            if not is_built_here(call, run) or parameter not in call.arguments:
                continue
            fitting = [
                value
                for value in (_widths(pairs, solution) if parameter in _WIDTH else values_of(call, parameter))
                if _fits(_output(run, chain[position:], {parameter: value}, solution), wanted)
            ]
            if fitting:
                found.append(Repair(call, parameter, fitting[0], call.arguments[parameter], tuple(fitting[1:])))
    return found


def is_built_here(call: Call, run: Run) -> bool:
    """Whether ``call`` runs a layer that is built in the file of ``run``, where it can be mended."""
    return call.leaf and call.constructor is not None and call.constructor.source is run.source


def values_of(call: Call, parameter: str) -> Iterator[Value]:
    """Other values for a parameter, the smallest first: one number for all axes, then one axis of several."""
    present = call.arguments[parameter]
    if parameter == "ceil_mode":
        if isinstance(present, bool):
            yield not present
        return
    if parameter == "output_size":
        return
    first = 0 if parameter in ("padding", "output_padding") else 1
    if isinstance(present, int):
        last = _largest(call, parameter, present)
        yield from (value for value in range(first, last + 1) if value != present)
        if parameter in _SPLIT:
            yield from _one_axis((present,) * _axes(call), range(first, last + 1))
    elif isinstance(present, tuple) and present and all(isinstance(item, int) for item in present):
        last = max(_largest(call, parameter, item) for item in present)
        for value in range(first, last + 1):
            if present != (value,) * len(present):
                yield (value,) * len(present)
        yield from _one_axis(present, range(first, last + 1))


def _one_axis(present: tuple[int, ...], values: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """``present`` with another value on one of its axes."""
    for axis in range(len(present)):
        for value in values:
            changed = (*present[:axis], value, *present[axis + 1 :])
            if changed != present and len(set(changed)) > 1:
                yield changed


def _axes(call: Call) -> int:
    """How many axes the layer's window has."""
    return max(1, call.layer.spatial) if call.layer is not None else 1


def _largest(call: Call, parameter: str, present: int) -> int:
    if parameter != "padding":
        return max(_REACH[parameter], present + 2)
    kernel = call.arguments.get("kernel_size")
    dilation = call.arguments.get("dilation", 1)
    sizes = [size for size in (kernel if isinstance(kernel, tuple) else (kernel,)) if isinstance(size, int)]
    steps = [step for step in (dilation if isinstance(dilation, tuple) else (dilation,)) if isinstance(step, int)]
    return max(sizes, default=3) * max(steps, default=1)


def _widths(pairs: Sequence[DimPair], solution: Solution) -> Iterator[Value]:
    """A width is not searched for: it is what the claim says."""
    for pair in pairs:
        if pair.axis == 1 or pair.axis is None:
            yield solution.claimed(pair)


def _output(run: Run, chain: Sequence[Call], change: Mapping[str, Value], solution: Solution) -> Shape | None:
    """What the last call of ``chain`` gives when the first one is changed; None if a step is refused or is not a layer."""
    first = chain[0]
    if not first.inputs:
        return None
    value: Value = Tensor(run.tape.resolve(first.inputs[0].shape).substitute(solution.sizes))
    for call in chain:
        module, layer = call.module, call.layer
        if module is None or layer is None or len(call.inputs) != 1:
            if call is not first and call.output_shape is not None and call.inputs and _keeps(run, call):
                continue
            return None
        try:
            attributes = module.attributes
            if call is first:
                attributes = {**attributes, **layer.construct(Needs(), {**call.arguments, **change})}
            value = layer.apply(Needs(), attributes, [value], {})
        except Reject:
            return None
        if not isinstance(value, Tensor):
            return None
    return value.shape.substitute(solution.sizes) if isinstance(value, Tensor) else None


def _keeps(run: Run, call: Call) -> bool:
    """Whether an operator gave a tensor of its input's shape (``F.relu``)."""
    shape = call.output_shape
    return shape is not None and run.tape.resolve(shape) == run.tape.resolve(call.inputs[0].shape)


def _fits(shape: Shape | None, wanted: Sequence[tuple[int | None, Dim]]) -> bool:
    if shape is None or shape.lead is not None:
        return False
    return all((shape.dims[-1] if axis is None else shape.dims[axis]) == size for axis, size in wanted)
