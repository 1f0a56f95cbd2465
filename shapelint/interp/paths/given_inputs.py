"""The inputs that a user gives for a model, as values of a run, laid on the parameters of ``forward``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import libcst as cst

from ...shapes import Dim, Shape, Tensor, Value, fresh
from ...shapes.written_inputs import DTYPES, Input, InputValue, TensorInput
from ..model.classes import Instance
from ..model.functions import Function
from .placeholders import by_place, entered, inputs_of

__all__ = ["InputMisfit", "NoSuchTarget", "laid_out", "signature_of"]


class NoSuchTarget(Exception):
    """The file, the name in it, or what the expression gives is nothing that can be shown."""


class InputMisfit(NoSuchTarget):
    """``forward`` has no such parameter, or not so many of them, or one of them twice."""


def laid_out(module: Instance, inputs: Sequence[Input]) -> tuple[tuple[Value, ...], dict[str, Value]]:
    """The positional and the named arguments of a call of ``module``; what is not given is of unknown rank.

    A name in several inputs is one symbol.  Raises InputMisfit.
    """
    symbols: dict[str, Dim] = {}
    positional = tuple(_value(given.value, symbols) for given in inputs if given.name is None)
    named = {given.name: _value(given.value, symbols) for given in inputs if given.name is not None}
    if len(named) + len(positional) < len(inputs):
        raise InputMisfit("an input is given twice")
    _check(module, len(positional), named)
    required, entry = inputs_of(module, positional or None), entered(module)
    if len(required) < len(positional):  # some are for parameters that have a default, or for ``*inputs``
        return positional, named
    return by_place(entry[1] if entry else None, {**required, **named})


def _check(module: Instance, count: int, named: Mapping[str, Value]) -> None:
    """Whether the call binds: parameters behind a ``*`` take no place, and a ``**rest`` takes names, but no places."""
    places, names = _parameters(module)
    if count > len(places) and not _takes_any(module):
        said = "1 input is" if count == 1 else f"{count} inputs are"
        room = f" for {len(places)}" if places else ""
        raise InputMisfit(f"{said} too many{room}: {signature_of(entered(module), 'forward')}")
    wrong = None if names is None else next((name for name in named if name not in names), None)
    if wrong is not None:
        raise InputMisfit(f"forward has no parameter '{wrong}': {signature_of(entered(module), 'forward')}")
    twice = next((name for name in places[:count] if name in named), None)
    if twice is not None:
        raise InputMisfit(f"'{twice}' is given twice: {signature_of(entered(module), 'forward')}")


def signature_of(found: object, name: str) -> str:
    """``forward(x, mask=None)`` of a method as ``Class.find`` gives it; the name alone where it is no function."""
    function = found[1] if isinstance(found, tuple) else found
    if not isinstance(function, Function):
        return f"{name}(...)"
    node = function.node
    text = " ".join(cst.Module(body=[]).code_for_node(node.params).split())
    own = isinstance(node, cst.FunctionDef) and isinstance(found, tuple)
    return f"{name}({text.partition(',')[2].strip() if own else text})"


def _parameters(module: Instance) -> tuple[list[str], list[str] | None]:
    """The parameters of ``forward`` that have a place, in order, and all names that it takes; None where it takes any."""
    found = entered(module)
    if found is None or not isinstance(found[1], Function):
        layer = module.cls.catalogued
        if layer is None:
            return [], None
        places = list(layer.inputs.positional)
        named = [name for name in (*places, *layer.inputs.keyword_only) if name not in layer.inputs.positional_only]
        return places, named if layer.inputs.keywords is None else None
    params = found[1].node.params
    unnamed = [p.name.value for p in params.posonly_params]
    more = [p.name.value for p in params.params]
    places = [*unnamed, *more][1:]
    names = [name for name in places if name in more] + [p.name.value for p in params.kwonly_params]
    return places, names if params.star_kwarg is None else None


def _takes_any(module: Instance) -> bool:
    """Whether ``forward`` has a ``*inputs``, or a layer of torch as many as it likes."""
    found = entered(module)
    return found is None or not isinstance(found[1], Function) or isinstance(found[1].node.params.star_arg, cst.Param)


def _value(written: InputValue, symbols: dict[str, Dim]) -> Value:
    match written:
        case TensorInput(dims, dtype):
            sizes = (dim if isinstance(dim, int) else symbols.setdefault(dim, fresh(dim, minimum=1)) for dim in dims)
            return Tensor(Shape(tuple(sizes)), DTYPES[dtype or "float32"])
        case tuple():
            return tuple(_value(part, symbols) for part in written)
        case list():
            return [_value(part, symbols) for part in written]
        case Mapping():
            return {key: _value(part, symbols) for key, part in written.items()}
        case _:
            return written
