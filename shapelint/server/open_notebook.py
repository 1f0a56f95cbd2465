"""One open notebook: its own module, and besides the files that its cells write and the programs that they start."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

from ..diagnostic import Diagnostic, Span
from ..interp import Project
from ..notebook_modules import in_page
from ..records import replace
from ..settings import Settings
from ..source.notebooks.notebook import Excerpt
from .analysis.document_analysis import Analysis, InputKind
from .analysis.moved_spans import moved
from .analysis.open_file import OpenFile
from .open_documents import Text

__all__ = ["OpenNotebook"]


class OpenNotebook:
    """A notebook that is being edited.  ``read``: the text of another file, None if there is none.

    ``project``: the one in which the files that it writes are there, if it writes any.
    """

    def __init__(self, path: str, read: Callable[[str], str | None]) -> None:
        self._path, self._read = path, read
        self.project: Project | None = None
        self._around: Project | None = None
        self._written: dict[str, str] = {}
        self._others: dict[tuple[int, str], OpenFile] = {}

    def analyse(
        self, text: Text, own: OpenFile, project: Project, settings: Settings, chosen: Mapping[str, InputKind]
    ) -> Analysis:
        """The analysis of its own module, ``own``, at its places in ``text``, with what is found in the others."""
        assert text.module is not None
        folder = os.path.dirname(self._path)
        places = [
            os.path.normpath(os.path.join(folder, each.name)) if each.name else self._path for each in text.besides
        ]
        files = {place: each for place, each in zip(places, text.besides, strict=True) if each.name}
        inside = self._with_files({place: each.text for place, each in files.items()}, project, own)
        analysis = own.analyse(text.code, inside, settings, chosen)
        shown = moved(analysis, text.text, text.module.span, whole=False)
        assert shown is not None  # as not the whole is asked for
        pages = {place: (self._path, each) for place, each in files.items()}
        found = [in_page(finding, pages) for finding in shown.diagnostics]
        for index, (place, excerpt) in enumerate(zip(places, text.besides, strict=True)):
            other = self._others.setdefault((index, place), OpenFile(place))
            own_page: dict[str, tuple[str, Excerpt]] = {
                self._path: (self._path, text.module),
                place: (self._path, excerpt),
            }
            there = other.analyse(excerpt.text, inside, settings).diagnostics
            found += [in_page(finding, {**pages, **own_page}) for finding in there]
        return replace(shown, diagnostics=_each_once(found), parsed=analysis.parsed, executed=analysis.executed)

    def _with_files(self, written: dict[str, str], project: Project, own: OpenFile) -> Project:
        """``project`` with the files that the notebook writes; anew if one of them is no longer what it was."""
        if written == self._written and project is self._around:
            return self.project or project
        self._written, self._around, self.project = written, project, None
        own.forget()
        self._others.clear()
        if written:
            self.project = Project(self._text, sizes=project.sizes)
            self.project.pulse = project.pulse
        return self.project or project

    def _text(self, path: str) -> str | None:
        written = self._written.get(os.path.normpath(path))
        return self._read(path) if written is None else written


def _each_once(findings: list[Diagnostic]) -> tuple[Diagnostic, ...]:
    first: dict[tuple[str, Span, str], Diagnostic] = {}
    for finding in findings:
        first.setdefault((finding.filename, finding.span, finding.code), finding)
    return tuple(first[key] for key in sorted(first))
