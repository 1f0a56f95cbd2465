"""``functools``."""

from __future__ import annotations

from collections.abc import Mapping

from shapelint.interp.library.declare import ANYTHING, Invocation, modelled, models
from shapelint.interp.library.no_effect import decorates, returns_first
from shapelint.interp.model.functions import Function, Partial
from shapelint.interp.model.values import Gap
from shapelint.shapes import Unknown, Value

models("functools.cache functools.total_ordering", ANYTHING)(returns_first)
models("functools.lru_cache", ANYTHING)(decorates)


@models("functools.partial", "func, /, *args, **keywords")
def partial(at: Invocation, func: Value, args: tuple[Value, ...], keywords: Mapping[str, Value]) -> Value:
    """A function with some of its arguments; of another partial, as in Python, its function with the arguments of both."""
    if isinstance(func, Partial):
        return Partial(func.function, (*func.args, *args), {**func.keywords, **keywords})
    return Partial(func, args, keywords)


@models("functools.reduce", "function, iterable, initial=...")
def reduce(at: Invocation, function: Value, iterable: Value, initial: Value) -> Value:
    """``function(function(a, b), c)``."""
    elements = [*(() if initial is ... else (initial,)), *at.iterate(iterable)]
    if not elements or any(isinstance(element, Gap) for element in elements):
        return Unknown("a reduction of unknown elements")
    total = elements[0]
    for element in elements[1:]:
        total = at.call(function, total, element)
    return total


@models("functools.wraps", "wrapped, *rest, **options")
def wraps(at: Invocation, wrapped: Value, rest: tuple[Value, ...], options: Mapping[str, Value]) -> Value:
    """The decorated function remembers the one it wraps, as ``inspect.signature`` wants to know."""

    def mark(at: Invocation, function: Value) -> Value:
        if isinstance(function, Function):
            function.attributes["__wrapped__"] = wrapped
        return function

    return modelled("wraps", "function", mark)
