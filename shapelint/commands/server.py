"""``shapelint server``: the language server."""

from __future__ import annotations

import click

from ..extras import remedy
from .output import Failure

__all__ = ["command"]


@click.command("server")
@click.option("--stdio", is_flag=True, help="Speak on standard input and output, as is done anyway; editors pass it.")
def command(stdio: bool) -> int:
    """Serve an editor: findings and shapes beside the code, by the Language Server Protocol.

    Needs the extra lsp. docs/editors.md says how editors are set up.

    Exit codes: 0 the client has ended the session, 1 it has gone without doing so, 2 the server could not start.
    """
    try:
        from ..server.serving import serve  # the protocol's library takes half a second
    except ModuleNotFoundError as error:
        raise Failure(f"the server needs {error.name}: {remedy('lsp', error.name or 'pygls')}") from None
    return serve()
