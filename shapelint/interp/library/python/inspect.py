"""``inspect``: signatures of functions and kinds of values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import libcst as cst

from shapelint.interp.library.declare import Invocation, models
from shapelint.interp.model.class_names import ClassNames
from shapelint.interp.model.classes import Class, Instance, Module
from shapelint.interp.model.functions import Bound, Builtin, Function
from shapelint.interp.model.values import Choice, External
from shapelint.layers import Signature
from shapelint.shapes import Expr, Unknown, Value

_KINDS = ("POSITIONAL_ONLY", "POSITIONAL_OR_KEYWORD", "VAR_POSITIONAL", "KEYWORD_ONLY", "VAR_KEYWORD")
_PARAMETER = Class("Parameter", names=ClassNames({kind: kind for kind in _KINDS}))
_SIGNATURE = Class("Signature")
_EMPTY = External("inspect.Parameter.empty")


@models("inspect.signature", "obj, **options")
def signature(at: Invocation, obj: Value, options: Mapping[str, Value]) -> Value:
    """The parameters of a function of the linted code, or of the constructor of a class."""
    target = obj
    while isinstance(target, Function) and "__wrapped__" in target.attributes:
        target = target.attributes["__wrapped__"]
    if isinstance(target, Class):
        found = target.find("__init__")
        if found is not None and found[0].layer is not None:
            return _signature_of_layer(found[0].layer.signature)
        target = None if found is None else found[1]
    if not isinstance(target, Function):
        return Unknown("the signature of an unknown function")
    listed = list(_kinds_of(target.node.params))
    defaults = target.defaults
    return _signature((name, kind, defaults.get(name, _EMPTY)) for name, kind in listed[isinstance(obj, Class) :])


def _kinds_of(params: cst.Parameters) -> Iterator[tuple[str, str]]:
    """Every parameter in order and its kind."""
    for param in params.posonly_params:
        yield param.name.value, "POSITIONAL_ONLY"
    for param in params.params:
        yield param.name.value, "POSITIONAL_OR_KEYWORD"
    if isinstance(params.star_arg, cst.Param):
        yield params.star_arg.name.value, "VAR_POSITIONAL"
    for param in params.kwonly_params:
        yield param.name.value, "KEYWORD_ONLY"
    if params.star_kwarg is not None:
        yield params.star_kwarg.name.value, "VAR_KEYWORD"


def _signature_of_layer(declared: Signature) -> Instance:
    kinds = dict.fromkeys(declared.positional, "POSITIONAL_OR_KEYWORD")
    kinds |= dict.fromkeys(declared.keyword_only, "KEYWORD_ONLY")
    return _signature((name, kind, declared.defaults.get(name, _EMPTY)) for name, kind in kinds.items())


def _signature(parameters: Iterator[tuple[str, str, Value]]) -> Instance:
    listed: dict[str, Value] = {
        name: Instance(_PARAMETER, {"name": name, "kind": kind, "default": default})
        for name, kind, default in parameters
    }
    return Instance(_SIGNATURE, {"parameters": listed})


def _is_kind(kind: type) -> Callable[..., Value]:
    """The model of a function that asks for a kind of value."""

    def apply(at: Invocation, object: Value) -> Value:
        is_unknown = isinstance(object, (Unknown, Expr, Choice))
        return Unknown("the kind of an unknown value") if is_unknown else isinstance(object, kind)

    return apply


for _name, _kind in {
    "isfunction": Function, "isclass": Class, "ismethod": Bound, "isbuiltin": Builtin, "ismodule": Module,
}.items():  # fmt: skip
    models(f"inspect.{_name}", "object")(_is_kind(_kind))
