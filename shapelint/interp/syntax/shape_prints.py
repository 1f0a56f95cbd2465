"""Statements that show a tensor's shape: ``print(x.shape)``, ``print(f"out: {x.size()}")``, ``x.shape`` in a notebook's cell.

A comment on such a statement speaks of the tensor.
"""

from __future__ import annotations

import libcst as cst

__all__ = ["shown_tensors"]


def shown_tensors(node: cst.BaseExpression) -> list[cst.Name]:
    """The names of the tensors whose shape an expression shows.

    >>> [name.value for name in shown_tensors(cst.parse_expression("print(x.shape, 2 * y, z.size())"))]
    ['x', 'z']
    """
    if type(node) not in _SHOWING or (type(node) is cst.Call and not _may_show(node)):
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


def _may_show(node: cst.Call) -> bool:
    """Whether a call is one of ``print`` or of a method without arguments: quicker to find out than to match."""
    callee = node.func
    return not node.args if type(callee) is cst.Attribute else type(callee) is cst.Name and callee.value == "print"


_SHOWING = frozenset({cst.Attribute, cst.Call, cst.FormattedString})  # isinstance is slow on abstract classes
