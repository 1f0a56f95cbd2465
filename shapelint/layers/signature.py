"""Signatures written as text, ``"in_features, out_features, bias=True, *, eps=1e-5"``, and binding calls to them."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from functools import cache

from ..records import dataclass, field
from ..shapes import Kind, Reject, Value

__all__ = ["Signature", "signature"]


@dataclass(frozen=True, slots=True)
class Signature:
    """The parameters of a call, in order; ``rest`` and ``keywords``: the names of its ``*args`` and ``**kwargs``, if any."""

    text: str
    positional: tuple[str, ...]
    keyword_only: tuple[str, ...]
    defaults: Mapping[str, Value]
    rest: str | None = None
    keywords: str | None = None
    positional_only: frozenset[str] = frozenset()
    required: tuple[str, ...] = field(init=False)
    """Parameters without a default."""
    _named: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        named = self.positional + self.keyword_only
        object.__setattr__(self, "required", tuple(name for name in named if name not in self.defaults))
        object.__setattr__(self, "_named", frozenset(named) - self.positional_only)

    def bind(self, args: Sequence[Value], kwargs: Mapping[str, Value]) -> dict[str, Value]:
        """Arguments by parameter name, defaults filled in; ``Reject(ARGUMENT)`` where Python would raise TypeError.

        >>> linear = signature("in_features, out_features, bias=True")
        >>> linear.bind((512,), {"out_features": 10})
        {'bias': True, 'in_features': 512, 'out_features': 10}
        >>> linear.bind((512,), {"features": 10})
        Traceback (most recent call last):
        shapelint.shapes.needs.Reject: unknown argument 'features'
        """
        if len(args) > len(self.positional) and self.rest is None:
            raise Reject(Kind.ARGUMENT, f"at most {_count(len(self.positional))} expected, got {len(args)}")
        bound = dict(self.defaults)
        given = dict(zip(self.positional, args, strict=False))
        bound.update(given)
        if self.rest is not None:
            bound[self.rest] = tuple(args[len(self.positional) :])
        others: dict[str, Value] = {}
        for name, value in kwargs.items():
            if name in given and name not in self.positional_only:
                raise Reject(Kind.ARGUMENT, f"argument '{name}' given twice", name)
            if name in self._named:
                bound[name] = value
            elif self.keywords is not None:
                others[name] = value
            elif name == self.rest and not bound[name]:
                bound[name] = (value,)  # torch takes ``x.permute(dims=(1, 0))`` for ``x.permute(1, 0)``
            else:
                raise Reject(Kind.ARGUMENT, f"unknown argument '{name}'", name)
        if self.keywords is not None:
            bound[self.keywords] = others
        for name in self.required:
            if name not in bound:
                raise Reject(Kind.ARGUMENT, f"argument '{name}' is missing", name)
        return bound


@cache
def signature(text: str) -> Signature:
    """The signature that ``text`` spells, parsed when it is first needed: importing the catalogue parses none."""
    parameters = ast.parse(f"lambda {text}: 0", mode="eval").body
    assert isinstance(parameters, ast.Lambda)
    arguments = parameters.args
    positional = tuple(a.arg for a in arguments.posonlyargs + arguments.args)
    defaults = {
        name: ast.literal_eval(node)
        for name, node in zip(positional[len(positional) - len(arguments.defaults) :], arguments.defaults, strict=True)
    }
    for argument, node in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        if node is not None:
            defaults[argument.arg] = ast.literal_eval(node)
    return Signature(
        text,
        positional,
        tuple(a.arg for a in arguments.kwonlyargs),
        defaults,
        arguments.vararg.arg if arguments.vararg else None,
        arguments.kwarg.arg if arguments.kwarg else None,
        frozenset(a.arg for a in arguments.posonlyargs),
    )


def _count(number: int) -> str:
    return f"{number} argument" if number == 1 else f"{number} arguments"
