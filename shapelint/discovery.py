"""From the paths on the command line to the files to check."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

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
"""Names of folders that hold nobody's models."""


@dataclass(slots=True)
class Found:
    """Files to check in order, those of them that were named themselves, and one line for each path that is none."""

    files: list[str] = field(default_factory=list)
    named: set[str] = field(default_factory=set)
    errors: list[str] = field(default_factory=list)


def find_files(paths: Iterable[str], root: str, exclude: Iterable[str] = (), force_exclude: bool = False) -> Found:
    """All Python files and notebooks in ``paths``.

    Folders are searched, except for what .gitignore files, ``exclude`` (patterns relative to ``root``) and the standard
    exclusions name; symbolic links to folders are not followed.  A file that is named itself is taken, unless
    ``force_exclude`` is set and it is excluded.
    """
    patterns = Patterns.of(exclude)
    found = Found()
    for path in paths:
        if os.path.isdir(path):
            if not (force_exclude and _excluded(path, root, patterns, folder=True)):
                found.files += _walk(path, _rules_above(path, root, patterns))
        elif os.path.isfile(path):
            if not (force_exclude and _excluded(path, root, patterns, folder=False)):
                found.files.append(path)
                found.named.add(os.path.normpath(path))
        else:
            reason = "not a regular file" if os.path.lexists(path) else "no such file or folder"
            found.errors.append(f"{path}: {reason}")
    found.files = sorted(dict.fromkeys(os.path.normpath(file) for file in found.files))
    return found


_Rules = list[tuple[str, Patterns]]
"""(folder, patterns relative to it); later ones outrank earlier ones, ``exclude`` is the last."""


def _rules_above(path: str, root: str, exclude: Patterns) -> _Rules:
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
    return [*rules, (os.path.abspath(root), exclude)]


def _walk(folder: str, rules: _Rules) -> Iterator[str]:
    rules = [*rules[:-1], *_gitignore(folder), rules[-1]]
    try:
        with os.scandir(folder) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        is_folder = entry.is_dir(follow_symlinks=False)
        if not is_folder and not entry.name.endswith(_SUFFIXES):
            continue
        if _decided(os.path.abspath(entry.path), rules, is_folder):
            continue
        if is_folder:
            yield from _walk(entry.path, rules)
        elif entry.is_file():
            yield entry.path


def _gitignore(folder: str) -> _Rules:
    try:
        with open(os.path.join(folder, ".gitignore"), encoding="utf-8", errors="replace") as file:
            return [(os.path.abspath(folder), Patterns.of(file))]
    except OSError:
        return []


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
