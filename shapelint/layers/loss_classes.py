"""Losses over classes: cross entropy and similar ones, those with parameters of their own, and CTC."""

from __future__ import annotations

from collections.abc import Mapping

from ..shapes import Dim, Equality, Expr, Kind, Needs, Shape, Tensor, Unknown, Value, compare, unknown_rank
from .argument_readers import dim, number, optional
from .declare import Args, Size, layer
from .image_axes import ranks, width
from .loss import PAIR, reduced
from .operands import same_dims


def _classes(need: Needs, a: Args, input: Tensor, target: Tensor, probabilities: bool) -> Shape:
    """The classes are dimension 1 (0 without a batch); the target is an index for each, or a distribution."""
    dims = input.shape.dims
    ranks(need, input, 1, None)
    at = 0 if len(dims) == 1 else 1
    rest = (*dims[:at], *dims[at + 1 :])
    if input.shape.lead is not None:
        return Shape(target.shape.dims, target.shape.lead) if target.shape.rank == 0 else unknown_rank(input.shape.lead)
    if isinstance(a.weight, Tensor) and a.weight.shape.lead is None:
        message = f"weight of shape ({dims[at]},) expected, got {a.weight.shape}"
        same_dims(need, a.weight.shape.dims, (dims[at],), message, Kind.CHANNELS, "weight")
    if target.shape.lead is not None:
        return Shape(rest)
    message = f"target of shape {Shape(rest)} expected, got {target.shape}"
    if len(dims) == 1 == len(target.shape.dims):  # one class may have a dimension of its own
        match compare(target.shape.dims[0], 1, need.bounds):
            case Equality.ALWAYS:
                return Shape(())
            case Equality.DEPENDS if not probabilities:
                need.equal(target.shape.dims[0], 1, Kind.OPERANDS, message)
                return Shape(())
    if probabilities and len(target.shape.dims) == len(dims):
        message = f"target of shape {Shape(rest)} or {input.shape} expected, got {target.shape}"
        rest_of_target = target.shape.dims
        same_dims(need, rest_of_target, dims, message)
        return Shape(rest)
    same_dims(need, target.shape.dims, rest, message)
    return Shape(rest)


_CLASSES = "(N, C, *), (N, *) -> scalar; with reduction='none' (N, *)"


@layer(
    "CrossEntropyLoss",
    "weight=None, size_average=None, ignore_index=-100, reduce=None, reduction='mean', label_smoothing=0.0",
    inputs=PAIR,
    buffers="weight",
    formula=f"{_CLASSES}; the target may be (N, C, *) probabilities",
)
def cross_entropy_loss(need: Needs, a: Args, input: Tensor, target: Tensor) -> Tensor:
    """Unbatched ``(C)`` with a scalar target too."""
    return reduced(need, a, _classes(need, a, input, target, probabilities=True))


@layer(
    "NLLLoss NLLLoss2d",
    "weight=None, size_average=None, ignore_index=-100, reduce=None, reduction='mean'",
    inputs=PAIR,
    buffers="weight",
    formula=_CLASSES,
)
def nll_loss(need: Needs, a: Args, input: Tensor, target: Tensor) -> Tensor:
    """Unbatched ``(C)`` with a scalar target too."""
    return reduced(need, a, _classes(need, a, input, target, probabilities=False))


@layer(
    "CTCLoss",
    "blank=0, reduction='mean', zero_infinity=False",
    inputs="log_probs, targets, input_lengths, target_lengths",
    loose="input_lengths target_lengths",
    formula="(T, N, C), (N, S), (N), (N) -> scalar; with reduction='none' (N)",
)
def ctc_loss(
    need: Needs, a: Args, log_probs: Tensor, targets: Value, input_lengths: Value, target_lengths: Value
) -> Tensor:
    """Unbatched ``(T, C)`` too; what depends on the values of the lengths is not checked."""
    ranks(need, log_probs, 2, 3, "log_probs")
    if log_probs.shape.lead is not None:
        return reduced(need, a, unknown_rank("a loss of unknown rank"))
    batch = log_probs.shape.dims[1:-1]
    for name, lengths in (("input_lengths", input_lengths), ("target_lengths", target_lengths)):
        if isinstance(lengths, (tuple, list)) and all(isinstance(length, int) for length in lengths):
            given: tuple[Dim, ...] = (len(lengths),)
        elif isinstance(lengths, Tensor) and lengths.shape.lead is None and len(lengths.shape.dims) == 1:
            given = lengths.shape.dims
        else:
            continue
        if len(batch) == 1:
            message = f"{name} of shape {Shape(batch)} expected, got {Shape(given)}"
            need.equal(given[0], batch[0], Kind.OPERANDS, message, name)
    return reduced(need, a, Shape(batch))


