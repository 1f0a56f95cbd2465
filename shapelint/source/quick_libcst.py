"""Imports libcst, whose declarations of nodes take most of the time in which a small file is linted.

The standard ``dataclass`` compiles a ``__repr__`` and an ``__eq__`` for each of its four hundred classes of nodes, and drops them,
as every node has those of ``CSTNode``.  So they are not asked for: libcst is the same, a seventh sooner.
"""

from __future__ import annotations

import dataclasses  # noqa: TID251  # the one that libcst asks for
import sys
from collections.abc import Callable
from typing import Any

__all__: list[str] = []

_declare: Any = dataclasses.dataclass


def _declare_node(cls: type | None = None, /, **options: Any) -> type | Callable[[type], type]:
    """``dataclass``, for nodes without what they would not keep."""
    if cls is None:
        return lambda declared: _declare_node(declared, **options)  # type: ignore[return-value]
    if {"__repr__", "__eq__"} <= vars(cls).keys() and any(base.__name__ == "CSTNode" for base in cls.__mro__):
        options |= {"repr": False, "eq": False}
    declared: type = _declare(cls, **options)
    return declared


if "libcst" not in sys.modules:
    dataclasses.dataclass = _declare_node  # type: ignore[assignment]
    try:
        import libcst  # noqa: F401  # for all who import it later
    finally:
        dataclasses.dataclass = _declare
