"""A defect of ours is one line and exit code 2, and keeps nobody else's findings back."""

from __future__ import annotations

from pathlib import Path

import pytest

from shapelint import engine
from shapelint.cli import run
from shapelint.rules import registry

NETD = Path(__file__).parent.parent / "fixtures" / "models" / "netd.py"


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file over which the linter stumbles, and one with a finding."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bad.py").write_text("import torch\n")
    (tmp_path / "netd.py").write_bytes(NETD.read_bytes())
    real = engine.understood

    def stumble(source, settings, project, memory=None):  # type: ignore[no-untyped-def]
        if source.path == "bad.py":
            raise ZeroDivisionError("of our\nown making")
        return real(source, settings, project, memory)

    monkeypatch.setattr(engine, "understood", stumble)
    return tmp_path


@pytest.mark.parametrize("options", [[], ["--fix"], ["--diff"]])
def test_a_defect_in_one_file(files: Path, options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """The line names the file, the error and where it happened; the other file is checked."""
    assert run(["--isolated", "--output-format", "concise", *options, "bad.py", "netd.py"]) == 2
    captured = capsys.readouterr()
    (line,) = [line for line in captured.err.splitlines() if "repaired" not in line]
    assert line.startswith(
        "shapelint: bad.py: internal error: ZeroDivisionError: of our own making (test_internal_error.py:"
    )
    assert "SHP202" in captured.out or "+            # state size. (128)" in captured.out or options == ["--fix"]


def test_nesting_that_only_we_cannot_follow(
    monkeypatch: pytest.MonkeyPatch, files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Running out of stack is the file's nesting, not a defect."""

    def too_deep(source, settings, project, memory=None):  # type: ignore[no-untyped-def]
        raise RecursionError

    monkeypatch.setattr(engine, "understood", too_deep)
    assert run(["--isolated", "netd.py"]) == 2
    assert capsys.readouterr().out == "netd.py:1:1: SHP001 invalid-syntax: nested too deeply\n"


def test_a_defect_outside_of_any_file(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """No traceback either."""
    monkeypatch.setattr(registry, "rules", lambda: 1 / 0)
    assert run(["rule"]) == 2
    assert capsys.readouterr().err.startswith("shapelint: internal error: ZeroDivisionError")
