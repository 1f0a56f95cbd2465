"""Functions, methods and operators of torch."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ... import ops
from ...shapes import Expr, Needs, Parameter, Reject, Tensor, Unknown, Value
from ..machine.bounds import bounded_tensors, excess, go_through
from ..machine.machine import Machine
from ..machine.memo import call_key, perform
from ..machine.recording import forced, record
from ..machine.tables import Args, Kwargs, Node, called
from ..model.classes import Instance
from ..model.frame import Frame
from ..model.functions import Builtin
from ..model.open_shape import ShapeOf
from ..model.values import Choice, External, Gap
from .joined_lists import joined

__all__ = ["as_size", "index_tensor", "known", "operate_tensors", "read_attribute", "write"]

_PLAIN = frozenset({int, bool, str, float, type(None)})
_COMPARISONS = frozenset({"==", "!=", "<=", ">="})
# Packages whose names are functions, types and constants; what a file takes from any other may be a number.
_NO_SIZES = ("torch", "numpy", "typing", "inspect", "collections")
# Of a long list the first tensors say enough of where the operands come from.
_MOST_RECORDED = 64


@called(ops.Op)
def _call_operator(machine: Machine, op: ops.Op, args: Args, kwargs: Kwargs, node: Node, frame: Frame) -> Value:
    """A function or method of torch."""
    if Gap in map(type, args) or "**" in kwargs:
        return _operation(machine, op.name, args, {}, lambda need: Unknown("unknown arguments"), node, frame)
    found = joined(op, args, kwargs)
    if found is not None:
        return found
    plain = [known(machine, arg) for arg in args]
    named = {key: known(machine, value) for key, value in kwargs.items()}
    if op.in_place and plain and isinstance(plain[0], Tensor):
        machine.heap.touch_tensor(plain[0])
    result = _operation(machine, op.name, plain, named, lambda need: op.apply(need, plain, named), node, frame)
    if op.in_place and plain:
        result = _itself(plain[0], result)
    return ShapeOf(result.tensor) if isinstance(result, ops.OpenSize) else result


def operate_tensors(machine: Machine, symbol: str, left: Value, right: Value, node: Node, frame: Frame) -> Value:
    """An operator of Python with a tensor; ``right`` is None for an operator of one operand."""
    left, right = known(machine, left), known(machine, right)
    is_in_place = symbol.endswith("=") and symbol not in _COMPARISONS
    if is_in_place and isinstance(left, Tensor):
        machine.heap.touch_tensor(left)
    result = _operation(
        machine, symbol, (left, right), {}, lambda need: ops.operate(need, symbol, left, right), node, frame
    )
    return _itself(left, result) if is_in_place else result


def _itself(changed: Value, result: Value) -> Value:
    """What a call gives that changed a tensor in place: after ``self.steps += 1`` a parameter is still one of its module."""
    is_same = isinstance(changed, Parameter) and isinstance(result, Tensor) and result.shape == changed.shape
    return changed if is_same else result


def index_tensor(machine: Machine, tensor: Tensor, key: Value, node: Node, frame: Frame) -> Value:
    """``tensor[key]``."""
    known(machine, tensor)
    index = known(machine, key)
    return _operation(machine, "[]", (tensor, index), {}, lambda need: ops.index(need, tensor, index), node, frame)


def read_attribute(machine: Machine, tensor: Tensor, name: str, node: Node, frame: Frame) -> Value:
    """``tensor.name`` that is not a method; only what torch refuses (``x.mT`` of a vector) is recorded as a call."""
    known(machine, tensor)
    try:
        return bounded_tensors(machine, ops.attribute(tensor, name))
    except Reject as reject:
        entry = record(machine, name, None, (tensor,), (tensor.shape,), node, frame)
        entry.reject, entry.output = reject, Unknown(reject.message)
        return entry.output


def as_size(machine: Machine, value: Value) -> Value:
    """A name of a module that cannot be followed (``from .constants import ndf``), where a size is wanted: a symbol."""
    if isinstance(value, External) and not value.dotted.startswith(_NO_SIZES):
        return machine.named_size(value.dotted.rpartition(".")[2])
    return value


def known(machine: Machine, value: Value) -> Value:
    """``value`` with everything that the run learnt about its symbols; what an operator cannot read is an unknown."""
    if type(value) in _PLAIN:
        return value
    match value:
        case Tensor():
            value.shape = machine.tape.resolve(value.shape)
            if value.memory is not None:
                machine.heap.notice(value)
            return value
        case Expr():
            return machine.tape.dim(value)
        case External():
            return as_size(machine, value)
        case list() | tuple() if any(isinstance(element, Gap) for element in value):
            return Unknown("a list of unknown length")
        case list() | tuple() if reason := excess(machine, value):
            return Unknown(reason)
        case list() if type(value) is list:
            return [known(machine, element) for element in value]
        case tuple() if type(value) is tuple:
            return tuple(known(machine, element) for element in value)
        # A picture is an object, until an operator of torch or numpy asks for its pixels.
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
    args: Args,
    kwargs: Kwargs,
    apply: Callable[[Needs], Value],
    node: Node,
    frame: Frame,
) -> Value:
    tensors = tuple(_tensors([*args, *kwargs.values()]))
    if not tensors and not any(isinstance(a, Unknown) for a in args):
        # ``torch.zeros(3, 4)``: nothing flows in, so that no claim or rule could ask for this call.
        return _made(machine, _unrecorded(machine, apply), node)
    shapes = tuple(tensor.shape for tensor in tensors)
    entry = record(machine, name, None, tensors, shapes, node, frame)
    entry.arguments = {**{str(i): a for i, a in enumerate(args)}, **kwargs}
    key = call_key(name, args, kwargs)
    perform(machine, entry, key, (*args, *kwargs.values()), apply, lambda reject: Unknown(reject.message))
    return forced(machine, entry, node)


def _made(machine: Machine, value: Value, node: Node) -> Value:
    """What a call makes of nothing, in the shape that a replay forces it to have."""
    shape = machine.override.outputs.get(node) if machine.override.outputs and node is not None else None
    return value if shape is None or not isinstance(value, Tensor) else Tensor(shape, value.dtype)


def _unrecorded(machine: Machine, apply: Callable[[Needs], Value]) -> Value:
    try:
        return bounded_tensors(machine, apply(Needs()))
    except Reject as reject:
        return Unknown(reject.message)


def _tensors(values: Sequence[Value]) -> list[Tensor]:
    found: list[Tensor] = []
    for value in values:
        if isinstance(value, Tensor):
            found.append(value)
        elif isinstance(value, (list, tuple)):
            found.extend(element for element in value[:_MOST_RECORDED] if isinstance(element, Tensor))
    return found


def write(machine: Machine, tensor: Tensor, key: Value, value: Value, node: Node, frame: Frame) -> None:
    """``tensor[key] = value``; only what torch refuses is recorded as a call."""
    key, value = known(machine, key), known(machine, value)
    machine.heap.touch_tensor(tensor)
    if tensor.memory is not None:
        go_through(machine, len(tensor.memory))  # which is copied
    try:
        ops.assign(Needs(), tensor, key, value)
    except Reject as reject:
        tensor.write(None)
        given = (value,) if isinstance(value, Tensor) else ()
        entry = record(
            machine, "[]=", None, (tensor, *given), tuple(each.shape for each in (tensor, *given)), node, frame
        )
        entry.reject = reject
