"""``--tree``: the calls below the modules that hold them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

__all__ = ["tree_rows"]

_INDENT = "  "


def tree_rows(calls: Sequence[Mapping[str, Any]], modules: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """``calls`` in order, each module that holds some of them before the first; ``path`` is the last name, indented.

    ``modules``: the records of the modules that were called.  A list of modules is never called and says nothing but its
    name; a module that is gone back to is named again.
    """
    known = {module["path"]: module for module in modules}
    around: list[str] = []
    for call in calls:
        parts = call["path"].split(".")
        for depth in range(1, len(parts)):
            prefix = ".".join(parts[:depth])
            if around[depth - 1 : depth] != [prefix]:
                around[depth - 1 :] = [prefix]
                yield _row(known.get(prefix, _uncalled(prefix)), depth)
        around[len(parts) - 1 :] = []
        yield _row(call, len(parts))


def _row(call: Mapping[str, Any], depth: int) -> Mapping[str, Any]:
    return {**call, "path": _INDENT * (depth - 1) + call["path"].rpartition(".")[2]}


def _uncalled(path: str) -> Mapping[str, Any]:
    return {
        "path": path, "layer": "", "arguments": "", "file": None, "line": None, "in": [], "out": None, "known": True,
        "params": 0, "trainable": 0, "mult_adds": 0, "memory": 0, "receptive_field": None, "stride": None, "uncalled": True,
    }  # fmt: skip
