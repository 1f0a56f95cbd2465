"""Embedding and EmbeddingBag."""

from __future__ import annotations

from collections.abc import Mapping

from ..shapes import Dim, Expr, Fractions, Kind, Needs, Shape, Tensor, Value, fresh, less
from .argument_readers import assigned_weight, dim, flag, number
from .declare import Args, Size, layer
from .image_axes import ranks
from .operands import same_dims, same_shape


def _construct(need: Needs, a: Args) -> Mapping[str, Value]:
    """A negative ``padding_idx`` counts from the end, and is stored so."""
    count = number(need, a.num_embeddings, "num_embeddings")
    wide = number(need, a.embedding_dim, "embedding_dim")
    for name, size in (("num_embeddings", count), ("embedding_dim", wide)):
        need.at_least(size, 0, Kind.ARGUMENT, f"{name} must not be negative, got {size}", name)
    if isinstance(a._weight, Tensor) and a._weight.shape.lead is None:
        message = f"weight of shape ({count}, {wide}) expected, got {a._weight.shape}"
        same_dims(need, a._weight.shape.dims, (count, wide), message, Kind.ARGUMENT)
    index = a.padding_idx
    if not isinstance(index, (int, Expr)):
        return {}
    message = f"padding_idx {index} is not within {count} embeddings"
    if less(0, index):
        need.at_least(count - 1, index, Kind.ARGUMENT, message, "padding_idx")
    elif less(index, 0):
        need.at_least(index, -count, Kind.ARGUMENT, message, "padding_idx")
        return {"padding_idx": count + index}
    return {}


def _indices(need: Needs, input: Tensor) -> None:
    """Fractions are no indices; a tensor of whose elements nothing is known may hold whole numbers."""
    need.require(
        not isinstance(input, Fractions), Kind.OPERANDS, "integers expected as indices, got fractions", "input"
    )


def _weights(a: Args) -> Mapping[str, Size]:
    return {"weight": (dim(a.num_embeddings, "V"), dim(a.embedding_dim, "D"))}


@layer(
    "Embedding",
    "num_embeddings, embedding_dim, padding_idx=None, max_norm=None, norm_type=2.0, scale_grad_by_freq=False, "
    "sparse=False, _weight=None, _freeze=False, device=None, dtype=None",
    formula="(*) -> (*, embedding_dim)",
    construct=_construct,
    weights=_weights,
)
def embedding(need: Needs, a: Args, input: Tensor) -> Tensor:
    """A vector for each index."""
    _indices(need, input)
    tied = assigned_weight(a)
    wide = dim(a.embedding_dim, "D") if tied is None else tied[1]
    return Tensor(Shape((*input.shape.dims, wide), input.shape.lead))


@layer(
    "EmbeddingBag",
    "num_embeddings, embedding_dim, max_norm=None, norm_type=2.0, scale_grad_by_freq=False, mode='mean', "
    "sparse=False, _weight=None, include_last_offset=False, padding_idx=None, device=None, dtype=None",
    inputs="input, offsets=None, per_sample_weights=None",
    formula="(B, N) -> (B, embedding_dim); (N) with offsets (B) -> (B, embedding_dim)",
    construct=_construct,
    weights=_weights,
)
def embedding_bag(
    need: Needs, a: Args, input: Tensor, offsets: Value = None, per_sample_weights: Value = None
) -> Tensor:
    """A vector for each bag; the bags are rows, or start at ``offsets``."""
    _indices(need, input)
    ranks(need, input, 1, 2)
    known = isinstance(a.mode, str)
    need.require(not known or a.mode in ("sum", "mean", "max"), Kind.ARGUMENT, f"unknown mode {a.mode!r}", "mode")
    if isinstance(per_sample_weights, Tensor):
        same_shape(need, input, per_sample_weights)
        message = f"per_sample_weights go with mode 'sum' only, got {a.mode!r}"
        need.require(not known or a.mode == "sum", Kind.ARGUMENT, message, "mode")
    if a.mode == "max":
        for name in ("scale_grad_by_freq", "sparse"):
            need.require(not flag(getattr(a, name)), Kind.ARGUMENT, f"mode 'max' does not go with {name}", name)
    return Tensor(Shape((_bags(need, a, input, offsets), dim(a.embedding_dim, "D"))))


def _bags(need: Needs, a: Args, input: Tensor, offsets: Value) -> Dim:
    """How many bags there are."""
    if input.shape.rank == 2:
        need.require(not isinstance(offsets, Tensor), Kind.ARGUMENT, "no offsets expected with 2 dimensions", "offsets")
        return input.shape.dims[0]
    if input.shape.rank == 1:
        need.require(offsets is not None, Kind.ARGUMENT, "offsets expected with 1 dimension", "offsets")
        if isinstance(offsets, Tensor) and offsets.shape.lead is None:
            ranks(need, offsets, 1, 1, "offsets")
            last = flag(a.include_last_offset)
            if last is not None:
                return offsets.shape.dims[0] - int(last)
    return fresh("B", minimum=0, reason="an unknown number of bags")
