"""Files as they were at a git revision, read without checking anything out."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable

from ..interp.paths.targets import NoSuchTarget
from ..source.text import decode

__all__ = ["reader_at"]

_LONGEST = 60.0


def reader_at(path: str, revision: str) -> tuple[str, Callable[[str], str | None]]:
    """The commit that ``revision`` names in the repository around ``path``, and what reads files of it.

    Raises NoSuchTarget where git or the revision is not there.
    """
    folder = os.path.dirname(os.path.abspath(path))
    root = os.path.realpath(_git(folder, "rev-parse", "--show-toplevel").decode().strip())
    commit = _git(folder, "rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}").decode().strip()
    listed = _git(root, "ls-tree", "-r", "-z", "--full-tree", "--name-only", commit).decode(errors="surrogateescape")
    names = frozenset(listed.split("\0"))

    def read(file: str) -> str | None:
        name = os.path.relpath(os.path.realpath(file), root).replace(os.sep, "/")
        if name not in names:
            return None
        try:
            return decode(_git(root, "cat-file", "blob", f"{commit}:{name}")).text
        except (NoSuchTarget, ValueError):
            return None

    return commit, read


def _git(folder: str, *arguments: str) -> bytes:
    """What git prints; plumbing only, which runs nothing that the repository configures."""
    try:
        done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, timeout=_LONGEST, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NoSuchTarget(f"git cannot be asked: {error}") from None
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise NoSuchTarget(f"git {arguments[0]}: {said[-1] if said else 'failed'}")
    return done.stdout
