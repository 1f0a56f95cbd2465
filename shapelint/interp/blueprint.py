"""Layers of known arguments and what they make of known sizes: a deep model repeats a few of them hundreds of times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..shapes import Shape, Tensor, symbols_of

if TYPE_CHECKING:
    from .machine import Machine

__all__ = ["Blueprint", "blueprint_key", "remembered", "remembers"]

_PLAIN = frozenset({int, bool, str, float, type(None)})


class Blueprint:
    """What the constructor of a layer makes of arguments that are all known.

    ``bound``: the arguments by parameter name.  ``outputs``: what its calls returned, by the dims and dtype of the input.
    """

    __slots__ = ("_attributes", "bound", "outputs")

    def __init__(self, bound: Mapping[str, Any], attributes: Mapping[str, Any]) -> None:
        self.bound, self._attributes = bound, attributes
        self.outputs: dict[Any, tuple[Shape, str | None]] = {}

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


def remembered(machine: Machine, blueprint: Any, operands: Sequence[Any], named: Mapping[str, Any]) -> Tensor | None:
    """The output of a layer that was called on such an input before."""
    key = _call_key(blueprint, operands, named)
    found = None if key is None else _outputs(machine, blueprint, key).get(key)
    return None if found is None else Tensor(*found)


def remembers(machine: Machine, blueprint: Any, operands: Sequence[Any], named: Mapping[str, Any], output: Any) -> None:
    """Note what a call returned that was accepted without conditions."""
    key = _call_key(blueprint, operands, named)
    if key is None or type(output) is not Tensor or output is operands[0] or output.elements is not None:
        return
    shape = output.shape
    known = frozenset().union(*map(symbols_of, operands[0].shape.dims))
    if shape.lead is None and all(symbols_of(dim) <= known for dim in shape.dims):
        _outputs(machine, blueprint, key)[key] = (shape, output.dtype)


def _call_key(blueprint: Any, operands: Sequence[Any], named: Mapping[str, Any]) -> Any:
    if type(blueprint) is not Blueprint or len(operands) != 1 or named:
        return None
    given = operands[0]
    if type(given) is not Tensor or given.shape.lead is not None or given.elements is not None:
        return None
    return blueprint, given.shape.dims, given.dtype


def _outputs(machine: Machine, blueprint: Blueprint, key: Any) -> dict[Any, tuple[Shape, str | None]]:
    """Sizes that are numbers are the same in every run; symbols are not."""
    return blueprint.outputs if all(type(dim) is int for dim in key[1]) else machine.outputs
