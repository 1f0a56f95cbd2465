"""One file that cannot be read or decoded is one line and exit code 2; the others are linted, and nothing is waited for."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from shapelint.cli import run
from shapelint.config import Config
from shapelint.discovery import find_files
from shapelint.files import LARGEST, read_file
from shapelint.session import Session, check_paths

ROOT = Path(__file__).parent.parent
IDLE = "import torch\nx = 1  # shapelint: ignore[stale-comment]\n"
FOUND = "good.py:2:8: SHP002 [*] unused-suppression: no finding of `stale-comment` on this line; "
FOUND += "suppresses nothing; help: remove the comment\n"
NOBODY = """
import contextlib, io, os, sys, tempfile
from shapelint.cli import run
# Whatever this needs is imported before the rights to read it are given away.
with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
    other = os.path.join(folder, "other.py")
    with open(other, "w") as file:
        file.write(open("good.py").read())
    options = [given for given in sys.argv[1:] if given.startswith("-") or given == "concise"]
    run([*options, other, os.path.join(folder, "missing.py")])
if os.getuid() == 0:  # to whom nothing is closed
    os.setuid(65534)
code = run(sys.argv[1:])
sys.stdout.flush()
os._exit(code)
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one file that has a finding."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "good.py").write_text(IDLE)
    return tmp_path


def lint(capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, str, str]:
    code = run(["--isolated", "--output-format", "concise", *args])
    out, err = capsys.readouterr()
    return code, out, err


