"""Writing to the terminal, whatever its encoding."""

from __future__ import annotations

import sys
from typing import TextIO

import click

__all__ = ["COLOR", "Failure", "complain", "write"]

COLOR = click.option(
    "--color",
    type=click.Choice(("auto", "always", "never")),
    default="auto",
    show_default=True,
    help="Outranks NO_COLOR and FORCE_COLOR.",
)
"""The option of every command that prints in colour."""


class Failure(click.ClickException):
    """The tool cannot do its job: one line, exit code 2."""

    exit_code = 2

    def show(self, file: object = None) -> None:
        complain(self.message)


def write(text: str, stream: TextIO | None = None) -> None:
    """Write ``text`` as it is; characters that the stream's encoding lacks are escaped."""
    stream = sys.stdout if stream is None else stream
    encoding = stream.encoding or "utf-8"
    try:
        content = text.encode(encoding)
    except UnicodeEncodeError:
        content = text.encode(encoding, "backslashreplace")
    binary = getattr(stream, "buffer", None)
    if binary is None:
        stream.write(text)
        return
    stream.flush()
    binary.write(content)
    binary.flush()


def complain(message: str) -> None:
    """One line on standard error."""
    write(f"shapelint: {' '.join(message.split())}\n", sys.stderr)
