"""Annotations that say "a tensor" in more than a name: ``Float[Tensor, "b c"]``, ``Tensor["b c"]``, ``TensorType["b", 3]``."""

from __future__ import annotations

import libcst as cst

__all__ = ["TensorHint", "dtype_of", "last_name", "tensor_hint"]

_ARRAYS = frozenset({"Tensor", "Array", "ArrayLike", "Parameter", "FloatTensor", "LongTensor", "BoolTensor", "ndarray"})
_KINDS = (("Float", "float"), ("BFloat", "float"), ("Half", "float"), ("Int", "int"), ("UInt", "int"),
          ("Long", "int"), ("Bool", "bool"), ("Complex", "complex"))  # fmt: skip

TensorHint = tuple[str, tuple[cst.CSTNode, ...]]
"""The word before the brackets and what says the dims: the string of jaxtyping, or the elements of torchtyping."""


def tensor_hint(node: cst.BaseExpression) -> TensorHint | None:
    """The parts of an annotation of one tensor; None if it is none, or of several."""
    if not isinstance(node, cst.Subscript):
        return None
    head = last_name(node.value)
    if head == "TensorType" and all(map(_is_element, node.slice)):
        return head, tuple(getattr(element.slice, "value", element.slice) for element in node.slice)
    values = [element.slice.value for element in node.slice if isinstance(element.slice, cst.Index)]
    if head is None or not values or len(values) < len(node.slice):
        return None
    if head in _ARRAYS and len(values) == 1 and isinstance(values[0], cst.SimpleString):
        return head, (values[0],)
    if len(values) == 2 and last_name(values[0]) in _ARRAYS and isinstance(values[1], cst.SimpleString):
        return head, (values[1],)
    return None


def _is_element(element: cst.SubscriptElement) -> bool:
    """Whether torchtyping has a meaning for it; of slices only those like ``"b": 3``."""
    match element.slice:
        case cst.Slice(lower=lower, upper=upper, second_colon=cst.MaybeSentinel.DEFAULT):
            return lower is not None and upper is not None
        case cst.Index(star=None):
            return True
    return False


def dtype_of(hint: TensorHint) -> str | None:
    """The kind of elements that ``Float``, ``Int64``, ``Bool`` speak of; None where any will do."""
    head = hint[0]
    return next((kind for word, kind in _KINDS if head.startswith(word)), "float" if head in _ARRAYS else None)


def last_name(node: cst.CSTNode) -> str | None:
    """``Tensor`` of ``Tensor`` and of ``torch.Tensor``."""
    match node:
        case cst.Name(value=name) | cst.Attribute(attr=cst.Name(value=name)):
            return name
        case _:
            return None
