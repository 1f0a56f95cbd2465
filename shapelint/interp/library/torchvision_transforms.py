"""``torchvision.transforms``: its classes and functions; ``v2`` has the same names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ...shapes import Tensor, Unknown, Value
from ..machine.machine import Machine
from ..machine.tables import call
from ..model.classes import Class
from ..model.frame import Frame
from ..model.functions import Builtin
from ..model.values import Choice, Gap
from ..objects.iteration import as_list
from .arguments import given
from .image_operations import FUNCTIONS, OPERATIONS, Operation
from .pictures import either, is_picture, size_of

__all__ = ["TRANSFORMS"]


def _initialize(signature: str) -> Builtin:
    def initialize(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> None:
        machine.heap.touch(args[0].attributes)
        args[0].attributes["options"] = given(signature, args[1:], kwargs)

    return Builtin("__init__", initialize)


def _class(name: str, signature: str, operation: Operation) -> Class:
    def transform(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
        self, *values = args
        options = self.attributes.get("options")
        if len(values) != 1 or kwargs or not isinstance(options, dict):
            return Unknown(f"'{name}' of several values")  # v2 takes images with their boxes and masks
        return operation(_resolved(machine, values[0]), options)

    return _transform_class(name, _initialize(signature), transform)


def _transform_class(name: str, initialize: Builtin, transform: Callable[..., Any]) -> Class:
    apply = Builtin(name, transform)
    names: dict[str, Value] = {"__init__": initialize, "__call__": apply, "forward": apply}
    return Class(name, names=names, unknown_base=f"torchvision.transforms.{name}")


def _resolved(machine: Machine, value: Any) -> Any:
    if isinstance(value, Choice) and all(map(is_picture, value.options)):
        return either(value.options)
    if isinstance(value, Tensor):
        value.shape = machine.tape.resolve(value.shape)
    return value


def _function(name: str, signature: str, operation: Operation) -> Builtin:
    def apply(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
        if "output_size" in kwargs:
            kwargs["size"] = kwargs["output_size"]
        options = given(f"img {signature}", args, kwargs)
        value = options.get("img", kwargs.get("inpt", kwargs.get("pic", kwargs.get("tensor"))))
        return operation(_resolved(machine, value), options)

    return Builtin(name, apply)


# -- transforms made of others ----------------------------------------------------------------------------------------


def _of_others(name: str, apply: Callable[..., Any]) -> Class:
    def transform(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
        self, *values = args
        parts = as_list(machine, self.attributes["options"].get("transforms"))
        if parts is None or any(isinstance(part, Gap) for part in parts):
            return Unknown(f"a '{name}' of unknown transforms")
        calls = [lambda *given, part=part: call(machine, part, given, kwargs, node, frame) for part in parts]
        return apply(calls, values)

    return _transform_class(name, _initialize("transforms p"), transform)


def _compose(parts: list[Callable[..., Any]], values: list[Any]) -> Any:
    for part in parts:
        result = part(*values)
        values = list(result) if len(values) > 1 and isinstance(result, tuple) else [result]
    return values[0] if len(values) == 1 else tuple(values)


def _perhaps(parts: list[Callable[..., Any]], values: list[Any]) -> Any:
    if len(values) != 1:
        return Unknown("transforms of several values")
    return either([values[0], _compose(parts, values)])


def _one_of(parts: list[Callable[..., Any]], values: list[Any]) -> Any:
    if len(values) != 1 or not parts:
        return Unknown("transforms of several values")
    return either([part(*values) for part in parts])


def _any_order(parts: list[Callable[..., Any]], values: list[Any]) -> Any:
    if len(values) != 1:
        return Unknown("transforms of several values")
    if all(size_of(part(*values)) == size_of(values[0]) for part in parts):
        return either([values[0], *(part(*values) for part in parts)])
    return Unknown("transforms in unknown order")


def _lambda(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    self, *values = args
    return call(machine, self.attributes["options"].get("lambd", Unknown("a function")), values, kwargs, node, frame)


_CLASSES: dict[str, Class] = {
    **{name: _class(name, signature, operation) for name, (signature, operation, _) in OPERATIONS.items()},
    "Compose": _of_others("Compose", _compose), "RandomApply": _of_others("RandomApply", _perhaps),
    "RandomChoice": _of_others("RandomChoice", _one_of), "RandomOrder": _of_others("RandomOrder", _any_order),
    "Lambda": _transform_class("Lambda", _initialize("lambd"), _lambda),
}  # fmt: skip

TRANSFORMS: dict[str, Any] = {
    **{f"torchvision.transforms.{name}": cls for name, cls in _CLASSES.items()},
    **{
        f"torchvision.transforms.functional.{name}": _function(name, signature, operation)
        for name, (signature, operation) in FUNCTIONS.items()
    },
}
"""By the name in ``torchvision.transforms``; those of ``v2`` are looked up there too."""
