"""A server with all that it does, on standard input and output."""

from __future__ import annotations

import os
import sys

from .collector import Collector
from .language_server import ShapeServer
from .requests import answer
from .server_commands import obey
from .text_sync import listen
from .worker import Worker

__all__ = ["ready", "serve"]


def ready(worker: Worker) -> ShapeServer:
    """A server that is ready to talk, whose work ``worker`` does."""
    server = ShapeServer(worker)
    listen(server)
    answer(server)
    obey(server)
    return server


def serve() -> int:
    """Talk to the client until it ends the session (0), or is gone (1)."""
    collector = Collector()
    server = ready(Worker(collector.worked, collector.pauses))
    # The protocol closes its stream at the end, and whatever else is written must not get into it.
    with open(os.dup(sys.stdout.fileno()), "wb") as out:
        sys.stdout = sys.stderr
        server.start_io(stdout=out)
    server.service.worker.stop()
    return 0 if server.ended else 1
