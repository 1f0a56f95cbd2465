"""Which results certainly hold fractions, and so are no indices: what torch makes of its operands' kinds on the CPU.

``tests/test_kinds_of_numbers.py`` compares every operator with torch, given floats, whole numbers and truths.  An operator
that is not listed may give anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ..shapes import Expr, Fractions, Tensor, UnknownFloat, Value
from .operand_values import kind_of

__all__ = ["of_numbers", "of_operator"]

_ALWAYS = frozenset({
    "exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sqrt", "rsqrt", "reciprocal", "sin", "cos", "tan", "tanh",
    "sigmoid", "deg2rad", "rad2deg", "acos", "asin", "atan", "cosh", "erf", "erfc", "logit", "sinc", "sinh", "digamma",
    "erfinv", "lgamma", "i0", "float", "double", "half", "bfloat16", "softsign", "tanhshrink", "true_divide", "atan2",
    "arctan2", "xlogy", "copysign", "float_power", "logsumexp", "pairwise_distance", "frac", "hardsigmoid", "hardswish",
    "mish", "selu", "silu", "logsigmoid", "elu", "celu", "gelu", "leaky_relu", "softplus", "logaddexp", "logaddexp2",
    "hypot", "lerp", "mean", "nanmean", "std", "var", "norm", "vector_norm", "quantile", "nanquantile", "softmax",
    "log_softmax", "softmin", "gumbel_softmax", "normalize", "cosine_similarity", "glu", "layer_norm", "rms_norm",
    "group_norm", "batch_norm", "instance_norm", "prelu", "scaled_dot_product_attention", "grid_sample", "affine_grid",
    "adaptive_avg_pool1d", "adaptive_avg_pool2d", "adaptive_avg_pool3d", "cross_entropy", "binary_cross_entropy",
    "binary_cross_entropy_with_logits", "mse_loss", "smooth_l1_loss", "linspace", "logspace", "hann_window",
    "hamming_window",
})  # fmt: skip
"""Whatever goes in, fractions come out, or torch refuses it."""
_ANY = frozenset({
    "abs", "absolute", "neg", "negative", "ceil", "floor", "trunc", "fix", "sign", "sgn", "square", "round", "positive",
    "clone", "detach", "nan_to_num", "relu", "relu6", "hardtanh", "contiguous", "ravel", "t", "adjoint", "add", "sub",
    "subtract", "mul", "multiply", "floor_divide", "remainder", "maximum", "fmax", "minimum", "fmin", "fmod", "pow", "rsub",
    "__add__", "__radd__", "__sub__", "__rsub__", "__mul__", "__rmul__", "__floordiv__", "__mod__", "__pow__", "clamp",
    "clip", "clamp_min", "clamp_max", "reshape", "flatten", "unflatten", "permute", "transpose", "swapaxes", "swapdims",
    "movedim", "moveaxis", "unsqueeze", "squeeze", "expand", "broadcast_to", "repeat", "tile", "cat", "concat",
    "concatenate", "stack", "hstack", "vstack", "row_stack", "dstack", "column_stack", "split", "chunk", "tensor_split",
    "hsplit", "vsplit", "unbind", "narrow", "select", "nansum", "sum", "amax", "amin", "prod", "mm", "bmm", "mv", "dot",
    "inner", "matmul", "addmm", "baddbmm", "outer", "ger", "tensordot", "kron", "cross", "diagonal", "diag", "diag_embed",
    "tril", "triu", "pad", "conv1d", "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d", "conv_transpose3d",
    "avg_pool1d", "avg_pool2d", "avg_pool3d", "max_pool1d", "max_pool2d", "max_pool3d", "pixel_shuffle", "pixel_unshuffle",
    "unfold", "fold", "linear", "bilinear", "embedding", "dropout", "dropout1d", "dropout2d", "dropout3d", "cumsum",
    "cumprod", "flip", "fliplr", "flipud", "roll", "rot90", "interpolate", "upsample", "diff",
})  # fmt: skip
"""Fractions come out if any operand has some: two kinds become the wider one, or torch refuses them."""
_OF_THE_FIRST = frozenset({
    "repeat_interleave", "gather", "index_select", "masked_select", "take", "take_along_dim", "masked_fill", "expand_as",
    "view_as", "reshape_as", "view", "new_zeros", "new_ones", "new_empty", "new_full", "zeros_like", "ones_like",
    "empty_like", "full_like", "rand_like", "randn_like",
})  # fmt: skip
"""Fractions come out if the first operand has some; the others are indices, sizes and the like."""
_MADE = frozenset({"zeros", "ones", "empty", "eye"})
"""Floats come out where no other type is asked for."""
_WITH_PLACES = frozenset({"max", "min", "sort", "topk", "median", "nanmedian", "mode", "kthvalue", "cummax", "cummin"})
"""Of two results the second is where the first was found."""
_TYPED = _ALWAYS | _ANY | _OF_THE_FIRST | _MADE | {"to"}
"""A type that is asked for is the result's."""
_ARITHMETIC = frozenset({"+", "-", "*", "//", "%", "**", "@"})


