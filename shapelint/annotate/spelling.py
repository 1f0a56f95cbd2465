"""An expression of the code as a comment writes it: ``self.ngf * 8`` is ``ngf*8``."""

from __future__ import annotations

import libcst as cst

from ..claims.binding.names import NamedSizes
from ..claims.comments.remark import canonical
from ..shapes import Dim, quotient

__all__ = ["evaluated"]


def evaluated(node: cst.BaseExpression, names: NamedSizes) -> tuple[str, Dim | None]:
    """The text of an expression of names and numbers, and its value; None if the names do not give one."""
    match node:
        case cst.Integer(value=digits):
            return digits, int(digits.replace("_", ""), 0)
        case cst.Name(value=name) | cst.Attribute(value=cst.Name(value="self"), attr=cst.Name(value=name)):
            return name, names.get(canonical(name))
        case cst.Attribute(value=cst.Name(value=owner), attr=cst.Name(value=name)):
            return f"{owner}.{name}", names.get(canonical(name))
        case cst.BinaryOperation():
            return _operated(node, names)
        case _:
            return "", None


def _operated(node: cst.BinaryOperation, names: NamedSizes) -> tuple[str, Dim | None]:
    operands = (node.left, node.right)
    (left, one), (right, other) = (evaluated(operand, names) for operand in operands)
    if one is None or other is None:
        return "", None
    tight = [f"({text})" if isinstance(operand, cst.BinaryOperation) else text
             for text, operand in zip((left, right), operands, strict=True)]  # fmt: skip
    match node.operator:
        case cst.Multiply():
            return "*".join(tight), one * other
        case cst.FloorDivide() if isinstance(other, int) and other > 0:
            return "//".join(tight), quotient(one, other)
        case cst.Add():
            return f"{left}+{right}", one + other
        case _:
            return "", None
