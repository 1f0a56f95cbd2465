"""``shapelint mcp``: the engine as tools of a program that writes code."""

from __future__ import annotations

import gc

import click

from ..extras import remedy
from ..version import __version__
from .output import Failure

__all__ = ["command"]


@click.command("mcp")
def command() -> int:
    """Serve the tools check, shapes_at, explain and weights on standard input and output, by the Model Context Protocol.

    Needs the extra mcp. What is read is never executed.

    Exit codes: 0 the client has ended, 2 the server could not start.
    """
    try:
        from mcp.server.mcpserver import MCPServer  # takes a second
    except ModuleNotFoundError as error:
        raise Failure(f"the server needs {error.name}: {remedy('mcp', error.name or 'mcp')}") from None
    from ..server.agent_tools import TOOLS

    gc.enable()  # a short run does without; a server must not grow
    server = MCPServer("shapelint", version=__version__)
    for tool in TOOLS:
        server.add_tool(tool)
    server.run()
    return 0
