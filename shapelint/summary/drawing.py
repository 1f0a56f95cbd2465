"""``show --html``, ``--svg``, ``--mermaid`` and ``--dot``: the graph of a model with what the linter finds in its file."""

from __future__ import annotations

from collections.abc import Sequence

from ..config import Config
from ..diagnostic import Diagnostic
from ..files import read_file
from ..interp.paths.targets import execute
from ..opening import module_text
from ..session import Session
from ..shapes.written_inputs import Input
from .graph import graph_of
from .graph_text import as_dot, as_mermaid, as_svg
from .model import Shown
from .page import as_page
from .target import load

__all__ = ["draw"]

_FORMATS = {"html": as_page, "svg": as_svg, "mermaid": as_mermaid, "dot": as_dot}


def draw(target: str, inputs: Sequence[Input], formats: Sequence[str]) -> tuple[dict[str, str], bool]:
    """The graph of ``target`` in each format, by its name; and whether the model refuses its input.  Raises NoSuchTarget."""
    path, _, expression = target.partition("::")
    project, module = load(path)
    run = Shown(target, execute(module, project, expression, inputs))
    files = {call.site.source.path for call in run.made.values()}
    files |= {call.module.built.source.path for call in run.made.values() if call.module and call.module.built}
    lines = {file: text.splitlines() for file in files if (text := _text(file)) is not None}
    graph = graph_of(run, _findings(path), lines)
    return {name: _FORMATS[name](graph) for name in formats}, run.refused() is not None


def _text(path: str) -> str | None:
    try:
        return module_text(read_file(path), path)
    except OSError:
        return None


def _findings(path: str) -> tuple[Diagnostic, ...]:
    """What the linter says of the file, by its own defaults."""
    return Session(Config("."), use_cache=False).check_file(path).diagnostics
