"""``function.__code__``: how many parameters a function has, and the names of its variables, as CPython compiles it."""

from __future__ import annotations

from types import CodeType

import libcst as cst

from ...shapes import Unknown, Value
from ...source.late_bodies import of_function
from ..model.classes import Class, Instance
from ..model.functions import Function

__all__ = ["code_of"]

_CODE = Class("code", unknown_base="types.CodeType")
_SHOWN = ("co_argcount", "co_kwonlyargcount", "co_name", "co_posonlyargcount", "co_varnames")


def code_of(function: Function) -> Value:
    """The code object; one that does not compile alone (``nonlocal``) is unknown."""
    function.looked_into = True
    code = _compiled(function.node)
    if code is None:
        return Unknown("the code of a function")
    return Instance(_CODE, {name: getattr(code, name) for name in _SHOWN})


@of_function(64)
def _compiled(node: cst.FunctionDef | cst.Lambda) -> CodeType | None:
    if isinstance(node, cst.Lambda):
        return None
    bare = node.with_changes(decorators=(), leading_lines=(), returns=None)
    try:
        module = compile(cst.Module([]).code_for_node(bare), "<function>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError):
        return None
    # Defaults and annotations may hold code of their own.
    codes = [part for part in module.co_consts if isinstance(part, CodeType) and part.co_name == node.name.value]
    return codes[0] if len(codes) == 1 else None
