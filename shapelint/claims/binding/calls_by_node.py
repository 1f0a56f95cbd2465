"""The calls of a run by the nodes they belong to, asked for by an element of the source that holds such nodes.

The nodes within an element are found by walking it once; comparing positions would need the positions of every call.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import libcst as cst

from ...interp.model.tape import Call
from ..file_memory import remembered

__all__ = ["CallsByNode", "outline"]

_NO_SYNTAX = frozenset({
    "lpar", "rpar", "comma", "semicolon", "colon", "dot", "equal", "operator", "operators", "star", "lbracket", "rbracket",
    "lbrace", "rbrace", "leading_lines", "lines_after_decorators", "header", "footer", "indent", "trailing_whitespace",
    "asynchronous", "decorators",
})  # fmt: skip
_IN_ORDER: dict[type, tuple[str, ...]] = {cst.IfExp: ("body", "test", "orelse")}
_NO_NODE = frozenset({type(None), str, cst.MaybeSentinel})  # isinstance is slow on libcst's abstract classes


class CallsByNode:
    """``calls`` by the id of their node: libcst hashes its nodes in Python, which is slow."""

    def __init__(self, calls: Mapping[int, Sequence[Call]]) -> None:
        self._calls = calls

    def keys(self) -> Iterable[int]:
        """The ids of all nodes that have calls."""
        return self._calls.keys()

    def calls(self, node: cst.CSTNode) -> Sequence[Call]:
        return self._calls.get(id(node), ())

    def within(self, element: cst.CSTNode, nested: bool = False) -> list[cst.CSTNode]:
        """The outermost nodes with calls within ``element`` or equal to it, in order; with ``nested`` all of them."""
        nodes, keys, ends = outline(element)
        calls = self._calls
        found: list[cst.CSTNode] = []
        covered = 0
        for at in [at for at, key in enumerate(keys) if key in calls]:
            if at >= covered or nested:
                found.append(nodes[at])
                covered = ends[at]
        return found


@remembered(1024)  # every run asks for the elements beside the comments
def outline(element: cst.CSTNode) -> tuple[list[cst.CSTNode], list[int], list[int]]:
    """The nodes of ``element`` apart from punctuation, outer ones first; their ids; for each the index after its last one."""
    nodes: list[cst.CSTNode] = []
    ends: list[int] = []

    def add(node: cst.CSTNode) -> None:
        index = len(nodes)
        nodes.append(node)
        ends.append(0)
        for child in _children(node):
            add(child)
        ends[index] = len(nodes)

    add(element)
    return nodes, list(map(id, nodes)), ends


def _children(node: Any) -> Iterator[cst.CSTNode]:
    kind: Any = type(node)
    for name in _fields(kind):
        value = getattr(node, name)
        if type(value) in (list, tuple):
            yield from value
        elif type(value) not in _NO_NODE:
            yield value


@cache
def _fields(kind: Any) -> tuple[str, ...]:
    """The fields of a node that hold syntax, in the order of the source."""
    names = (
        name
        for name in kind.__dataclass_fields__
        if name not in _NO_SYNTAX and not name.startswith(("whitespace", "_"))
    )
    return _IN_ORDER.get(kind) or tuple(names)
