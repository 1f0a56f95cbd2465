"""``inspect``: signatures of functions and kinds of values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

import libcst as cst

from shapelint.interp.library.declare import Invocation, models
from shapelint.interp.model.class_names import ClassNames
from shapelint.interp.model.classes import Class, Instance, Module
from shapelint.interp.model.functions import Bound, Builtin, Function
from shapelint.interp.model.module_tree import is_module
from shapelint.interp.model.values import Choice, External
from shapelint.layers import Signature
from shapelint.shapes import Expr, Unknown, Value

_KINDS = ("POSITIONAL_ONLY", "POSITIONAL_OR_KEYWORD", "VAR_POSITIONAL", "KEYWORD_ONLY", "VAR_KEYWORD")
_PARAMETER = Class("Parameter", names=ClassNames({kind: kind for kind in _KINDS}))
_SIGNATURE = Class("Signature")
_ARGUMENTS = Class("FullArgSpec")
_EMPTY = External("inspect.Parameter.empty")
_SELF = ("self", "POSITIONAL_OR_KEYWORD", _EMPTY)


@models("inspect.signature", "obj, **options")
def signature(at: Invocation, obj: Value, options: Mapping[str, Value]) -> Value:
    """The parameters of a function of the linted code, or of the constructor of a class."""
    target = obj
    while isinstance(target, Function) and "__wrapped__" in target.attributes:
        target = target.attributes["__wrapped__"]
    listed = _parameters_of(target)
    if listed is None:
        return Unknown("the signature of an unknown function")
    return _signature(listed[int(isinstance(target, (Bound, Class, Instance))) :])


@models("inspect.getfullargspec", "func")
def arguments(at: Invocation, func: Value) -> Value:
    """The names of the parameters; ``self`` is among those of methods and classes."""
    listed = _parameters_of(func)
    if listed is None:
        return Unknown("the parameters of an unknown function")
    names = {kind: [name for name, given, _ in listed if given == kind] for kind in _KINDS}
    by_place = names["POSITIONAL_ONLY"] + names["POSITIONAL_OR_KEYWORD"]
    defaults = {name: default for name, _, default in listed if default is not _EMPTY}
    found: dict[str, Value] = {
        "args": by_place,
        "varargs": next(iter(names["VAR_POSITIONAL"]), None),
        "varkw": next(iter(names["VAR_KEYWORD"]), None),
        "defaults": tuple(defaults[name] for name in by_place if name in defaults) or None,
        "kwonlyargs": names["KEYWORD_ONLY"],
        "kwonlydefaults": {name: defaults[name] for name in names["KEYWORD_ONLY"] if name in defaults} or None,
    }
    return Instance(_ARGUMENTS, found)


def _parameters_of(obj: Value) -> list[tuple[str, str, Value]] | None:
    """Name, kind and default of each parameter, with the ``self`` of a method or of a class's constructor; None if unknown."""
    target = obj.function if isinstance(obj, Bound) else obj
    if isinstance(obj, Bound) and isinstance(obj.self, Instance) and obj.self.cls.catalogued is not None:
        forward = obj.self.cls.find("forward")
        if forward is not None and forward[1] is target and forward[0].layer is not None:
            return [_SELF, *_of_layer(forward[0].layer.inputs)]
    if isinstance(target, Instance):  # what its class calls when it is called
        found = target.cls.find("__call__")
        if found is None and is_module(target):
            return [_SELF, ("args", "VAR_POSITIONAL", _EMPTY), ("kwargs", "VAR_KEYWORD", _EMPTY)]
        target = None if found is None else found[1]
    if isinstance(target, Class):
        found = target.find("__init__")
        if found is not None and found[0].layer is not None:
            return [_SELF, *_of_layer(found[0].layer.signature)]
        target = None if found is None else found[1]
    if not isinstance(target, Function):
        return None
    return [(name, kind, target.defaults.get(name, _EMPTY)) for name, kind in _kinds_of(target.node.params)]


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


def _of_layer(declared: Signature) -> list[tuple[str, str, Value]]:
    kinds = dict.fromkeys(declared.positional, "POSITIONAL_OR_KEYWORD")
    kinds |= dict.fromkeys(declared.keyword_only, "KEYWORD_ONLY")
    return [(name, kind, declared.defaults.get(name, _EMPTY)) for name, kind in kinds.items()]


def _signature(parameters: Iterable[tuple[str, str, Value]]) -> Instance:
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
