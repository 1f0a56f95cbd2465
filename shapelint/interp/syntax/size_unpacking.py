"""``b, c, h, w = x.shape`` of a tensor that has another number of dimensions: Python raises, and shapes are the reason."""

from __future__ import annotations

import libcst as cst

from ...shapes import Kind, Reject, Tensor, Value
from ..machine.machine import Machine
from ..machine.recording import record
from ..model.frame import Frame

__all__ = ["refuse_unpacking"]


def refuse_unpacking(machine: Machine, node: cst.Assign, value: Value, frame: Frame) -> None:
    """Record what cannot be taken apart into as many names, if it is the size of a tensor that has a name."""
    target, tensor = node.targets[-1].target, _of_a_tensor(machine, node.value, frame)
    if tensor is None or not isinstance(target, (cst.Tuple, cst.List)) or not isinstance(value, tuple):
        return
    count, rank = len(target.elements), len(tensor.shape.dims)
    if (
        any(isinstance(element, cst.StarredElement) for element in target.elements)
        or len(value) != rank
        or count == rank
    ):
        return
    message = f"{count} dimensions expected, got {rank}: {tensor.shape}"
    entry = record(machine, "unpack", None, (tensor,), (tensor.shape,), node.value, frame)
    entry.reject = Reject(Kind.OPERANDS, message)


def _of_a_tensor(machine: Machine, node: cst.BaseExpression, frame: Frame) -> Tensor | None:
    """The tensor of ``x.shape`` or ``x.size()``, where ``x`` is a name or an attribute of one."""
    match node:
        case cst.Attribute(value=holder, attr=cst.Name(value="shape")):
            pass
        case cst.Call(func=cst.Attribute(value=holder, attr=cst.Name(value="size")), args=[]):
            pass
        case _:
            return None
    if not isinstance(holder, (cst.Name, cst.Attribute)):
        return None
    tensor = machine.evaluate(holder, frame)
    return tensor if isinstance(tensor, Tensor) and tensor.shape.lead is None else None
