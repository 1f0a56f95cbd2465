"""Changed files: as a diff, and onto the disk in one step."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress

__all__ = ["difference", "replace_file"]


def replace_file(path: str, content: bytes) -> None:
    """Replace the contents of ``path``, keeping its mode; it is never seen half written.  Raises OSError.

    A symbolic link stays one: the file that it points to is replaced.
    """
    path = os.path.realpath(path)
    mode = os.stat(path).st_mode & 0o7777
    handle, temporary = tempfile.mkstemp(prefix=f".{os.path.basename(path)}.", dir=os.path.dirname(path))
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, mode)
        os.replace(temporary, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise


def difference(before: bytes, after: bytes, path: str) -> str:
    """A unified diff that ``patch`` takes; empty if nothing changed."""
    from difflib import unified_diff

    old, new = (_lines(content) for content in (before, after))
    name = path.replace(os.sep, "/").lstrip("/")
    lines = unified_diff(old, new, f"a/{name}", f"b/{name}")
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _lines(content: bytes) -> list[str]:
    """Lines with their ends, cut at LF only, as ``patch`` does."""
    text = content.decode("utf-8", "surrogateescape")
    pieces = text.split("\n")
    return [f"{piece}\n" for piece in pieces[:-1]] + ([pieces[-1]] if pieces[-1] else [])
