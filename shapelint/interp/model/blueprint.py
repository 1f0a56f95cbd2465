"""Layers of known arguments: a deep model repeats a few of them hundreds of times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...shapes import Tensor

__all__ = ["Blueprint", "blueprint_key"]

_PLAIN = frozenset({int, bool, str, float, type(None)})


class Blueprint:
    """What the constructor of a layer makes of arguments that are all known.

    ``bound``: the arguments by parameter name.
    """

    __slots__ = ("_attributes", "bound")

    def __init__(self, bound: Mapping[str, Any], attributes: Mapping[str, Any]) -> None:
        self.bound, self._attributes = bound, attributes

    def attributes(self) -> dict[str, Any]:
        """The attributes of one more instance, with tensors of its own."""
        made = {
            name: Tensor(value.shape, value.dtype) if type(value) is Tensor else value
            for name, value in self._attributes.items()
        }
        made["_parameters"] = {name: made[name] for name in self._attributes["_parameters"]}
        return made


def blueprint_key(layer: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
    """What tells one blueprint from another (``1`` and ``True`` too); None if an argument is not known."""
    values = (*args, *kwargs.values())
    kinds = tuple(map(type, values))
    for value, kind in zip(values, kinds, strict=True):
        if kind not in _PLAIN and not (kind is tuple and all(type(item) is int for item in value)):
            return None
    return layer, values, kinds, tuple(kwargs)
