"""Names that only a comment knows, as symbols.

A comment's ``h`` need not be the code's ``h``: its symbols are marked until :mod:`~shapelint.claims.binding.names` or a
solution says what they mean.
"""

from __future__ import annotations

from functools import lru_cache

from ...shapes import Dim, Symbol, substitute, symbols_of
from ...shapes.dim import of_atom

__all__ = ["NOTE", "noted"]


NOTE = -1
"""The ``uid`` of symbols that a comment names."""


@lru_cache(maxsize=4096)
def noted(dim: Dim) -> Dim:
    """``dim`` with its symbols marked as the comment's."""
    names = symbols_of(dim)
    return substitute(dim, {name: of_atom(Symbol(name.name, uid=NOTE)) for name in names}) if names else dim
