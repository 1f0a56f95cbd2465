"""Tensors that a statement names without making them or giving them to a call: a comment beside it may speak of them."""

from __future__ import annotations

import libcst as cst

__all__ = ["asked_for_its_size", "filled"]


def filled(node: cst.CSTNode) -> str | None:
    """The name of the tensor that ``codes[:, :n] = start`` writes into."""
    match node:
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Subscript(value=cst.Name(value=name)))]):
            return name
        case _:
            return None


def asked_for_its_size(element: cst.CSTNode) -> str | None:
    """The name of the tensor that ``topk = selected.shape[2]`` or ``n = selected.size(0)`` is about."""
    match element:
        case cst.SimpleStatementLine(body=[cst.Assign(value=value)]):
            pass
        case _:
            return None
    match value:
        case cst.Subscript(value=asked) | asked:
            pass
    match asked:
        case cst.Attribute(value=cst.Name(value=name), attr=cst.Name(value="shape")):
            return name
        case cst.Call(func=cst.Attribute(value=cst.Name(value=name), attr=cst.Name(value="size"))):
            return name
        case _:
            return None
