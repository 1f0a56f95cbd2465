"""The comments of one block read by themselves: sizes that were written for different inputs do not contradict each other.

A block is a container or the body of a function.  A network's parts may be described for different images; so a claim is
only refuted if its own block, read with any input, refutes it too.
"""

from __future__ import annotations

from collections.abc import Collection

import libcst as cst

from ...interp.model.tape import Override, Run
from ...shapes import Shape, Tensor, fresh, substitute
from ..binding.assertion import Judgement
from ..binding.points import Points, points_of
from ..binding.solution import Solution
from ..placement.claim import Claim
from ..placement.placement import Placement, Stretch
from ..verdict import Verdict
from .reading import Divergence, Reading
from .replay import with_change
from .search import read_claims

__all__ = ["holds_in_its_block"]


def holds_in_its_block(reading: Reading, divergence: Divergence) -> bool:
    """Whether the claim is refuted even if only the claims of its own block are read, with the block's input open."""
    if all(isinstance(pair.computed, int) for pair in divergence.judgement.false):
        return True  # a width that the code fixes is the same for every input
    bound = [a.claim for a in reading.assertions if a.alternatives]
    built = {id(claim.placement.block) for claim in bound}
    block = _block(divergence.assertion.claim, built)
    if all(_block(claim, built) is block for claim in bound):
        return True
    members = [claim for claim in reading.claims if _block(claim, built) is block]
    opened, given, open_shape = _with_input_open(reading, members)
    if opened is reading.run:  # what labels the input of the run labels that of the block
        members = [claim for claim in reading.claims if claim in members or claim in _labels(reading)]
    alone = read_claims(opened, members)
    if alone is None:
        return True
    if _is_square(given, reading.solution) and _is_square(open_shape, alone.solution) is False:
        return True  # a number that makes a square image oblong is a slip, not another input
    if len(alone.divergences) >= sum(_block(d.assertion.claim, built) is block for d in reading.divergences):
        return True  # another input explains no more: it only puts the blame elsewhere
    for assertion, judgement in alone.judged:
        if assertion.key == divergence.key:
            return judgement.verdict is Verdict.FALSE
    return True


def _labels(reading: Reading) -> set[Claim]:
    """The claims that say what the run is given, and are right about it: in words, or with its channels and its
    sizes in numbers."""
    given = {id(value) for value in reading.run.inputs}
    return {
        assertion.claim
        for assertion, judgement in reading.judged
        if judgement.verdict is Verdict.TRUE and judgement.alternative is not None
        if assertion.claim.labels_input or _is_whole(judgement)
        if id(judgement.alternative.point.value) in given
    }


def _is_whole(judgement: Judgement) -> bool:
    """Whether all axes of an image but the batch are stated in numbers."""
    return {1, 2, 3} <= {pair.axis for pair in judgement.true if isinstance(pair.claimed, int)}


def _with_input_open(reading: Reading, members: Collection[Claim]) -> tuple[Run, Shape | None, Shape | None]:
    """The run with any size of what the block is given, and that shape before and after.

    The channels stay: the layers fix them.
    """
    points = points_of(reading.run, reading.run.source)
    bound = [a for a in reading.bound_on(reading.run, members) if a.alternatives]
    first = min(bound, key=lambda assertion: assertion.time)
    entry = _entry(points, first.claim.placement)
    if entry is None:
        image = _image(reading.run)
        return reading.run, image, image
    giver, given = entry
    dims = (dim if axis == 1 else fresh("D", reason="the input of a block") for axis, dim in enumerate(given.dims))
    open_shape = Shape(tuple(dims))
    return with_change(reading.run, Override(outputs={giver: open_shape})), given, open_shape


def _image(run: Run) -> Shape | None:
    """What the run is given, if that is one image."""
    shapes = [run.tape.resolve(value.shape) for value in run.inputs if isinstance(value, Tensor)]
    return shapes[0] if len(shapes) == 1 else None


def _is_square(shape: Shape | None, solution: Solution) -> bool | None:
    """Whether height and width of an image are one size; None where that is not known."""
    if shape is None or shape.rank != 4:
        return None
    sides = [substitute(dim, solution.sizes) for dim in shape.dims[2:]]
    return len(set(sides)) == 1 if all(isinstance(side, int) for side in sides) else None


def _entry(points: Points, placement: Placement) -> tuple[cst.CSTNode, Shape] | None:
    """The call that gives a block its input, and the shape it gives; None if that is the input of the run."""
    stretch = placement.below or placement.above
    if stretch is None:
        return None
    whole = Stretch(stretch.chain, 0, len(stretch.chain.elements) - 1)
    for point in points.before(whole) or ():
        giver = points.giver(point)
        if giver is not None:
            return giver, point.shape
    return None


def _block(claim: Claim, built: Collection[int]) -> cst.CSTNode | None:
    """What a claim belongs to; right after a container whose comments are among those ``built``, to that."""
    place = claim.placement
    if place.comment.own_line and place.above is not None:
        last = place.above.nodes[-1]
        if isinstance(last, cst.SimpleStatementLine) and id(last) in built:
            return last
    return place.block
