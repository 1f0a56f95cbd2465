"""One run over many files: reading, the cache, and the guard that keeps one bad file from stopping the others."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from .config import Config, load
from .coverage import Coverage
from .discovery import find_files
from .files import read_file, reason
from .report import FileReport
from .source.depth import room_for_depth
from .source.lines import split_lines

if TYPE_CHECKING:
    from .cache import Cache
    from .diagnostic import Span
    from .engine import Result
    from .environment import Environment
    from .interp import Project
    from .source.notebook import Notebook
    from .source.text import FileText

__all__ = ["Session", "check_paths", "internal_error", "open_text"]

_LARGEST = 3_000_000
_MENTION = b"torch"
# The command line switches the garbage collector off; the trees of this much text, in characters, take 1 GB.
_MOST_UNCOLLECTED = 8_000_000


class Session:
    """Checks files under one configuration, and remembers those it read for their imports."""

    def __init__(self, config: Config, use_cache: bool = True, cache_folder: str | None = None) -> None:
        self.config = config
        self._cache: Cache | None = None
        if use_cache and config.cache:
            from .cache import Cache

            self._cache = Cache(config.root, config.settings, cache_folder)
        self._contents: dict[str, bytes | None] = {}
        self._digests: dict[str, str | None] = {}
        self._files: Project | None = None
        self._environment: Environment | None = None
        self._uncollected = 0
        self._expected: frozenset[str] = frozenset()

    def expect(self, paths: Iterable[str]) -> None:
        """Say which files will be checked: what others import of them is then parsed but once."""
        self._expected = frozenset(map(os.path.normpath, paths))

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
            if _MENTION not in content and not (named and _is_no_text(content)):
                return FileReport(path)
            return self._remembered(content, path) or self._checked(content, path)
        except Exception as error:  # noqa: BLE001  # the guard
            return FileReport(path, error=internal_error(error))

    def _remembered(self, content: bytes, path: str) -> FileReport | None:
        """The report of an earlier run, if it is in the cache and can have come from this very text."""
        hit = None if self._cache is None else self._cache.load(path, content, self._digest)
        if hit is None:
            return None
        diagnostics, coverage = hit
        if not diagnostics:
            return FileReport(path, coverage=coverage)
        text, cells = _text_of(content, path)
        lines = split_lines(text)
        if not all(_lies_within(span, lines) for finding in diagnostics for span in finding.spans_in(path)):
            return None
        return FileReport(path, diagnostics, coverage, text=text, cells=cells)

    def _checked(self, content: bytes, path: str) -> FileReport:
        from .source.guard import SourceError

        try:
            text, cells = _text_of(content, path)
            if len(text) > _LARGEST:
                raise SourceError(f"{len(text):,} characters; more than {_LARGEST:,} are not linted")
        except SourceError as error:
            from .rules.invalid_syntax import report

            return FileReport(path, (report(error, path),), Coverage(files=1), parsed=False)
        result, error_line = self.lint(text, path, cells)
        if result is None:
            return FileReport(path, error=error_line)
        if self._cache is not None and result.parsed:
            followed = {other: self._digest(other) for other in self._depends_on(path)}
            self._cache.store(path, content, followed, result.diagnostics, result.coverage)
        return FileReport(path, result.diagnostics, result.coverage, result.parsed, text=text, cells=cells)

    def lint(self, text: str, path: str, cells: tuple[int, ...]) -> tuple[Result | None, str | None]:
        """The result for ``text``, or a line on why there is none."""
        from .engine import check_source

        self._uncollected += len(text)
        if self._uncollected > _MOST_UNCOLLECTED:
            gc.collect()
            self._uncollected = 0
        try:
            return check_source(text, path, self.config.settings, self.project(), cells), None
        except RecursionError:
            from .engine import Result
            from .rules.invalid_syntax import report
            from .source.guard import SourceError

            return Result((report(SourceError("nested too deeply"), path),), Coverage(files=1), parsed=False), None
        except Exception as error:  # noqa: BLE001  # the guard: a defect of ours must not hide the other files' findings
            return None, internal_error(error)

    # -- imported files -----------------------------------------------------------------------------------------

    def project(self) -> Project:
        """The imported files, each read and parsed once in the session."""
        from .interp import Project

        if self._files is None:
            self._files = Project(self._read, self._expected, self._place_of)
        return self._files

    def _place_of(self, package: str) -> str | None:
        """Where the source of an installed package is; None if none is or it is not to be followed."""
        python, root = self.config.settings.python, self.config.root
        if self._environment is None:
            active = os.environ.get("VIRTUAL_ENV") or os.environ.get("CONDA_PREFIX")
            if python is None and not active and not os.path.isdir(os.path.join(root, ".venv")):
                return None
            from .environment import Environment

            self._environment = Environment(python, root, self._read)
        return self._environment.place_of(package)

    def _depends_on(self, path: str) -> Iterable[str]:
        """The files by which an entry of the cache for the file at ``path`` is still valid."""
        consulted = () if self._environment is None else self._environment.consulted
        return {*self.project().depends_on(path), *consulted}

    def _content(self, path: str) -> bytes | None:
        if path not in self._contents:
            self._contents[path] = self._opened(path)
        return self._contents[path]

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
        if self._cache is not None:
            from .cache import digest

            self._digests[path] = None if content is None else digest(content)
        return content

    def _read(self, path: str) -> str | None:
        from .source.guard import SourceError

        content = self._content(path)
        try:
            return None if content is None else _text_of(content, path)[0]
        except SourceError:
            return None


def check_paths(
    paths: str | os.PathLike[str] | Iterable[str | os.PathLike[str]], config: Config | None = None
) -> Sequence[FileReport]:
    """Lint a file or folder, or several, as the command line does without its options; raises ConfigError.

    ``config``: None for that of the nearest pyproject.toml.  A path that does not exist is a report with an ``error``.

    >>> [report.error for report in check_paths("nowhere.py")]
    ['no such file or folder']
    """
    names = [os.fspath(path) for path in ((paths,) if isinstance(paths, (str, os.PathLike)) else paths)]
    config = load(names) if config is None else config
    found = find_files(names, config.root, config.exclude)
    session = Session(config)
    session.expect(found.files)
    missing = [FileReport(path, error=why) for path, why in found.failures]
    with room_for_depth():
        return [*missing, *(session.check_file(file, file in found.named) for file in found.files)]


def open_text(content: bytes, path: str) -> tuple[FileText, Notebook | None]:
    """The text of a file, and for a notebook what is in it; raises SourceError."""
    from .source.text import FileText, decode

    if not path.endswith(".ipynb"):
        return decode(content), None
    from .source.notebook import read_notebook

    mark = content.startswith(b"\xef\xbb\xbf")
    file = decode(content) if not mark else FileText(content[3:].decode("utf-8", "replace"), mark=True)
    return file, read_notebook(file.text)


def _text_of(content: bytes, path: str) -> tuple[str, tuple[int, ...]]:
    file, notebook = open_text(content, path)
    return (file.text, ()) if notebook is None else (notebook.text, notebook.cells)


def _is_no_text(content: bytes) -> bool:
    """Whether ``content`` may mention torch in a way that a search for the word does not find (UTF-16, for one)."""
    if content.isascii():
        return b"\0" in content
    from .source.guard import SourceError
    from .source.text import decode

    try:
        decode(content)
    except SourceError:
        return True
    return b"\0" in content


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
