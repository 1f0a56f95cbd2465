"""Statements that show a tensor's shape: ``print(x.shape)``, ``print(f"out: {x.size()}")``, ``x.shape`` in a notebook's cell.

A comment on such a statement speaks of the tensor.
"""

from __future__ import annotations

import libcst as cst

__all__ = ["shown_tensors"]


def shown_tensors(node: cst.BaseExpression) -> list[cst.Name]:
    """The names of the tensors whose shape an expression shows."""
    if type(node) not in _SHOWING:
        return []
    match node:
        case cst.Attribute(value=cst.Name() as name, attr=cst.Name(value="shape")):
            return [name]
        case cst.Call(func=cst.Attribute(value=cst.Name() as name, attr=cst.Name(value="size")), args=[]):
            return [name]
        case cst.Call(func=cst.Name(value="print"), args=args):
            return [name for arg in args for name in shown_tensors(arg.value)]
        case cst.FormattedString(parts=parts):
            inside = (part.expression for part in parts if isinstance(part, cst.FormattedStringExpression))
            return [name for expression in inside for name in shown_tensors(expression)]
        case _:
            return []


_SHOWING = frozenset({cst.Attribute, cst.Call, cst.FormattedString})  # isinstance is slow on abstract classes
