"""From the paths on the command line to the files to check."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from stat import S_ISDIR, S_ISREG

from .files import read_file, reason
from .patterns import Patterns
from .records import dataclass, field

__all__ = ["Found", "find_files"]

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


def find_files(
    paths: Iterable[str],
    root: str,
    exclude: Iterable[str] = (),
    force_exclude: bool = False,
    respect_gitignore: bool = True,
    extend_include: Iterable[str] = (),
) -> Found:
    """All Python files and notebooks in ``paths``.  ``extend_include``: patterns of what else in folders is to be checked.

    Folders are searched, except for what .gitignore files, ``exclude`` (patterns relative to ``root``) and the standard
    exclusions name; symbolic links to folders are not followed.  A file that is named itself is taken, unless
    ``force_exclude`` is set and it is excluded.  ``respect_gitignore``: whether .gitignore files are read at all.
    """
    patterns = Patterns.of(exclude)
    others = Patterns.of(extend_include)

    def is_wanted(entry: os.DirEntry[str]) -> bool:
        return entry.name.endswith(_SUFFIXES) or _decided(
            os.path.abspath(entry.path), [(os.path.abspath(root), others)], False
        )

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
        elif force_exclude and _excluded(path, root, patterns, folder=S_ISDIR(mode)):
            continue
        elif S_ISDIR(mode):
            above = _rules_above(path) if respect_gitignore else []
            _search(path, [*above, (os.path.abspath(root), patterns)], found, respect_gitignore, is_wanted)
        else:
            found.files.append(path)
            found.named.add(os.path.normpath(path))
    found.files = sorted(dict.fromkeys(os.path.normpath(file) for file in found.files))
    return found


_Rules = list[tuple[str, Patterns]]
"""(folder, patterns relative to it); later ones outrank earlier ones, ``exclude`` is the last."""


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


_Wanted = Callable[["os.DirEntry[str]"], bool]
"""Whether a file is of a kind that is checked."""


def _search(top: str, rules: _Rules, found: Found, respect_gitignore: bool, is_wanted: _Wanted) -> None:
    """Add the files below the folder ``top``.  What cannot be read is an error, and the search goes on."""
    inside = os.path.join(os.path.realpath(top), "")
    # A list and not recursion: folders may be nested more deeply than Python functions.
    pending = [(top, rules)]
    while pending:
        folder, rules = pending.pop()
        if respect_gitignore:
            rules = [*rules[:-1], *_gitignore(folder), rules[-1]]
        try:
            with os.scandir(folder) as listing:
                entries = sorted(listing, key=lambda entry: entry.name, reverse=True)
        except OSError as error:
            found.failures.append((folder, reason(error)))
            continue
        for entry in entries:
            try:
                _take(entry, rules, inside, pending, found, is_wanted)
            except OSError as error:  # a link to itself
                found.failures.append((entry.path, reason(error)))


def _take(
    entry: os.DirEntry[str],
    rules: _Rules,
    inside: str,
    pending: list[tuple[str, _Rules]],
    found: Found,
    is_wanted: _Wanted,
) -> None:
    """Add an entry of a folder to what is to be searched or to what was found, if it is either."""
    is_folder = entry.is_dir(follow_symlinks=False)
    if not is_folder and not is_wanted(entry):
        return
    if _decided(os.path.abspath(entry.path), rules, is_folder):
        return
    if is_folder:
        pending.append((entry.path, rules))
    elif entry.is_file():
        found.files.append(entry.path)
        if entry.is_symlink() and not os.path.realpath(entry.path).startswith(inside):
            found.outside.add(os.path.normpath(entry.path))


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
        if path.startswith(base + os.sep):
            decision = patterns.decide(path[len(base) + 1 :].replace(os.sep, "/"), folder)
            if decision is not None:
                return decision
    return False


def _excluded(path: str, root: str, exclude: Patterns, folder: bool) -> bool:
    """Whether ``exclude`` or the standard exclusions name ``path`` or a folder above it, up to ``root``."""
    absolute, base = os.path.abspath(path), os.path.abspath(root)
    if not absolute.startswith(base + os.sep):
        return bool(exclude.decide(os.path.basename(absolute), folder))
    parts = absolute[len(base) + 1 :].split(os.sep)
    for count in range(1, len(parts) + 1):
        is_folder = folder or count < len(parts)
        if (is_folder and parts[count - 1] in _NEVER) or exclude.decide("/".join(parts[:count]), is_folder):
            return True
    return False
