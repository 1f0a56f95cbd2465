"""What cannot be parsed is refused with a message and a place, in bounded time, and never ends the process."""

from __future__ import annotations

import time

import pytest

from shapelint.source.guard import SourceError
from shapelint.source.parse import parse


def refusal(text: str) -> SourceError:
    with pytest.raises(SourceError) as caught:
        parse(text, "x.py")
    return caught.value


@pytest.mark.parametrize(
    ("text", "message", "row", "column"),
    [
        ("x = (\n", "'(' was never closed", 1, 5),
        ("a = 1\nb = = 2\n", "invalid syntax", 2, 5),
        ("a = 1\nb\0 = 2\n", "the file contains a null byte", 2, 2),
        ("if x:\n\ty\n        z\n", "inconsistent use of tabs and spaces in indentation", 3, 1),
        ("print 1\n", "missing parentheses in call to 'print'. did you mean print(...)?", 1, 1),
    ],
)
def test_the_error_is_named_and_placed(text: str, message: str, row: int, column: int) -> None:
    """One lower-case line; rows and columns from 1."""
    error = refusal(text)
    assert (error.message, error.row) == (message, row)
    assert error.column == column or message.startswith("inconsistent")


@pytest.mark.parametrize(
    "text",
    [
        "(" * 5_000 + "1" + ")" * 5_000,
        "[" * 100_000,
        "f(" * 3_000 + ")" * 3_000,
        "x = " + " + ".join("1" * 5_000),
        "x = " + "not " * 5_000 + "1",
        "x = " + "-" * 5_000 + "1",
        "x = " + "lambda: " * 3_000 + "1",
        "x = y" + "[0]" * 2_900,
        "x = y" + ".a()" * 2_900,
        "x = " + "1 if 1 else " * 2_900 + "1",
    ],
    ids=lambda text: f"{text[:12]}...",
)
def test_deep_nesting_is_refused_quickly(text: str) -> None:
    """libcst alone dies of a segmentation fault on some of these, and takes ten seconds for others."""
    started = time.perf_counter()
    assert refusal(f"{text}\n").message == "nested too deeply"
    assert time.perf_counter() - started < 5


def test_long_code_is_not_deep_code() -> None:
    """A table of ten thousand rows and a thousand statements in a row are fine."""
    text = "x = [\n" + "    (1, 2),\n" * 3_000 + "]\n" + "y = 1\n" * 1_000
    assert len(parse(text, "x.py").tree.body) == 1_001


def test_syntax_newer_than_the_running_python_is_parsed() -> None:
    """libcst knows it; where the running Python does not, libcst is asked in another process first."""
    source = parse("class A[T]:\n    def f[U](self, x: T) -> U: ...  # newer\n", "x.py")
    assert source.comments[0].row == 2


@pytest.mark.parametrize("text", ["", "\n", "# only a comment", "x = 1", "\n\n\n"])
def test_small_files_are_fine(text: str) -> None:
    """Empty ones included."""
    assert parse(text, "x.py").text == text


@pytest.mark.parametrize(
    "text",
    [
        "type Size[T] = tuple[T, T]\n",
        "class A[T]: ...\n",
        'x = f"{y["key"]}"\n',
        "try: pass\nexcept* ValueError: pass\n",
        "x[*y] = 1\n",
    ],
)
def test_newer_syntax_in_every_form(text: str) -> None:
    """Type aliases and parameters, quotes in f-strings, exception groups, stars in an index."""
    assert parse(text, "x.py").tree.code == text
