"""A faster parse: without the work that a linter has no use for.

libcst's parser is native, but each node that it makes is a call of the node's Python class, which then checks what the
parser has just ensured (libcst's own comment there says that parsing does not need it); and two nodes in five are
whitespace, nearly always none or one blank.  No caller depends on the identity of whitespace nodes, so equal ones are shared.
Together that is a fifth of the time of a parse and three tenths of its memory; collections of garbage, while nothing but
live objects is made, are another third of the time.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

import libcst as cst

__all__ = ["lean_parsing"]


class _Checks:
    """Whether nodes are checked when they are made.

    A flag that is read for each node, rather than a method that is swapped: assigning to libcst's base class invalidates
    Python's caches for its four hundred subclasses, and since 3.12 a class has a limited number of such versions.
    """

    __slots__ = ("wanted",)

    def __init__(self) -> None:
        self.wanted = True


_CHECKS = _Checks()
_WHITESPACE = cst.SimpleWhitespace
_shared_whitespace = lru_cache(maxsize=512)(_WHITESPACE)


def _check_if_wanted(node: cst.CSTNode) -> None:
    if _CHECKS.wanted:
        node._validate()


cst.CSTNode.__post_init__ = _check_if_wanted  # type: ignore[assignment, method-assign]


@contextmanager
def lean_parsing() -> Iterator[None]:
    """While it is active the parser builds trees without checks or garbage collections, and shares equal whitespace.

    It affects the whole process, so it should enclose one parse and nothing else.  A parse that another thread
    begins meanwhile has the same result, checked or not.
    """
    collecting = gc.isenabled()
    gc.disable()
    _CHECKS.wanted = False
    cst.SimpleWhitespace = _shared_whitespace  # type: ignore[misc, assignment]  # the name by which the parser calls it
    try:
        yield
    finally:
        cst.SimpleWhitespace = _WHITESPACE  # type: ignore[misc]
        _CHECKS.wanted = True
        if collecting:
            gc.enable()
