"""Transforms of one image, as classes and as functions."""

from __future__ import annotations

from shapelint.interp.library.call_binding import given, optional
from shapelint.interp.library.declare import Invocation, means, method, models
from shapelint.interp.library.pictures import either, layout_of
from shapelint.interp.library.pytorch.torchvision.transforms.operations import FUNCTIONS, OPERATIONS, Operation
from shapelint.interp.machine.machine import Machine
from shapelint.interp.model.classes import Class, Instance
from shapelint.interp.model.values import Choice
from shapelint.shapes import Tensor, Unknown, Value

__all__ = ["transform_class"]

_ALIASES = {"inpt": "img", "pic": "img", "tensor": "img", "output_size": "size"}
"""What the image and its size are called by one function or another."""


def transform_class(name: str, parameters: str) -> Class:
    """A transform that holds its ``options``; the caller gives it its ``__call__`` and ``forward``."""
    cls = Class(name, unknown_base=f"torchvision.transforms.{name}")
    means(f"torchvision.transforms.{name}", cls)

    @method(cls, "__init__", optional(f"self {parameters}"))
    def initialize(at: Invocation, self: Instance, rest: Value, others: Value, **options: Value) -> Value:
        at.update(self, {"options": given(options)})
        return None

    return cls


def _declare_class(name: str, parameters: str, operation: Operation) -> None:
    cls = transform_class(name, parameters)

    @method(cls, "__call__ forward", "self, *values, **named")
    def transform(at: Invocation, self: Instance, values: tuple[Value, ...], named: Value) -> Value:
        options = self.attributes.get("options")
        if len(values) != 1 or named or not isinstance(options, dict):
            return Unknown(f"'{name}' of several values")  # v2 takes images with their boxes and masks
        return operation(_resolved(at.machine, values[0]), options)


def _declare_function(name: str, parameters: str, operation: Operation) -> None:
    @models(f"torchvision.transforms.functional.{name}", optional(f"img {parameters}"), aliases=_ALIASES)
    def function(at: Invocation, rest: Value, others: Value, **arguments: Value) -> Value:
        options = given(arguments)
        return operation(_resolved(at.machine, options.get("img")), options)


def _resolved(machine: Machine, value: Value) -> Value:
    if isinstance(value, Choice) and all(layout_of(option) is not None for option in value.options):
        return either(value.options)
    if isinstance(value, Tensor):
        value.shape = machine.tape.resolve(value.shape)
    return value


for _name, (_parameters, _operation, _) in OPERATIONS.items():
    _declare_class(_name, _parameters, _operation)
for _name, (_parameters, _operation) in FUNCTIONS.items():
    _declare_function(_name, _parameters, _operation)
