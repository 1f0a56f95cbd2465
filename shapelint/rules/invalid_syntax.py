"""The file cannot be parsed.

What it does
    Reports a file that is not Python: a syntax error, bytes that are not text in the declared encoding, a null byte, or an
    expression nested so deeply that no parser takes it.

Why is this bad
    Nothing in such a file was checked. The exit code is 2, as for everything that keeps shapelint from doing its job, and
    the finding cannot be suppressed. The other files are checked all the same.

Example
    from torch import nn

    layers = nn.Sequential(nn.Conv2d(3, 64, 3)

Fix
    Correct the syntax, or exclude the file: `exclude = ["templates/*"]` under `[tool.shapelint]` in pyproject.toml.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..diagnosis.checked import Checked
from ..diagnostic import Diagnostic, Span
from ..source.guard import SourceError

CODE = "SHP001"
NAME = "invalid-syntax"
SEVERITY = "error"


def check(checked: Checked) -> Iterator[Diagnostic]:
    """Nothing: a file that has got this far was parsed.  The engine reports the others by :func:`report`."""
    yield from ()


def report(error: SourceError, path: str) -> Diagnostic:
    """The finding for a file that could not be parsed."""
    span = Span(error.row, error.column, error.row, error.column + 1)
    return Diagnostic(CODE, NAME, error.message, path, span, SEVERITY)
