"""Losses: a scalar, or with ``reduction="none"`` one number for each element or sample."""

from __future__ import annotations

from collections.abc import Sequence

from ..shapes import Kind, Needs, Shape, Tensor, Unknown, Value, unknown_rank
from .argument_readers import flag
from .declare import Args, layer
from .operands import broadcast, same_dims, same_shape

_OLD = "size_average=None, reduce=None"
END = f"{_OLD}, reduction='mean'"
PAIR = "input, target"
_SCALAR = "scalar; with reduction='none'"


def _reduction(a: Args) -> Value:
    """``reduction``, unless the deprecated flags say something."""
    average, reduce = a.size_average, a.reduce
    if "size_average" not in a or (average is None and reduce is None):
        return a.reduction
    total, mean = (True if value is None else flag(value) for value in (reduce, average))
    if total is None or mean is None:
        return Unknown("a flag is not known")
    return "none" if not total else "mean" if mean else "sum"


def reduced(need: Needs, a: Args, shape: Shape, more: Sequence[str] = ()) -> Tensor:
    """A scalar, or ``shape`` where nothing is reduced."""
    reduction = _reduction(a)
    if not isinstance(reduction, str):
        return Tensor(unknown_rank("reduction is not known"))
    # The name of "mean" in PyTorch 0.4 still works, with a warning, in nearly all losses.
    known = reduction in ("none", "mean", "sum", "elementwise_mean", *more)
    need.require(known, Kind.ARGUMENT, f"unknown reduction {reduction!r}", "reduction")
    return Tensor(shape if reduction == "none" else Shape(()))


_BROADCAST = "(*), (*) -> scalar; with reduction='none' what both broadcast to"
_EQUAL = "(*), (*) -> scalar; with reduction='none' (*)"


@layer("MSELoss L1Loss", END, inputs=PAIR, formula=_BROADCAST)
def elementwise_loss(need: Needs, a: Args, input: Tensor, target: Tensor) -> Tensor:
    """Both broadcast (torch warns where they differ)."""
    return reduced(need, a, broadcast(need, input, target))


@layer("SmoothL1Loss", f"{END}, beta=1.0", inputs=PAIR, formula=_BROADCAST)
def smooth_l1_loss(need: Needs, a: Args, input: Tensor, target: Tensor) -> Tensor:
    """Both broadcast (torch warns where they differ)."""
    return reduced(need, a, broadcast(need, input, target))


@layer("HuberLoss", "reduction='mean', delta=1.0", inputs=PAIR, formula=_BROADCAST)
def huber_loss(need: Needs, a: Args, input: Tensor, target: Tensor) -> Tensor:
    """Both broadcast (torch warns where they differ)."""
    good = not isinstance(a.delta, (int, float)) or a.delta > 0
    need.require(good, Kind.ARGUMENT, f"delta must be positive, got {a.delta}", "delta")
    return reduced(need, a, broadcast(need, input, target))


@layer("SoftMarginLoss", END, inputs=PAIR, formula=_BROADCAST)
def soft_margin_loss(need: Needs, a: Args, input: Tensor, target: Tensor) -> Tensor:
    """The target broadcasts to the input."""
    return reduced(need, a, _onto(need, input, target))


def _onto(need: Needs, input: Tensor, *others: Tensor) -> Shape:
    """The shape of ``input``, to which all others must broadcast without enlarging it."""
    joined = broadcast(need, input, *others)
    if joined.lead is None and input.shape.lead is None:
        same_dims(need, joined.dims, input.shape.dims, f"{input.shape} expected after broadcasting, got {joined}")
    return input.shape


@layer("HingeEmbeddingLoss", f"margin=1.0, {END}", inputs=PAIR, formula=_BROADCAST)
def hinge_embedding_loss(need: Needs, a: Args, input: Tensor, target: Tensor) -> Tensor:
    """Both broadcast."""
    return reduced(need, a, broadcast(need, input, target))


@layer("KLDivLoss", f"{END}, log_target=False", inputs=PAIR, formula=_BROADCAST)
def kl_div_loss(need: Needs, a: Args, input: Tensor, target: Tensor) -> Tensor:
    """Both broadcast; ``batchmean`` is a further reduction."""
    return reduced(need, a, broadcast(need, input, target), ("batchmean",))


@layer(
    "PoissonNLLLoss",
    "log_input=True, full=False, size_average=None, eps=1e-8, reduce=None, reduction='mean'",
    inputs="log_input, target",
    formula=_BROADCAST,
)
def poisson_nll_loss(need: Needs, a: Args, log_input: Tensor, target: Tensor) -> Tensor:
    """Both broadcast."""
    return reduced(need, a, broadcast(need, log_input, target))


@layer("BCELoss", f"weight=None, {END}", inputs=PAIR, formula=_EQUAL, buffers="weight")
def bce_loss(need: Needs, a: Args, input: Tensor, target: Tensor) -> Tensor:
    """Both must have the same shape; the weight broadcasts to it."""
    same_shape(need, input, target)
    if isinstance(a.weight, Tensor):
        _onto(need, target, a.weight)
    return reduced(need, a, input.shape)


@layer(
    "BCEWithLogitsLoss",
    f"weight=None, {END}, pos_weight=None",
    inputs=PAIR,
    formula=_EQUAL,
    buffers="weight pos_weight",
)
def bce_with_logits_loss(need: Needs, a: Args, input: Tensor, target: Tensor) -> Tensor:
    """Both must have the same shape; the weights broadcast to it."""
    same_shape(need, input, target)
    weights = [w for w in (a.weight, a.pos_weight) if isinstance(w, Tensor)]
    return reduced(need, a, _onto(need, input, *weights))


@layer(
    "GaussianNLLLoss",
    "*, full=False, eps=1e-6, reduction='mean'",
    inputs="input, target, var",
    loose="var",
    formula=_BROADCAST,
)
def gaussian_nll_loss(need: Needs, a: Args, input: Tensor, target: Tensor, var: Value) -> Tensor:
    """Input and target broadcast; the variance may lack the last dimension or be 1 in one."""
    return reduced(need, a, broadcast(need, input, target))
