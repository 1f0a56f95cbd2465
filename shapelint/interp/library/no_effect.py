"""Models of functions that do nothing to shapes: they return a constant, or what they were given.

models("torch.jit.is_scripting", ANYTHING)(returns(False))
models("abc.abstractmethod", ANYTHING)(returns_first)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ...shapes import Value
from ..model.classes import Class
from ..model.functions import Function
from .declare import ANYTHING, Invocation, modelled

__all__ = ["decorates", "returns", "returns_first"]


def returns(value: Value) -> Callable[..., Value]:
    """The model of a function that always returns ``value``."""
    return lambda at, args, kwargs: value


def returns_first(at: Invocation, args: tuple[Value, ...], kwargs: Mapping[str, Value]) -> Value:
    """What registers, marks or wraps something and gives it back: ``torch.jit.script(module)``."""
    return args[0] if args else next(iter(kwargs.values()), None)


def decorates(at: Invocation, args: tuple[Value, ...], kwargs: Mapping[str, Value]) -> Value:
    """A decorator that changes nothing, with or without arguments: ``@lru_cache`` and ``@lru_cache(maxsize=None)``."""
    if len(args) == 1 and isinstance(args[0], (Function, Class)) and not kwargs:
        return args[0]
    return modelled("decorator", ANYTHING, returns_first)
