"""What if: a run with an argument changed or a tensor forced to another shape, that can be replayed in its turn."""

from __future__ import annotations

from ...interp.model.tape import Override, Run
from ...records import replace
from ...shapes import Shape, symbols_of
from ..binding.alignment import Alternative
from ..binding.solution import Solution
from ..comments.noted_names import NOTE

__all__ = ["forced_shape", "with_change"]


def with_change(run: Run, override: Override) -> Run:
    """The run with something changed, such that its own replays keep the change."""

    def both(more: Override) -> Run:
        return run.replay(
            Override(
                {**override.arguments, **more.arguments},
                {**override.outputs, **more.outputs},
                {**override.symbols, **more.symbols},
                {**override.inputs, **more.inputs},
            )
        )

    return replace(run.replay(override), _again=both)


def forced_shape(alternative: Alternative, solution: Solution) -> Shape:
    """The tensor's shape if the claim were true."""
    dims = list(alternative.point.shape.substitute(solution.sizes).dims)
    for pair in alternative.pairs:
        claimed = solution.claimed(pair)
        if not any(name.uid == NOTE for name in symbols_of(claimed)):
            dims[-1 if pair.axis is None else pair.axis] = claimed
    return Shape(tuple(dims), alternative.point.shape.lead)
