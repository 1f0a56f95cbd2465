"""Made-up arguments: a parameter without a default is a symbol of its name, an input is a tensor of unknown rank.

A parameter that is such a symbol counts as a number in arithmetic.  Where it may as well be a tensor or a list (as an operand
of a product, an index, all the sizes of a ``view``) it is unknown, and no comparison with it is decided.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import libcst as cst

from ...layers import Layer
from ...shapes import Dim, Expr, Shape, Symbol, Tensor, Unknown, Value, substitute, unknown_rank
from ...shapes.dim import of_atom
from ..model.classes import Class, Instance
from ..model.functions import Bound, Function
from ..model.values import Gap
from ..objects.parameters import MORE_KEYWORDS, MORE_POSITIONAL
from .tensor_hints import tensor_hint

__all__ = ["arguments_of", "by_place", "entered", "inputs_of"]

_TEXT_PARAMETERS = frozenset(
    {"str", "bool", "Callable", "Type", "List", "Tuple", "Dict", "Any", "dict", "list", "tuple"}
)
_NONE: Mapping[str, int] = MappingProxyType({})


def arguments_of(
    cls: Class,
    strict: bool = False,
    values: Mapping[Symbol, Dim] | None = None,
    absent: bool = False,
    unset: bool = False,
    sizes: Mapping[str, int] = _NONE,
) -> dict[str, Value]:
    """Values for the parameters of the constructor that have no default, by name.

    With ``strict`` those that have one get a value too, with ``absent`` or ``unset`` those of them whose default is None:
    a size of their name, as ``absent`` has it, or else an unknown, since what is given for None may be None again.
    ``values``: what a replay takes for the parameters that it changes; ``sizes``: what the user says that some are.
    """
    found = cls.find("__init__")
    if found is None or not isinstance(found[1], Function):
        layer = None if found is None else found[0].layer
        return {} if layer is None else _arguments_of_layer(layer, strict, unset, sizes)
    params = found[1].node.params
    wanted = [*params.posonly_params, *params.params][1:] + list(params.kwonly_params)
    given: dict[str, Value] = {}
    for param in wanted:
        unset_here = param.default is not None and _is_none(param.default)
        if unset_here and (strict or unset):
            given[param.name.value] = Unknown(f"parameter '{param.name.value}' is perhaps given")
        elif param.default is None or strict or (absent and unset_here):
            value = _parameter(param, None if param.default is not None else sizes.get(param.name.value))
            given[param.name.value] = substitute(value, values) if isinstance(value, Expr) and values else value
    if isinstance(params.star_arg, cst.Param):
        given[MORE_POSITIONAL] = Gap(f"'*{params.star_arg.name.value}' is not given")
    if params.star_kwarg is not None:
        given[MORE_KEYWORDS] = Gap(f"'**{params.star_kwarg.name.value}' is not given")
    return given


def _arguments_of_layer(layer: Layer, strict: bool, unset: bool, sizes: Mapping[str, int]) -> dict[str, Value]:
    """The same where the class takes the arguments of the layer of torch that it derives from."""
    given: dict[str, Value] = {
        name: sizes[name] if name in sizes else of_atom(Symbol(name)) for name in layer.signature.required
    }
    for name, default in layer.signature.defaults.items():
        if name not in given and (strict or (unset and default is None)):
            given[name] = Unknown(f"parameter '{name}' is perhaps given")
    return given


def _written(cls: Class, function: Function) -> cst.FunctionDef | cst.Lambda:
    """The ``forward`` as the class defines it, where a decorator made it a function of ``*args, **kwargs``."""
    body = () if cls.node is None or not isinstance(function.node.params.star_arg, cst.Param) else cls.node.body.body
    inner = (part for part in body if isinstance(part, cst.FunctionDef) and part.name.value == "forward")
    return next(inner, function.node)


def _is_none(default: cst.BaseExpression) -> bool:
    return isinstance(default, cst.Name) and default.value == "None"


def _parameter(param: cst.Param, size: int | None) -> Dim | Unknown:
    """A size with the name of the parameter unless it has a ``size``, or an unknown where the annotation says that it is not a
    number."""
    name = param.name.value
    if size is not None:
        return size
    if param.annotation is not None:
        annotation = param.annotation.annotation
        head = annotation.value if isinstance(annotation, cst.Subscript) else annotation
        if isinstance(head, cst.Attribute):
            head = head.attr
        if isinstance(head, cst.Name) and head.value in _TEXT_PARAMETERS:
            return Unknown(f"parameter '{name}' has no default")
    minimum = 0 if "pad" in name else 1  # ``padding`` is the size that is often 0
    return of_atom(Symbol(name, minimum=minimum, reason=f"parameter '{name}' has no default"))


def entered(instance: Instance) -> tuple[Class, Value] | None:
    """What a call of a module enters, with its class: a method that it was given (``net.forward = MethodType(f, net)``)
    comes before that of the class."""
    own = instance.attributes.get("forward")
    is_method = isinstance(own, Bound) and own.self is instance and isinstance(own.function, Function)
    return (instance.cls, own.function) if is_method and isinstance(own, Bound) else instance.cls.entry


def inputs_of(instance: Instance, inputs: tuple[Value, ...] | None, *, optional: bool = False) -> dict[str, Value]:
    """Values for the parameters of ``forward`` that have no default, by name: ``inputs`` as far as they go, shapes as
    tensors, then tensors of unknown rank.  With ``optional`` the other parameters get unknowns."""
    found = entered(instance)
    if found is None:
        return {}
    if not isinstance(found[1], Function):
        layer = instance.cls.catalogued
        names = ("input",) if layer is None else layer.inputs.required
        known = dict(zip(names, inputs or (), strict=False))
        return {name: _as_input(known.get(name, unknown_rank("an input"))) for name in names}
    params = _written(found[0], found[1]).params
    wanted = [*params.posonly_params, *params.params][1:] + list(params.kwonly_params)
    given: dict[str, Value] = {}
    for index, param in enumerate(p for p in wanted if p.default is None):
        if inputs is not None and index < len(inputs):
            given[param.name.value] = _as_input(inputs[index])
        else:
            given[param.name.value] = _symbolic_input(param)
    if optional and given:
        left_out = (param.name.value for param in wanted if param.default is not None)
        given.update({name: Unknown(f"argument '{name}' of forward") for name in left_out})
    return given


def by_place(function: Value, given: Mapping[str, Value]) -> tuple[tuple[Value, ...], dict[str, Value]]:
    """``given`` as a call has it: what only has a place (before the ``/`` of a signature) by place, the rest by name."""
    params = function.node.params.posonly_params if isinstance(function, Function) else ()
    unnamed = [param.name.value for param in params if param.name.value in given]
    return tuple(given[name] for name in unnamed), {name: given[name] for name in given if name not in unnamed}


def _as_input(value: Value) -> Value:
    return Tensor(value) if isinstance(value, Shape) else value


def _symbolic_input(param: cst.Param) -> Tensor | Unknown:
    name = param.name.value
    hint = param.annotation.annotation if param.annotation is not None else None
    plain = isinstance(hint, cst.Name) and hint.value in ("int", "float", "bool", "str")
    if plain or (isinstance(hint, cst.Subscript) and tensor_hint(hint) is None):  # ``List[Tensor]`` and the like
        return Unknown(f"argument '{name}' of forward")
    return Tensor(unknown_rank(f"input '{name}'"))
