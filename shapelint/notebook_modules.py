"""Linting the modules of a notebook: its own, and those that it writes; findings are told where they are in the notebook."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import Protocol

from .coverage import Coverage
from .diagnostic import Diagnostic, Edit, Span
from .engine import Result
from .interp import Project
from .records import replace
from .source.notebooks.notebook import Excerpt, Notebook

__all__ = ["NotebookModules", "in_page"]


class _Linter(Protocol):
    """What reads files and lints texts: a session."""

    def read(self, path: str) -> str | None: ...

    def project(self, path: str) -> Project: ...

    def lint(
        self, text: str, path: str, project: Project | None = None, notebook: str | None = None
    ) -> tuple[Result | None, str | None]: ...


class NotebookModules:
    """The modules of the notebook at ``path``, with a project in which the files that it writes are there."""

    def __init__(self, session: _Linter, notebook: Notebook, path: str) -> None:
        self.notebook = notebook
        folder = os.path.dirname(path)
        names = [excerpt.name for excerpt in notebook.excerpts]
        self.paths = [os.path.normpath(os.path.join(folder, name)) if name else path for name in names]
        self._session = session
        self._path = path
        self._files = {
            place: excerpt for place, excerpt in zip(self.paths, notebook.excerpts, strict=True) if excerpt.name
        }
        shared = session.project(path)
        self.project = Project(self._read, sizes=shared.sizes) if self._files else shared

    def _read(self, path: str) -> str | None:
        written = self._files.get(os.path.normpath(path))
        return self._session.read(path) if written is None else written.text

    def lint(self, index: int, text: str) -> tuple[Result | None, str | None]:
        """What is found in one of the modules, if that has become ``text``, or a line on why nothing could be."""
        result, error = self._session.lint(text, self.paths[index], self.project, self._path)
        excerpt = self.notebook.excerpts[index]
        if result is not None and any(line.quoted for line in excerpt.lines):
            fixed = (replace(f, fix=None) if excerpt.is_quoted(f.span.row) else f for f in result.diagnostics)
            result = replace(result, diagnostics=tuple(fixed))
        return result, error

    def result(self) -> tuple[Result | None, str | None]:
        """What is found in the notebook, at its places in the page."""
        findings: dict[tuple[str, Span, str], Diagnostic] = {}
        coverage = Coverage()
        parsed = True
        for index, excerpt in enumerate(self.notebook.excerpts):
            result, error = self.lint(index, excerpt.text)
            if result is None:
                return None, error
            for finding in result.diagnostics:
                located = self.located(finding, index)
                findings.setdefault((located.filename, located.span, located.code), located)
            coverage, parsed = coverage + result.coverage, parsed and result.parsed
        ordered = [findings[key] for key in sorted(findings)]
        return Result(tuple(ordered), replace(coverage, files=1), parsed), None

    def located(self, finding: Diagnostic, index: int) -> Diagnostic:
        """A finding in one of the modules, as one in the notebook."""
        # A program that a cell starts has no name of its own, and is linted under that of the notebook.
        own = {self._path: self.notebook.excerpts[0]} | self._files | {self.paths[index]: self.notebook.excerpts[index]}
        return in_page(finding, {place: (self._path, excerpt) for place, excerpt in own.items()})


def in_page(finding: Diagnostic, pages: Mapping[str, tuple[str, Excerpt]]) -> Diagnostic:
    """A finding whose places are in modules, as one whose places are in pages.

    ``pages``: by the path under which a module was linted, the path of its notebook and what it is of that.
    """
    home, excerpt = pages.get(finding.filename, (finding.filename, None))
    labels = []
    for label in finding.labels:
        place, around = pages.get(label.filename or finding.filename, (label.filename or finding.filename, None))
        span = label.span if around is None else around.span(label.span)
        labels.append(replace(label, span=span, filename=None if place == home else place))
    if excerpt is None:
        return replace(finding, labels=tuple(labels))
    fix = finding.fix and replace(finding.fix, edits=tuple(_edits(finding.fix.edits, excerpt)))
    return replace(finding, filename=home, span=excerpt.span(finding.span), labels=tuple(labels), fix=fix)


def _edits(edits: tuple[Edit, ...], excerpt: Excerpt) -> Iterator[Edit]:
    for edit in edits:
        first, *others = edit.content.split("\n")
        line = excerpt.lines[min(edit.span.row, len(excerpt.lines)) - 1]
        yield Edit(excerpt.span(edit.span), "\n".join([first, *map(line.added, others)]))
