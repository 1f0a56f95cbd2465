"""``inspect``: signatures of functions and kinds of values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import libcst as cst

from ...layers import Signature
from ...shapes import Expr, Unknown
from ..machine.machine import Machine
from ..model.classes import Class, Instance, Module
from ..model.frame import Frame
from ..model.functions import Bound, Builtin, Function
from ..model.values import Choice, External

__all__ = ["INSPECT"]

_PARAMETER_KINDS = ("POSITIONAL_ONLY", "POSITIONAL_OR_KEYWORD", "VAR_POSITIONAL", "KEYWORD_ONLY", "VAR_KEYWORD")


_PARAMETER = Class("Parameter", names={kind: kind for kind in _PARAMETER_KINDS})


_SIGNATURE = Class("Signature")


def _signature(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
    """``inspect.signature`` of a function of the linted code."""
    target = args[0]
    while isinstance(target, Function) and "__wrapped__" in target.attributes:
        target = target.attributes["__wrapped__"]
    if isinstance(target, Class):
        found = target.find("__init__")
        if found is not None and found[0].layer is not None:
            return _signature_of_layer(found[0].layer.signature)
        target = None if found is None else found[1]
    if not isinstance(target, Function):
        return Unknown("the signature of an unknown function")
    params = target.node.params
    listed = [(param, "POSITIONAL_ONLY") for param in params.posonly_params]
    listed += [(param, "POSITIONAL_OR_KEYWORD") for param in params.params]
    if isinstance(params.star_arg, cst.Param):
        listed.append((params.star_arg, "VAR_POSITIONAL"))
    listed += [(param, "KEYWORD_ONLY") for param in params.kwonly_params]
    if params.star_kwarg is not None:
        listed.append((params.star_kwarg, "VAR_KEYWORD"))
    if isinstance(args[0], Class):
        listed = listed[1:]
    parameters = {
        param.name.value: Instance(
            _PARAMETER,
            {"name": param.name.value, "kind": kind, "default": target.defaults.get(param.name.value, _EMPTY)},
        )
        for param, kind in listed
    }
    return Instance(_SIGNATURE, {"parameters": parameters})


def _signature_of_layer(declared: Signature) -> Instance:
    kinds = dict.fromkeys(declared.positional, "POSITIONAL_OR_KEYWORD")
    kinds |= dict.fromkeys(declared.keyword_only, "KEYWORD_ONLY")
    parameters = {
        name: Instance(_PARAMETER, {"name": name, "kind": kind, "default": declared.defaults.get(name, _EMPTY)})
        for name, kind in kinds.items()
    }
    return Instance(_SIGNATURE, {"parameters": parameters})


_EMPTY = External("inspect.Parameter.empty")


def _is_kind(*kinds: type) -> Builtin:
    """``inspect.isfunction`` and its like."""

    def apply(machine: Machine, args: Sequence[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> Any:
        value = args[0]
        return (
            Unknown("the kind of an unknown value")
            if isinstance(value, (Unknown, Expr, Choice))
            else isinstance(value, kinds)
        )

    return Builtin("is_kind", apply)


INSPECT: dict[str, Any] = {
    "inspect.signature": Builtin("signature", _signature), "inspect.isfunction": _is_kind(Function),
    "inspect.isclass": _is_kind(Class), "inspect.ismethod": _is_kind(Bound), "inspect.isbuiltin": _is_kind(Builtin),
    "inspect.ismodule": _is_kind(Module),
}  # fmt: skip
