"""A repaired file is replaced in one step with all that belongs to it, or is left alone with a reason."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from shapelint import replacing
from shapelint.cli import run
from shapelint.replacing import replace_file, write_file
from shapelint.source.text import decode

ROOT = Path(__file__).parent.parent
IDLE = "import torch\nx = 1  # shapelint: ignore[stale-comment]\n"
CLEAN = "import torch\nx = 1\n"
NET = "from torch import nn\n\nnet = nn.Sequential(\n    nn.Conv2d(3, 8, 2, 2),\n    nn.ReLU(),\n)\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a file that --fix repairs and annotate annotates."""
    (tmp_path / "in").mkdir()
    monkeypatch.chdir(tmp_path / "in")
    Path("net.py").write_text(IDLE + NET)
    return tmp_path / "in"


@pytest.fixture(params=[True, False], ids=["unnamed", "named"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """With files that have no name while they are written, and on systems without them."""
    if not request.param:
        monkeypatch.setattr(replacing, "_UNNAMED", 0)


def test_everything_else_of_the_file_is_kept(folder: Path, way: None) -> None:
    """Mode, owner, extended attributes; no temporary file is left."""
    path = folder / "net.py"
    path.chmod(0o751)
    os.setxattr(path, "user.note", b"mine")
    if os.getuid() == 0:
        os.chown(path, 12345, 54321)
        path.chmod(0o4751)  # a change of owner clears the bit
    before = path.stat()
    replace_file("net.py", b"new")
    after = path.stat()
    assert path.read_bytes() == b"new"
    assert (after.st_mode, after.st_uid, after.st_gid) == (before.st_mode, before.st_uid, before.st_gid)
    assert os.getxattr(path, "user.note") == b"mine"
    assert after.st_ino != before.st_ino
    assert os.listdir() == ["net.py"]


def test_names_as_long_as_they_can_be(folder: Path, way: None) -> None:
    """The temporary one has a length of its own."""
    name = "n" * 252 + ".py"
    Path("net.py").rename(name)
    assert run(["--isolated", "--fix", "."]) == 0
    assert Path(name).read_text() == CLEAN + NET


def test_a_new_file_has_the_usual_mode(folder: Path, way: None) -> None:
    """That of the process's mask, not that of temporary files."""
    before = os.umask(0o027)
    try:
        write_file("new", b"1")
    finally:
        os.umask(before)
    assert stat.S_IMODE(os.stat("new").st_mode) == 0o640


def refused(capsys: pytest.CaptureFixture[str], words: str) -> None:
    """--fix and annotate leave net.py alone, say why, and do not say that they did anything."""
    before = Path("net.py").read_bytes()
    for command in (["--isolated", "--fix", "--output-format", "concise"], ["annotate"]):
        assert run([*command, "."]) == 2
        out, err = capsys.readouterr()
        assert words in err, err
        assert "repaired " not in err.replace("not repaired", "") and " annotated" not in err.replace(
            "not annotated", ""
        )
        assert len(err.splitlines()) == 1
        assert command == ["annotate"] or "SHP002" in out
    assert Path("net.py").read_bytes() == before
    assert all(not name.endswith(".tmp") for name in os.listdir())


def test_hard_links_are_not_parted(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Package managers share files between environments in this way."""
    os.link("net.py", folder.parent / "other")
    refused(capsys, "net.py: cannot be written: it has 2 hard links, which would become different files")


@pytest.mark.parametrize(
    ("function", "words"),
    [
        ("fchown", "it would change its owner or group"),
        ("setxattr", "it would lose its attribute user.note"),
        ("access", "permission denied"),
        ("replace", "no space left on device"),
        ("link", "no space left on device"),
    ],
)
def test_what_cannot_be_kept_is_a_reason(
    folder: Path, function: str, words: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Somebody else's file, a label that may not be set, a file that may only be read, a full disk."""
    os.setxattr("net.py", "user.note", b"mine")

    def fail(*args: object, **options: object) -> bool:
        if function == "access":
            return False
        raise (
            PermissionError(1, "Operation not permitted")
            if "x" in function or "o" in function
            else OSError(28, "No space left on device")
        )

    monkeypatch.setattr(os, function, fail)
    if function == "fchown":
        monkeypatch.setattr(replacing, "os", OthersFiles())
    refused(capsys, f"net.py: cannot be written: {words}")


class OthersFiles:
    """The module ``os`` where what this process makes belongs to somebody else."""

    def __getattr__(self, name: str) -> object:
        return getattr(os, name)

    def fstat(self, handle: int) -> SimpleNamespace:
        status = os.fstat(handle)
        return SimpleNamespace(st_uid=status.st_uid + 1, st_gid=status.st_gid)


@pytest.mark.parametrize(
    "content",
    [
        b"# coding: utf-7\n" + IDLE.encode() + b"# 1 +- 2, +AOk-, +AGE-\n" + NET.encode(),
        b"# coding: unicode_escape\n" + IDLE.encode() + b"# \\x61\n" + NET.encode(),
        b"# coding: iso2022_jp\n" + IDLE.encode() + b"# \x1b(B\x1b(Ba\n" + NET.encode(),
    ],
)
def test_an_encoding_with_several_spellings(folder: Path, content: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    """Written again, bytes would change that no repair speaks of."""
    file = decode(content)
    with pytest.raises(ValueError, match="not those that"):
        file.encode(file.text, content)
    Path("net.py").write_bytes(content)
    refused(capsys, "its bytes are not those that")
    assert run(["--isolated", "--diff", "."]) == 2


def test_a_notebook_with_bytes_that_are_not_utf8(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """After a byte order mark they are read all the same, and would be written as question marks."""
    Path("net.py").unlink()
    source = (IDLE + NET).encode("unicode_escape")
    Path("net.ipynb").write_bytes(
        b'\xef\xbb\xbf{"x": "\xff", "cells": [{"cell_type": "code", "source": "' + source + b'"}]}'
    )
    before = Path("net.ipynb").read_bytes()
    assert run(["--isolated", "--fix", "."]) == 2
    assert "not repaired: its bytes are not those" in capsys.readouterr().err
    assert Path("net.ipynb").read_bytes() == before


@pytest.mark.parametrize("options", [["--fix"], ["--diff"]])
def test_links_that_leave_the_folder(folder: Path, options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """What they point to is linted but not changed, unless the link is named itself; links within are followed."""
    outside = folder.parent / "outside.py"
    outside.write_text(IDLE)
    Path("link.py").symlink_to("../outside.py")
    Path("within.py").symlink_to("net.py")
    assert run(["--isolated", *options, "."]) == 2
    out, err = capsys.readouterr()
    assert (
        "shapelint: link.py: not repaired: it links to a file outside of the folder; name it to have it changed" in err
    )
    assert "outside.py" not in out and "b/link.py" not in out
    assert outside.read_text() == IDLE
    assert (Path("net.py").read_text() == CLEAN + NET) == (options == ["--fix"])
    assert run(["--isolated", *options, "link.py"]) == int(options == ["--diff"])
    assert outside.read_text() == (CLEAN if options == ["--fix"] else IDLE)
    assert Path("link.py").is_symlink()


def test_annotate_and_links_that_leave_the_folder(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same for comments; what was not written is not counted."""
    outside = folder.parent / "outside.py"
    outside.write_text(NET)
    Path("link.py").symlink_to("../outside.py")
    assert run(["annotate", "."]) == 2
    err = capsys.readouterr().err
    assert "link.py: not annotated: it links" in err and "1 file annotated" in err
    assert outside.read_text() == NET
    assert run(["annotate", "link.py"]) == 0
    assert outside.read_text() != NET


def test_a_kill_leaves_nothing_behind(folder: Path, tmp_path: Path) -> None:
    """Whatever of the content had been written, it had no name yet; the old file is whole."""
    code = (
        "import os, sys\nfrom shapelint import replacing\n"
        "def stop(handle, *rest): os.write(1, b'.'); os.read(0, 1)\n"
        "replacing.os.fsync = stop\nreplacing.replace_file('net.py', b'x' * 1_000_000)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as writer:
        assert writer.stdout is not None and writer.stdout.read(1) == b"."
        writer.send_signal(signal.SIGKILL)
        writer.wait()
    assert Path("net.py").read_text() == IDLE + NET
    assert os.listdir() == ["net.py"] or not os.path.isdir("/proc/self/fd")


def test_a_baseline_is_replaced_too(folder: Path) -> None:
    """With its mode; a link stays one."""
    Path("real.json").write_text('{"findings": []}')
    Path("real.json").chmod(0o600)
    Path("known.json").symlink_to("real.json")
    assert run(["--isolated", "--baseline", "known.json", "--write-baseline", "."]) == 0
    assert Path("known.json").is_symlink() and "SHP002" in Path("real.json").read_text()
    assert stat.S_IMODE(os.stat("real.json").st_mode) == 0o600


def test_a_reader_sees_one_or_the_other(folder: Path, way: None) -> None:
    """Never half of it."""
    contents = (b"a" * 100_000, b"b" * 100_000)
    seen = set()
    until = time.monotonic() + 1
    replace_file("net.py", contents[0])
    child = os.fork()
    if child == 0:
        while True:
            for content in contents:
                write_file("net.py", content)
    try:
        while time.monotonic() < until:
            seen.add(Path("net.py").read_bytes())
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    assert seen <= set(contents)
