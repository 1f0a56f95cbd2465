"""Transforms that are made of others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TypeAlias

from shapelint.interp.library.declare import Invocation, method
from shapelint.interp.library.pictures import either, size_of
from shapelint.interp.library.pytorch.torchvision.transforms.classes import transform_class
from shapelint.interp.model.classes import Instance
from shapelint.interp.model.values import Gap
from shapelint.interp.objects.iteration import as_list
from shapelint.shapes import Unknown, Value

_Part: TypeAlias = Callable[..., Value]

_LAMBDA = transform_class("Lambda", "lambd")


@method(_LAMBDA, "__call__ forward", "self, *values, **named")
def apply_function(at: Invocation, self: Instance, values: tuple[Value, ...], named: Mapping[str, Value]) -> Value:
    """A function of the file's own."""
    return at.call(_option(self, "lambd", Unknown("a function")), *values, **named)


def _option(transform: Instance, name: str, otherwise: Value) -> Value:
    options = transform.attributes.get("options")
    return options.get(name, otherwise) if isinstance(options, dict) else otherwise


def _declare(name: str, combine: Callable[[Sequence[_Part], Sequence[Value]], Value]) -> None:
    @method(transform_class(name, "transforms p"), "__call__ forward", "self, *values, **named")
    def transform(at: Invocation, self: Instance, values: tuple[Value, ...], named: Mapping[str, Value]) -> Value:
        parts = as_list(at.machine, _option(self, "transforms", None))
        if parts is None or any(isinstance(part, Gap) for part in parts):
            return Unknown(f"a '{name}' of unknown transforms")
        return combine([partial(at.call, part, **named) for part in parts], values)


def _compose(parts: Sequence[_Part], values: Sequence[Value]) -> Value:
    for part in parts:
        result = part(*values)
        values = result if len(values) > 1 and isinstance(result, tuple) else (result,)
    return values[0] if len(values) == 1 else tuple(values)


def _perhaps(parts: Sequence[_Part], values: Sequence[Value]) -> Value:
    if len(values) != 1:
        return Unknown("transforms of several values")
    return either([values[0], _compose(parts, values)])


def _one_of(parts: Sequence[_Part], values: Sequence[Value]) -> Value:
    if len(values) != 1 or not parts:
        return Unknown("transforms of several values")
    return either([part(*values) for part in parts])


def _any_order(parts: Sequence[_Part], values: Sequence[Value]) -> Value:
    if len(values) != 1:
        return Unknown("transforms of several values")
    made = [part(*values) for part in parts]
    if all(size_of(one) == size_of(values[0]) for one in made):
        return either([values[0], *made])
    return Unknown("transforms in unknown order")


_declare("Compose", _compose)
_declare("RandomApply", _perhaps)
_declare("RandomChoice", _one_of)
_declare("RandomOrder", _any_order)
