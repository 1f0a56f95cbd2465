"""Which objects are modules, and which modules are inside them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .values import Choice, Class, Gap, Instance

__all__ = ["MODULE", "children", "is_module", "named_modules"]

MODULE = Class("Module")


def is_module(value: Any) -> bool:
    """Whether ``value`` is an instance of ``nn.Module`` or of a subclass."""
    return type(value) is Instance and MODULE in value.cls.mro


def children(module: Instance) -> list[tuple[str, Any]]:
    """Submodules by name, in order; a :class:`Gap` where an unknown number of them is, a Choice where one of several."""
    return [
        (name, value)
        for name, value in module.attributes.items()
        if is_module(value)
        or isinstance(value, Gap)
        or (isinstance(value, Choice) and any(is_module(option) for option in value.options))
    ]


def named_modules(module: Instance, prefix: str = "", seen: set[int] | None = None) -> Iterator[tuple[str, Instance]]:
    """Every module under the first name that torch's ``named_modules()`` gives it."""
    seen = set() if seen is None else seen
    if id(module) in seen:
        return
    seen.add(id(module))
    yield prefix, module
    for name, child in children(module):
        for option in child.options if isinstance(child, Choice) else (child,):
            if is_module(option):
                yield from named_modules(option, f"{prefix}.{name}" if prefix else name, seen)
