"""The operators of torch: what functions, methods and Python's operators do to shapes."""

from __future__ import annotations

from collections.abc import Mapping

from . import (
    arithmetic,
    array_forms,
    array_methods,
    arrays,
    create,
    decompositions,
    diagonals,
    einmix,
    einops_functions,
    einsum,
    elementwise,
    extremes,
    fourier,
    from_data,
    functional,
    functional_layers,
    functional_losses,
    functional_weights,
    join,
    linear_algebra,
    order,
    ranges,
    rearrange,
    reduce,
    repeat,
    reshape,
    sampling,
    scatter,
    select,
    split,
    tensor_attributes,
    tensor_products,
    unique,
)
from .arithmetic import operate
from .declare import Op, families, functions, methods
from .indexing import assign, index
from .tensor_attributes import OpenSize, attribute

__all__ = [
    "ARRAY_METHODS",
    "EINOPS",
    "FUNCTIONS",
    "METHODS",
    "NAMED_TUPLES",
    "OPAQUE",
    "Op",
    "OpenSize",
    "assign",
    "attribute",
    "index",
    "operate",
]

_DECLARED = families((
    reshape, rearrange, repeat, join, split, elementwise, arithmetic, reduce, extremes, create, ranges, from_data,
    linear_algebra, tensor_products, diagonals, decompositions, einsum, tensor_attributes, functional, functional_layers,
    functional_weights, functional_losses, sampling, select, scatter, order, unique, fourier, arrays, array_methods,
    array_forms,
))  # fmt: skip

FUNCTIONS: Mapping[str, Op] = functions(_DECLARED)
"""Functions by their full dotted name (``"torch.cat"``, ``"torch.nn.functional.relu"``, ``"numpy.linspace"``)."""

EINOPS: Mapping[str, Op] = functions(families([einops_functions, einmix]))
"""Functions of einops by their full dotted name (``"einops.rearrange"``)."""

_ARRAY = methods(_DECLARED, "Array")
ARRAY_METHODS: Mapping[str, Op] = _ARRAY
"""Methods of numpy's arrays by name."""

METHODS: Mapping[str, Op] = methods(_DECLARED, "Tensor", _ARRAY)
"""Methods of tensors and arrays by name; the tensor is their first argument."""

OPAQUE: Mapping[str, str] = {
    "torch.nn.functional.assert_int_or_pair": "a check of the library's own arguments",
    "torch.nn.functional.boolean_dispatch": "a factory of functions inside the library",
    "torch.nn.functional.conv_tbc": "a convolution over (time, batch, channels) of one speech library",
    "torch.nn.functional.grouped_mm": "matrices of several sizes in one buffer: sizes are data",
    "torch.nn.functional.scaled_grouped_mm": "matrices of several sizes in one buffer: sizes are data",
    "torch.nn.functional.scaled_mm": "a product with scales in packed layouts",
}
"""Public functions of ``torch.nn.functional`` that are not modelled, and why not."""

NAMED_TUPLES = (
    reduce.Extremes, reduce.Deviation, decompositions.Singular, decompositions.Orthogonal, decompositions.Eigen,
    decompositions.LogDeterminant,
)  # fmt: skip
"""Results whose members have names: ``x.max(1).values``."""
