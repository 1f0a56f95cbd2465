"""How text reaches a terminal: colours, the width of characters, and nothing that could control the terminal."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TextIO

from ..diagnostic import Diagnostic
from ..records import dataclass
from ..regex import lazy

__all__ = ["Style", "cells_wide", "plain", "wants_color"]

_CODES = {"error": "1;31", "warning": "1;33", "bold": "1", "gutter": "1;34", "note": "34", "add": "32", "remove": "31"}
_UNPRINTABLE = lazy(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Style:
    """Whether to colour, and whether repairs of code count among those that ``--fix`` makes."""

    color: bool = False
    unsafe_fixes: bool = False

    def repairs(self, finding: Diagnostic) -> bool:
        """Whether ``--fix`` would repair it."""
        fix = finding.fix
        return fix is not None and (self.unsafe_fixes or fix.applicability == "safe")

    def paint(self, text: str, role: str) -> str:
        """``text`` in the colour of ``role`` (error, warning, bold, gutter, note, add, remove)."""
        return f"\x1b[{_CODES[role]}m{text}\x1b[0m" if self.color and text else text


def wants_color(choice: str, stream: TextIO, environ: Mapping[str, str] = os.environ) -> bool:
    """Whether to colour what goes to ``stream``: ``--color`` outranks NO_COLOR, that FORCE_COLOR, that the terminal."""
    if choice in ("always", "never"):
        return choice == "always"
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR", "0") not in ("", "0"):
        return True
    return stream.isatty() and environ.get("TERM") != "dumb"


def plain(text: str) -> str:
    """``text`` with control characters and direction overrides replaced by ``?``, because source files are not trusted.

    >>> plain("a\\x1b[31mb")
    'a?[31mb'
    """
    return text if text.isprintable() else _UNPRINTABLE.sub("?", text)


def cells_wide(text: str) -> int:
    """The number of columns that ``text`` takes in a terminal: two for East Asian wide characters, none for accents.

    >>> cells_wide("(64) x 48"), cells_wide("输入")
    (9, 4)
    """
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width  # a megabyte, and most lines are ASCII

    return sum(0 if combining(c) or c == "\u200d" else 2 if east_asian_width(c) in "WF" else 1 for c in text)
