"""What was worked out of a file and its runs, as long as that file is in hand.

Runs hold all that was executed, imported modules included, so they must not be kept for the sake of a memory that only a
later file would push them out of.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar

__all__ = ["forget_file", "remembered"]

_Function = TypeVar("_Function", bound=Callable[..., Any])
_FORGET: list[Callable[[], None]] = []


def remembered(most: int) -> Callable[[_Function], _Function]:
    """A decorator: what the function returned for its last ``most`` arguments is not worked out again."""

    def remembering(function: _Function) -> _Function:
        known: Any = lru_cache(maxsize=most)(function)
        _FORGET.append(known.cache_clear)
        return known  # type: ignore[no-any-return]

    return remembering


def forget_file() -> None:
    """The file is done: nothing of it is asked for again."""
    for forget in _FORGET:
        forget()
