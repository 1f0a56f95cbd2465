"""The operators of torch: what functions, methods and Python's operators make of the shapes they are given."""

from __future__ import annotations

from collections.abc import Mapping

from ..shapes import Tensor
from . import (
    arithmetic,
    attributes,
    create,
    elementwise,
    functional,
    functional_layers,
    join,
    linear_algebra,
    rearrange,
    reduce,
    reshape,
    split,
)
from .arithmetic import operate
from .attributes import attribute
from .declare import Op, families
from .indexing import assign, index

__all__ = ["FUNCTIONS", "METHODS", "METHODS_TYPE", "NAMED_TUPLES", "Op", "assign", "attribute", "index", "operate"]

_DECLARED = tuple(
    families(
        (
            reshape, rearrange, join, split, elementwise, arithmetic, reduce, create, linear_algebra, attributes,
            functional, functional_layers,
        )
    )
)  # fmt: skip

FUNCTIONS: Mapping[str, Op] = {op.name: op for op in _DECLARED if not op.is_method}
"""Functions by their full dotted name (``"torch.cat"``, ``"torch.nn.functional.relu"``)."""

METHODS: Mapping[str, Op] = {op.name: op for op in _DECLARED if op.is_method}
"""Methods of tensors by name; the tensor is their first argument."""

METHODS_TYPE = Tensor
NAMED_TUPLES = (reduce.Extremes, reduce.Deviation)
"""Results whose members have names: ``x.max(1).values``."""
