"""``torch.nn.functional`` counterparts of the losses, and of EmbeddingBag: each runs the layer of the catalogue."""

from __future__ import annotations

from ..shapes import Needs, Shape, Tensor, Value
from ..shapes.broadcast import broadcast
from .declare import Declared, ShapeFunction, op
from .functional_layers import through
from .functional_weights import rows_of
from .operand_values import operand, unknown_tensor

_OLD = "size_average=None, reduce=None"
_END = f"{_OLD}, reduction='mean'"


def _loss(layer: str, inputs: tuple[str, ...], dropped: tuple[str, ...]) -> ShapeFunction:
    def shape(need: Needs, **arguments: Value) -> Value:
        operands = [operand(need, arguments.pop(name), name) for name in inputs]
        return through(need, layer, {k: v for k, v in arguments.items() if k not in dropped}, operands)

    return shape


def _declared(name: str, layer: str, text: str, inputs: str = "input, target", drop: tuple[str, ...] = ()) -> Declared:
    names = tuple(inputs.split(", "))
    return op(name, f"{inputs}, {text}", formula=f"as nn.{layer}")(_loss(layer, names, drop))


_MARGIN = f"margin=0, {_END}"
LOSSES = (
    _declared("F.mse_loss", "MSELoss", f"{_END}, weight=None", drop=("weight",)),
    _declared("F.l1_loss", "L1Loss", f"{_END}, weight=None", drop=("weight",)),
    _declared("F.smooth_l1_loss", "SmoothL1Loss", f"{_END}, beta=1.0"),
    _declared("F.huber_loss", "HuberLoss", "reduction='mean', delta=1.0, weight=None", drop=("weight",)),
    _declared("F.soft_margin_loss", "SoftMarginLoss", _END),
    _declared("F.kl_div", "KLDivLoss", f"{_END}, log_target=False"),
    _declared(
        "F.poisson_nll_loss",
        "PoissonNLLLoss",
        "log_input=True, full=False, size_average=None, eps=1e-8, reduce=None, reduction='mean'",
    ),
    _declared("F.binary_cross_entropy", "BCELoss", f"weight=None, {_END}"),
    _declared("F.binary_cross_entropy_with_logits", "BCEWithLogitsLoss", f"weight=None, {_END}, pos_weight=None"),
    _declared("F.gaussian_nll_loss", "GaussianNLLLoss", "full=False, eps=1e-6, reduction='mean'", "input, target, var"),
    _declared(
        "F.cross_entropy",
        "CrossEntropyLoss",
        "weight=None, size_average=None, ignore_index=-100, reduce=None, reduction='mean', label_smoothing=0.0",
    ),
    _declared(
        "F.nll_loss",
        "NLLLoss",
        "weight=None, size_average=None, ignore_index=-100, reduce=None, reduction='mean'",
    ),
    _declared("F.multi_margin_loss", "MultiMarginLoss", f"p=1, margin=1.0, weight=None, {_END}"),
    _declared("F.multilabel_margin_loss", "MultiLabelMarginLoss", _END),
    _declared("F.multilabel_soft_margin_loss", "MultiLabelSoftMarginLoss", f"weight=None, {_END}"),
    _declared("F.hinge_embedding_loss", "HingeEmbeddingLoss", f"margin=1.0, {_END}"),
    _declared("F.margin_ranking_loss", "MarginRankingLoss", _MARGIN, "input1, input2, target"),
    _declared("F.cosine_embedding_loss", "CosineEmbeddingLoss", _MARGIN, "input1, input2, target"),
    _declared(
        "F.triplet_margin_loss",
        "TripletMarginLoss",
        f"margin=1.0, p=2, eps=1e-6, swap=False, {_END}",
        "anchor, positive, negative",
    ),
    _declared(
        "F.triplet_margin_with_distance_loss",
        "TripletMarginWithDistanceLoss",
        "*, distance_function=None, margin=1.0, swap=False, reduction='mean'",
        "anchor, positive, negative",
    ),
    _declared(
        "F.ctc_loss",
        "CTCLoss",
        "blank=0, reduction='mean', zero_infinity=False",
        "log_probs, targets, input_lengths, target_lengths",
    ),
)


_REDUCTIONS = ("none", "mean", "sum")


def _of_torch(name: str, layer: str, text: str, inputs: str) -> Declared:
    """The function below ``F.name``: ``reduction`` is a number, and as torch 2.13 reads it nothing is reduced by default."""
    run = _loss(layer, tuple(inputs.split(", ")), ())

    def shape(need: Needs, reduction: Value, **arguments: Value) -> Value:
        if not isinstance(reduction, int) or not 0 <= reduction < len(_REDUCTIONS):
            return unknown_tensor("the reduction of a loss", "float")
        if layer == "MarginRankingLoss":  # which, unlike F's, lets tensors of several ranks broadcast
            tensors = [operand(need, arguments[name], name).shape for name in inputs.split(", ")]
            common = broadcast(need, tensors, name="operands of a loss")
            return Tensor(Shape(()) if reduction else common, "float")
        return run(need, reduction=_REDUCTIONS[reduction], **arguments)

    return op(f"torch.{name}", f"{inputs}, {text}, reduction=0", formula=f"as nn.{layer}")(shape)


LOSSES_OF_TORCH = (
    _of_torch("hinge_embedding_loss", "HingeEmbeddingLoss", "margin=1.0", "input, target"),
    _of_torch("margin_ranking_loss", "MarginRankingLoss", "margin=0.0", "input1, input2, target"),
    _of_torch("cosine_embedding_loss", "CosineEmbeddingLoss", "margin=0.0", "input1, input2, target"),
    _of_torch(
        "triplet_margin_loss",
        "TripletMarginLoss",
        "margin=1.0, p=2.0, eps=1e-6, swap=False",
        "anchor, positive, negative",
    ),
)


@op(
    "F.linear_cross_entropy",
    "input, linear_weight, target, *, linear_bias=None, weight=None, reduction='mean', ignore_index=None, "
    "label_smoothing=0.0, options=None",
    formula="as nn.LinearCrossEntropyLoss",
)
def linear_cross_entropy(need: Needs, input: Tensor, linear_weight: Value, target: Value, **options: Value) -> Value:
    """A linear map and its cross entropy in one; without reduction its shape is not followed."""
    if options["reduction"] == "none":
        return unknown_tensor("a loss without reduction", "float")
    classes, wide = rows_of(need, linear_weight, 2)
    sizes = {"in_features": wide, "num_classes": classes}
    return through(need, "LinearCrossEntropyLoss", sizes, (input, operand(need, target, "target")))


@op(
    "F.embedding_bag",
    "input, weight, offsets=None, max_norm=None, norm_type=2, scale_grad_by_freq=False, mode='mean', sparse=False, "
    "per_sample_weights=None, include_last_offset=False, padding_idx=None",
    formula="as nn.EmbeddingBag",
)
def embedding_bag(
    need: Needs, input: Tensor, weight: Value, offsets: Value, per_sample_weights: Value, **options: Value
) -> Value:
    """Rows of ``weight`` reduced by bags."""
    count, wide = rows_of(need, weight, 2)
    sizes = {"num_embeddings": count, "embedding_dim": wide}
    return through(need, "EmbeddingBag", {**sizes, **options}, (input, offsets, per_sample_weights))
