"""A static shape linter for PyTorch: layer arguments, declared intents and shape comments, without running the code."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from .version import __version__

if TYPE_CHECKING:
    from .diagnostic import Diagnostic
    from .engine import check_source
    from .session import check_paths
    from .shapes import Dim, Shape

__all__ = ["Diagnostic", "Dim", "Shape", "__version__", "check_paths", "check_source"]

_HOMES = {
    "check_source": ".engine",
    "check_paths": ".session",
    "Diagnostic": ".diagnostic",
    "Shape": ".shapes",
    "Dim": ".shapes",
}


def __getattr__(name: str) -> Any:
    """Import what is asked for, when it is: the command line's start must not pay for it."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name], __name__), name)
