"""From bytes to text and back without losing one of them: byte order mark, declared encoding, line ends."""

from __future__ import annotations

import re

from ..records import dataclass
from ..regex import lazy
from .guard import SourceError

__all__ = ["FileText", "decode"]

_MARK = b"\xef\xbb\xbf"
_COOKIE = lazy(r"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)", re.ASCII)
_CODE = lazy(r"[ \t\f]*[^ \t\f#\r\n]")
_SPELLINGS = {"utf-8": ("utf-8",), "iso-8859-1": ("latin-1", "iso-8859-1", "iso-latin-1")}
_QUADRATIC = frozenset({"idna", "punycode"})
"""Encodings of host names, which take quadratic time for long lines."""


@dataclass(frozen=True, slots=True)
class FileText:
    """The text of a file, line ends as they are, and how to turn it into bytes again."""

    text: str
    encoding: str = "utf-8"
    mark: bool = False

    def encode(self, text: str, before: bytes) -> bytes:
        """The bytes of the file, which were ``before``, with ``text`` in place of what it held.

        Raises ValueError if the encoding lacks a character of it, or has several spellings of one (UTF-7, escapes): then
        more bytes would change than those of the edit.
        """
        if self._bytes(self.text) != before:
            raise ValueError(f"its bytes are not those that {self.encoding} has for its text")
        return self._bytes(text)

    def _bytes(self, text: str) -> bytes:
        return (_MARK if self.mark else b"") + text.encode(self.encoding)


def decode(content: bytes) -> FileText:
    """The text of a Python file; raises SourceError where the bytes are not valid in the declared encoding."""
    mark = content.startswith(_MARK)
    body = content[len(_MARK) :] if mark else content
    encoding, declared_at = _declared(body)
    try:
        return FileText(body.decode(encoding), encoding, mark)
    except UnicodeDecodeError as error:
        before = body[: error.start]
        row = before.count(b"\n") + 1
        column = error.start - before.rfind(b"\n")
        raise SourceError(f"byte 0x{body[error.start]:02x} is not valid {encoding}", row, column) from None
    except Exception as error:  # noqa: BLE001  # a codec may raise anything, and those of `.pth` files are not Python's
        raise SourceError(f"cannot be decoded as {encoding}: {error}", declared_at) from None


def _declared(body: bytes) -> tuple[str, int]:
    """The encoding of the coding cookie in the first two lines and the row of that; ``utf-8`` without one.

    As ``tokenize.detect_encoding`` reads it, which since Python 3.14 also decodes by whatever codec it finds.
    """
    first = body.split(b"\n", 2)[:2]
    if not any(b"coding" in line for line in first):
        return "utf-8", 1
    for row, line in enumerate((line.decode("latin-1") for line in first), 1):
        if cookie := _COOKIE.match(line):
            return _known(cookie[1], row), row
        if _CODE.match(line):
            break
    return "utf-8", 1


def _known(name: str, row: int) -> str:
    from codecs import lookup

    short = name[:12].lower().replace("_", "-")  # the names of Emacs have line ends in them: utf-8-unix
    for encoding, spellings in _SPELLINGS.items():
        if short in spellings or short.startswith(tuple(f"{spelling}-" for spelling in spellings)):
            return encoding
    try:
        known = lookup(name).name
    except LookupError:
        raise SourceError(f"unknown encoding: {name}", row) from None
    if known in _QUADRATIC or not _spells_keywords(name):
        raise SourceError(f"{name} is not an encoding that Python source can have", row)
    return name


def _spells_keywords(encoding: str) -> bool:
    """Whether ASCII stays as it is, as Python asks of the encodings of source; not so in UTF-16, rot13 or hex."""
    try:
        return b"import".decode(encoding) == "import"
    except Exception:  # noqa: BLE001  # not an encoding of text, or no encoding at all (`undefined`)
        return False
