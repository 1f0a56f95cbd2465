"""Files shared between processes: the same output as of one, whatever becomes of a process."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from multiprocessing import active_children
from pathlib import Path

import pytest

from shapelint.cli import run
from shapelint.commands.file_outcome import session_of
from shapelint.commands.options import Request
from shapelint.commands.run_files import check_file, run_files
from shapelint.commands.shared_files import shared
from shapelint.discovery import find_files
from shapelint.sharing import Died, share

REGISTRY = """
import torch.nn as nn

MODELS = {}

def register(name):
    def enter(cls):
        MODELS[name] = cls
        return cls
    return enter

def conv(width, out, padding=1):
    return nn.Conv2d(width, out, 3, padding=padding)
"""
MODEL = """
import torch
from torch import nn
from registry import MODELS, conv, register

@register("net{number}")
class Net(nn.Module):
    def __init__(self, width={width}):
        super().__init__()
        self.first = conv(3, width)
        self.second = nn.Conv2d({wrong}, 8, 3, padding=1)

    def forward(self, x):
        return self.second(self.first(x))

{more}
out = Net().first(torch.zeros(1, 3, 8, 8))  # (1, {said}, 8, 8)
again = MODELS["net{number}"]()
y = again(torch.zeros(1, 3, 8, 8))  # (1, 8, 8, 8)
z = Before().first(torch.zeros(1, 3, 8, 8))  # (1, {narrow}, 8, 8)
"""
Shapelint = Callable[..., tuple[int, str, str]]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Files that import each other and enter a registry, with findings in some, and some that cannot be read or parsed."""
    (tmp_path / "registry.py").write_text(REGISTRY)
    for number in range(8):
        before = max(number - 1, 0)
        (tmp_path / f"net{number}.py").write_text(
            MODEL.format(
                more=f"from net{before} import Net as Before" if number else "Before = Net", number=number, before=before, width=16 + number,
                wrong=16 + number + (number == 5), said=16 + number + (number % 3 == 0),
                narrow=16 + before,
            )
        )  # fmt: skip
    (tmp_path / "broken.py").write_text("import torch\nx = (\n")
    (tmp_path / "gone.py").symlink_to("nowhere.py")
    (tmp_path / "other.py").write_text("x = 1\n")
    (tmp_path / "pyproject.toml").write_text("[tool.shapelint]\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def shapelint(capfd: pytest.CaptureFixture[str]) -> Shapelint:
    """Run the command in this process; its exit code and what it printed."""

    def call(*args: str) -> tuple[int, str, str]:
        code = run(["check", *args])
        out, err = capfd.readouterr()
        return code, out, err

    return call


@pytest.mark.parametrize(
    "options",
    [
        ("--coverage", "--output-format", "json"),
        ("--coverage", "--output", "sarif:found.sarif", "--output", "junit:found.xml"),
        ("--statistics", "--select", "SHP2"),
        ("--diff",),
        ("--write-baseline",),
        ("gone.py", "net3.py", "broken.py", "net0.py", "net1.py"),
    ],
    ids=lambda options: options[0],
)
def test_two_processes_say_what_one_says(project: Path, shapelint: Shapelint, options: tuple[str, ...]) -> None:
    """Without a cache, with an empty one and with a full one; what is written to files is the same too."""
    said = []
    known = ("--cache-dir", "known")
    for jobs, *cache in (("1", "--no-cache"), ("2", "--no-cache"), ("2", *known), ("1", *known), ("2", *known)):
        code, out, err = shapelint(*options, *cache, "--jobs", jobs)
        written = {}
        for name in ("found.sarif", "found.xml", "shapelint-baseline.json"):
            if (project / name).exists():
                written[name] = (project / name).read_text()
                (project / name).unlink()
        said.append((code, out, err, written))
    assert said[0][0] in (1, 2)
    assert said[1:] == said[:1] * 4


@pytest.mark.parametrize("options", [("--fix",), ("--fix", "--unsafe-fixes"), ("--add-ignore", "for now")])
def test_two_processes_change_what_one_changes(project: Path, shapelint: Shapelint, options: tuple[str, ...]) -> None:
    """In the same files, as they were found."""
    changed = []
    before = {path: path.read_text() for path in project.glob("net*.py")}
    for jobs in ("1", "2"):
        answer = shapelint(*options, "--no-cache", "--jobs", jobs)
        changed.append((answer, {path.name: path.read_text() for path in before}))
        for path, text in before.items():
            path.write_text(text)
    assert changed[0] == changed[1]
    assert changed[0][1] != {path.name: text for path, text in before.items()}


def test_processes_that_are_no_copies_say_the_same(project: Path) -> None:
    """Where the system starts each of them anew."""
    nothing = {name: () if "tuple" in kind else None for name, kind in Request.__annotations__.items()}
    request = Request(**{**nothing, "no_cache": True})
    found = find_files(["."])
    alone = [outcome.report for outcome in run_files(session_of(request), found, request).outcomes]
    every = range(len(found.files))
    fresh = dict(shared(session_of(request), found, request, check_file, every, 2, None, start="spawn"))
    assert [fresh[index].report for index in every] == alone
    assert sum(len(report.diagnostics) for report in alone) > 3


def _work() -> Callable[[int], int]:
    def work(item: int) -> int:
        if item == 3:
            os._exit(7)
        return item * item

    return work


@pytest.mark.parametrize("jobs", [1, 2, 20])
def test_a_process_that_ends_costs_one_item(jobs: int) -> None:
    """The others are done, and no process is left."""
    results = dict(share(12, jobs, _work, lambda items: None))
    died = results.pop(3)
    assert isinstance(died, Died) and str(died) == "its process ended with code 7"
    assert results == {item: item * item for item in range(12) if item != 3}
    assert active_children() == []


def test_a_file_that_ends_its_process_is_an_error(
    project: Path, shapelint: Shapelint, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of that file alone."""
    from shapelint.session import Session

    lint = Session.lint

    def crashing(session: Session, text: str, path: str, *rest: object) -> object:
        if path == "net4.py":
            os.kill(os.getpid(), signal.SIGKILL)
        return lint(session, text, path, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(Session, "lint", crashing)
    code, out, err = shapelint("--no-cache", "--jobs", "2", "--output-format", "concise")
    assert code == 2
    assert "net4.py: internal error: its process was ended by signal 9; please report it" in err
    assert "net5.py:" in out and "net3.py:" in out


def test_a_wrong_number_of_processes_is_refused(shapelint: Shapelint) -> None:
    """With the code of a bad option."""
    assert shapelint("--jobs", "0")[0] == 2
