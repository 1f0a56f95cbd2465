"""Output formats, one a file: each turns the reports of a run into text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import TypeAlias

from ..report import FileReport
from .style import Style

__all__ = ["FORMATS", "Renderer", "renderer"]

Renderer: TypeAlias = Callable[[Sequence[FileReport], Style], str]

FORMATS = ("full", "concise", "json", "sarif", "github")


def renderer(name: str) -> Renderer:
    """The renderer of an output format; only its own file is imported."""
    render: Renderer = import_module(f".{name}", __package__).render
    return render
