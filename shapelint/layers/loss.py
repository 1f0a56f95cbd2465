"""Losses: a scalar, or with ``reduction="none"`` one number for each element or sample."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..shapes import Dim, Expr, Kind, Needs, Shape, Tensor, Unknown, unknown_rank
from .arguments import dim, flag, number, optional
from .axes import ranks, width
from .broadcast import agree, agreed, broadcast
from .declare import Args, layer

_OLD = "size_average=None, reduce=None"
_END = f"{_OLD}, reduction='mean'"
_PAIR = "input, target"
_SCALAR = "scalar; with reduction='none'"


def _reduction(a: Args) -> Any:
    """``reduction``, unless the deprecated flags say something."""
    average, reduce = a.size_average, a.reduce
    if "size_average" not in a or (average is None and reduce is None):
        return a.reduction
    total, mean = (True if value is None else flag(value) for value in (reduce, average))
    if total is None or mean is None:
        return Unknown("a flag is not known")
    return "none" if not total else "mean" if mean else "sum"


def _reduced(need: Needs, a: Args, shape: Shape, more: Sequence[str] = ()) -> Tensor:
    """A scalar, or ``shape`` where nothing is reduced."""
    reduction = _reduction(a)
    if not isinstance(reduction, str):
        return Tensor(unknown_rank("reduction is not known"))
    known = reduction in ("none", "mean", "sum", *more)
    need.require(known, Kind.ARGUMENT, f"unknown reduction {reduction!r}", "reduction")
    return Tensor(shape if reduction == "none" else Shape(()))


_BROADCAST = "(*), (*) -> scalar; with reduction='none' what both broadcast to"
_EQUAL = "(*), (*) -> scalar; with reduction='none' (*)"


@layer("MSELoss L1Loss", _END, inputs=_PAIR, formula=_BROADCAST)
def elementwise_loss(need: Needs, a: Args, input: Tensor, target: Tensor) -> Tensor:
    """Both broadcast (torch warns where they differ)."""
    return _reduced(need, a, broadcast(need, input, target))


@layer("SmoothL1Loss", f"{_END}, beta=1.0", inputs=_PAIR, formula=_BROADCAST)
def smooth_l1_loss(need: Needs, a: Args, input: Tensor, target: Tensor) -> Tensor:
    """Both broadcast (torch warns where they differ)."""
    return _reduced(need, a, broadcast(need, input, target))


@layer("HuberLoss", "reduction='mean', delta=1.0", inputs=_PAIR, formula=_BROADCAST)
def huber_loss(need: Needs, a: Args, input: Tensor, target: Tensor) -> Tensor:
    """Both broadcast (torch warns where they differ)."""
    known = isinstance(a.delta, (int, float))
    need.require(not known or a.delta > 0, Kind.ARGUMENT, f"delta must be positive, got {a.delta}", "delta")
    return _reduced(need, a, broadcast(need, input, target))


@layer("SoftMarginLoss", _END, inputs=_PAIR, formula=_BROADCAST)
def soft_margin_loss(need: Needs, a: Args, input: Tensor, target: Tensor) -> Tensor:
    """The target broadcasts to the input."""
    return _reduced(need, a, _onto(need, input, target))


def _onto(need: Needs, input: Tensor, *others: Tensor) -> Shape:
    """The shape of ``input``, to which all others must broadcast without enlarging it."""
    joined = broadcast(need, input, *others)
    if joined.lead is None and input.shape.lead is None:
        agreed(need, joined.dims, input.shape.dims, f"{input.shape} expected after broadcasting, got {joined}")
    return input.shape


@layer("HingeEmbeddingLoss", f"margin=1.0, {_END}", inputs=_PAIR, formula=_BROADCAST)
def hinge_embedding_loss(need: Needs, a: Args, input: Tensor, target: Tensor) -> Tensor:
    """Both broadcast."""
    return _reduced(need, a, broadcast(need, input, target))


@layer("KLDivLoss", f"{_END}, log_target=False", inputs=_PAIR, formula=_BROADCAST)
def kl_div_loss(need: Needs, a: Args, input: Tensor, target: Tensor) -> Tensor:
    """Both broadcast; ``batchmean`` is a further reduction."""
    return _reduced(need, a, broadcast(need, input, target), ("batchmean",))


@layer(
    "PoissonNLLLoss",
    "log_input=True, full=False, size_average=None, eps=1e-8, reduce=None, reduction='mean'",
    inputs="log_input, target",
    formula=_BROADCAST,
)
def poisson_nll_loss(need: Needs, a: Args, log_input: Tensor, target: Tensor) -> Tensor:
    """Both broadcast."""
    return _reduced(need, a, broadcast(need, log_input, target))


@layer("BCELoss", f"weight=None, {_END}", inputs=_PAIR, formula=_EQUAL)
def bce_loss(need: Needs, a: Args, input: Tensor, target: Tensor) -> Tensor:
    """Both must have the same shape; the weight broadcasts to it."""
    agree(need, input, target)
    if isinstance(a.weight, Tensor):
        _onto(need, target, a.weight)
    return _reduced(need, a, input.shape)


@layer("BCEWithLogitsLoss", f"weight=None, {_END}, pos_weight=None", inputs=_PAIR, formula=_EQUAL)
def bce_with_logits_loss(need: Needs, a: Args, input: Tensor, target: Tensor) -> Tensor:
    """Both must have the same shape; the weights broadcast to it."""
    agree(need, input, target)
    weights = [w for w in (a.weight, a.pos_weight) if isinstance(w, Tensor)]
    return _reduced(need, a, _onto(need, input, *weights))


@layer(
    "GaussianNLLLoss",
    "*, full=False, eps=1e-6, reduction='mean'",
    inputs="input, target, var",
    loose="var",
    formula=_BROADCAST,
)
def gaussian_nll_loss(need: Needs, a: Args, input: Tensor, target: Tensor, var: Any) -> Tensor:
    """Input and target broadcast; the variance may lack the last dimension or be 1 in one."""
    return _reduced(need, a, broadcast(need, input, target))


def _classes(need: Needs, a: Args, input: Tensor, target: Tensor, probabilities: bool) -> Shape:
    """Classes stand in dimension 1 (0 without a batch); the target is an index for each, or a distribution."""
    dims = input.shape.dims
    ranks(need, input, 1, None)
    at = 0 if len(dims) == 1 else 1
    rest = (*dims[:at], *dims[at + 1 :])
    if input.shape.lead is not None:
        return Shape(target.shape.dims, target.shape.lead) if target.shape.rank == 0 else unknown_rank(input.shape.lead)
    if isinstance(a.weight, Tensor) and a.weight.shape.lead is None:
        message = f"weight of shape ({dims[at]},) expected, got {a.weight.shape}"
        agreed(need, a.weight.shape.dims, (dims[at],), message, Kind.CHANNELS)
    if target.shape.lead is not None:
        return Shape(rest)
    message = f"target of shape {Shape(rest)} expected, got {target.shape}"
    if probabilities and len(target.shape.dims) == len(dims):
        message = f"target of shape {Shape(rest)} or {input.shape} expected, got {target.shape}"
        rest_of_target = target.shape.dims
        agreed(need, rest_of_target, dims, message)
        return Shape(rest)
    agreed(need, target.shape.dims, rest, message)
    return Shape(rest)


_CLASSES = "(N, C, *), (N, *) -> scalar; with reduction='none' (N, *)"


@layer(
    "CrossEntropyLoss",
    "weight=None, size_average=None, ignore_index=-100, reduce=None, reduction='mean', label_smoothing=0.0",
    inputs=_PAIR,
    formula=f"{_CLASSES}; the target may be (N, C, *) probabilities",
)
def cross_entropy_loss(need: Needs, a: Args, input: Tensor, target: Tensor) -> Tensor:
    """Unbatched ``(C)`` with a scalar target too."""
    return _reduced(need, a, _classes(need, a, input, target, probabilities=True))


@layer(
    "NLLLoss NLLLoss2d",
    "weight=None, size_average=None, ignore_index=-100, reduce=None, reduction='mean'",
    inputs=_PAIR,
    formula=_CLASSES,
)
def nll_loss(need: Needs, a: Args, input: Tensor, target: Tensor) -> Tensor:
    """Unbatched ``(C)`` with a scalar target too."""
    return _reduced(need, a, _classes(need, a, input, target, probabilities=False))


@layer(
    "MultiMarginLoss",
    f"p=1, margin=1.0, weight=None, {_END}",
    inputs=_PAIR,
    formula="(N, C), (N) -> scalar; with reduction='none' (N)",
    construct=lambda need, a: _one_or_two(need, a),
)
def multi_margin_loss(need: Needs, a: Args, input: Tensor, target: Tensor) -> Tensor:
    """Unbatched ``(C)`` with a scalar target too."""
    ranks(need, input, 1, 2)
    if isinstance(a.weight, Tensor) and a.weight.shape.lead is None and input.shape.dims:
        message = f"weight of shape ({input.shape.dims[-1]},) expected, got {a.weight.shape}"
        agreed(need, a.weight.shape.dims, input.shape.dims[-1:], message, Kind.CHANNELS)
    if input.shape.lead is not None or target.shape.lead is not None:
        return _reduced(need, a, unknown_rank("a loss of unknown rank"))
    agreed(
        need,
        target.shape.dims,
        input.shape.dims[:-1],
        f"target of shape {Shape(input.shape.dims[:-1])} expected, got {target.shape}",
    )
    return _reduced(need, a, Shape(input.shape.dims[:-1]))


@layer("MultiLabelMarginLoss", _END, inputs=_PAIR, formula="(N, C), (N, C) -> scalar; with reduction='none' (N)")
def multilabel_margin_loss(need: Needs, a: Args, input: Tensor, target: Tensor) -> Tensor:
    """Unbatched ``(C)`` too."""
    ranks(need, input, 1, 2)
    agree(need, input, target)
    return _reduced(need, a, Shape(input.shape.dims[:-1], input.shape.lead))


@layer(
    "MultiLabelSoftMarginLoss",
    f"weight=None, {_END}",
    inputs=_PAIR,
    formula="(*, C), (*, C) -> scalar; with reduction='none' (*)",
)
def multilabel_soft_margin_loss(need: Needs, a: Args, input: Tensor, target: Tensor) -> Tensor:
    """The last dimension is averaged over."""
    weights = [a.weight] if isinstance(a.weight, Tensor) else []
    joined, rank = broadcast(need, input, target, *weights), input.shape.rank
    need.require(rank != 0 or not joined.dims, Kind.OPERANDS, f"at least 1 dimension expected, got {input.shape}")
    if joined.lead is not None or rank is None:
        return _reduced(need, a, unknown_rank("a loss of unknown rank"))
    return _reduced(need, a, Shape((*joined.dims[: rank - 1], *joined.dims[rank:])))


@layer(
    "MarginRankingLoss",
    f"margin=0.0, {_END}",
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
    return _reduced(need, a, broadcast(need, *tensors))


@layer(
    "CosineEmbeddingLoss",
    f"margin=0.0, {_END}",
    inputs="input1, input2, target",
    formula="(N, D), (N, D), (N) -> scalar; with reduction='none' (N)",
)
def cosine_embedding_loss(need: Needs, a: Args, input1: Tensor, input2: Tensor, target: Tensor) -> Tensor:
    """Unbatched ``(D)`` with a scalar target too."""
    ranks(need, target, 0, 1, "target")
    joined = broadcast(need, input1, input2)
    if joined.lead is not None or target.shape.lead is not None:
        return _reduced(need, a, unknown_rank("a loss of unknown rank"))
    message = f"1 dimension more than the target expected, got {input1.shape} and {input2.shape} with {target.shape}"
    for tensor in (input1, input2):
        need.require(tensor.shape.rank == len(target.shape.dims) + 1, Kind.OPERANDS, message)
    return _reduced(need, a, broadcast(need, Tensor(Shape(joined.dims[:-1])), target))


@layer(
    "TripletMarginLoss",
    f"margin=1.0, p=2.0, eps=1e-6, swap=False, {_END}",
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
    """All have equally many dimensions; nothing is known of a distance function of one's own."""
    if a.distance_function is not None:
        return _reduced(need, a, unknown_rank("a distance function of one's own"))
    return _triplet(need, a, anchor, positive, negative)


