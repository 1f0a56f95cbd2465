"""Functions, methods and operators of torch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import libcst as cst

from ... import ops
from ...shapes import Expr, Needs, Reject, Tensor, Unknown, symbol
from ..machine.machine import Machine, called
from ..machine.memo import call_key, perform
from ..machine.recording import forced, record
from ..model.frame import Frame
from ..model.open_shape import ShapeOf
from ..model.values import Builtin, Choice, External, Gap, Instance
from .joined_lists import joined

__all__ = ["as_size", "call_operator", "known", "operate_tensors", "write"]

_SAID = frozenset({int, bool, str, float, type(None)})
_NO_SIZES = ("torch", "numpy", "typing", "inspect", "collections")


@called(ops.Op)
def call_operator(
    machine: Machine,
    op: ops.Op,
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
    node: cst.CSTNode | None,
    frame: Frame,
) -> Any:
    """A function or method of torch."""
    if any(isinstance(arg, Gap) for arg in args) or "**" in kwargs:
        return _operation(machine, op.name, args, {}, lambda need: Unknown("unknown arguments"), node, frame)
    found = joined(op, args, kwargs)
    if found is not None:
        return found
    plain = [known(machine, arg) for arg in args]
    named = {key: known(machine, value) for key, value in kwargs.items()}
    result = _operation(machine, op.name, plain, named, lambda need: op.apply(need, plain, named), node, frame)
    return ShapeOf(result.tensor) if isinstance(result, ops.OpenSize) else result


def operate_tensors(
    machine: Machine, symbol: str, left: Any, right: Any, node: cst.CSTNode | None, frame: Frame
) -> Any:
    """An operator or a subscript (``[]``) with a tensor."""
    left, right = known(machine, left), known(machine, right)
    if symbol == "[]":
        return _operation(machine, "[]", (left, right), {}, lambda need: ops.index(need, left, right), node, frame)
    return _operation(
        machine, symbol, (left, right), {}, lambda need: ops.operate(need, symbol, left, right), node, frame
    )


def as_size(value: Any) -> Any:
    """A name of a module that cannot be followed (``from .constants import ndf``), where a size is wanted: a symbol."""
    if isinstance(value, External) and not value.dotted.startswith(_NO_SIZES):
        return symbol(value.dotted.rpartition(".")[2])
    return value


def known(machine: Machine, value: Any) -> Any:
    """``value`` with everything that the run learnt about its symbols; what an operator cannot read is an unknown."""
    if type(value) in _SAID:
        return value
    match value:
        case Tensor():
            value.shape = machine.tape.resolve(value.shape)
            return value
        case Expr():
            return machine.tape.dim(value)
        case External():
            return as_size(value)
        case list() | tuple() if any(isinstance(element, Gap) for element in value):
            return Unknown("a list of unknown length")
        case list() | tuple():
            if type(value) in (list, tuple):
                return type(value)(known(machine, element) for element in value)
            return value
        case Instance() if (found := value.cls.find("__array__")) and isinstance(found[1], Builtin):
            return found[1].call(machine, (value,), {}, None, machine.frames[-1])
        case Choice() | Gap() | ShapeOf() | Instance():
            return Unknown("one of several values")
        case slice():
            return slice(known(machine, value.start), known(machine, value.stop), known(machine, value.step))
        case _:
            return value


def _operation(
    machine: Machine,
    name: str,
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
    apply: Any,
    node: cst.CSTNode | None,
    frame: Frame,
) -> Any:
    tensors = tuple(_tensors([*args, *kwargs.values()]))
    if not tensors and not any(isinstance(a, Unknown) for a in args):
        return _silently(apply)
    shapes = tuple(tensor.shape for tensor in tensors)
    entry = record(machine, name, None, tensors, shapes, node, frame)
    entry.arguments = {**{str(i): a for i, a in enumerate(args)}, **kwargs}
    key = call_key(name, args, kwargs)
    perform(machine, entry, key, (*args, *kwargs.values()), apply, lambda reject: Unknown(reject.message))
    return forced(machine, entry, node)


def _silently(apply: Any) -> Any:
    try:
        return apply(Needs())
    except Reject as reject:
        return Unknown(reject.message)


def _tensors(values: Sequence[Any]) -> list[Tensor]:
    found: list[Tensor] = []
    for value in values:
        if isinstance(value, Tensor):
            found.append(value)
        elif isinstance(value, (list, tuple)):
            found.extend(element for element in value[:64] if isinstance(element, Tensor))
    return found


def write(machine: Machine, tensor: Tensor, key: Any, value: Any) -> None:
    """``tensor[key] = value``: afterwards nothing is known of its elements."""
    key, value = known(machine, key), known(machine, value)
    _silently(lambda need: ops.assign(need, tensor, key, value))
    tensor.elements = None
