"""Bytes become text and the same bytes again."""

from __future__ import annotations

import random
from io import BytesIO
from tokenize import detect_encoding

import pytest

from shapelint.source.guard import SourceError
from shapelint.source.text import decode


@pytest.mark.parametrize(
    "content",
    [
        b"x = 1\r\ny = 2\r",
        b"\xef\xbb\xbfx = '\xc3\xa9'\n",
        b"# -*- coding: latin-1 -*-\nx = '\xe9'\n",
        b"#!/usr/bin/env python\n# vim: set fileencoding=cp1252 :\nx = '\x80'\n",
        "# coding: gbk\nx = '\u5c3a\u5bf8'\n".encode("gbk"),
        b"",
        b"\tx",
    ],
)
def test_nothing_is_lost(content: bytes) -> None:
    """Byte order mark, declared encoding, line ends and a missing final line end survive."""
    file = decode(content)
    assert file.encode(file.text, content) == content


def test_the_declared_encoding_is_used() -> None:
    """A coding cookie in the first two lines."""
    assert decode("# coding: gbk\nx = '\u5c3a'\n".encode("gbk")).text == "# coding: gbk\nx = '\u5c3a'\n"


def test_the_cookie_is_where_python_looks_for_it() -> None:
    """Compared with tokenize, on beginnings of files that hold bytes of UTF-8 only."""
    words = [
        b"#", b" ", b"\t", b"\f", b"coding", b":", b"=", b"utf-8", b"latin-1", b"utf_8_sig", b"UTF-8-unix", b"latin_1-dos",
        b"cp1252", b"nonsense", b"\n", b"\r", b"\r\n", b"x = 1", b"-*-", b"vim: set file", b"encoding", b"iso-8859-15",
    ]  # fmt: skip
    draw = random.Random(16)
    for _ in range(3000):
        content = b"# -*- coding: " * draw.randrange(2) + b"".join(draw.choices(words, k=draw.randint(1, 9)))
        assert encoding_of(content) == python_encoding_of(content), content


def encoding_of(content: bytes) -> str:
    try:
        return decode(content).encoding
    except SourceError as error:
        return error.message


def python_encoding_of(content: bytes) -> str:
    try:
        return detect_encoding(BytesIO(content).readline)[0]
    except SyntaxError as error:
        return str(error.msg)


@pytest.mark.parametrize(
    ("content", "message", "row", "column"),
    [
        (b"x = 1\ny = '\xe9'\n", "byte 0xe9 is not valid utf-8", 2, 6),
        (b"\xff\xfex\x00", "byte 0xff is not valid utf-8", 1, 1),
        (b"\n# coding: rot13\n", "rot13 is not an encoding that Python source can have", 2, 1),
        (b"# coding: nonsense\n", "unknown encoding: nonsense", 1, 1),
    ],
)
def test_what_is_no_text_is_refused(content: bytes, message: str, row: int, column: int) -> None:
    """With the byte and its place."""
    with pytest.raises(SourceError) as caught:
        decode(content)
    assert (caught.value.message, caught.value.row, caught.value.column) == (message, row, column)
