"""The nodes inside of a node that mean something.

libcst's own ``children`` visits everything, and most of it is whitespace, commas and brackets.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import libcst as cst

__all__ = ["inner_nodes"]

_SIGNS = ("whitespace", "leading", "lines_after", "paren", "bracket", "brace")
_OTHERS = frozenset(
    {"lpar", "rpar", "comma", "semicolon", "equal", "colon", "dot", "header", "footer", "first_line", "empty_lines"}
)


def inner_nodes(node: cst.CSTNode) -> list[cst.CSTNode]:
    """The nodes right inside of ``node``, operators included, in the order of its fields, which need not be that of the text."""
    found: list[cst.CSTNode] = []
    kind: Any = type(node)
    for name in _fields(kind):
        value = getattr(node, name)
        for part in value if type(value) is tuple or type(value) is list else (value,):
            inner: Any = type(part)
            if _is_node(inner):
                found.append(part)
    return found


@cache
def _fields(kind: Any) -> tuple[str, ...]:
    return tuple(
        name for name in kind.__dataclass_fields__ if name not in _OTHERS and not any(sign in name for sign in _SIGNS)
    )


@cache
def _is_node(kind: Any) -> bool:
    return issubclass(kind, cst.CSTNode)
