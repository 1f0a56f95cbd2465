"""Which argument goes to which parameter of a function of the linted code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import libcst as cst

from ...shapes import Unknown, Value
from ..machine.bounds import bounded
from ..machine.machine import Machine
from ..model.frame import Frame
from ..model.functions import Function, Parameters
from ..model.values import Gap, Thrown

__all__ = ["MORE_KEYWORDS", "MORE_POSITIONAL", "Args", "Kwargs", "bind_parameters", "defaults_of", "parameters_of"]

Args: TypeAlias = Sequence[Value]
"""Arguments given by position; a :class:`Gap` stands for an unknown number of them."""
Kwargs: TypeAlias = Mapping[str, Value]
"""Arguments given by name; a :class:`Gap` under ``**`` says that there may be others."""

MORE_POSITIONAL, MORE_KEYWORDS = "*more", "**more"
"""Keys under which a call that the interpreter makes up says that ``*args`` and ``**kwargs`` may hold anything."""


def parameters_of(function: Function) -> Parameters:
    """The signature of ``function``, read once."""
    if function.parameters is None:
        params = function.node.params
        only = [p.name.value for p in params.kwonly_params]
        plain = [p.name.value for p in params.params]
        positional = (*(p.name.value for p in params.posonly_params), *plain)
        star = params.star_arg.name.value if type(params.star_arg) is cst.Param else None
        keywords = None if params.star_kwarg is None else params.star_kwarg.name.value
        function.parameters = Parameters(positional, frozenset((*plain, *only)), (*positional, *only), star, keywords)
    return function.parameters


def bind_parameters(machine: Machine, function: Function, args: Args, kwargs: Kwargs) -> dict[str, Value]:
    """Arguments by parameter name.  What a :class:`Gap` may fill is unknown; a misfit raises TypeError in the program."""
    params = parameters_of(function)
    vague = "**" in kwargs
    gap = next(i for i, value in enumerate(args) if type(value) is Gap) if Gap in map(type, args) else None
    rest = args[len(params.positional) if gap is None else min(gap, len(params.positional)) :]
    if gap is not None:
        args, vague = args[:gap], True
    names: dict[str, Value] = dict(zip(params.positional, args, strict=False))
    if params.star is not None:
        more = kwargs.get(MORE_POSITIONAL)
        names[params.star] = bounded(machine, tuple(rest) if more is None else (*rest, more))
    elif len(args) > len(params.positional):
        raise Thrown("TypeError")
    extra = _bind_named(params, names, kwargs)
    if params.keywords is not None:
        names[params.keywords] = extra
    elif extra and not vague:
        raise Thrown("TypeError")
    for name in params.every:
        if name not in names:
            if vague:
                names[name] = Unknown(f"'{name}' may be among unknown arguments")
            elif name in function.defaults:
                names[name] = function.defaults[name]
            else:
                raise Thrown("TypeError")
    return names


def _bind_named(params: Parameters, names: dict[str, Value], kwargs: Kwargs) -> dict[str, Value]:
    """Bind the arguments that are given by name; those that no parameter takes."""
    extra: dict[str, Value] = {}
    for key, value in kwargs.items():
        if key in params.named:
            if key in names:
                raise Thrown("TypeError")
            names[key] = value
        elif key == MORE_KEYWORDS:
            if params.keywords is not None:
                extra["**"] = value
        elif key != MORE_POSITIONAL:
            extra[key] = value
    return extra


def defaults_of(machine: Machine, params: cst.Parameters, frame: Frame) -> dict[str, Value]:
    """Default values of parameters, evaluated where the function is defined."""
    return {
        param.name.value: machine.evaluate(param.default, frame)
        for param in (*params.posonly_params, *params.params, *params.kwonly_params)
        if param.default is not None
    }
