"""What cannot be parsed is refused with a message and a place, in bounded time, and never ends the process."""

from __future__ import annotations

import sys
import time

import pytest

from shapelint.config import Config
from shapelint.session import Session
from shapelint.source.depth import room_for_depth
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
        'x = \'f\'f"{y["key"]}"\n',
        "try: pass\nexcept* ValueError: pass\n",
        "x[*y] = 1\n",
    ],
)
def test_newer_syntax_in_every_form(text: str) -> None:
    """Type aliases and parameters, quotes in f-strings, exception groups, stars in an index."""
    assert parse(text, "x.py").tree.code == text


GRAMMAR = r"""
type Size = int
type Size[T: (int, str) = int, *Ts = *tuple[int, ...], **P = [int]] = list[T]
def f[T: int = bool, *Ts](x: T, *args: *Ts) -> T: ...
async def f[**P](*a: P.args, **k: P.kwargs): ...
class A[T = int](Base, metaclass=Meta): ...
try: pass¶except A, B: pass
try: pass¶except* A, B, C.d: pass
x = t"{y} {z!r:>{w}}"
x = rt"\d{y["a"]}"
x = t"{y = }" if t"{t"{y}"}" else t'''¶{y}'''
""".strip().splitlines()


@pytest.mark.parametrize("text", [f"{line}\n".replace("¶", "\n") for line in GRAMMAR])
def test_the_grammar_of_python_3_12_to_3_14(text: str) -> None:
    """Type aliases, type parameters with bounds and defaults, exceptions without parentheses, template strings."""
    assert parse(text, "x.py").tree.code == text


@pytest.mark.parametrize(
    ("text", "what", "row", "column"),
    [
        ("x = 1\ny = tr'a{b}'\n", "template string with the prefix tr", 2, 5),
        ("y = TR'a{b}'\n", "template string with the prefix TR", 1, 5),
        ("y = t'{a}' t'{b}'\n", "template string beside another", 1, 12),
        ("y = (t'{a}'\n     rt'{b}')\n", "template string beside another", 2, 6),
    ],
)
def test_template_strings_that_libcst_refuses_are_named(text: str, what: str, row: int, column: int) -> None:
    """Valid since Python 3.14; nothing else of the grammar since 3.12 is refused."""
    error = refusal(text)
    assert (error.message, error.row, error.column) == (f"{what}: valid, but not supported by libcst", row, column)


@pytest.mark.parametrize("text", ["y = tr'a\n", "y = t'{a}' t'{'\n", "y = tr'a' +\n", "y = tr'a' 'b\n"])
def test_broken_template_strings_are_not_called_valid(text: str) -> None:
    """What libcst would refuse all the same is invalid."""
    assert "valid, but" not in refusal(text).message


F_STRINGS = r'''
f"{y["a"]}"
f"{y['a']}{y["b"]}"
f'{y['a']}'
f'{"\n".join(y)}'
f"{"\n".join(y)}"
rf"{y["\d"]}"
f"{"\N{DIGIT ONE}"}"
f"{¶  y¶}"
f"{f(¶  y,¶)}"
f"{y  # note¶}"
f"""{¶  y  # note¶}"""
f"{f"{f"{1}"}"}"
f"{y:{"a"}}"
F"{"""a"""}" "b"
'''.strip().splitlines()


@pytest.mark.parametrize("text", [f"x = {string}\n".replace("¶", "\n") for string in F_STRINGS])
def test_f_strings_as_since_python_3_12(text: str) -> None:
    """Quotes, backslashes, comments and line ends within their braces; before, each failed in a way of its own."""
    assert parse(text, "x.py").tree.code == text


@pytest.mark.parametrize("text", ['x = f"{y"\n', 'x = f"{y["a"]"\n', 'x = f"{(}"\n', "x = f'a\n'\n"])
def test_broken_f_strings_are_refused(text: str) -> None:
    """As before."""
    assert refusal(text).row == 1