@pytest.mark.parametrize(
    "encoding",
    ["rot13", "hex", "base64", "zlib", "undefined", "idna", "punycode", "utf-16", "cp037", "mbcs", "nonsense"],
)
@pytest.mark.parametrize("options", [(), ("--fix",), ("--diff",)])
def test_an_odd_encoding(
    folder: Path, encoding: str, options: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    """Codecs that make bytes of bytes, that always fail, or in which no Python can be written."""
    (folder / "bad.py").write_text(f"#!/usr/bin/env python\n# coding: {encoding}\n{IDLE}")
    code, out, err = lint(capsys, *options, ".")
    assert code == 2
    assert len([line for line in (out + err).splitlines() if "bad.py" in line]) == 1
    if not options:
        assert out.startswith("bad.py:2:1: SHP001 invalid-syntax:") and out.endswith(FOUND)


def test_a_codec_that_raises_what_it_likes(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Python finds codecs that packages bring along."""
    import codecs

    def fails(content: bytes, errors: str = "strict") -> tuple[str, int]:
        if content == b"import":
            return "import", 6
        raise KeyError("decoding failed")

    def search(name: str) -> codecs.CodecInfo | None:
        return codecs.CodecInfo(codecs.utf_8_encode, fails, name=name) if name == "odd_codec" else None

    codecs.register(search)
    try:
        (folder / "bad.py").write_text(f"# coding: odd_codec\n{IDLE}")
        code, out, _ = lint(capsys, ".")
    finally:
        codecs.unregister(search)
    assert code == 2
    assert out.startswith("bad.py:1:1: SHP001 invalid-syntax: cannot be decoded as odd_codec: ") and out.endswith(FOUND)


def test_whatever_goes_wrong_with_one_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also before it is parsed."""
    (folder / "bad.py").write_text(IDLE)
    from shapelint import session

    real = session.open_text

    def stumble(content: bytes, path: str):  # type: ignore[no-untyped-def]
        return 1 / 0 if path == "bad.py" else real(content, path)

    monkeypatch.setattr(session, "open_text", stumble)
    code, out, err = lint(capsys, ".")
    assert (code, out) == (2, FOUND)
    assert err.startswith("shapelint: bad.py: internal error: ZeroDivisionError")


@pytest.mark.parametrize("options", [(), ("--fix",)])
def test_a_link_to_itself(folder: Path, options: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    """In a folder, or named."""
    (folder / "loop.py").symlink_to("loop.py")
    (folder / "gone.py").symlink_to("nowhere")  # as editors leave them: nothing is hidden there
    for paths in (["."], ["loop.py", "good.py"]):
        (folder / "good.py").write_text(IDLE)
        code, out, err = lint(capsys, *options, *paths)
        assert code == 2
        assert "shapelint: loop.py: too many levels of symbolic links\n" in err.replace("./", "")
        assert options or out == FOUND


@pytest.fixture
def nested(folder: Path) -> Iterator[None]:
    """Folders nested more deeply than Python functions may be, and more deeply than a path can be long."""
    depth, here = 2_300, os.getcwd()
    for number in range(depth):
        if number == 1_100:
            Path("deep.py").write_text(IDLE)
        os.mkdir("d")
        os.chdir("d")
    yield
    for _ in range(depth):
        os.chdir("..")
        if os.path.exists("deep.py"):
            os.unlink("deep.py")
        os.rmdir("d")
    assert os.getcwd() == here


def test_deeply_nested_folders(nested: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """They are searched as far as paths reach."""
    here = os.open(".", os.O_RDONLY)
    try:
        os.chdir(tmp_path)
        code, out, err = lint(capsys, ".")
    finally:
        os.fchdir(here)
        os.close(here)
    assert code == 2
    assert "d/deep.py:2:8: SHP002" in out and out.endswith(FOUND)
    (line,) = err.splitlines()
    assert line.endswith("d: file name too long")


@pytest.mark.parametrize("options", [(), ("--fix",), ("--diff",)])
def test_what_may_not_be_read(folder: Path, options: tuple[str, ...]) -> None:
    """A file named beside a good one, and folders that are searched, named, or on the way."""
    (folder / "bad.py").write_text(IDLE)
    (folder / "bad.py").chmod(0)
    for name in ("closed", "outer/inner"):
        (folder / name).mkdir(parents=True)
    (folder / "closed").chmod(0)
    (folder / "outer").chmod(0)
    for at in (folder, *folder.parents):
        if at.stat().st_uid == os.getuid() and "pytest" in str(at):
            at.chmod(0o755)
    for paths, lines in (
        (["bad.py", "good.py"], {"bad.py"}),
        (["closed", "good.py"], {"closed"}),
        (["outer/inner", "good.py"], {"outer/inner"}),
        (["."], {"bad.py", "./closed", "./outer"}),
    ):
        done = subprocess.run(
            [sys.executable, "-c", NOBODY, "--isolated", "--output-format", "concise", *options, *paths],
            capture_output=True, text=True, cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)}, timeout=60, check=False,
        )  # fmt: skip
        assert done.returncode == 2, done.stderr
        told = {line for line in done.stderr.splitlines() if "good.py" not in line}
        assert told == {f"shapelint: {path}: permission denied" for path in lines}
        assert options or done.stdout == FOUND


def special_files(folder: Path) -> list[str]:
    """A named pipe, a socket, and a link to a device, each called as Python files are."""
    os.mkfifo(folder / "pipe.py")
    with socket.socket(socket.AF_UNIX) as made:
        made.bind("socket.py")
    (folder / "device.py").symlink_to("/dev/zero")
    return ["pipe.py", "socket.py", "device.py"]


def test_only_regular_files_are_opened(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Named they are refused, in a folder passed over, and an import does not wait for them."""
    names = special_files(folder)
    for name in names:
        with pytest.raises(OSError, match="not a regular file"):
            read_file(name)
        assert lint(capsys, name, "good.py") == (2, FOUND, f"shapelint: {name}: not a regular file\n")
        assert lint(capsys, "--fix", name)[0] == 2
    assert find_files(["."]).files == ["good.py"]
    (folder / "good.py").write_text("import pipe, socket, device\n" + IDLE)
    assert lint(capsys, "good.py")[0] == 1


def test_what_is_read_on_the_way_is_a_regular_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """.gitignore, configuration and baseline; the first two are then as if they were not there."""
    (folder / ".gitignore").symlink_to("/dev/zero")
    os.mkfifo(folder / "pyproject.toml")
    os.mkfifo(folder / "known.json")
    assert run(["--no-cache", "--output-format", "concise", "."]) == 1
    assert capsys.readouterr().out == FOUND
    assert run(["--no-cache", "--baseline", "known.json", "."]) == 2
    assert capsys.readouterr().err == "shapelint: known.json: not a regular file\n"


def test_reads_are_bounded(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file with a large hole takes no room on the disk, and is not taken into memory."""
    with open("large.py", "wb") as file:
        file.truncate(10 * LARGEST)
    assert lint(capsys, ".") == (2, FOUND, "shapelint: large.py: larger than 16 MB\n")
    with pytest.raises(OSError, match="larger than 1 MB"):
        read_file("large.py", 1_000_000)
    with open("large.py", "rb") as stream:
        done = subprocess.run(
            [sys.executable, "-m", "shapelint", "--isolated", "-"], stdin=stream, capture_output=True, text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)}, timeout=60, check=False,
        )  # fmt: skip
    assert (done.returncode, done.stderr) == (2, "shapelint: <stdin>: larger than 16 MB\n")


def test_names_that_no_file_can_have() -> None:
    """From Python a name may hold a null character."""
    (report,) = check_paths(["a\0b"], Config("."))
    assert report.error == "no such file or folder"
    assert Session(Config("."), use_cache=False).check_file("a\0b").error == "not the name of a file"


@pytest.mark.parametrize("asterisks", range(1, 9))
def test_patterns_take_linear_time(asterisks: int) -> None:
    """However many asterisks there are, what does not match is found out at once."""
    from shapelint.patterns import Patterns

    name = "a" * 60
    assert Patterns.of(["*a" * asterisks + "b"]).decide(name, False) is None
    assert Patterns.of(["*a" * asterisks]).decide(name, False) is True
    assert Patterns.of(["**/a/" * asterisks + "b"]).decide("a/" * 60 + "a", False) is None
    assert Patterns.of(["**/a/" * asterisks + "a"]).decide("a/" * 60 + "a", False) is True
