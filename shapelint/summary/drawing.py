"""``show --html``, ``--svg``, ``--mermaid`` and ``--dot``: the graph of a model with what the linter finds in its files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ..config import Configurations
from ..diagnostic import Diagnostic
from ..files import read_file
from ..interp.paths.targets import NoSuchTarget
from ..opening import page_of
from ..records import dataclass
from ..session import Session
from ..source.guard import SourceError
from ..source.lines import split_lines
from .graph import graph_of
from .graph_text import as_dot, as_mermaid, as_svg
from .model import Inputs, InputsOf, run_target
from .page import as_page
from .target import load

__all__ = ["Drawn", "draw"]

_FORMATS = {"html": as_page, "svg": as_svg, "mermaid": as_mermaid, "dot": as_dot}


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """What became of each format that was asked for."""

    texts: dict[str, str]
    missing: dict[str, str]
    """Why there is none: one program that is not there keeps nobody from the other formats."""
    is_refused: bool
    """Whether the model refuses its input."""


def draw(target: str, inputs: Inputs | InputsOf, formats: Sequence[str]) -> Drawn:
    """The graph of ``target`` in each format, by its name.  Raises NoSuchTarget."""
    path = target.partition("::")[0]
    project, module = load(path)
    run = run_target(target, module, project, inputs)
    files = {call.site.source.path for call in run.made.values()}
    files |= {call.module.built.source.path for call in run.made.values() if call.module and call.module.built}
    lines = {file: split_lines(text) for file in files if (text := _text(file)) is not None}
    graph = graph_of(run, tuple(_findings(path, files)), lines)
    texts, missing = {}, {}
    for name in formats:
        try:
            texts[name] = _FORMATS[name](graph)
        except NoSuchTarget as error:
            missing[name] = str(error)
    return Drawn(texts, missing, run.refused() is not None)


def _text(path: str) -> str | None:
    try:
        return page_of(read_file(path), path)[0]
    except (OSError, SourceError):
        return None


def _findings(path: str, files: Iterable[str]) -> Iterator[Diagnostic]:
    """What the linter says of the target's file, and of the others of the project that the model is from, as it is configured."""
    session = Session(Configurations(), use_cache=False)
    for file in dict.fromkeys((path, *sorted(files))):
        if "site-packages" not in file:
            yield from session.check_file(file).diagnostics
