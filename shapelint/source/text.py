"""From bytes to text and back without losing one of them: byte order mark, declared encoding, line ends."""

from __future__ import annotations

from ..records import dataclass
from .guard import SourceError

__all__ = ["FileText", "decode"]

_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class FileText:
    """The text of a file, line ends as they are, and how to turn it into bytes again."""

    text: str
    encoding: str = "utf-8"
    mark: bool = False

    def encode(self, text: str) -> bytes:
        """The bytes of the file with ``text`` in place of what it held; raises UnicodeEncodeError."""
        return (_MARK if self.mark else b"") + text.encode(self.encoding)


def decode(content: bytes) -> FileText:
    """The text of a Python file; raises SourceError where the bytes are none in the declared encoding."""
    mark = content.startswith(_MARK)
    body = content[len(_MARK) :] if mark else content
    encoding = _declared(body)
    try:
        return FileText(body.decode(encoding), encoding, mark)
    except UnicodeDecodeError as error:
        before = body[: error.start]
        row = before.count(b"\n") + 1
        column = error.start - before.rfind(b"\n")
        raise SourceError(f"byte 0x{body[error.start]:02x} is not valid {encoding}", row, column) from None


def _declared(body: bytes) -> str:
    """The encoding of the coding cookie in the first two lines; ``utf-8`` without one."""
    if not any(b"coding" in line for line in body.split(b"\n", 2)[:2]):
        return "utf-8"
    from io import BytesIO
    from tokenize import detect_encoding

    try:
        return detect_encoding(BytesIO(body).readline)[0]
    except SyntaxError as error:
        raise SourceError((error.msg or "unknown encoding").lower()) from None
