"""From the paths on the command line to the files to check."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from stat import S_ISDIR, S_ISREG
from typing import TypeAlias

from .files import read_file, reason
from .patterns import Patterns
from .records import dataclass, field

__all__ = ["Found", "Scope", "find_files"]

_SUFFIXES = (".py", ".ipynb")
_NEVER = frozenset(
    (
        ".git", ".hg", ".svn", ".venv", "venv", ".env", ".tox", ".nox", ".eggs", "__pycache__", "__pypackages__",
        "node_modules", "site-packages", ".ipynb_checkpoints", "build", "dist", ".mypy_cache", ".ruff_cache",
        ".pytest_cache", ".shapelint_cache",
    )
)  # fmt: skip
"""Names of folders that do not hold the user's own models."""
_LARGEST_IGNORE = 1_000_000


@dataclass(slots=True)
class Found:
    """Files to check in order, and each path that cannot be, with the reason.

    ``named``: the files that were named themselves.  ``outside``: links found in a folder to files outside of it; whoever
    names a folder gives leave to change what is in it, and no more.
    """

    files: list[str] = field(default_factory=list)
    named: set[str] = field(default_factory=set)
    outside: set[str] = field(default_factory=set)
    failures: list[tuple[str, str]] = field(default_factory=list)


Scope: TypeAlias = tuple[str, tuple[str, ...], tuple[str, ...]]
"""A folder, and the patterns, relative to it, of what is to be left out and of what is to be checked besides Python files and
notebooks."""


def _leaves_out_nothing(folder: str) -> Scope:
    return folder, (), ()


def find_files(
    paths: Iterable[str],
    scope_of: Callable[[str], Scope] = _leaves_out_nothing,
    force_exclude: bool = False,
    respect_gitignore: bool = True,
) -> Found:
    """All Python files and notebooks in ``paths``.

    Folders are searched, except for what .gitignore files, the configuration and the standard exclusions name; symbolic links
    to folders are not followed.  ``scope_of``: what the configuration leaves out of a folder, given as an absolute path, and what
    other files it takes.  A file that is named itself is taken, unless ``force_exclude`` is set and it is excluded.
    ``respect_gitignore``: whether .gitignore files are read at all.
    """
    scopes = _Scopes(scope_of)
    found = Found()
    for path in paths:
        try:
            mode = os.stat(path).st_mode
        except (FileNotFoundError, NotADirectoryError, ValueError):
            found.failures.append((path, "no such file or folder"))
            continue
        except OSError as error:
            found.failures.append((path, reason(error)))
            continue
        if not S_ISDIR(mode) and not S_ISREG(mode):
            found.failures.append((path, "not a regular file"))
        elif force_exclude and _excluded(path, scopes, folder=S_ISDIR(mode)):
            continue
        elif S_ISDIR(mode):
            _search(path, scopes, _rules_above(path) if respect_gitignore else [], found, respect_gitignore)
        else:
            found.files.append(path)
            found.named.add(os.path.normpath(path))
    found.files = sorted(dict.fromkeys(os.path.normpath(file) for file in found.files))
    return found


_Rules = list[tuple[str, Patterns]]
"""(folder, patterns relative to it); later ones outrank earlier ones."""


@dataclass(frozen=True, slots=True)
class _Compiled:
    """The folder that patterns are relative to, and the patterns."""

    root: str
    excluded: Patterns
    included: Patterns


class _Scopes:
    """The patterns of the configurations, each compiled once."""

    def __init__(self, scope_of: Callable[[str], Scope]) -> None:
        self._scope_of = scope_of
        self._compiled: dict[Scope, _Compiled] = {}

    def of_folder(self, folder: str) -> _Compiled:
        """The patterns of the configuration of a folder."""
        root, exclude, extend_include = self._scope_of(folder)
        root = os.path.abspath(root)
        if not os.path.join(folder, "").startswith(os.path.join(root, "")):
            root = os.path.abspath(os.sep)  # patterns without a folder still mean something
        scope = root, exclude, extend_include
        if scope not in self._compiled:
            self._compiled[scope] = _Compiled(root, Patterns.of(exclude), Patterns.of(extend_include))
        return self._compiled[scope]

    def is_within_another(self, root: str) -> bool:
        """Whether the configuration of the folder above speaks of this one."""
        above = os.path.dirname(root)
        return above != root and self.of_folder(above).root != os.path.abspath(os.sep)


