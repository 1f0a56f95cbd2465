"""Findings that were there before: known, and not reported until their line changes.

A finding is recognised by its file, code, message and the text of its line, not by its row, so that code moving up and
down does not bring old findings back.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Sequence

from .diagnostic import Diagnostic

__all__ = ["BaselineError", "Known", "read_baseline", "record", "write_baseline"]

Known = Counter[tuple[str, str, str, str]]
"""(path relative to the baseline's folder, code, message, text of the line) with how often."""


class BaselineError(Exception):
    """The baseline file cannot be used; the message names it."""


def read_baseline(file: str) -> Known:
    """The findings recorded in ``file``; raises BaselineError."""
    try:
        with open(file, encoding="utf-8") as opened:
            entries = json.load(opened)["findings"]
        return Counter({(e["filename"], e["code"], e["message"], e["line"]): int(e["count"]) for e in entries})
    except OSError as error:
        raise BaselineError(f"{file}: {(error.strerror or 'cannot be read').lower()}") from None
    except (ValueError, KeyError, TypeError):
        raise BaselineError(f"{file}: not a baseline that shapelint wrote") from None


def record(finding: Diagnostic, lines: Sequence[str], file: str) -> tuple[str, str, str, str]:
    """What identifies ``finding``, in a file of these lines, to the baseline in ``file``."""
    folder = os.path.dirname(os.path.abspath(file))
    name = os.path.relpath(finding.filename, folder).replace(os.sep, "/")
    row = finding.span.row
    return name, finding.code, finding.message, lines[row - 1].strip() if row <= len(lines) else ""


def write_baseline(file: str, records: Iterable[tuple[str, str, str, str]]) -> None:
    """Write the findings to ``file``; raises BaselineError."""
    keys = ("filename", "code", "message", "line")
    findings = [{**dict(zip(keys, known, strict=True)), "count": n} for known, n in sorted(Counter(records).items())]
    try:
        with open(file, "w", encoding="utf-8") as opened:
            json.dump({"version": 1, "findings": findings}, opened, indent=1, ensure_ascii=False)
            opened.write("\n")
    except OSError as error:
        raise BaselineError(f"{file}: {(error.strerror or 'cannot be written').lower()}") from None
