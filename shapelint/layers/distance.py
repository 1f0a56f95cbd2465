"""CosineSimilarity and PairwiseDistance."""

from __future__ import annotations

from ..shapes import Needs, Shape, Tensor, unknown_rank
from .activation import axis
from .argument_readers import flag
from .declare import Args, layer
from .operands import broadcast


@layer("CosineSimilarity", "dim=1, eps=1e-8", inputs="x1, x2", formula="(*, D, *), (*, D, *) -> (*, *)")
def cosine_similarity(need: Needs, a: Args, x1: Tensor, x2: Tensor) -> Tensor:
    """Both broadcast, then dimension ``dim`` is gone."""
    joined = Tensor(broadcast(need, x1, x2), x1.dtype)
    index = axis(need, joined, a.dim)
    if index is None:
        return Tensor(unknown_rank("a similarity along an unknown dim"), x1.dtype)
    dims = joined.shape.dims
    return Tensor(Shape((*dims[:index], *dims[index + 1 :])), x1.dtype)


@layer(
    "PairwiseDistance",
    "p=2.0, eps=1e-6, keepdim=False",
    inputs="x1, x2",
    formula="(*, D), (*, D) -> (*), or (*, 1) if keepdim",
)
def pairwise_distance(need: Needs, a: Args, x1: Tensor, x2: Tensor) -> Tensor:
    """Both broadcast, then the last dimension is gone, or 1 if ``keepdim``."""
    joined = broadcast(need, x1, x2)
    kept = flag(a.keepdim)
    if kept is None or (joined.lead is not None and not joined.dims):
        return Tensor(unknown_rank("keepdim is not known"), x1.dtype)
    return Tensor(
        Shape((*joined.dims[:-1], *((1,) if kept and (joined.dims or joined.lead) else ())), joined.lead), x1.dtype
    )