def _rules_above(path: str) -> _Rules:
    """The .gitignore files of the repository above ``path``."""
    rules: _Rules = []
    folder = os.path.abspath(path)
    above: list[str] = []
    while not os.path.exists(os.path.join(folder, ".git")):
        parent = os.path.dirname(folder)
        if parent == folder:
            above = []
            break
        above.append(parent)
        folder = parent
    for parent in reversed(above):
        rules += _gitignore(parent)
    return rules


def _search(top: str, scopes: _Scopes, rules: _Rules, found: Found, respect_gitignore: bool) -> None:
    """Add the files below the folder ``top``.  What cannot be read is an error, and the search goes on."""
    inside = os.path.join(os.path.realpath(top), "")
    # A list and not recursion: folders may be nested more deeply than Python functions.
    pending = [(top, rules)]
    while pending:
        folder, rules = pending.pop()
        if respect_gitignore:
            rules = [*rules, *_gitignore(folder)]
        scope = scopes.of_folder(os.path.abspath(folder))
        excluding = [*rules, (scope.root, scope.excluded)]
        try:
            with os.scandir(folder) as listing:
                entries = sorted(listing, key=lambda entry: entry.name, reverse=True)
        except OSError as error:
            found.failures.append((folder, reason(error)))
            continue
        for entry in entries:
            try:
                if _is_taken(entry, excluding, (scope.root, scope.included), inside, found):
                    pending.append((entry.path, rules))
            except OSError as error:  # a link to itself
                found.failures.append((entry.path, reason(error)))


def _is_taken(
    entry: os.DirEntry[str], rules: _Rules, included: tuple[str, Patterns], inside: str, found: Found
) -> bool:
    """Add a file that is one of ours to what was found; whether the entry is a folder that is to be searched."""
    is_folder = entry.is_dir(follow_symlinks=False)
    path = os.path.abspath(entry.path)
    if not is_folder and not entry.name.endswith(_SUFFIXES) and not _decided(path, [included], False):
        return False
    if _decided(path, rules, is_folder):
        return False
    if not is_folder and entry.is_file():
        found.files.append(entry.path)
        if entry.is_symlink() and not os.path.realpath(entry.path).startswith(inside):
            found.outside.add(os.path.normpath(entry.path))
    return is_folder


def _gitignore(folder: str) -> _Rules:
    try:
        content = read_file(os.path.join(folder, ".gitignore"), _LARGEST_IGNORE)
    except OSError:
        return []
    return [(os.path.abspath(folder), Patterns.of(content.decode("utf-8", "replace").split("\n")))]


def _decided(path: str, rules: _Rules, folder: bool) -> bool:
    if folder and os.path.basename(path) in _NEVER:
        return True
    for base, patterns in reversed(rules):
        inside = os.path.join(base, "")
        if path.startswith(inside):
            decision = patterns.decide(path[len(inside) :].replace(os.sep, "/"), folder)
            if decision is not None:
                return decision
    return False


def _excluded(path: str, scopes: _Scopes, folder: bool) -> bool:
    """Whether a configuration or the standard exclusions name ``path`` or a folder above it.

    The configuration above that of the file may leave out the folder that has it.
    """
    inner = os.path.abspath(path)
    while True:
        scope = scopes.of_folder(os.path.dirname(inner))
        root, patterns = scope.root, scope.excluded
        if root == os.path.dirname(root):  # a path outside of the project
            return bool(patterns.decide(os.path.basename(inner), folder))
        parts = os.path.relpath(inner, root).split(os.sep)
        folders = parts if folder else parts[:-1]
        if not _NEVER.isdisjoint(folders) or patterns.match_within(inner, root, folder):
            return True
        if not scopes.is_within_another(root):
            return False
        inner, folder = root, True
