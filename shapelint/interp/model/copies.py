"""``copy.copy`` and ``copy.deepcopy`` of values: objects get a new identity, and keep what is known of them."""

from __future__ import annotations

from copy import copy

from ...shapes import Memory, Tensor, Value
from .classes import Instance
from .values import DefaultDict

__all__ = ["ENTRIES", "copied", "copied_instance"]

ENTRIES = "{entries}"
"""The attribute under which an object of a class that derives from ``dict`` keeps its entries."""


def copied(value: Value, deep: bool, memo: dict[int, Value] | None = None) -> Value:
    """A copy of ``value``; with ``deep`` everything inside is copied too, shared parts once.

    ``memo``: the copies made so far, by ``id`` of what they are copies of, which the original keeps alive meanwhile.
    """
    memo = {} if memo is None else memo
    if id(value) in memo:
        return memo[id(value)]
    match value:
        case Instance():
            return copied_instance(value, deep, memo)
        case Tensor() if deep:
            memo[id(value)] = clone = copy(value)  # otherwise a layer and its copies would count as one that is shared
            if value.memory is not None:
                memory = memo.setdefault(id(value.memory), value.memory.copy())
                assert isinstance(memory, Memory)
                clone.memory = memory
            return clone
        case list():
            result: list[Value] = []
            memo[id(value)] = result
            result.extend(copied(part, deep, memo) if deep else part for part in value)
            return result
        case dict():
            entries: dict[Value, Value] = DefaultDict(value.factory, {}) if isinstance(value, DefaultDict) else {}
            memo[id(value)] = entries
            entries.update({key: copied(part, deep, memo) if deep else part for key, part in value.items()})
            return entries
        # A named tuple keeps its type only if it stays what it is.
        case tuple() if deep and type(value) is tuple:
            memo[id(value)] = parts = tuple([copied(part, deep, memo) for part in value])
            return parts
        case set():
            return set(value)
        case _:
            return value


def copied_instance(value: Instance, deep: bool, memo: dict[int, Value] | None = None) -> Instance:
    """A copy of an object; it counts as made where the original was, so comments there speak of both."""
    memo = {} if memo is None else memo
    clone = Instance(value.cls, {}, list(value.made_by), value.made_within, value.built, value.owner, value.opaque)
    clone.set_elsewhere = value.set_elsewhere
    memo[id(value)] = clone  # before its attributes, which may lead back to it
    clone.attributes.update(
        {name: copied(part, deep, memo) if deep or name == ENTRIES else part for name, part in value.attributes.items()}
    )
    return clone
