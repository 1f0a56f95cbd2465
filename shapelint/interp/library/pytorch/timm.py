"""``timm``: the small helpers that models take from its layers (https://github.com/huggingface/pytorch-image-models)."""

from __future__ import annotations

from shapelint.interp.library.declare import ANYTHING, Invocation, means, method, models
from shapelint.interp.library.no_effect import returns_first
from shapelint.interp.library.tuples import tuple_of
from shapelint.interp.model.classes import Class, Instance
from shapelint.interp.model.module_tree import MODULE
from shapelint.shapes import Tensor, Value

_PLACES = ("timm.layers", "timm.models.layers")  # the second is where they were before timm 0.9
_DROP_PATH = Class("DropPath", (MODULE,))

for _place in _PLACES:
    models(f"{_place}.trunc_normal_ {_place}.weight_init.trunc_normal_", ANYTHING)(returns_first)
    means(f"{_place}.DropPath {_place}.drop.DropPath", _DROP_PATH)
    for _count in (1, 2, 3, 4):
        models(f"{_place}.to_{_count}tuple {_place}.helpers.to_{_count}tuple", "x")(tuple_of(_count, splits_text=False))


@method(_DROP_PATH, "__init__", "self, drop_prob=0.0, scale_by_keep=True")
def initialize(at: Invocation, self: Instance, drop_prob: Value, scale_by_keep: Value) -> Value:
    """It holds the probability with which a sample is dropped."""
    at.update(self, {"drop_prob": drop_prob, "scale_by_keep": scale_by_keep})
    return None


@method(_DROP_PATH, "forward", "self, x")
def forward(at: Invocation, self: Instance, x: Value) -> Value:
    """Some samples are zero, all keep their size."""
    return type(x)(x.shape, x.dtype) if isinstance(x, Tensor) else x
