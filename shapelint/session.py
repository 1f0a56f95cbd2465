"""One run over many files: reading, the cache, and the guard that keeps one bad file from stopping the others."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from .config import Config, Configurations
from .coverage import Coverage
from .discovery import find_files
from .files import read_file, reason
from .opening import is_no_text, open_text, page_of
from .regex import lazy
from .report import FileReport
from .source.depth import room_for_depth
from .source.lines import split_lines

if TYPE_CHECKING:
    from .cache import Cache
    from .diagnostic import Diagnostic, Span
    from .engine import Result
    from .environment import Environment
    from .interp import Project
    from .settings import Settings
    from .source.guard import SourceError
    from .source.notebooks.notebook import Notebook

__all__ = ["Session", "check_paths", "internal_error"]

_LARGEST = 3_000_000
_MENTION = b"torch"
_CLASS = lazy(r"\bclass\s+(\w+)")
_MOST_HELD = 800_000
"""Characters of imported files whose trees are kept, those that were asked for last.  They take some 60 MB."""
_MOST_YOUNG = 300_000
"""The command line switches the garbage collector off: so many objects may be left of finished files, which take 45 MB."""


class Session:
    """Checks files, each under its configuration, and remembers those it read for their imports."""

    def __init__(
        self, config: Config | Configurations, use_cache: bool = True, cache_folder: str | None = None
    ) -> None:
        self.configs = Configurations.of(config) if isinstance(config, Config) else config
        self._use_cache = use_cache
        self._cache_folder = cache_folder
        self._settings_of: dict[str, Settings] = {}
        self._caches: dict[tuple[str, Settings], Cache] = {}
        self._texts: dict[str, str | None] = {}
        self._notebooks: dict[str, Notebook] = {}
        self._digests: dict[str, str | None] = {}
        self._broken: set[str] = set()
        self._projects: dict[tuple[object, ...], Project] = {}
        self._environments: dict[tuple[str | None, str], Environment | None] = {}
        self._expected: set[str] = set()
        self.classes: dict[str, frozenset[str]] = {}
        """Those that each file defines whose configuration names some."""

    def expect(self, paths: Iterable[str]) -> None:
        """Say which files will be checked, instead of those of before: what others import of them is then parsed but once."""
        self._expected.clear()
        self._expected.update(map(os.path.normpath, paths))

    def check_file(self, path: str, named: bool = True) -> FileReport:
        """Lint one file.  A file that does not mention torch is not a target.  One that is not text may mention it in
        disguise, and is refused if it was ``named`` itself rather than found in a folder."""
        try:
            content = read_file(path)
        except OSError as error:
            return FileReport(path, error=reason(error))
        return self.check_content(content, path, named)

    def check_content(self, content: bytes, path: str, named: bool = True) -> FileReport:
        """Lint ``content`` as that of ``path``.  Raises nothing: one bad file must not keep back what others have."""
        try:
            return self._at_hand(content, path, named) or self._checked(content, path, self._cache_of(path))
        except Exception as error:  # noqa: BLE001  # the guard
            return FileReport(path, error=internal_error(error))

    def at_hand(self, path: str, named: bool = True) -> FileReport | None:
        """What :meth:`check_file` returns, if nothing has to be executed for that; None else."""
        try:
            return self._at_hand(read_file(path), path, named)
        except OSError as error:
            return FileReport(path, error=reason(error))
        except Exception as error:  # noqa: BLE001  # the guard
            return FileReport(path, error=internal_error(error))

    def _at_hand(self, content: bytes, path: str, named: bool) -> FileReport | None:
        """The report of what is not a target, or is in the cache."""
        if self.configs.of_file(path).settings.inputs:
            self.classes[path] = frozenset(_CLASS.findall(content.decode("utf-8", "replace")))
        if _MENTION not in content and not (named and is_no_text(content)):
            return FileReport(path)
        return self._remembered(content, path, self._cache_of(path))

    def _settings(self, path: str) -> Settings:
        if path not in self._settings_of:
            self._settings_of[path] = self.configs.of_file(path).settings_of(path)
        return self._settings_of[path]

    def _cache_of(self, path: str) -> Cache | None:
        """Where results for the file at ``path`` are remembered, if they are."""
        config = self.configs.of_file(path)
        if not (self._use_cache and config.cache):
            return None
        key = config.root, self._settings(path)
        if key not in self._caches:
            from .cache import Cache

            self._caches[key] = Cache(*key, self._cache_folder)
        return self._caches[key]

    def _remembered(self, content: bytes, path: str, cache: Cache | None) -> FileReport | None:
        """The report of an earlier run, if it is in the cache and can have come from this very text."""
        hit = None if cache is None else cache.load(path, content, self._digest, partial(self._is_as_seen, path))
        if hit is None:
            return None
        diagnostics, coverage = hit
        if not diagnostics:
            return FileReport(path, coverage=coverage)
        text, cells = page_of(content, path)
        lines = split_lines(text)
        if not all(_lies_within(span, lines) for finding in diagnostics for span in finding.spans_in(path)):
            return None
        return FileReport(path, diagnostics, coverage, text=text, cells=cells)

    def _checked(self, content: bytes, path: str, cache: Cache | None) -> FileReport:
        from .source.guard import SourceError

        try:
            file, notebook = open_text(content, path)
            if len(file.text) > _LARGEST and notebook is None:
                raise SourceError(f"{len(file.text):,} characters; more than {_LARGEST:,} are not linted")
        except SourceError as error:
            return FileReport(path, self._refused(error, path), Coverage(files=1), parsed=False)
        if notebook is None:
            text, project = file.text, self.project(path)
            result, error_line = self.lint(text, path)
        else:
            from .notebook_modules import NotebookModules

            modules = NotebookModules(self, notebook, path)
            text, project = notebook.page, modules.project
            result, error_line = modules.result()
        if result is None:
            return FileReport(path, error=error_line)
        diagnostics = self._with_pages(result.diagnostics, path)
        if cache is not None and result.parsed:
            self._store(cache, path, content, diagnostics, result.coverage, None if notebook is None else project)
        cells = () if notebook is None else notebook.cells
        return FileReport(path, diagnostics, result.coverage, result.parsed, text=text, cells=cells)

    def _store(
        self,
        cache: Cache,
        path: str,
        content: bytes,
        findings: tuple[Diagnostic, ...],
        coverage: Coverage,
        of_notebook: Project | None,
    ) -> None:
        """Have a result in the cache, with the files by which it is still valid.  A notebook is of several files, each of which
        may have seen something."""
        config = self.configs.of_file(path)
        environment = self._environment(config.settings.python, config.root)
        seen = self.project(path).seen() if of_notebook is None else {}
        others = seen if of_notebook is None else of_notebook.depends_on(path)
        consulted = () if environment is None else environment.consulted
        followed = {other: self._digest(other) for other in (*others, *consulted)}
        parts = {other: part for other, part in seen.items() if part is not None and other not in consulted}
        cache.store(path, content, followed, findings, coverage, parts)

    def _with_pages(self, findings: tuple[Diagnostic, ...], path: str) -> tuple[Diagnostic, ...]:
        """The findings in a file, their places in notebooks that it imports being those that people see."""
        named = {label.filename for finding in findings for label in finding.labels} | {f.filename for f in findings}
        notebooks = {}
        for other in named - {path, None}:
            if self.read(str(other)) is not None and other in self._notebooks:
                notebooks[str(other)] = (str(other), self._notebooks[str(other)].excerpts[0])
        if not notebooks:
            return findings
        from .notebook_modules import in_page

        return tuple(in_page(finding, notebooks) for finding in findings)

    def lint(
        self, text: str, path: str, project: Project | None = None, notebook: str | None = None
    ) -> tuple[Result | None, str | None]:
        """The result for ``text``, or a line on why there is none.

        ``project``: None for that of the session; ``notebook``: the path of the one that writes the file at ``path``, whose
        settings then hold.
        """
        from .engine import check_source

        try:
            project = project or self.project(path)
            self._let_go()
            return check_source(text, path, self._settings(notebook or path), project), None
        except RecursionError:
            from .engine import Result
            from .source.guard import SourceError

            failure = self._refused(SourceError("nested too deeply"), path)
            return Result(failure, Coverage(files=1), parsed=False), None
        except Exception as error:  # noqa: BLE001  # the guard: a defect of ours must not hide the other files' findings
            return None, internal_error(error)

    def _let_go(self) -> None:
        """Give back what files before left, and trees of imported files that nobody has asked for in a while."""
        for project in self._projects.values():
            project.let_go(_MOST_HELD // len(self._projects))
        if gc.get_count()[0] > _MOST_YOUNG:
            from .claims.file_memory import forget_file

            forget_file()
            gc.collect(0)  # modules and classes refer to each other; what is older than the last time is none of them

    def _refused(self, error: SourceError, path: str) -> tuple[Diagnostic, ...]:
        """What is reported of a file that was not even parsed."""
        from .rules.invalid_syntax import report
        from .rules.registry import graded

        return graded((report(error, path),), self._settings(path).severity)

    # -- imported files -----------------------------------------------------------------------------------------

    def project(self, path: str) -> Project:
        """The files that the one at ``path`` may import, each read and parsed once in the session for the same symbols."""
        from .interp import Project

        config = self.configs.of_file(path)
        symbols, where = config.settings.symbols, (config.settings.python, config.root)
        if (symbols, where) not in self._projects:
            environment = self._environment(*where)
            installed = (lambda package: None) if environment is None else environment.place_of
            self._projects[symbols, where] = Project(self.read, self._expected, dict(symbols), installed)
        return self._projects[symbols, where]

    def _environment(self, python: str | None, root: str) -> Environment | None:
        """Where packages are installed for the files of a configuration; None if nothing says where."""
        if (python, root) not in self._environments:
            active = os.environ.get("VIRTUAL_ENV") or os.environ.get("CONDA_PREFIX")
            found: Environment | None = None
            if python is not None or active or os.path.isdir(os.path.join(root, ".venv")):
                from .environment import Environment

                found = Environment(python, root, self.read)
            self._environments[python, root] = found
        return self._environments[python, root]

    def _is_as_seen(self, path: str, other: str, seen: Any) -> bool:
        """Whether the file ``other`` is what it was, as far as it was seen when the one at ``path`` was checked."""
        from .source.guard import SourceError

        if other in self._broken:
            return False
        try:
            return self.project(path).is_as_seen(other, seen)
        except SourceError:
            self._broken.add(other)  # every file that imports it asks
            return False

    def _digest(self, path: str) -> str | None:
        """The fingerprint of what was, or else of what would be, read; the bytes are not kept for it, since an entry of
        the cache may name any number of files."""
        if path not in self._digests:
            self._opened(path)
        return self._digests[path]

    def _opened(self, path: str) -> bytes | None:
        try:
            content = read_file(path, _LARGEST)
        except OSError:
            content = None
        if self._use_cache:
            from .fingerprint import digest

            self._digests[path] = None if content is None else digest(content)
        return content

    def read(self, path: str) -> str | None:
        """The text of an imported file as Python, of a notebook the module that its cells are; None if there is none.

        It is read once: each file that is linted asks for all that it imports.
        """
        if path not in self._texts:
            self._texts[path] = self._read(path)
        return self._texts[path]

    def _read(self, path: str) -> str | None:
        from .source.guard import SourceError

        content = self._opened(path)
        try:
            file, notebook = (None, None) if content is None else open_text(content, path)
        except SourceError:
            return None
        if notebook is not None:
            self._notebooks[path] = notebook
            return notebook.text
        return None if file is None else file.text


def check_paths(
    paths: str | os.PathLike[str] | Iterable[str | os.PathLike[str]], config: Config | None = None
) -> Sequence[FileReport]:
    """Lint a file or folder, or several, as the command line does without its options; raises ConfigError.

    ``config``: None for that of the nearest folder above each file.  A path that does not exist is a report with an ``error``.

    >>> [report.error for report in check_paths("nowhere.py")]
    ['no such file or folder']
    """
    names = [os.fspath(path) for path in ((paths,) if isinstance(paths, (str, os.PathLike)) else paths)]
    session = Session(Configurations() if config is None else config)
    found = find_files(names, session.configs.scope)
    for file in found.files:
        session.configs.of_file(file)  # what is wrong with it is no business of the file
    session.expect(found.files)
    missing = [FileReport(path, error=why) for path, why in found.failures]
    with room_for_depth():
        return [*missing, *(session.check_file(file, file in found.named) for file in found.files)]


def _lies_within(span: Span, lines: Sequence[str]) -> bool:
    """Whether a span is one of a text with these lines."""
    return span.end_row <= len(lines) and all(
        column <= len(lines[row - 1]) + 1 for row, column in ((span.row, span.column), (span.end_row, span.end_column))
    )


def internal_error(error: Exception) -> str:
    """One line that says where we failed."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = "" if place is None else f" ({os.path.basename(place.tb_frame.f_code.co_filename)}:{place.tb_lineno})"
    message = " ".join(str(error).split())[:200]
    return f"internal error: {type(error).__name__}: {message}{where}; please report it"
