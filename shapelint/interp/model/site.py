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
