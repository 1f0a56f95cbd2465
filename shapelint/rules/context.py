"""What a rule is given: one file, what its code does, and what its author says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..records import dataclass

if TYPE_CHECKING:
    from ..interp import Exploration
    from ..source.parse import Source
    from ..source.suppress import Directive

__all__ = ["Checked"]


@dataclass(frozen=True, slots=True, eq=False)
class Checked:
    """One file after abstract execution.

    ``exploration``: the paths that were executed, with their tapes.  ``claims``: what the comments say, read against
    those tapes.  ``unused``: ignore comments that suppressed nothing, with
    those of their codes that did not (known only once all other rules have spoken).
    """

    source: Source
    exploration: Exploration
    claims: Any = None
    unused: tuple[tuple[Directive, tuple[str, ...]], ...] = ()

    @property
    def path(self) -> str:
        return self.source.path
