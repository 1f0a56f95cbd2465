"""Calls of operators made from torch's own signatures: every overload, with each of its arguments positional, named or left out.

The schemas of ``torch._C`` say of each argument its name, type, place and default; of functions that are written in Python,
``inspect.signature`` says names and defaults, and the type follows from the default or, by convention, from the name.
"""

from __future__ import annotations

import inspect
import random
from typing import Any, NamedTuple

import torch
from oracle import T

from shapelint.ops import Op

__all__ = ["Overload", "Parameter", "call", "overloads"]


class Parameter(NamedTuple):
    """One argument: its name, its type as a schema spells it, and whether it may be left out or must be named."""

    name: str
    type: str
    default: Any
    optional: bool
    named: bool


class Overload(NamedTuple):
    """One way to call an operator."""

    text: str
    parameters: tuple[Parameter, ...]


_SKIPPED = frozenset(
    {"generator", "dtype", "layout", "device", "pin_memory", "out", "memory_format", "requires_grad", "names"}
)
_NUMBERS = frozenset(
    {"p", "eps", "alpha", "beta", "lambd", "margin", "q", "rcond", "tol", "reps", "fill_value", "value"}
)


def overloads(op: Op) -> list[Overload]:
    """What torch says of ``op``; the empty list where it does not say it in a form that can be read."""
    parts = op.name.split(".")
    spelled = "_".join(parts[1:]) if parts[1:2] in (["linalg"], ["fft"], ["special"]) else parts[-1]
    found = [
        Overload(str(schema), tuple(_of_schema(a) for a in schema.arguments if a.name not in _SKIPPED))
        for schema in torch._C._jit_get_schemas_for_operator(f"aten::{spelled}")
        if not schema.overload_name.endswith("out") and "Dimname" not in str(schema)
    ]
    python = None if op.is_method else _python_signature(op)
    return found + ([python] if python is not None else [])


def _of_schema(argument: Any) -> Parameter:
    name = "input" if argument.name == "self" else argument.name
    return Parameter(
        name, str(argument.type), argument.default_value, argument.has_default_value(), argument.kwarg_only
    )


def _python_signature(op: Op) -> Overload | None:
    found: Any = torch
    for part in op.name.split(".")[1:]:
        found = getattr(found, part)
    try:
        signature = inspect.signature(found)
    except ValueError:
        return None
    kinds = {p.kind for p in signature.parameters.values()}
    if kinds & {inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD}:
        return None
    return Overload(
        str(signature), tuple(_of_python(p) for p in signature.parameters.values() if p.name not in _SKIPPED)
    )


def _of_python(parameter: inspect.Parameter) -> Parameter:
    optional = parameter.default is not inspect.Parameter.empty
    annotation = str(parameter.annotation)
    kind = "Tensor"
    for word in ("bool", "int", "float", "str"):
        if word in annotation and "Tensor" not in annotation:
            kind = word
    if optional and isinstance(parameter.default, (bool, int, float, str)):
        kind = type(parameter.default).__name__
    elif parameter.name.startswith("dim") or parameter.name in ("size", "kernel_size", "output_size"):
        kind = "int"
    elif parameter.name in _NUMBERS:
        kind = "float"
    elif optional and kind == "Tensor":
        kind = "Optional[Tensor]"
    return Parameter(parameter.name, kind, parameter.default, optional, parameter.kind is parameter.KEYWORD_ONLY)


def call(overload: Overload, chance: random.Random) -> tuple[list[Any], dict[str, Any]]:
    """A call: tensors of related shapes, mostly right dims, options left out, placed or named."""
    base = tuple(chance.choice((0, 1, 2, 2, 3, 3, 4)) for _ in range(chance.choice((0, 1, 1, 2, 2, 2, 3, 3, 3, 4))))
    if chance.random() < 0.3 and base:
        base = (*base[:-1], base[-2] if len(base) > 1 else base[-1])
    args: list[Any] = []
    kwargs: dict[str, Any] = {}
    by_name = False
    for parameter in overload.parameters:
        if parameter.optional and chance.random() < 0.55:
            by_name = True
            continue
        value = _value(parameter, base, chance)
        if parameter.named or by_name or (args and chance.random() < 0.15):
            by_name = True
            kwargs[parameter.name] = value
        else:
            args.append(value)
    return args, kwargs


def _value(parameter: Parameter, base: tuple[int, ...], chance: random.Random) -> Any:
    kind = parameter.type
    if kind.startswith("Optional["):
        if chance.random() < 0.25:
            return None
        kind = kind[len("Optional[") : -1]
    if kind.startswith("List["):
        inner = kind[len("List[") : -1]
        if "Tensor" in inner:
            return [_tensor(parameter.name, base, chance) for _ in range(chance.randint(0, 3))]
        if chance.random() < 0.25:
            return _number(inner, parameter.name, base, chance)
        return tuple(_number(inner, parameter.name, base, chance) for _ in range(chance.choice((0, 1, 1, 2, 2, 3))))
    if kind == "Tensor":
        return _tensor(parameter.name, base, chance)
    if kind == "str":
        return parameter.default if parameter.optional else "mean"
    return _number(kind, parameter.name, base, chance)


def _number(kind: str, name: str, base: tuple[int, ...], chance: random.Random) -> Any:
    if kind == "bool":
        return chance.random() < 0.5
    if kind in ("float", "number", "Scalar"):
        return chance.choice((0.5, 1, 2, 1.5))
    if name.startswith(("dim", "start_dim", "end_dim")):
        rank = max(len(base), 1)
        return chance.randint(-rank, rank - 1) if chance.random() < 0.9 else chance.choice((-rank - 1, rank))
    return chance.choice((-1, 0, 1, 1, 2, 2, 3, 4))


def _tensor(name: str, base: tuple[int, ...], chance: random.Random) -> T:
    shape = base
    draw = chance.random()
    if draw < 0.08:
        shape = base[1:]
    elif draw < 0.16:
        shape = tuple(1 if chance.random() < 0.5 else size for size in base)
    elif draw < 0.24 and base:
        place = chance.randrange(len(base))
        shape = (*base[:place], chance.choice((0, 1, 2, 3)), *base[place + 1 :])
    elif draw < 0.30:
        shape = base[::-1]
    elif draw < 0.34:
        shape = ()
    elif draw < 0.38:
        shape = (*base, 2)
    dtype = "bool" if "mask" in name else "int" if "ind" in name or name in ("index", "target") else "float"
    return T(shape, dtype)
