"""``typer``: a command line for a function."""

from __future__ import annotations

from shapelint.interp.library.declare import Invocation, models
from shapelint.interp.library.scripts import fire
from shapelint.shapes import Value


@models("typer.run", "function")
def run(at: Invocation, function: Value) -> Value:
    """Calls it as ``fire.Fire`` does."""
    return fire.run(at, function, (), {})
