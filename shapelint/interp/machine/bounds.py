"""Values that a program makes larger and larger: beyond the limits they are unknown, and going through large ones takes fuel.

The limits themselves are in ``shapes/limits.py``.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ...shapes import Expr, Tensor, Unknown, Value
from ...shapes.dim import parts_of
from ...shapes.limits import (
    DEEPEST,
    LARGEST_SIZE,
    LONGEST,
    MOST_AXES,
    TOO_DEEP,
    TOO_LARGE,
    TOO_LARGE_TENSOR,
    TOO_LONG,
    is_large,
)
from ..model.values import Gap
from .machine import Machine

__all__ = ["bounded", "bounded_tensors", "excess", "extend", "go_through", "too_long"]

_CHARACTERS, _ELEMENTS, _NUMBERS, _TENSORS, _PARTS = 10, 8, 7, 4, 3
"""To go through 1024 characters, 256 elements of a list, 128 of a tensor, to make 16 tensors, or sizes of 8 symbols and
quotients takes about as long as a statement, and as much fuel; these are the powers of 2."""
_COLLECTIONS = frozenset({list, tuple, dict, set})


def bounded(machine: Machine, value: Value) -> Value:
    """``value`` that was just made, or an unknown that says why if it is beyond the limits: of ``10**400``, say, that it is
    a very large number.  Uses fuel in proportion to its size.
    """
    if type(value) is int:
        return Unknown(TOO_LARGE) if is_large(value) else value
    if type(value) is str or type(value) is bytes:
        machine.burn(len(value) >> _CHARACTERS)
        return Unknown(TOO_LONG) if len(value) > LONGEST else value
    reason = excess(machine, value) if type(value) in _COLLECTIONS else None
    return value if reason is None else Unknown(reason)


def excess(machine: Machine, value: Value) -> str | None:
    """Why a list, tuple, set or dict is beyond the limits; None if it is not, and for anything else.

    What is inside of it counts too, as often as it is there: of ``[row] * 1000`` every row.  Whoever goes through all of
    that asks before, since a list may have grown after it was put into another.
    """
    count = 0
    level = [value]
    for _ in range(DEEPEST):
        inner: list[Value] = []
        for holder in level:
            parts = _parts(holder)
            count += len(parts)
            if count > LONGEST:
                go_through(machine, LONGEST)
                return TOO_LONG
            if not _COLLECTIONS.isdisjoint(map(type, parts)):
                inner += [part for part in parts if type(part) in _COLLECTIONS]
        if not inner:
            go_through(machine, count)
            return None
        level = inner
    return TOO_DEEP


def _parts(holder: Value) -> Collection[Value]:
    if isinstance(holder, dict):
        return [*holder, *holder.values()]
    return holder if isinstance(holder, (list, tuple, set)) else ()


def bounded_tensors(machine: Machine, value: Value) -> Value:
    """What an operator or layer has made, or an unknown if torch could not hold it; to make many elements takes fuel."""
    if isinstance(value, Tensor):
        dims = value.shape.dims
        if len(dims) > MOST_AXES:
            return Unknown(TOO_LARGE_TENSOR)
        parts = 0
        for dim in dims:
            if type(dim) is Expr:
                parts += parts_of(dim)
            elif type(dim) is int and dim > LARGEST_SIZE:
                return Unknown(TOO_LARGE_TENSOR)
        machine.burn(parts >> _PARTS)
        if value.memory is not None:
            machine.heap.notice(value)
            machine.burn(len(value.places or ()) >> _NUMBERS)
    elif type(value) is tuple or type(value) is list:
        machine.burn(len(value) >> _TENSORS)
        if value and isinstance(value[0], Tensor) and value[0].memory is not None:
            for part in value:
                if isinstance(part, Tensor):
                    machine.heap.notice(part)
    return value


def go_through(machine: Machine, count: int) -> None:
    """Take the fuel for going through so many elements."""
    machine.burn(count >> _ELEMENTS)


def too_long(*lengths: int) -> bool:
    """Whether what consists of parts of these lengths is beyond the limit; negative ones count as none."""
    return sum(max(0, length) for length in lengths) > LONGEST


def extend(machine: Machine, target: list[Value], elements: Sequence[Value]) -> None:
    """``target.extend(elements)``; of a list beyond the limit nothing is known any more."""
    machine.heap.touch(target)
    if too_long(len(target), len(elements)):
        target[:] = [Gap(TOO_LONG)]
    else:
        target.extend(elements)
