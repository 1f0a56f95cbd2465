"""The files of a workspace: what is open, as it is in the editor, and all others, as they are on the disk."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

from ..files import read_file
from ..interp import Project
from ..source.guard import SourceError
from ..source.text import decode
from .analysis.document_analysis import Analysis, InputKind
from .analysis.open_file import OpenFile
from .open_documents import Text
from .workspace_settings import Configurations

__all__ = ["WorkspaceFiles"]

_MOST_BLUEPRINTS = 10_000


class WorkspaceFiles:
    """Open files and the projects around them.  Everything here runs on the worker's thread but what says otherwise.

    ``pulse``: called now and then while a file is analysed; it may raise to give that up.
    """

    def __init__(self, pulse: Callable[[], None]) -> None:
        self.configurations = Configurations()
        self.chosen: dict[tuple[str, str], InputKind] = {}
        """The input on which a class is shown, by path and name."""
        self._pulse = pulse
        self._texts: dict[str, Text] = {}
        self._files: dict[str, OpenFile] = {}
        self._projects: dict[str, Project] = {}

    def put(self, text: Text) -> None:
        """The file has this text now.  Safe on any thread."""
        self._texts[text.path] = text

    def text(self, path: str) -> Text | None:
        """The present text of an open file.  Safe on any thread."""
        return self._texts.get(path)

    def paths(self) -> list[str]:
        """Of all open files.  Safe on any thread."""
        return list(self._texts)

    def close(self, path: str) -> None:
        """The file is as on the disk again."""
        self._texts.pop(path, None)
        self._files.pop(path, None)

    def file(self, path: str) -> OpenFile:
        """The state of an open file."""
        return self._files.setdefault(path, OpenFile(path))

    def project(self, path: str) -> Project:
        """The project that the file is in: one for each folder with a configuration."""
        root = self.configurations.of(path).root
        if root not in self._projects:
            self._projects[root] = Project(self.read)
            self._projects[root].pulse = self._pulse
        project = self._projects[root]
        if len(project.blueprints) > _MOST_BLUEPRINTS:
            project.blueprints.clear()
        return project

    def analyse(self, text: Text) -> Analysis:
        """The analysis of an open file."""
        path, settings = text.path, self.configurations.settings(text.path)
        chosen = {name: kind for (file, name), kind in self.chosen.items() if file == path}
        if self.configurations.leaves_out(path) or "torch" not in text.text:
            return Analysis(path, text.text)
        return self.file(path).analyse(text.text, self.project(path), settings, chosen, text.cells)

    def changed(self, path: str) -> Iterator[str]:
        """The file at ``path``, open or not, has another text: forget what was read of it.  The open files that depend on
        it, which are to be analysed again."""
        path = os.path.normpath(path)
        for project in self._projects.values():
            project.forget(path)
        for other, file in self._files.items():
            if path in file.last.imports:
                file.forget()
                if other != path:
                    yield other

    def configure(self) -> None:
        """Settings or configuration files have changed: begin anew."""
        self.configurations.forget()
        self._projects.clear()
        for file in self._files.values():
            file.forget()

    def read(self, path: str) -> str | None:
        """The text of a file as the editor has it; None if there is none."""
        text = self._texts.get(path)
        if text is not None:
            return text.text
        try:
            return decode(read_file(path)).text
        except (OSError, SourceError):
            return None
