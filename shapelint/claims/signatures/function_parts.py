"""The blocks and parameters of statements, as far as what is stated of functions needs them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import libcst as cst

__all__ = ["blocks_of", "parameters_of"]

_COMPOUND = frozenset(
    {cst.If, cst.Else, cst.For, cst.While, cst.With, cst.Try, cst.ExceptHandler, cst.Finally}
)  # fmt: skip


def blocks_of(node: Any) -> Iterator[Sequence[cst.CSTNode]]:
    """The blocks of a compound statement."""
    if type(node) not in _COMPOUND:
        return
    yield node.body.body
    for part in (*getattr(node, "handlers", ()), getattr(node, "orelse", None), getattr(node, "finalbody", None)):
        yield from blocks_of(part)


def parameters_of(function: cst.FunctionDef) -> tuple[cst.Param, ...]:
    """The parameters of a function that have a name of their own at a call."""
    params = function.params
    return (*params.posonly_params, *params.params, *params.kwonly_params)
