"""What a checkpoint file may be: tensors by name and shape, and how much of a file is read at once.

Files come from strangers.  A size that a file states is never believed: :class:`Bounded` refuses to read more than any real
checkpoint needs at once, whoever asks.
"""

from __future__ import annotations

import io
from typing import IO, Any

from ..records import dataclass

__all__ = ["MOST_BYTES", "BadFile", "Bounded", "Saved", "element_size", "is_shape", "is_size"]

MOST_BYTES = 64 * 1024 * 1024
"""The most that is read at once: the directory of a zip archive, a pickle.  Those of 100,000 tensors take 20 MB."""

_MOST_DIMENSIONS = 64  # as numpy and torch's operators have it
_SIZES = {
    "float64": 8, "float32": 4, "float16": 2, "bfloat16": 2, "complex64": 8, "complex128": 16, "complex32": 4,
    "int64": 8, "int32": 4, "int16": 2, "int8": 1, "uint8": 1, "uint16": 2, "uint32": 4, "uint64": 8, "bool": 1,
    "float8_e4m3fn": 1, "float8_e5m2": 1, "float8_e8m0fnu": 1,
}  # fmt: skip


class BadFile(Exception):
    """The file is no checkpoint that can be read; one line says why."""


@dataclass(frozen=True, slots=True, eq=False)
class Saved:
    """A tensor in a file: its size, and torch's name of its dtype ("" where the file does not say)."""

    shape: tuple[int, ...]
    dtype: str = ""


def element_size(dtype: str) -> int | None:
    """Bytes of one element; None of a dtype that is not known (packed ones among them)."""
    return _SIZES.get(dtype)


def is_size(value: Any) -> bool:
    """Whether ``value`` can be the size of a dimension.  Python's integers may have millions of digits, torch's have 63 bits."""
    return type(value) is int and 0 <= value < 1 << 63


def is_shape(value: Any) -> bool:
    """Whether ``value`` can be the shape of a tensor."""
    return isinstance(value, (tuple, list)) and len(value) <= _MOST_DIMENSIONS and all(map(is_size, value))


class Bounded(io.RawIOBase):
    """A file of which no more than ``most`` bytes are read at once; BadFile where somebody asks for more."""

    def __init__(self, file: IO[bytes], most: int = MOST_BYTES) -> None:
        self._file, self._most = file, most

    def read(self, size: int | None = -1) -> bytes:
        everything = size is None or size < 0
        wanted = self._most + 1 if size is None or size < 0 else size
        data = b"" if wanted > self._most and not everything else self._file.read(wanted)
        if wanted > self._most and (not everything or len(data) > self._most):
            raise BadFile(f"it asks for more than {self._most:,} bytes at once, which no checkpoint needs")
        return data

    def readline(self, size: int | None = -1) -> bytes:
        return self._file.readline(self._most if size is None or size < 0 else min(size, self._most))

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def seekable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True
