"""The calls of a run by the nodes of one source that they belong to, found by the stretch of source they lie in."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence

import libcst as cst

from ..interp.tape import Call
from ..source.parse import Source

__all__ = ["Nodes"]


class Nodes:
    """``calls`` by node; nodes of other sources are found by identity, but lie nowhere in this one."""

    def __init__(self, source: Source, calls: Mapping[cst.CSTNode, Sequence[Call]]) -> None:
        self._source, self._calls = source, calls
        placed = []
        for node in calls:
            try:
                span = source.span(node)
            except KeyError:  # of another file
                continue
            placed.append(((span.row, span.column), (span.end_row, span.end_column), node))
        # Of nodes that begin together the longer comes first, so that the outermost is met before what is in it.
        self._placed = sorted(placed, key=lambda item: (item[0], (-item[1][0], -item[1][1])))

    def calls(self, node: cst.CSTNode) -> Sequence[Call]:
        return self._calls.get(node, ())

    def within(self, element: cst.CSTNode, nested: bool = False) -> list[cst.CSTNode]:
        """The outermost nodes that lie in ``element`` (with ``nested``: all), in order."""
        span = self._source.span(element)
        end = (span.end_row, span.end_column)
        found: list[cst.CSTNode] = []
        covered = (0, 0)
        first = bisect_left(self._placed, (span.row, span.column), key=lambda item: item[0])
        for start, node_end, node in self._placed[first:]:
            if start >= end:
                break
            if node_end <= end and (node_end > covered or nested):
                found.append(node)
                covered = max(covered, node_end)
        return found
