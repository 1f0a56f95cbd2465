"""Which classes something is claimed about."""

from __future__ import annotations

from collections.abc import Callable

import libcst as cst

from ..source.parse import Source
from .placement.comment_claims import claims_of
from .signatures.stated_shapes import stated_in

__all__ = ["is_spoken_of"]


def is_spoken_of(source: Source) -> Callable[[cst.CSTNode], bool]:
    """A test of a class: whether a comment, docstring or annotation in it, or right above it, claims something.

    It is asked before anything runs, and must be cheap: only rows are compared, with the statements of the top level.
    """
    rows = [*(claim.row for claim in claims_of(source)), *(one.span.row for one in stated_in(source))]
    begun = {at for row in rows for at in (source.last_begun(row), source.last_begun(row + 1))}
    if None in begun:
        return lambda node: True
    spoken = {id(source.tree.body[at]) for at in begun if at is not None and at >= 0}
    top = {id(node) for node in source.tree.body}
    return lambda node: id(node) in spoken or (bool(rows) and id(node) not in top)
