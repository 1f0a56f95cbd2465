"""Writing files in one step: a reader sees the old bytes or the new ones, and nothing is written through a link.

A process that is killed while it writes leaves nothing behind where the system has files without a name (Linux, on most
file systems); only between the last two system calls is there a ``.shapelint-*.tmp``, complete.  Elsewhere a kill that
cannot be caught may leave one.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from contextlib import suppress

from .files import refuse_special

__all__ = ["replace_file", "write_file"]

_FLAGS = os.O_WRONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_UNNAMED = getattr(os, "O_TMPFILE", 0)
_DESCRIPTORS = "/proc/self/fd"


def replace_file(path: str, content: bytes) -> None:
    """Write ``content`` to ``path``; what else belongs to the file stays: mode, owner, extended attributes (Linux).

    A symbolic link stays one: the file that it points to is replaced.  Raises OSError, with a reason, where something could
    not be kept: hard links, or an owner that only the administrator can set.
    """
    path = os.path.realpath(path)
    try:
        before = os.stat(path)
    except FileNotFoundError:
        write_file(path, content)
        return
    refuse_special(before)
    if before.st_nlink > 1:
        raise OSError(errno.EMLINK, f"it has {before.st_nlink} hard links, which would become different files")
    if not os.access(path, os.W_OK):  # its folder may be writable all the same
        raise PermissionError(errno.EACCES, "permission denied")

    def keep(handle: int) -> None:
        _keep_owner(handle, before)
        if hasattr(os, "fchmod"):
            os.fchmod(handle, before.st_mode & 0o7777)  # after the owner, whose change clears bits
        _keep_attributes(handle, path)
        os.fsync(handle)

    write_file(path, content, keep)


def write_file(path: str, content: bytes, prepare: Callable[[int], None] = lambda handle: None) -> None:
    """Put a new file with ``content`` at ``path``, in place of whatever file or link is there.  Raises OSError.

    ``prepare`` is given the open file before it appears under its name.
    """
    folder = os.path.dirname(path)
    # Not made from the file's own name, which may be as long as names can be.
    temporary = os.path.join(folder, f".shapelint-{os.urandom(8).hex()}.tmp")
    handle, is_unnamed = _created(folder or ".", temporary)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            prepare(handle)
            if is_unnamed:
                # The descriptor in place of a folder makes Python call linkat, which follows the link that /proc shows.
                os.link(f"{_DESCRIPTORS}/{handle}", temporary, src_dir_fd=handle)
        os.replace(temporary, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise


def _created(folder: str, temporary: str) -> tuple[int, bool]:
    """A new file open for writing, and whether it has no name yet."""
    if _UNNAMED and os.path.isdir(_DESCRIPTORS):
        with suppress(OSError):  # not every file system has them
            return os.open(folder, _FLAGS | _UNNAMED, 0o666), True
    return os.open(temporary, _FLAGS | os.O_CREAT | os.O_EXCL, 0o666), False


def _keep_owner(handle: int, before: os.stat_result) -> None:
    now = os.fstat(handle)
    if (now.st_uid, now.st_gid) == (before.st_uid, before.st_gid):
        return
    try:
        os.fchown(handle, before.st_uid, before.st_gid)
    except PermissionError:
        raise PermissionError(errno.EPERM, "it would change its owner or group") from None


def _keep_attributes(handle: int, path: str) -> None:
    """Give the new file the extended attributes of the old one: access lists, labels, what users noted."""
    if not hasattr(os, "listxattr"):
        return
    try:
        kept, given = _attributes(path), _attributes(handle)
    except OSError as error:
        if error.errno == errno.ENOTSUP:
            return
        raise
    for name in given.keys() - kept.keys():  # from the folder's defaults
        os.removexattr(handle, name)
    for name in kept:
        if kept[name] != given.get(name):
            try:
                os.setxattr(handle, name, kept[name])
            except OSError:
                raise OSError(errno.EPERM, f"it would lose its attribute {name}") from None


def _attributes(file: str | int) -> dict[str, bytes]:
    return {name: os.getxattr(file, name) for name in os.listxattr(file)}
