"""Writing to the terminal, whatever its encoding."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import TextIO

import click

from ..files import reason

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
    """Write ``text`` as it is; characters that the stream's encoding lacks are escaped.  Raises Failure on a full disk."""
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
    try:
        stream.flush()
        binary.write(content)
        binary.flush()
    except BrokenPipeError:  # who reads has seen enough
        raise
    except OSError as error:
        raise Failure(f"the output cannot be written: {reason(error)}") from None


def complain(message: str) -> None:
    """One line on standard error; where that cannot be written, there is nobody to tell."""
    with suppress(Failure):
        write(f"shapelint: {' '.join(message.split())}\n", sys.stderr)
