"""The files of a workspace: what is open, as it is in the editor, and all others, as they are on the disk."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

from ..config import Config, ConfigError
from ..diagnostic import Edit
from ..files import read_file
from ..interp import Project
from ..opening import module_text
from ..session import Session
from .analysis.document_analysis import Analysis, InputKind
from .analysis.open_file import OpenFile
from .analysis.shape_comments import missing_comments
from .open_documents import Text
from .open_notebook import OpenNotebook
from .workspace_settings import WorkspaceSettings

__all__ = ["WorkspaceFiles"]

_MOST_BLUEPRINTS = 10_000


class _EditedFiles(Session):
    """A session for which an editor reads the files.

    Of a folder whose configuration cannot be used the projects are those without one.
    """

    def __init__(self, settings: WorkspaceSettings, read: Callable[[str], str | None]) -> None:
        super().__init__(settings.files, use_cache=False)
        self._read_edited = read

    def read(self, path: str) -> str | None:
        """The text of a file as the editor has it; None if there is none."""
        return self._read_edited(path)


class WorkspaceFiles:
    """Open files and the projects around them.  Everything here runs on the worker's thread but what says otherwise.

    ``pulse``: called now and then while a file is analysed; it may raise to give that up.
    """

    def __init__(self, pulse: Callable[[], None]) -> None:
        self.configurations = WorkspaceSettings()
        self.chosen: dict[tuple[str, str], InputKind] = {}
        """The input on which a class is shown, by path and name."""
        self._pulse = pulse
        self._texts: dict[str, Text] = {}
        self._files: dict[str, OpenFile] = {}
        self._notebooks: dict[str, OpenNotebook] = {}
        self._projects: list[Project] = []
        self._session = _EditedFiles(self.configurations, self.read)

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
        self._notebooks.pop(path, None)

    def file(self, path: str) -> OpenFile:
        """The state of an open file."""
        return self._files.setdefault(path, OpenFile(path))

    def project(self, path: str) -> Project:
        """The project that the file is in, as the command line has it: one for all files of the same configuration."""
        try:
            project = self._session.project(path)
        except ConfigError:
            project = Session(Config(os.path.dirname(path)), use_cache=False).project(path)
        if project not in self._projects:
            self._projects.append(project)
            project.pulse = self._pulse
        if len(project.blueprints) > _MOST_BLUEPRINTS:
            project.blueprints.clear()
        return project

    def analyse(self, text: Text) -> Analysis:
        """The analysis of an open file."""
        path, settings = text.path, self.configurations.settings(text.path)
        chosen = {name: kind for (file, name), kind in self.chosen.items() if file == path}
        if self.configurations.leaves_out(path) or "torch" not in text.text:
            return Analysis(path, text.text)
        if text.module is None:
            return self.file(path).analyse(text.code, self.project(path), settings, chosen)
        return self._notebooks.setdefault(path, OpenNotebook(path, self.read)).analyse(
            text, self.file(path), self.project(path), settings, chosen
        )

    def comments_missing_in(self, text: Text, rows: range | None) -> list[Edit]:
        """The edits that ``shapelint annotate`` makes in an open file, or those of them in ``rows``.  Raises SourceError."""
        settings = self.configurations.settings(text.path)
        return missing_comments(text.text, text.path, self.project(text.path), rows, settings, text.module)

    def changed(self, path: str) -> Iterator[str]:
        """The file at ``path``, open or not, has another text: forget what was read of it.  The open files that depend on
        it, which are to be analysed again."""
        path = os.path.normpath(path)
        of_notebooks = (notebook.project for notebook in self._notebooks.values())
        for project in (*self._projects, *filter(None, of_notebooks)):
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
        self._session = _EditedFiles(self.configurations, self.read)
        for file in self._files.values():
            file.forget()

    def read(self, path: str) -> str | None:
        """The text of a file as the editor has it; None if there is none."""
        text = self._texts.get(path)
        if text is not None:
            return text.code
        try:
            return module_text(read_file(path), path)
        except OSError:
            return None
