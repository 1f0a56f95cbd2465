"""Places of the linted source: what values and the tape remember of where they come from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...records import dataclass

if TYPE_CHECKING:
    import libcst as cst

    from ...source.parse import Source

__all__ = ["Site"]


@dataclass(frozen=True, slots=True, eq=False)
class Site:
    """A node of a source file.  Two sites are the same if their nodes are the same object (``same``)."""

    source: Source
    node: cst.CSTNode

    def same(self, other: Site | None) -> bool:
        """Whether the other is the same node."""
        return other is not None and self.node is other.node

    @property
    def row(self) -> int | None:
        """The line; None for the whole file and for what has no position."""
        if self.node is self.source.root:
            return None
        try:
            return self.source.span(self.node).row
        except KeyError:
            return None

    @property
    def place(self) -> str:
        """``models/net.py:12``."""
        return self.source.path if self.row is None else f"{self.source.path}:{self.row}"
