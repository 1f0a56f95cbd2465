"""What is a size: a number of pixels, channels or samples, known or symbolic."""

from __future__ import annotations

from typing import TypeGuard

from ...shapes import Dim, Expr, Value, fresh

__all__ = ["is_size", "or_fresh"]


def is_size(value: Value) -> TypeGuard[Dim]:
    """Whether it is a number, and not a truth."""
    return isinstance(value, (int, Expr)) and not isinstance(value, bool)


def or_fresh(value: Value, name: str, reason: str) -> Dim:
    """The size, or a fresh one where it is not known."""
    return value if is_size(value) else fresh(name, reason=reason)
