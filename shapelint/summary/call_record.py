"""One call in the form of the JSON contract."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from ..interp import Call, Instance
from ..interp.model.state import State
from ..layers.declare import parameters_of
from ..shapes import Dim, Expr, Parameter, Tensor, Value
from .receptive_value import EVERYTHING, Field, ReceptiveField
from .rows import place_of
from .shown_values import ShownValues, may_be_tensor
from .totals import numbers_in

__all__ = ["arguments_text", "call_record", "own_parameters"]

_UNSAID = ("device", "dtype")


def call_record(
    call: Call, values: ShownValues, params: Dim, state: State, work: Dim | None, field: ReceptiveField
) -> dict[str, Any]:
    """The fields of a call of a module: what it was given and gave, and what it holds and costs.

    ``params``: how many parameters are to be told of it.  ``state``: where those that are trained are counted.  ``work``:
    its multiply-adds.
    """
    assert call.module is not None
    built = call.module.built
    memory = values.bytes(call.output)
    return {
        "path": call.path,
        "layer": call.name,
        **place_of(built),
        "in": [values.value(value) for value in call.operands if may_be_tensor(value)],
        "out": values.value(call.output),
        "known": values.is_known(call.output),
        "params": values.dim(params),
        "arguments": arguments_text(call, values),
        "trainable": _trainable(params, state, values),
        "mult_adds": None if work is None else values.dim(work),
        "memory": None if memory is None else values.dim(memory),
        **_seen(field),
    }


def arguments_text(call: Call, values: ShownValues) -> str:
    """The arguments of the constructor that differ from its defaults: ``3, 64, kernel_size=7, stride=2``."""
    layer = call.layer
    if layer is None:
        return ""
    signature, parts, by_position = layer.signature, [], True
    for name in (*signature.positional, *signature.keyword_only):
        value = call.arguments.get(name, _MISSING)
        default = signature.defaults.get(name, _REQUIRED)
        if value is _MISSING or name in _UNSAID or (type(value) is type(default) and value == default):
            by_position = False
            continue
        text = _text(value, values)
        parts.append(text if by_position and default is _REQUIRED else f"{name}={text}")
    return ", ".join(parts)


_MISSING = object()
_REQUIRED = object()


def _text(value: Value, values: ShownValues) -> str:
    match value:
        case Expr():
            return str(values.dim(value))
        case Tensor():
            return str(value.shape)
        case Instance():
            return value.cls.name
        case tuple() | list():
            inside = ", ".join(_text(part, values) for part in value)
            return f"({inside}{',' * (len(value) == 1)})" if isinstance(value, tuple) else f"[{inside}]"
        case None | bool() | int() | float() | str():
            return repr(value)
        case _:
            return "?"


def _trainable(params: Dim, state: State, values: ShownValues) -> int | str | None:
    """How many of the parameters are trained; None where that depends on what is not known."""
    found = [entry.tensor for entry in state.parameters if isinstance(entry.tensor, Parameter)]
    if all(tensor.trainable for tensor in found):
        return values.dim(params)
    if any(tensor.trainable is None for tensor in found):
        return None
    return values.dim(numbers_in(tensor for tensor in found if tensor.trainable))


def _seen(field: ReceptiveField) -> dict[str, Any]:
    """``receptive_field`` and ``stride``: a number for each axis, ``"all"`` for the whole input, None where not known."""
    if isinstance(field, Field) and field.axes:
        return {"receptive_field": field.size, "stride": list(map(_step, field.stride))}
    return {"receptive_field": "all" if field is EVERYTHING else None, "stride": None}


def _step(stride: Fraction) -> int | str:
    return stride.numerator if stride.denominator == 1 else str(stride)


def own_parameters(module: Instance) -> Dim:
    """The number of parameters that the module itself holds, those inside of a composite layer included."""
    layer = module.cls.catalogued
    total: Dim = 0 if layer is None else layer.parameters(module.attributes)
    declared: Mapping[str, Value] = parameters_of(module.attributes)
    return total + numbers_in(
        value
        for name, value in module.attributes.items()
        if isinstance(value, Parameter) and (layer is None or name not in declared)
    )
