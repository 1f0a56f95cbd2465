"""A static shape linter for PyTorch: layer arguments, declared intents and shape comments, without running the code."""

import os
import sys


def _leave_current_folder() -> None:
    """`python -m shapelint` puts the current folder before the standard library; a folder that is to be linted may hold
    a `click.py` or a `typing.py`, so it goes before anything else is imported.

    `os` and `sys` are loaded by then, `__future__` is not.  What Python itself imports to find us comes too early:
    `python -P -m shapelint` and the command `shapelint` have no such folder at all.
    """
    # `-m` is what Python calls a program that it has not found yet.
    if sys.argv[:1] != ["-m"] or getattr(sys.flags, "safe_path", bool(sys.flags.isolated)):
        return
    try:
        if sys.path[0] == os.getcwd():
            del sys.path[0]
    except OSError:  # it was deleted, and is not in the path either
        return


_leave_current_folder()

from importlib import import_module  # noqa: E402
from typing import TYPE_CHECKING, Any  # noqa: E402

from .version import __version__  # noqa: E402

if TYPE_CHECKING:
    from .config import Config, ConfigError
    from .coverage import Coverage
    from .diagnostic import Diagnostic, Edit, Fix, Label, Span
    from .engine import Result, check_source
    from .report import FileReport
    from .rules.registry import UnknownRule
    from .session import check_paths
    from .settings import Settings
    from .shapes import Dim, Shape
    from .summary import InferredShapes, NoSuchTarget, ShapeError, infer, show

__all__ = [
    "Config", "ConfigError", "Coverage", "Diagnostic", "Dim", "Edit", "FileReport", "Fix", "InferredShapes", "Label",
    "NoSuchTarget", "Result", "Settings", "Shape", "ShapeError", "Span", "UnknownRule", "__version__", "check_paths",
    "check_source", "infer", "show",
]  # fmt: skip

_HOMES = {
    "check_source": ".engine",
    "Result": ".engine",
    "check_paths": ".session",
    "FileReport": ".report",
    "Config": ".config",
    "ConfigError": ".config",
    "Settings": ".settings",
    "UnknownRule": ".rules.registry",
    **dict.fromkeys(("Diagnostic", "Edit", "Fix", "Label", "Span"), ".diagnostic"),
    **dict.fromkeys(("Shape", "Dim"), ".shapes"),
    "Coverage": ".coverage",
    **dict.fromkeys(("InferredShapes", "NoSuchTarget", "ShapeError", "infer", "show"), ".summary"),
}


def __getattr__(name: str) -> Any:
    """Import what is asked for, when it is: the command line's start must not pay for it."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name], __name__), name)
