"""How deeply source may be nested, and the recursion over its tree that this takes."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["DEEPEST", "room_for_depth"]

DEEPEST = 1_300
"""Levels of a syntax tree.  libcst takes 6 seconds for an index chain of this length, and quadratically more beyond."""

_FRAMES = 4_000
"""Three for each level.  Where calls go through C, Python's own stack of 8 MB ends at 5,000."""


@contextmanager
def room_for_depth() -> Iterator[None]:
    """Within it, functions may recurse over the deepest tree that is admitted; Python's limit is meant for a third of it.

    However deep the caller is, there is the same room: a worker must not refuse what the first process would take.
    """
    before = sys.getrecursionlimit()
    frame, used = sys._getframe(), 0
    while frame.f_back is not None:
        frame, used = frame.f_back, used + 1
    sys.setrecursionlimit(max(before, used + _FRAMES))
    try:
        yield
    finally:
        # Python refuses a limit that the stack has already passed.
        sys.setrecursionlimit(before)
