"""Which objects are modules, and which modules are inside them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeGuard

from ...shapes import Value
from .classes import Class, Instance
from .values import Choice, Gap

__all__ = ["MODULE", "children", "is_module", "named_modules"]

MODULE = Class("Module")
"""``torch.nn.Module``; the room ``modules`` gives it its methods."""


def is_module(value: Value) -> TypeGuard[Instance]:
    """Whether ``value`` is an instance of ``nn.Module`` or of a subclass."""
    return type(value) is Instance and MODULE in value.cls.mro


_MAY_BE = frozenset({Instance, Gap, Choice})
"""Most attributes are numbers, and this is asked of each at every call of a container."""


def _is_child(value: Value) -> bool:
    return is_module(value) or type(value) is Gap or (type(value) is Choice and any(map(is_module, value.options)))


def children(module: Instance) -> list[tuple[str, Value]]:
    """Submodules by name, in order; a :class:`Gap` where an unknown number of them is, a Choice where one of several."""
    return [(name, value) for name, value in module.attributes.items() if type(value) in _MAY_BE and _is_child(value)]


def named_modules(
    module: Instance, prefix: str = "", seen: set[Instance] | None = None
) -> Iterator[tuple[str, Instance]]:
    """Every module under the first name that torch's ``named_modules()`` gives it, ``module`` itself first.

    ``seen``: the modules that already have a name; torch names a shared module once.
    """
    seen = set() if seen is None else seen
    if module in seen:
        return
    seen.add(module)
    yield prefix, module
    for name, child in children(module):
        for option in child.options if isinstance(child, Choice) else (child,):
            if is_module(option):
                yield from named_modules(option, f"{prefix}.{name}" if prefix else name, seen)
