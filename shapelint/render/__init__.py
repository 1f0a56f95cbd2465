"""Output formats, one per file: each turns the reports of a run into text.

A format is a module with ``render(reports, style) -> str``, found by looking into this folder: a new format is a new file
and nothing else.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import TypeAlias

from ..report import FileReport
from .style import Style

__all__ = ["FORMATS", "Renderer", "renderer"]

Renderer: TypeAlias = Callable[[Sequence[FileReport], Style], str]

_SHARED = frozenset({"__init__", "advice", "coverage_table", "excerpt", "place", "style"})
"""What the formats have in common."""

_MODULES = {name[:-3] for name in os.listdir(os.path.dirname(__file__)) if name.endswith(".py")} - _SHARED

FORMATS = tuple(sorted(module.replace("_", "-") for module in _MODULES))
"""The names of the formats, known without importing them: ``json-lines`` is in ``json_lines.py``."""


def renderer(name: str) -> Renderer:
    """The renderer of an output format; only its own file is imported."""
    render: Renderer = import_module(f".{name.replace('-', '_')}", __package__).render
    return render
