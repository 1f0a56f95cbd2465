"""``torch.autograd``: functions with a backward pass of their own."""

from __future__ import annotations

from collections.abc import Mapping

from shapelint.interp.library.declare import Invocation, means, modelled, models
from shapelint.interp.model.class_names import ClassNames
from shapelint.interp.model.classes import Class, Instance
from shapelint.interp.model.functions import ClassMethod
from shapelint.shapes import Unknown, Value

_CONTEXT = Class("FunctionCtx", unknown_base="torch.autograd.function.FunctionCtx")


def _apply(at: Invocation, cls: Value, inputs: tuple[Value, ...], options: Mapping[str, Value]) -> Value:
    """``MyFunction.apply(x)``: its ``forward``, the context first unless it is set up apart."""
    if not isinstance(cls, Class):
        return Unknown("a function of an unknown class")
    found = cls.find("forward")
    if found is None:
        return Unknown(f"{cls.name} has no forward")
    context = () if cls.find("setup_context") else (Instance(_CONTEXT),)
    return at.call(found[1], *context, *inputs, **options)


_APPLY = ClassMethod(modelled("apply", "cls, /, *inputs, **options", _apply))
means("torch.autograd.Function torch.autograd.function.Function", Class("Function", names=ClassNames(apply=_APPLY)))


@models("torch.autograd.Variable", "data=..., *rest, **options")
def variable(at: Invocation, data: Value, rest: tuple[Value, ...], options: Mapping[str, Value]) -> Value:
    """The tensor."""
    return Unknown("a variable") if data is ... else data
