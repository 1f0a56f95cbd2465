"""Losses with a margin: between classes, between pairs, between triplets."""

from __future__ import annotations

from collections.abc import Mapping

from ..shapes import Kind, Needs, Shape, Tensor, Value, unknown_rank
from .declare import Args, layer
from .image_axes import ranks
from .loss import END, PAIR, reduced
from .operands import broadcast, same_dims, same_shape


@layer(
    "MultiMarginLoss",
    f"p=1, margin=1.0, weight=None, {END}",
    buffers="weight",
    inputs=PAIR,
    formula="(N, C), (N) -> scalar; with reduction='none' (N)",
    construct=lambda need, a: _one_or_two(need, a),
)
def multi_margin_loss(need: Needs, a: Args, input: Tensor, target: Tensor) -> Tensor:
    """Unbatched ``(C)``, or a scalar, with a target of one class too, which may have a dimension."""
    ranks(need, input, 0, 2)
    if isinstance(a.weight, Tensor) and a.weight.shape.lead is None and input.shape.dims:
        message = f"weight of shape ({input.shape.dims[-1]},) expected, got {a.weight.shape}"
        same_dims(need, a.weight.shape.dims, input.shape.dims[-1:], message, Kind.CHANNELS)
    if input.shape.lead is not None or target.shape.lead is not None:
        return reduced(need, a, unknown_rank("a loss of unknown rank"))
    batch = input.shape.dims[:-1] if input.shape.rank == 2 else (1,)
    if batch == (1,) and not target.shape.dims:
        return reduced(need, a, target.shape)
    message = f"target of shape {Shape(input.shape.dims[:-1])} expected, got {target.shape}"
    same_dims(need, target.shape.dims, batch, message)
    return reduced(need, a, Shape(batch))


@layer("MultiLabelMarginLoss", END, inputs=PAIR, formula="(N, C), (N, C) -> scalar; with reduction='none' (N)")
def multilabel_margin_loss(need: Needs, a: Args, input: Tensor, target: Tensor) -> Tensor:
    """Unbatched ``(C)`` too, or one class, with or without a dimension."""
    ranks(need, input, 0, 2)
    if input.shape.rank is not None and input.shape.rank <= 1 and 0 in (input.shape.rank, target.shape.rank):
        for size in (*input.shape.dims, *target.shape.dims):
            need.equal(size, 1, Kind.OPERANDS, f"equal shapes expected, got {input.shape} and {target.shape}")
        return reduced(need, a, Shape(()))
    same_shape(need, input, target)
    return reduced(need, a, Shape(input.shape.dims[:-1], input.shape.lead))


@layer(
    "MultiLabelSoftMarginLoss",
    f"weight=None, {END}",
    buffers="weight",
    inputs=PAIR,
    formula="(*, C), (*, C) -> scalar; with reduction='none' (*)",
)
def multilabel_soft_margin_loss(need: Needs, a: Args, input: Tensor, target: Tensor) -> Tensor:
    """The last dimension is averaged over."""
    weights = [a.weight] if isinstance(a.weight, Tensor) else []
    joined, rank = broadcast(need, input, target, *weights), input.shape.rank
    need.require(rank != 0 or not joined.dims, Kind.OPERANDS, f"at least 1 dimension expected, got {input.shape}")
    if joined.lead is not None or rank is None:
        return reduced(need, a, unknown_rank("a loss of unknown rank"))
    return reduced(need, a, Shape((*joined.dims[: rank - 1], *joined.dims[rank:])))


@layer(
    "MarginRankingLoss",
    f"margin=0.0, {END}",
    inputs="input1, input2, target",
    formula="(*), (*), (*) -> scalar; with reduction='none' (*)",
)
def margin_ranking_loss(need: Needs, a: Args, input1: Tensor, input2: Tensor, target: Tensor) -> Tensor:
    """All three have equally many dimensions, and broadcast."""
    tensors = (input1, input2, target)
    if all(t.shape.lead is None for t in tensors):
        same = len({t.shape.rank for t in tensors}) == 1
        need.require(
            same, Kind.OPERANDS, f"equally many dimensions expected, got {', '.join(str(t.shape) for t in tensors)}"
        )
    return reduced(need, a, broadcast(need, *tensors))


@layer(
    "CosineEmbeddingLoss",
    f"margin=0.0, {END}",
    inputs="input1, input2, target",
    formula="(N, D), (N, D), (N) -> scalar; with reduction='none' (N)",
)
def cosine_embedding_loss(need: Needs, a: Args, input1: Tensor, input2: Tensor, target: Tensor) -> Tensor:
    """Unbatched ``(D)`` with a scalar target too."""
    ranks(need, target, 0, 1, "target")
    joined = broadcast(need, input1, input2)
    if joined.lead is not None or target.shape.lead is not None:
        return reduced(need, a, unknown_rank("a loss of unknown rank"))
    message = f"1 dimension more than the target expected, got {input1.shape} and {input2.shape} with {target.shape}"
    for tensor in (input1, input2):
        need.require(tensor.shape.rank == len(target.shape.dims) + 1, Kind.OPERANDS, message)
    return reduced(need, a, broadcast(need, Tensor(Shape(joined.dims[:-1])), target))


@layer(
    "TripletMarginLoss",
    f"margin=1.0, p=2.0, eps=1e-6, swap=False, {END}",
    inputs="anchor, positive, negative",
    formula="(N, D), (N, D), (N, D) -> scalar; with reduction='none' (N)",
    construct=lambda need, a: _margin(need, a),
)
def triplet_margin_loss(need: Needs, a: Args, anchor: Tensor, positive: Tensor, negative: Tensor) -> Tensor:
    """All have equally many dimensions; the last one is gone."""
    return _triplet(need, a, anchor, positive, negative)


@layer(
    "TripletMarginWithDistanceLoss",
    "*, distance_function=None, margin=1.0, swap=False, reduction='mean'",
    inputs="anchor, positive, negative",
    formula="(N, *), (N, *), (N, *) -> scalar; with reduction='none' what the distance gives",
    construct=lambda need, a: _margin(need, a),
)
def triplet_margin_with_distance_loss(
    need: Needs, a: Args, anchor: Tensor, positive: Tensor, negative: Tensor
) -> Tensor:
    """All have equally many dimensions; nothing is known of a distance function that the user gives."""
    if a.distance_function is not None:
        return reduced(need, a, unknown_rank("a distance function of one's own"))
    return _triplet(need, a, anchor, positive, negative)


def _one_or_two(need: Needs, a: Args) -> Mapping[str, Value]:
    known = isinstance(a.p, (int, float))
    need.require(not known or a.p in (1, 2), Kind.ARGUMENT, f"p must be 1 or 2, got {a.p}", "p")
    return {}


def _margin(need: Needs, a: Args) -> Mapping[str, Value]:
    good = not isinstance(a.margin, (int, float)) or a.margin > 0
    need.require(good, Kind.ARGUMENT, f"margin must be positive, got {a.margin}", "margin")
    return {}


def _triplet(need: Needs, a: Args, *tensors: Tensor) -> Tensor:
    if all(t.shape.lead is None for t in tensors):
        same = len({t.shape.rank for t in tensors}) == 1
        need.require(
            same, Kind.OPERANDS, f"equally many dimensions expected, got {', '.join(str(t.shape) for t in tensors)}"
        )
    joined = broadcast(need, *tensors)
    return reduced(need, a, Shape(joined.dims[:-1], joined.lead))
