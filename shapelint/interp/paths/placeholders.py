"""Arguments that nobody gave: parameters without default are symbols of their names, inputs tensors of unknown rank."""

from __future__ import annotations

from typing import Any

import libcst as cst

from ...shapes import Expr, Shape, Symbol, Tensor, Unknown, substitute, unknown_rank
from ...shapes.dim import of_atom
from ..model.classes import Class, Instance
from ..model.functions import Function
from ..model.values import Gap
from ..objects.parameters import MORE_KEYWORDS, MORE_POSITIONAL
from .tensor_hints import tensor_hint

__all__ = ["arguments_of", "inputs_of"]

_TEXT_PARAMETERS = frozenset(
    {"str", "bool", "Callable", "Type", "List", "Tuple", "Dict", "Any", "dict", "list", "tuple"}
)


def arguments_of(cls: Class, strict: bool = False, values: Any = None, absent: bool = False) -> dict[str, Any]:
    """Values for the parameters of the constructor that have no default (with ``strict``: for all; with ``absent``: for
    those that default to None, too), by name."""
    found = cls.find("__init__")
    if found is None or not isinstance(found[1], Function):
        layer = None if found is None else found[0].layer
        return {} if layer is None else {name: of_atom(Symbol(name)) for name in layer.signature.required}
    params = found[1].node.params
    wanted = [*params.posonly_params, *params.params][1:] + list(params.kwonly_params)
    given: dict[str, Any] = {}
    for param in wanted:
        if param.default is None or strict or (absent and _is_none(param.default)):
            given[param.name.value] = substitute_named(_parameter(param), values)
    if isinstance(params.star_arg, cst.Param):
        given[MORE_POSITIONAL] = Gap(f"'*{params.star_arg.name.value}' is not given")
    if params.star_kwarg is not None:
        given[MORE_KEYWORDS] = Gap(f"'**{params.star_kwarg.name.value}' is not given")
    return given


def _written(cls: Class, function: Function) -> Any:
    """The ``forward`` as it stands in the class, where a decorator made it a function of ``*args, **kwargs``."""
    body = () if cls.node is None or not isinstance(function.node.params.star_arg, cst.Param) else cls.node.body.body
    inner = (part for part in body if isinstance(part, cst.FunctionDef) and part.name.value == "forward")
    return next(inner, function.node)


def _is_none(default: cst.BaseExpression) -> bool:
    return isinstance(default, cst.Name) and default.value == "None"


def substitute_named(value: Any, values: Any) -> Any:
    """A parameter with the value that a replay gives it."""
    return substitute(value, values) if isinstance(value, Expr) and values else value


def _parameter(param: cst.Param) -> Any:
    name = param.name.value
    if param.annotation is not None:
        annotation = param.annotation.annotation
        head = annotation.value if isinstance(annotation, cst.Subscript) else annotation
        if isinstance(head, cst.Attribute):
            head = head.attr
        if isinstance(head, cst.Name) and head.value in _TEXT_PARAMETERS:
            return Unknown(f"parameter '{name}' has no default")
    minimum = 0 if "pad" in name else 1
    return of_atom(Symbol(name, minimum=minimum, reason=f"parameter '{name}' has no default"))


def inputs_of(instance: Instance, shapes: tuple[Shape, ...] | None, *, optional: bool = False) -> dict[str, Any]:
    """Tensors for the parameters of ``forward`` that have no default; with ``optional`` unknowns for the others."""
    found = instance.cls.entry
    if found is None:
        return {}
    if not isinstance(found[1], Function):
        layer = instance.cls.catalogued
        names = ("input",) if layer is None else layer.inputs.required
        known = dict(zip(names, shapes or (), strict=False))
        return {name: Tensor(known.get(name) or unknown_rank("an input")) for name in names}
    params = _written(found[0], found[1]).params
    wanted = [*params.posonly_params, *params.params][1:] + list(params.kwonly_params)
    given: dict[str, Any] = {}
    for index, param in enumerate(p for p in wanted if p.default is None):
        name = param.name.value
        hint = param.annotation.annotation if param.annotation is not None else None
        plain = isinstance(hint, cst.Name) and hint.value in ("int", "float", "bool", "str")
        if shapes is not None and index < len(shapes):
            value = shapes[index]
            given[name] = Tensor(value) if isinstance(value, Shape) else value
        elif plain or (isinstance(hint, cst.Subscript) and tensor_hint(hint) is None):
            given[name] = Unknown(f"argument '{name}' of forward")
        else:
            given[name] = Tensor(unknown_rank(f"input '{name}'"))
    if optional and given:
        left_out = (param.name.value for param in wanted if param.default is not None)
        given.update({name: Unknown(f"argument '{name}' of forward") for name in left_out})
    return given
