"""Files as they were at a git revision, read without checking anything out."""

from __future__ import annotations

import os
import subprocess

from ..interp.paths.targets import NoSuchTarget
from ..records import dataclass
from ..source.text import decode

__all__ = ["Revision", "revision_of"]

_LONGEST = 60.0
_SUFFIXES = (".py", ".ipynb")


@dataclass(frozen=True, slots=True)
class Revision:
    """A commit of a repository.  ``root``: its folder; ``files``: all paths in the commit, relative to that."""

    name: str
    commit: str
    root: str
    files: frozenset[str]

    def read(self, file: str) -> str | None:
        """The text of a file, None if there was none."""
        name = self._inside(file)
        if name not in self.files:
            return None
        try:
            return decode(_git(self.root, "cat-file", "blob", f"{self.commit}:{name}")).text
        except (NoSuchTarget, ValueError):
            return None

    def has(self, file: str) -> bool:
        """Whether the file was there."""
        return self._inside(file) in self.files

    def files_in(self, path: str) -> list[str]:
        """The Python files and notebooks that ``path`` stood for: itself, or all in the folder."""
        name = self._inside(path)
        if name in self.files:
            return [path]
        folder = "" if name == "." else f"{name}/"
        inside = (file.removeprefix(folder) for file in sorted(self.files) if file.startswith(folder))
        return [os.path.normpath(os.path.join(path, file)) for file in inside if file.endswith(_SUFFIXES)]

    def _inside(self, path: str) -> str:
        # The last part may be a link that the revision has as such, or a file that is gone.
        folder, name = os.path.split(os.path.abspath(path))
        return os.path.relpath(os.path.join(os.path.realpath(folder), name), self.root).replace(os.sep, "/")


def revision_of(path: str, name: str) -> Revision:
    """What ``name`` stands for in the repository around ``path``, which need not exist.

    Raises NoSuchTarget where git, a repository or the revision is not there.
    """
    folder = os.path.abspath(path)
    while not os.path.isdir(folder):
        folder = os.path.dirname(folder)
    try:
        root = os.path.realpath(_git(folder, "rev-parse", "--show-toplevel").decode().strip())
    except NoSuchTarget as error:
        raise NoSuchTarget(f"{path}: {error}") from None
    try:
        commit = _git(folder, "rev-parse", "--verify", "--end-of-options", f"{name}^{{commit}}").decode().strip()
    except _Refusal:
        raise NoSuchTarget(f"--diff {name}: no such revision") from None
    listed = _git(root, "ls-tree", "-r", "-z", "--full-tree", "--name-only", commit).decode(errors="surrogateescape")
    return Revision(name, commit, root, frozenset(listed.split("\0")[:-1]))


class _Refusal(NoSuchTarget):
    """What git says."""


def _git(folder: str, *arguments: str) -> bytes:
    """What git prints; plumbing only, which runs nothing that the repository configures."""
    try:
        done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, timeout=_LONGEST, check=False)
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:  # a null character is a ValueError
        raise NoSuchTarget(f"git cannot be asked: {error}") from None
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise _Refusal(f"git {arguments[0]}: {said[-1] if said else 'failed'}")
    return done.stdout
