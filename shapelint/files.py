"""Reading files that other people made.

Only regular files are opened, and no more than a stated number of bytes is read: a named pipe would be waited for without
end, a device may never end, and opening one may already do something.
"""

from __future__ import annotations

import errno
import os
from stat import S_ISREG

__all__ = ["LARGEST", "read_file", "reason", "refuse_special"]

LARGEST = 16_000_000
"""Bytes of the largest file that is read.  The values of a JSON document take up to thirty times as much memory."""

# Not waiting matters where a file becomes a pipe between the look at it and its opening.
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)


def read_file(path: str, most: int = LARGEST, *, follow: bool = True) -> bytes:
    """The contents of a regular file of at most ``most`` bytes.

    ``follow``: whether ``path`` may be a symbolic link.  Raises OSError, also for anything that is not a regular file and
    for names that no file can have.
    """
    try:
        refuse_special(os.stat(path, follow_symlinks=follow))
        handle = os.open(path, _FLAGS if follow else _FLAGS | _NO_LINK)
    except ValueError:  # a null character
        raise OSError(errno.EINVAL, "not the name of a file") from None
    with os.fdopen(handle, "rb") as file:
        refuse_special(os.fstat(handle))
        content = file.read(most + 1)
    if len(content) > most:
        raise OSError(errno.EFBIG, f"larger than {most // 1_000_000} MB")
    return content


def refuse_special(status: os.stat_result) -> None:
    """Raise OSError for what is not a regular file."""
    if not S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "not a regular file")


def reason(error: OSError) -> str:
    """What went wrong, as it follows the name of the file in a message."""
    text = error.strerror or str(error) or "cannot be read"
    return text[0].lower() + text[1:]
