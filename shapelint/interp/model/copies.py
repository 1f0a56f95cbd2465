"""``copy.copy`` and ``copy.deepcopy`` of values: objects get a new identity, and keep what is known of them."""

from __future__ import annotations

from typing import Any

from .values import Instance

__all__ = ["copied"]


def copied(value: Any, deep: bool, memo: dict[int, Any] | None = None) -> Any:
    """A copy of ``value``; with ``deep`` everything inside is copied too, shared parts once."""
    memo = {} if memo is None else memo
    if id(value) in memo:
        return memo[id(value)]
    match value:
        case Instance():
            clone = Instance(
                value.cls, {}, list(value.made_by), value.made_within, value.built, value.owner, value.opaque
            )
            memo[id(value)] = clone
            clone.attributes.update(
                {name: copied(part, deep, memo) if deep else part for name, part in value.attributes.items()}
            )
            clone.items = copied(value.items, deep, memo) if deep else value.items
            return clone
        case list():
            result: list[Any] = []
            memo[id(value)] = result
            result.extend(copied(part, deep, memo) if deep else part for part in value)
            return result
        case dict():
            return {key: copied(part, deep, memo) if deep else part for key, part in value.items()}
        case tuple() if deep and type(value) is tuple:
            return tuple(copied(part, deep, memo) for part in value)
        case set():
            return set(value)
        case _:
            return value
