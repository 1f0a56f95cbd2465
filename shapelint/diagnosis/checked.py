"""What a rule is given: one file, what its code does, and what its author says of it."""

from __future__ import annotations

from ..claims.findings import Findings
from ..interp import Exploration
from ..records import dataclass
from ..source.parse import Source
from ..source.suppress import Directive

__all__ = ["Checked"]


@dataclass(frozen=True, slots=True, eq=False)
class Checked:
    """One file after abstract execution.

    ``exploration``: the paths that were executed, with their tapes.  ``claims``: what the comments say, compared with
    those tapes.  ``unused``: ignore comments that suppressed nothing, with those of their codes that did not; empty until
    all other rules have run.
    """

    source: Source
    exploration: Exploration
    claims: Findings
    unused: tuple[tuple[Directive, tuple[str, ...]], ...] = ()

    @property
    def path(self) -> str:
        """Of the file, as its findings name it."""
        return self.source.path
