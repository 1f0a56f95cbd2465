"""What a person at a terminal sees of a long run, and what an interrupt leaves."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LIMIT = 120
STALE = "import torch\nx = 1  # shapelint: ignore[stale-comment]\n"
SLOW = """
import os, sys, time
from shapelint.session import Session
from shapelint.cli import run

lint = Session.lint

def waiting(session, text, path, *rest):
    while path.startswith("slow") and not os.path.exists("go"):
        time.sleep(0.01)
    return lint(session, text, path, *rest)

Session.lint = waiting
os._exit(run(sys.argv[1:]))
"""
"""The command, which takes for some files until it is told to go on."""


def _take_terminal() -> None:
    """Have standard error as the terminal whose keys reach this process, as a shell gives it to a command."""
    fcntl.ioctl(2, termios.TIOCSCTTY, 0)
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # tests that run in the background inherit that interrupts are ignored


class Terminal:
    """A run of the command whose standard error is a terminal; its output goes to a file."""

    def __init__(self, folder: Path, *args: str, **environ: str) -> None:
        self.shown = b""
        self.output = folder / "printed"
        self._ours, theirs = pty.openpty()
        kept = {name: value for name, value in os.environ.items() if name not in ("CI", "TERM")}
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-c", SLOW, "check", "--no-cache", "--output-format", "concise", *args],
                cwd=folder, stdin=theirs, stdout=output, stderr=theirs, start_new_session=True,
                preexec_fn=_take_terminal,
                env={**kept, "TERM": "xterm", "PYTHONPATH": str(ROOT), **environ},
            )  # fmt: skip
        os.close(theirs)

    def read_until(self, text: bytes) -> None:
        """Read what appears on the terminal, until it holds ``text``."""
        until = time.monotonic() + LIMIT
        while text not in self.shown:
            assert time.monotonic() < until, self.shown
            if select.select([self._ours], [], [], 1)[0]:
                self.shown += os.read(self._ours, 4096)

    def press(self, key: bytes) -> None:
        """Press a key."""
        os.write(self._ours, key)

    def end(self) -> int:
        """Wait for the end, with all that appears until then; the exit code."""
        until = time.monotonic() + LIMIT
        try:
            while time.monotonic() < until and (more := os.read(self._ours, 4096)):
                self.shown += more
        except OSError:  # what Linux says when nobody has the terminal open any more
            pass
        return self.process.wait(LIMIT)

    def close(self) -> None:
        """Leave nothing behind."""
        self.process.kill()
        self.process.wait()
        os.close(self._ours)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Twelve files with a finding each, two of which take their time."""
    for number in range(10):
        (tmp_path / f"a{number}.py").write_text(STALE)
    for name in ("slow1.py", "slow2.py"):
        (tmp_path / name).write_text(STALE)
    return tmp_path


@pytest.fixture(params=["1", "2"])
def terminal(folder: Path, request: pytest.FixtureRequest) -> Iterator[Terminal]:
    """A run of one process, and of two."""
    made = Terminal(folder, "--jobs", request.param)
    yield made
    made.close()


def on_screen(shown: bytes) -> list[str]:
    """The lines of a terminal on which this was written."""
    lines = []
    for written in shown.decode().split("\r\n"):
        line: list[str] = []
        for part in written.split("\r"):
            line[: len(part)] = part
        lines.append("".join(line).rstrip())
    return lines


def test_a_long_run_says_how_far_it_is(terminal: Terminal, folder: Path) -> None:
    """On one line, which is gone in the end."""
    terminal.read_until(b"10 of 12 files, 10 findings: slow")
    (folder / "go").touch()
    assert terminal.end() == 1
    assert on_screen(terminal.shown) == [""]
    assert terminal.output.read_text().count("SHP002") == 12


def test_an_interrupt_ends_all_and_prints_what_is_known(terminal: Terminal, folder: Path) -> None:
    """With the usual exit code, and no process is left that has the terminal."""
    terminal.read_until(b"10 of 12 files, 10 findings: slow")
    terminal.press(b"\x03")
    assert terminal.end() == 130
    assert on_screen(terminal.shown)[-2:] == ["shapelint: interrupted: 10 of 12 files done", ""]
    assert b"Traceback" not in terminal.shown
    printed = terminal.output.read_text().splitlines()
    assert [line.split(":")[0] for line in printed] == [f"a{number}.py" for number in range(10)]
    with pytest.raises(ProcessLookupError):
        os.killpg(terminal.process.pid, 0)


def test_termination_ends_all(folder: Path) -> None:
    """Also where only the first process is told to go."""
    made = Terminal(folder, "--jobs", "2")
    try:
        made.read_until(b"10 of 12 files")
        made.process.terminate()
        assert made.end() == 128 + signal.SIGTERM
        with pytest.raises(ProcessLookupError):
            os.killpg(made.process.pid, 0)
    finally:
        made.close()
    assert b"Traceback" not in made.shown


def test_an_interrupt_leaves_outputs_whole(folder: Path) -> None:
    """A file has what is known; a baseline is not written, since the findings of the others would be missing."""
    made = Terminal(folder, "--jobs", "2", "--output", "json:found.json", "--write-baseline")
    try:
        made.read_until(b"10 of 12 files")
        made.press(b"\x03")
        assert made.end() == 130
    finally:
        made.close()
    assert (folder / "found.json").read_text().endswith("}\n")
    assert not (folder / "shapelint-baseline.json").exists()


@pytest.mark.parametrize("environ", [{"CI": "true"}, {"TERM": "dumb"}])
def test_where_nobody_looks_there_is_no_line(folder: Path, environ: dict[str, str]) -> None:
    """A log is written, and kept."""
    made = Terminal(folder, "--jobs", "2", **environ)
    try:
        time.sleep(1.5)
        (folder / "go").touch()
        assert made.end() == 1
    finally:
        made.close()
    assert made.shown == b""