def of_operator(name: str, args: Sequence[Value], kwargs: Mapping[str, Value], result: Value) -> Value:
    """``result`` of a function or method of torch, with its tensors marked as fractions where they certainly are."""
    if name.startswith("numpy.") or kwargs.get("out") is not None or not isinstance(result, (Tensor, tuple, list)):
        return result
    bare = name.rpartition(".")[2]
    if kwargs.get("dtype") is not None:
        certain = bare in _TYPED and kind_of(kwargs["dtype"]) == "float"
    elif bare in ("div", "divide", "__truediv__", "__rtruediv__"):
        certain = kwargs.get("rounding_mode") is None and len(args) == 2
    elif bare in ("to", "type"):
        certain = any(kind_of(arg) == "float" for arg in args[1:2] if not isinstance(arg, (Tensor, str)))
    elif bare in _MADE:
        certain = name.startswith("torch.")
    elif bare == "view":  # ``x.view(torch.int32)``
        certain = _is_fractional(args[:1]) and all(map(_is_size, args[1:]))
    elif bare in _OF_THE_FIRST or bare in _WITH_PLACES:
        certain = _is_fractional(args[:1]) and not (bare in _WITH_PLACES and isinstance(result, Tensor))
    else:
        certain = bare in _ALWAYS or (bare in _ANY and _is_fractional((*args, *kwargs.values())))
    if not certain or any(isinstance(arg, Tensor) and 0 in arg.shape.dims for arg in args):
        return result  # torch does not look at the kinds of what is empty everywhere
    if bare in _WITH_PLACES:
        return _first_of(result, args)
    return _marked(result, [arg for arg in (*args, *kwargs.values()) if isinstance(arg, Tensor)])


def of_numbers(symbol: str, left: Value, right: Value, result: Value) -> Value:
    """The same of an operator of Python."""
    sides = (left, right)
    if symbol == "/":
        certain = right is not None
    else:
        certain = symbol in _ARITHMETIC and any(isinstance(side, (Fractions, float, UnknownFloat)) for side in sides)
    return _marked(result, [side for side in sides if isinstance(side, Tensor)]) if certain else result


def _is_fractional(values: Iterable[Value]) -> bool:
    return any(
        isinstance(value, Fractions) or (isinstance(value, (tuple, list)) and _is_fractional(value)) for value in values
    )


def _is_size(value: Value) -> bool:
    if isinstance(value, (tuple, list)):
        return all(map(_is_size, value))
    return isinstance(value, (int, Expr))


def _first_of(result: Value, args: Sequence[Value]) -> Value:
    if not isinstance(result, tuple) or not result:
        return result
    first = _marked(result[0], [arg for arg in args if isinstance(arg, Tensor)])
    make = getattr(type(result), "_make", tuple)
    found: Value = make([first, *result[1:]])
    return found


def _marked(result: Value, given: Sequence[Tensor]) -> Value:
    """``result`` as fractions: a new tensor, since an operand keeps what is known of it; parts of a list each."""
    if type(result) is tuple or type(result) is list:
        return type(result)(_marked(part, given) for part in result)
    if type(result) is not Tensor or result.shape.lead is not None or any(result is each for each in given):
        return result
    return Fractions.of(result)
