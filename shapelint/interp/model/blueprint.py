"""Layers of known arguments: a deep model repeats a few of them hundreds of times.

So the attributes of such a layer are worked out once and copied.  (Remembering whole module calls instead was not worth
it: two calls of one module on one size are rare, identical layers are the rule.)
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence

from ...shapes import Tensor, Value

__all__ = ["Blueprint", "blueprint_key"]

_PLAIN = frozenset({int, bool, str, float, type(None)})


class Blueprint:
    """What the constructor of a layer makes of arguments that are all known.

    ``bound``: the arguments by parameter name.
    """

    __slots__ = ("_attributes", "_parameters", "bound")

    def __init__(self, bound: Mapping[str, Value], attributes: Mapping[str, Value]) -> None:
        self.bound, self._attributes = bound, attributes
        parameters = attributes["_parameters"]
        self._parameters = tuple(parameters) if isinstance(parameters, dict) else ()

    def attributes(self) -> dict[str, Value]:
        """The attributes of one more instance, with tensors of its own."""
        made: dict[str, Value] = {
            name: type(value)(value.shape, value.dtype) if isinstance(value, Tensor) else value
            for name, value in self._attributes.items()
        }
        made["_parameters"] = {name: made[name] for name in self._parameters}
        return made


def blueprint_key(layer: str, args: Sequence[Value], kwargs: Mapping[str, Value]) -> Hashable:
    """What distinguishes one blueprint from another; None if an argument is not known.

    The types are part of it, since ``1`` equals ``True``.
    """
    values = (*args, *kwargs.values())
    kinds = tuple(map(type, values))
    for value, kind in zip(values, kinds, strict=True):
        if kind not in _PLAIN and not (type(value) is tuple and all(type(item) is int for item in value)):
            return None
    return layer, values, kinds, tuple(kwargs)