@pytest.mark.parametrize(
    ("text", "what", "row", "column"),
    [
        ("x = 1\n(x): int = 3\n", "annotation of a name in parentheses", 2, 1),
        ("def f():\n    ((x)): int\n", "annotation of a name in parentheses", 2, 5),
        ("(a.b): int = 1\n", "annotation of a name in parentheses", 1, 1),
        ("if 1:\n    \\\n    y = 1\n", "line continuation before the first statement of a block", 2, 5),
        ("def f():\n\\\n    return 1\n", "line continuation before the first statement of a block", 2, 1),
        (
            "try:\n    x\nfinally:\n    # c\n    \\\n    y\n",
            "line continuation before the first statement of a block",
            5,
            5,
        ),
        (
            "class A:\n  \\\n  @b\n  def f(self): pass\n",
            "line continuation before the first statement of a block",
            2,
            3,
        ),
        (
            "class A:\n    def f(self):\n\t\t    return 1\n\n    def g(self):\n\t\t    return 2\n",
            "indentation by tabs and spaces",
            3,
            1,
        ),
        ("class A(metaclass=B,\n        *c): pass\n", "unpacked bases after a keyword of a class", 2, 9),
    ],
)
def test_what_only_libcst_refuses_is_named(text: str, what: str, row: int, column: int) -> None:
    """Python takes it; the message says which syntax it is, at its own place."""
    compile(text, "x.py", "exec")
    error = refusal(text)
    assert (error.message, error.row, error.column) == (f"{what}: valid, but not supported by libcst", row, column)


@pytest.mark.parametrize(
    "text",
    [
        " + ".join(["torch.ones(1)"] * 1_200),
        " + ".join(["'a'"] * 1_200),
        "not " * 1_200 + "1",
        "y" + ".a()" * 600,
        "z + " + " ** ".join(["y"] * 1_200),
    ],
    ids=lambda text: f"{text[:16]}...",
)
def test_twelve_hundred_terms_are_linted(text: str) -> None:
    """All the way: executed, and with positions for what stands at the end."""
    content = f"import torch\nfrom torch import nn\nx = {text}\nnet = nn.Sequential(nn.Linear(3, 4), nn.Linear(5, 6))\n"
    with room_for_depth():
        report = Session(Config("."), use_cache=False).check_content(content.encode(), "x.py")
    assert [(finding.code, finding.span.row) for finding in report.diagnostics] == [("SHP301", 4)]


def test_room_is_given_back() -> None:
    """Python's own limit is that of the caller again, also if it was larger."""
    before = sys.getrecursionlimit()
    with pytest.raises(KeyError), room_for_depth():
        assert sys.getrecursionlimit() > before
        raise KeyError
    assert sys.getrecursionlimit() == before


@pytest.mark.parametrize(
    "text",
    [
        "x = f'{y!r:>{w}}' + rf'\\d{z}' + f'''{\ny}'''\nx = self.conv(\n",
        "try:\n    pass\nexcept (A, B) as e:\n    x = [*y]\nexcept  (A, B):\n    return [ *z ]\n    self.\n",
        '"""type Size = int; except A, B: class A[T]; x[*y]; f"{y["a"]}" is in a docstring."""\ndef f(:\n',
        "x = 'f'  # f'{\nif'a': pass\nelse x\n",
        "x = 'not closed\n",
    ],
)
def test_what_is_broken_in_any_version_needs_no_other_process(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line that is half typed beside f-strings, stars and several exceptions: no process is started for it."""

    def refuse(*args: object, **keywords: object) -> None:
        raise AssertionError("a process was started")

    monkeypatch.setattr("subprocess.run", refuse)
    assert refusal(text).row


@pytest.mark.parametrize("before", ["x = f'{y}'\n", "# it's\n", "'''it's'''\n", "x = 'it\\'s'\n", "x = rb'f'\n"])
@pytest.mark.parametrize("newer", ["class A[T]: ...\n", 'x = f"{y["key"]}"\n', "try: pass\nexcept A, B: pass\n"])
def test_newer_syntax_beside_older_strings(before: str, newer: str) -> None:
    """What stands before it changes nothing about it."""
    assert parse(before + newer, "x.py").tree.code == before + newer
