"""Ranks that only the comments know: where the code leaves a tensor's rank open, the first comment on it is believed.

``h = self.encode(x)  # (B, T, D)`` after an encoder from a package that is not followed, ``# tokens: (B, L)`` at the head
of a function.  Only the rank is taken (and, for arguments, the dims that are 1); the sizes are free, so that the comments
that follow are equations for them and are checked from there on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

import libcst as cst

from ...interp.model.tape import Call, Override, Run
from ...shapes import Dim, Shape, fresh
from ...source.parse import Source
from ..comments.remark import DimText, ShapePattern
from ..comments.vocabulary import CHANNELS
from ..placement.claim import Claim, Convention, Part, Side
from ..placement.placement import Position
from ..placement.spots import spots_of
from .point import Point
from .points import Points, points_of

__all__ = ["assuming"]

_REASON = "as its comment says"
_ENOUGH = 2
"""Claims of which one may check what another says.  A single claim checks nothing once its rank is taken for granted."""


def assuming(run: Run, source: Source, claims: Sequence[Claim]) -> Run:
    """``run`` repeated with the ranks that the comments state where it knows none.

    Returns ``run`` itself if there are none such, or if the code then refuses something that it took before.
    """
    assumed, speakers = _assumed(run, source, claims)
    if len(speakers) < _ENOUGH:
        return run
    other = run.replay(Override(assumed=assumed))
    before = {call.site.node for call in run.tape.calls if _is_misfit(call)}
    refused = any(call.site.node not in before for call in other.tape.calls if _is_misfit(call))
    return run if refused or (other.ended is not None and run.ended is None) else other


def _is_misfit(call: Call) -> bool:
    """Whether PyTorch refuses the call, or takes a tensor that was said to be a batch for one image."""
    if call.reject is not None:
        return True
    layer = None if call.module is None or not call.leaf else call.module.cls.catalogued
    if layer is None or not call.inputs or call.module is None:
        return False
    wanted = layer.expects(call.module.attributes)[:1]
    return any(shape is not None and shape.rank == (call.inputs[0].shape.rank or 0) + 1 for shape in wanted)


def _assumed(
    run: Run, source: Source, claims: Sequence[Claim]
) -> tuple[Mapping[cst.CSTNode, Shape], Collection[Claim]]:
    """The ranks by place, and the claims on tensors whose rank the run does not know."""
    entered = {id(call.site.node) for call in run.tape.entered}
    claims = [claim for claim in claims if id(claim.placement.function) in entered]
    points = points_of(run, source)
    whole = {claim.placement.function for claim in claims if any(_has_batch(part.pattern) for part in claim.parts)}
    found: dict[cst.CSTNode, Shape] = {}
    speakers: set[Claim] = set()
    for claim in claims:
        function = claim.placement.function
        if claim.crowded:
            continue
        if claim.argument is not None:
            given = dict(_argument(claim, found))
            found.update(given)
            speakers |= {claim} if given else set()
        for part in claim.parts:
            if _is_whole(part.pattern) or function in whole:
                for place in _places(run, points, claim, part):
                    found.setdefault(place, _shape(part.pattern, isinstance(place, cst.Param)))
                    speakers.add(claim)
    return found, speakers


def _has_batch(pattern: ShapePattern) -> bool:
    return any(dim.batch and dim.dim is not None for dim in pattern.dims)


def _is_whole(pattern: ShapePattern) -> bool:
    """Whether no batch is elided: the first dimension is a name, and not one that people write for channels."""
    first = pattern.dims[0]
    name = None if isinstance(first.dim, int) or first.dim is None else first.text.lower()
    return _has_batch(pattern) or (name is not None and len(pattern.dims) > 1 and name not in CHANNELS)


def _places(run: Run, points: Points, claim: Claim, part: Part) -> Iterator[cst.CSTNode]:
    """The nodes by which the tensors that ``part`` speaks of enter the function, if their rank is not known."""
    if claim.argument is not None:
        return
    for spot in spots_of(claim, part, Convention()):
        found = points.at(spot)
        if found:
            if all(point.shape.lead is not None for point in found):
                yield from filter(None, (_origin(run, claim, point) for point in found))
            return
    if claim.placement.position is Position.TRAILING and part.side is not Side.IN and claim.placement.below is not None:
        yield from _assignment(claim.placement.below.nodes[-1])


def _argument(claim: Claim, found: Mapping[cst.CSTNode, Shape]) -> Iterator[tuple[cst.CSTNode, Shape]]:
    """The parameter that a comment at the head of its function names, with the rank that it has there."""
    function, patterns = claim.placement.function, claim.remark.shapes
    for param in () if function is None or len(patterns) != 1 or not _is_whole(patterns[0]) else function.params.params:
        if param.name.value == claim.argument and param not in found:
            yield param, _shape(patterns[0], True)


def _assignment(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """The only assignment of a line, of one value to one name."""
    match node:
        case cst.SimpleStatementLine(
            body=[cst.Assign(targets=[cst.AssignTarget(target=cst.Name() | cst.Attribute())]) as small]
        ):
            yield small
        case _:
            pass


def _origin(run: Run, claim: Claim, point: Point) -> cst.CSTNode | None:
    """The parameter of the claim's function, or the assignment in it, whose value is the tensor at ``point``."""
    function = claim.placement.function
    assert function is not None
    for entered in run.tape.entered:
        if entered.site.node is function:
            name = next((name for name, value in entered.arguments.items() if value is point.value), None)
            for param in function.params.params:
                if param.name.value == name:
                    return param
    for statement in run.tape.statements:
        if statement.function is function and statement.value is point.value:
            return statement.site.node
    return None


def _shape(pattern: ShapePattern, given: bool) -> Shape:
    """The stated rank with free sizes; a 1 in what is ``given``, perhaps a mask, is kept, since it is there to broadcast."""
    texts = [text for text in pattern.dims if not text.many]
    dims = tuple(1 if given and text.dim == 1 else _size(text) for text in texts)
    return Shape(dims, _REASON if len(texts) < len(pattern.dims) else None)


def _size(text: DimText) -> Dim:
    return fresh(text.text if text.text.isidentifier() else "D", reason=_REASON)
