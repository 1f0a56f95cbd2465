"""What ``torch.save`` writes: a zip archive around a pickle, or, before torch 1.6, pickles one after the other."""

from __future__ import annotations

import os
import zipfile
import zlib
from collections.abc import Mapping
from typing import Any

from .bounded import MOST_BYTES, BadFile, Bounded, element_size
from .pickles import Stored, decode

__all__ = ["read_archive", "read_legacy"]

_LEGACY_MAGIC = 0x1950A86A20F9469CFC6C


def read_archive(path: str, file: Any) -> Any:
    """The value that was saved in a zip archive.  Raises BadFile.

    Every tensor's memory must be in the archive in full; it is not read.
    """
    try:
        with zipfile.ZipFile(Bounded(file)) as archive:
            sizes = {info.filename: info.file_size for info in archive.infolist()}
            root = next((name[: -len("data.pkl")] for name in sizes if name.endswith("/data.pkl")), None)
            if root is None:
                raise BadFile(f"{path}: a zip archive that torch.save did not write: it has no data.pkl")
            if f"{root}constants.pkl" in sizes:
                raise BadFile(f"{path}: a TorchScript archive, which is a program; save its state_dict()")
            if sizes[f"{root}data.pkl"] > MOST_BYTES:
                raise BadFile(f"{path}: a pickle of {sizes[f'{root}data.pkl']:,} bytes, which no checkpoint needs")
            with archive.open(f"{root}data.pkl") as pickle:
                value, stored = decode(Bounded(pickle))
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise BadFile(f"{path}: a zip archive that cannot be read: {error}") from None
    except BadFile as error:
        raise BadFile(str(error) if str(error).startswith(path) else f"{path}: {error}") from None
    _check_memory(path, root, sizes, stored)
    return value


def _check_memory(path: str, root: str, sizes: Mapping[str, int], stored: Mapping[str, Stored]) -> None:
    for memory in stored.values():
        size, each = sizes.get(f"{root}data/{memory.key}"), element_size(memory.dtype)
        if size is None:
            raise BadFile(f"{path}: the tensor data '{memory.key}' is not in the archive")
        if each is not None and size < each * memory.count:
            raise BadFile(f"{path}: the tensor data '{memory.key}' is cut short")


def read_legacy(path: str, file: Any) -> Any:
    """The value that was saved as pickles: a magic number, the version, the machine, then the value.  Raises BadFile.

    As in an archive, every tensor's memory must be there in full.
    """
    bounded = Bounded(file)
    try:
        magic, _ = decode(bounded)
        if magic != _LEGACY_MAGIC:
            raise BadFile("a pickle that torch.save did not write")
        for _ in range(2):
            decode(bounded)
        value, stored = decode(bounded)
        _check_tail(file, decode(bounded)[0], stored)
    except BadFile as error:
        raise BadFile(f"{path}: {error}") from None
    return value


def _check_tail(file: Any, keys: Any, stored: Mapping[str, Stored]) -> None:
    """After the value come the keys of its memory and, in that order, a count of elements and the elements of each."""
    if not isinstance(keys, list):
        raise BadFile("no list of its tensors' memory follows the pickle")
    position = file.tell()
    end = file.seek(0, os.SEEK_END)
    for key in keys:
        memory = stored.get(key) if isinstance(key, str) else None
        if memory is None:
            raise BadFile("it lists the memory of a tensor that is not in it")
        each = element_size(memory.dtype)
        if each is None:
            return  # nobody knows where the next one begins
        file.seek(position)
        position += 8 + each * memory.count
        if position > end:
            raise BadFile(f"the tensor data '{key}' is cut short")
        if int.from_bytes(file.read(8), "little") != memory.count:
            raise BadFile(f"the tensor data '{key}' is not of {memory.count:,} elements")
