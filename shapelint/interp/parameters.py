"""Which argument goes to which parameter of a function of the linted code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import libcst as cst

from ..shapes import Unknown
from .machine import Machine
from .scope import Frame
from .values import (
    Function,
    Gap,
    Thrown,
)  # fmt: skip

__all__ = ["MORE_KEYWORDS", "MORE_POSITIONAL", "bind_parameters", "defaults_of"]


MORE_POSITIONAL, MORE_KEYWORDS = "*more", "**more"


"""Keys under which a call that the interpreter makes up says that ``*args`` and ``**kwargs`` may hold anything."""


def bind_parameters(
    machine: Machine, function: Function, args: Sequence[Any], kwargs: Mapping[str, Any]
) -> dict[str, Any]:
    """Arguments by parameter name.  What a :class:`Gap` may fill is unknown; a misfit raises TypeError in the program."""
    params = function.node.params
    positional = [*params.posonly_params, *params.params]
    names: dict[str, Any] = {}
    rest = list(kwargs.items())
    vague = "**" in kwargs
    values = list(args)
    gap = next((i for i, value in enumerate(values) if isinstance(value, Gap)), None)
    if gap is not None:
        values, vague = values[:gap], True
    for param, value in zip(positional, values, strict=False):
        names[param.name.value] = value
    more = {key: kwargs[key] for key in (MORE_POSITIONAL, MORE_KEYWORDS) if key in kwargs}
    rest = [pair for pair in rest if pair[0] not in more]
    if isinstance(params.star_arg, cst.Param):
        names[params.star_arg.name.value] = (*args[len(positional) :], *filter(None, [more.get(MORE_POSITIONAL)]))
    elif len(values) > len(positional):
        raise Thrown("TypeError")
    accepted = {p.name.value for p in (*params.params, *params.kwonly_params)}
    extra: dict[str, Any] = {}
    for key, value in rest:
        if key in accepted and key not in names:
            names[key] = value
        elif key in names and key in accepted:
            raise Thrown("TypeError")
        else:
            extra[key] = value
    if params.star_kwarg is not None:
        if MORE_KEYWORDS in more:
            extra["**"] = more[MORE_KEYWORDS]
        names[params.star_kwarg.name.value] = extra
    elif extra and not vague:
        raise Thrown("TypeError")
    for param in (*positional, *params.kwonly_params):
        name = param.name.value
        if name not in names:
            if name in function.defaults and not vague:
                names[name] = function.defaults[name]
            elif vague:
                names[name] = Unknown(f"'{name}' may be among unknown arguments")
            else:
                raise Thrown("TypeError")
    return names


def defaults_of(machine: Machine, params: cst.Parameters, frame: Frame) -> dict[str, Any]:
    """Default values of parameters, evaluated where the function is defined."""
    return {
        param.name.value: machine.evaluate(param.default, frame)
        for param in (*params.posonly_params, *params.params, *params.kwonly_params)
        if param.default is not None
    }