def _one_or_two(need: Needs, a: Args) -> Mapping[str, Any]:
    known = isinstance(a.p, (int, float))
    need.require(not known or a.p in (1, 2), Kind.ARGUMENT, f"p must be 1 or 2, got {a.p}", "p")
    return {}


def _margin(need: Needs, a: Args) -> Mapping[str, Any]:
    known = isinstance(a.margin, (int, float))
    need.require(not known or a.margin > 0, Kind.ARGUMENT, f"margin must be positive, got {a.margin}", "margin")
    return {}


def _triplet(need: Needs, a: Args, *tensors: Tensor) -> Tensor:
    if all(t.shape.lead is None for t in tensors):
        same = len({t.shape.rank for t in tensors}) == 1
        need.require(
            same, Kind.OPERANDS, f"equally many dimensions expected, got {', '.join(str(t.shape) for t in tensors)}"
        )
    joined = broadcast(need, *tensors)
    return _reduced(need, a, Shape(joined.dims[:-1], joined.lead))


@layer(
    "CTCLoss",
    "blank=0, reduction='mean', zero_infinity=False",
    inputs="log_probs, targets, input_lengths, target_lengths",
    loose="input_lengths target_lengths",
    formula="(T, N, C), (N, S), (N), (N) -> scalar; with reduction='none' (N)",
)
def ctc_loss(need: Needs, a: Args, log_probs: Tensor, targets: Any, input_lengths: Any, target_lengths: Any) -> Tensor:
    """Unbatched ``(T, C)`` too; what depends on the values of the lengths is not checked."""
    ranks(need, log_probs, 2, 3, "log_probs")
    if log_probs.shape.lead is not None:
        return _reduced(need, a, unknown_rank("a loss of unknown rank"))
    return _reduced(need, a, Shape(log_probs.shape.dims[1:-1]))


