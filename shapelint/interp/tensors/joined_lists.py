"""Lists of tensors of an unknown number, joined: ``torch.stack([image for image, label in batch])``."""

from __future__ import annotations

from ... import ops
from ...shapes import Expr, Needs, Reject, Shape, Tensor, Unknown, Value, fresh
from ..machine.tables import Args, Kwargs
from ..machine.value_join import join
from ..model.values import Gap

__all__ = ["joined"]

_JOINS = frozenset({"torch.stack", "torch.cat", "torch.concat", "torch.concatenate"})
_LISTS = frozenset({"torch.tensor", "torch.as_tensor", "torch.LongTensor", "torch.FloatTensor", "torch.Tensor"})
_REASON = "a list of unknown length"


def joined(op: ops.Op, args: Args, kwargs: Kwargs) -> Value:
    """What ``op`` makes of a list with a gap, if it is known what all elements are like; otherwise None.

    The operator is applied to one element; the dimension along which the list is joined is a fresh size.
    """
    elements = args[0] if args else kwargs.get("tensors")
    if op.name not in _JOINS | _LISTS or not isinstance(elements, (list, tuple)):
        return None
    gaps = [element for element in elements if isinstance(element, Gap)]
    if not gaps or any(gap.like is None for gap in gaps):
        return None
    like = join([element.like if isinstance(element, Gap) else element for element in elements])
    if op.name in _LISTS:
        return _of_numbers(op, like, args[1:], kwargs)
    dim = args[1] if len(args) > 1 else kwargs.get("dim", kwargs.get("axis", 0))
    try:
        one = op.apply(Needs(), [[like], *args[1:]], {k: v for k, v in kwargs.items() if k != "tensors"})
    except Reject:
        return Unknown(_REASON)
    if not isinstance(one, Tensor) or one.shape.lead is not None or not isinstance(dim, int):
        return Unknown(_REASON)
    dims = list(one.shape.dims)
    dims[dim] = fresh("n", reason=_REASON)
    return Tensor(Shape(tuple(dims)), one.dtype)


def _of_numbers(op: ops.Op, like: Value, rest: Args, kwargs: Kwargs) -> Value:
    """``torch.tensor([len(text) for text in batch])``: a vector, if every element is one number."""
    if not isinstance(like, (int, float, Expr)) and not (isinstance(like, Tensor) and like.shape == Shape(())):
        return None
    one = op.apply(Needs(), [[0 if isinstance(like, Expr) else like], *rest], kwargs)
    return Tensor(Shape((fresh("n", reason=_REASON),)), one.dtype) if isinstance(one, Tensor) else None