def _adaptive_construct(need: Needs, a: Args) -> Mapping[str, Value]:
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


def _adaptive_weights(a: Args) -> Mapping[str, Size]:
    """A head, and a tail of two projections for each cluster, each narrower than the one before."""
    features, steps, clusters = dim(a.in_features, "C"), a.cutoffs, a.n_clusters
    if not isinstance(a.head_size, int) or not isinstance(clusters, int) or not isinstance(steps, list):
        return {"head.weight": Unknown("the clusters are not known")}
    if not isinstance(features, int) or not isinstance(a.div_value, (int, float)) or not a.div_value >= 1:
        return {"head.weight": Unknown("the clusters are not known")}
    sizes: dict[str, Size] = {
        "head.weight": (a.head_size, features),
        "head.bias": optional(a.head_bias, (a.head_size,)),
    }
    for index in range(clusters):
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
def adaptive_log_softmax(need: Needs, a: Args, input_: Tensor, target_: Tensor) -> Value:
    """A pair; unbatched ``(in_features)`` with a scalar target too."""
    ranks(need, target_, 0, 1, "target_")
    ranks(need, input_, 1, 2, "input_")
    before = width(need, input_, dim(a.in_features, "C"), argument="in_features")
    if before.lead is None and target_.shape.lead is None:
        message = f"target of shape {before} expected, got {target_.shape}"
        same_dims(need, target_.shape.dims, before.dims, message)
    known = target_.shape if before.lead is not None else before
    return Tensor(known), Tensor(Shape(()))


def _linear_construct(need: Needs, a: Args) -> Mapping[str, Value]:
    good = not isinstance(a.label_smoothing, (int, float)) or 0 <= a.label_smoothing <= 1
    message = f"label_smoothing must be between 0 and 1, got {a.label_smoothing}"
    need.require(good, Kind.ARGUMENT, message, "label_smoothing")
    for name in ("in_features", "num_classes"):
        size = number(need, getattr(a, name), name)
        need.at_least(size, 0, Kind.ARGUMENT, f"{name} must not be negative, got {size}", name)
    if isinstance(a.weight, Tensor) and a.weight.shape.lead is None and isinstance(a.num_classes, (int, Expr)):
        message = f"weight of shape ({a.num_classes},) expected, got {a.weight.shape}"
        same_dims(need, a.weight.shape.dims, (a.num_classes,), message, Kind.ARGUMENT)
    return {}


def _outputs(a: Args) -> tuple[Dim, ...]:
    more = a.out_features if isinstance(a.out_features, (tuple, list)) else ()
    return tuple(dim(n, "d") for n in more)


def _linear_weights(a: Args) -> Mapping[str, Size]:
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
    inputs=PAIR,
    formula="(N, in_features), (N, *out_features) -> scalar; with reduction='none' (N, *out_features)",
    construct=_linear_construct,
    weights=_linear_weights,
)
def linear_cross_entropy_loss(need: Needs, a: Args, input: Tensor, target: Tensor) -> Tensor:
    """A Linear to ``(num_classes, *out_features)``, then the cross entropy."""
    ranks(need, input, 1, 2)
    before = width(need, input, dim(a.in_features, "D"), argument="in_features")
    if not isinstance(a.out_features, (tuple, list)) or before.lead is not None:
        return reduced(need, a, unknown_rank("a loss of unknown rank"))
    message = f"a batch expected with out_features {a.out_features}, got {input.shape}"
    need.require(bool(before.dims) or not a.out_features, Kind.OPERANDS, message)
    logits = Tensor(Shape((*before.dims, dim(a.num_classes, "C"), *_outputs(a))))
    return reduced(need, a, _classes(need, a, logits, target, probabilities=True))
