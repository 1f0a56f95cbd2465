"""Findings that were there before: known, and not reported until their line changes.

A finding is recognised by its file, code, message and the text of its line, not by its row, so that code moving up and
down does not bring old findings back.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Sequence
from typing import Any

from .diagnostic import Diagnostic
from .files import read_file, reason
from .replacing import replace_file

__all__ = ["BaselineError", "Known", "name_in_baseline", "read_baseline", "record", "write_baseline"]

Known = Counter[tuple[str, str, str, str]]
"""(path relative to the baseline's folder, code, message, text of the line) with how often."""


class BaselineError(Exception):
    """The baseline file cannot be used; the message names it."""


def read_baseline(file: str) -> Known:
    """The findings recorded in ``file``; raises BaselineError."""
    try:
        entries = json.loads(read_file(file).decode("utf-8", "surrogatepass"))["findings"]
        return Counter({_identity(entry): _count(entry["count"]) for entry in entries})
    except FileNotFoundError:
        raise BaselineError(f"{os.path.relpath(file)}: no such file; --write-baseline makes it") from None
    except OSError as error:
        raise BaselineError(f"{file}: {reason(error)}") from None
    except (ValueError, KeyError, TypeError, RecursionError):
        raise BaselineError(f"{file}: not a baseline that shapelint wrote") from None


def _identity(entry: Any) -> tuple[str, str, str, str]:
    identity = (entry["filename"], entry["code"], entry["message"], entry["line"])
    if not all(isinstance(part, str) for part in identity):
        raise TypeError("not strings")
    return identity


def _count(value: Any) -> int:
    if type(value) is not int or value < 1:
        raise ValueError("not a count")
    return value


def record(finding: Diagnostic, lines: Sequence[str], file: str) -> tuple[str, str, str, str]:
    """What identifies ``finding``, in a file of these lines, to the baseline in ``file``."""
    row = finding.span.row
    return (
        name_in_baseline(finding.filename, file),
        finding.code,
        finding.message,
        lines[row - 1].strip() if row <= len(lines) else "",
    )


def name_in_baseline(path: str, file: str) -> str:
    """How the baseline in ``file`` calls the file at ``path``: relative to its folder, with slashes."""
    return os.path.relpath(path, os.path.dirname(os.path.abspath(file))).replace(os.sep, "/")


def write_baseline(file: str, known: Known) -> None:
    """Write the findings to ``file``; raises BaselineError."""
    keys = ("filename", "code", "message", "line")
    findings = [{**dict(zip(keys, entry, strict=True)), "count": count} for entry, count in sorted(known.items())]
    text = json.dumps({"version": 1, "findings": findings}, indent=1, ensure_ascii=False) + "\n"
    try:
        # Names of files may be bytes that are not UTF-8, which Python has as lone surrogates.
        replace_file(file, text.encode("utf-8", "surrogatepass"))
    except OSError as error:
        raise BaselineError(f"{file}: {reason(error)}") from None
