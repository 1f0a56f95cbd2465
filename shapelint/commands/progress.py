"""A line on the terminal that says how far a long run is.  It is nowhere but on a terminal, and gone when the run ends."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from threading import Event, Thread
from time import monotonic
from typing import TextIO

from ..render.style import cells_wide, plain
from ..report import FileReport

__all__ = ["Progress", "is_watched"]

_SILENT = 1.0
"""Seconds: whoever waits no longer need not be told."""
_BETWEEN = 0.2


def is_watched(stream: TextIO, environ: Mapping[str, str] = os.environ) -> bool:
    """Whether somebody looks at ``stream`` while it is written."""
    return stream.isatty() and environ.get("TERM") != "dumb" and environ.get("CI", "").lower() in ("", "0", "false")


class Progress:
    """Files done of ``total``, findings so far, and the file in hand.

    ``is_ticking``: whether the line moves by itself; else it does when :meth:`draw` is called.
    """

    def __init__(self, total: int, done: int, findings: int, is_ticking: bool) -> None:
        self.in_hand = ""
        self._total, self._done, self._findings = total, done, findings
        self._began, self._width, self._stream = monotonic(), 0, sys.stderr
        self._ended = Event()
        self._clock = Thread(target=self._tick, daemon=True) if is_ticking else None
        if self._clock is not None:
            self._clock.start()

    def count(self, report: FileReport) -> None:
        """One more file is done."""
        self._done += 1
        self._findings += len(report.diagnostics)

    def draw(self) -> None:
        """Write the line in place of what it was, once the run has taken a second."""
        if monotonic() - self._began < _SILENT:
            return
        found = f"{self._findings} finding{'s' * (self._findings != 1)}"
        self._write(plain(f"{self._done} of {self._total} files, {found}: {self.in_hand}"))

    def end(self) -> None:
        """Clear the line."""
        self._ended.set()
        if self._clock is not None:
            self._clock.join()
        if self._width:
            self._write("")

    def _tick(self) -> None:
        self._ended.wait(_SILENT)
        while not self._ended.is_set():
            self.draw()
            self._ended.wait(_BETWEEN)

    def _write(self, line: str) -> None:
        columns = 80
        with suppress(OSError, ValueError):
            columns = os.get_terminal_size(self._stream.fileno()).columns or columns
        while cells_wide(line) >= columns:  # what wraps cannot be cleared
            line = line[:-1]
        width = cells_wide(line)
        padding = " " * (self._width - width)
        self._width = width
        encoding = self._stream.encoding or "utf-8"
        with suppress(OSError, ValueError):  # the terminal is gone
            self._stream.write(f"\r{line}{padding}\r{line}".encode(encoding, "replace").decode(encoding))
            self._stream.flush()
