"""The findings of the JSON contract, one a line; then a line with ``error`` for each file that was not checked."""

from __future__ import annotations

import json
from collections.abc import Sequence

from ..report import FileReport
from .json import diagnostic_values, error_values
from .place import Places
from .style import Style

__all__ = ["render"]


def render(reports: Sequence[FileReport], style: Style) -> str:
    """A JSON document on each line, ASCII only."""
    places = Places.of(reports)
    values = [diagnostic_values(finding, places) for report in reports for finding in report.diagnostics]
    values += error_values(reports)
    return "".join(f"{json.dumps(value)}\n" for value in values)
