"""What a run reports about one file."""

from __future__ import annotations

from .coverage import Coverage
from .diagnostic import Diagnostic
from .records import dataclass, field

__all__ = ["FileReport"]


@dataclass(frozen=True, slots=True)
class FileReport:
    """The findings in one file, and whether it could be linted.

    ``parsed``: False if its syntax is all that was found.  ``error``: a line on why it could not be read, linted or repaired.
    ``text``: what was linted (of a Jupyter notebook its code cells; ``cells``: the row at which each cell begins, code or not).
    """

    path: str
    diagnostics: tuple[Diagnostic, ...] = ()
    coverage: Coverage = field(default_factory=Coverage)
    parsed: bool = True
    error: str | None = None
    text: str = ""
    cells: tuple[int, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether the file was not linted."""
        return not self.parsed or self.error is not None