def _adaptive_construct(need: Needs, a: Args) -> Mapping[str, Any]:
    if not isinstance(a.cutoffs, (tuple, list)) or not all(isinstance(c, int) for c in a.cutoffs):
        return {}
    cutoffs = list(a.cutoffs)
    need.require(len(cutoffs) > 0, Kind.ARGUMENT, "cutoffs must not be empty", "cutoffs")
    rising = cutoffs == sorted(set(cutoffs)) and cutoffs[0] > 0
    need.require(rising, Kind.ARGUMENT, f"cutoffs must be positive and rising, got {cutoffs}", "cutoffs")
    classes = number(need, a.n_classes, "n_classes")
    need.at_least(
        classes - 1, cutoffs[-1], Kind.ARGUMENT, f"cutoffs must be below {classes} classes, got {cutoffs}", "cutoffs"
    )
    clusters = len(cutoffs)
    return {
        "cutoffs": [*cutoffs, classes],
        "n_clusters": clusters,
        "head_size": cutoffs[0] + clusters,
        "shortlist_size": cutoffs[0],
    }


def _adaptive_weights(a: Args) -> Mapping[str, Any]:
    """A head, and a tail of two projections for each cluster, each narrower than the one before."""
    features, steps = dim(a.in_features, "C"), a.cutoffs
    if (
        not isinstance(a.head_size, int)
        or not isinstance(features, int)
        or not isinstance(a.div_value, (int, float))
        or not a.div_value >= 1
    ):
        return {"head.weight": Unknown("the clusters are not known")}
    sizes: dict[str, Any] = {"head.weight": (a.head_size, features), "head.bias": optional(a.head_bias, (a.head_size,))}
    for index in range(a.n_clusters):
        inner = int(features // (a.div_value ** (index + 1)))
        sizes[f"tail.{index}.0.weight"] = (inner, features)
        sizes[f"tail.{index}.1.weight"] = (steps[index + 1] - steps[index], inner)
    return sizes


@layer(
    "AdaptiveLogSoftmaxWithLoss",
    "in_features, n_classes, cutoffs, div_value=4.0, head_bias=False, device=None, dtype=None",
    inputs="input_, target_",
    formula="(N, in_features), (N) -> output (N), scalar loss",
    construct=_adaptive_construct,
    weights=_adaptive_weights,
)
def adaptive_log_softmax(need: Needs, a: Args, input_: Tensor, target_: Tensor) -> Any:
    """A pair; unbatched ``(in_features)`` with a scalar target too."""
    ranks(need, target_, 0, 1, "target_")
    ranks(need, input_, 1, 2, "input_")
    before = width(need, input_, dim(a.in_features, "C"), argument="in_features")
    if before.lead is None and target_.shape.lead is None:
        message = f"target of shape {before} expected, got {target_.shape}"
        agreed(need, target_.shape.dims, before.dims, message)
    known = target_.shape if before.lead is not None else before
    return Tensor(known), Tensor(Shape(()))


def _linear_construct(need: Needs, a: Args) -> Mapping[str, Any]:
    known = isinstance(a.label_smoothing, (int, float))
    message = f"label_smoothing must be between 0 and 1, got {a.label_smoothing}"
    need.require(not known or 0 <= a.label_smoothing <= 1, Kind.ARGUMENT, message, "label_smoothing")
    for name in ("in_features", "num_classes"):
        size = number(need, getattr(a, name), name)
        need.at_least(size, 0, Kind.ARGUMENT, f"{name} must not be negative, got {size}", name)
    if isinstance(a.weight, Tensor) and a.weight.shape.lead is None and isinstance(a.num_classes, (int, Expr)):
        message = f"weight of shape ({a.num_classes},) expected, got {a.weight.shape}"
        agreed(need, a.weight.shape.dims, (a.num_classes,), message, Kind.ARGUMENT)
    return {}


def _outputs(a: Args) -> tuple[Dim, ...]:
    more = a.out_features if isinstance(a.out_features, (tuple, list)) else ()
    return tuple(dim(n, "d") for n in more)


def _linear_weights(a: Args) -> Mapping[str, Any]:
    if not isinstance(a.out_features, (tuple, list)):
        return {"linear.weight": Unknown("out_features is not known")}
    total: Dim = dim(a.num_classes, "C")
    for n in _outputs(a):
        total = total * n
    return {"linear.weight": (total, dim(a.in_features, "D")), "linear.bias": optional(a.bias, (total,))}


@layer(
    "LinearCrossEntropyLoss",
    "in_features, num_classes, *, out_features=(), bias=False, device=None, dtype=None, reduction='mean', weight=None, "
    "ignore_index=None, label_smoothing=0.0, options=None",
    inputs=_PAIR,
    formula="(N, in_features), (N, *out_features) -> scalar; with reduction='none' (N, *out_features)",
    construct=_linear_construct,
    weights=_linear_weights,
)
def linear_cross_entropy_loss(need: Needs, a: Args, input: Tensor, target: Tensor) -> Tensor:
    """A Linear to ``(num_classes, *out_features)``, then the cross entropy."""
    ranks(need, input, 1, 2)
    before = width(need, input, dim(a.in_features, "D"), argument="in_features")
    if not isinstance(a.out_features, (tuple, list)) or before.lead is not None:
        return _reduced(need, a, unknown_rank("a loss of unknown rank"))
    message = f"a batch expected with out_features {a.out_features}, got {input.shape}"
    need.require(bool(before.dims) or not a.out_features, Kind.OPERANDS, message)
    logits = Tensor(Shape((*before.dims, dim(a.num_classes, "C"), *_outputs(a))))
    return _reduced(need, a, _classes(need, a, logits, target, probabilities=True))
