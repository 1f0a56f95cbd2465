"""A baseline keeps what it knows of other files, says what it wrote, and tells what is gone."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from shapelint.cli import run

IDLE = "import torch\nx = 1  # shapelint: ignore[stale-comment]\n"
CLEAN = "import torch\nx = 1\n"
Shapelint = Callable[..., tuple[int, int, str]]
NAME = "shapelint-baseline.json"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three files with a finding each."""
    monkeypatch.chdir(tmp_path)
    for name in ("a.py", "b.py", "c.py"):
        (tmp_path / name).write_text(IDLE)
    (tmp_path / "shapelint.toml").write_text("cache = false\n")
    return tmp_path


@pytest.fixture
def shapelint(capfd: pytest.CaptureFixture[str]) -> Shapelint:
    """The command: exit code, number of findings, standard error."""

    def command(*args: str) -> tuple[int, int, str]:
        capfd.readouterr()
        code = run(["--output-format", "json-lines", *args])
        out, err = capfd.readouterr()
        return code, out.count("\n"), err

    return command


def names(file: str = NAME) -> list[str]:
    return [entry["filename"] for entry in json.loads(Path(file).read_text())["findings"]]


def test_the_default_name(folder: Path, shapelint: Shapelint) -> None:
    """Beside the configuration; how to use it is told once."""
    (folder / "sub").mkdir()
    (folder / "sub" / "d.py").write_text(IDLE)
    assert shapelint("--write-baseline", "sub", "a.py") == (
        0, 0,
        f"shapelint: {NAME}: 2 findings recorded (2 new, 0 gone, 0 of other files or rules kept)\n"
        f'shapelint: pass --baseline {NAME}, or write baseline = "{NAME}" in the configuration\n',
    )  # fmt: skip
    assert names() == ["a.py", "sub/d.py"]
    assert shapelint(".")[:2] == (1, 4)
    (folder / "shapelint.toml").write_text(f'baseline = "{NAME}"\ncache = false\n')
    assert shapelint(".")[:2] == (1, 2)


def test_other_files_and_rules_are_kept(folder: Path, shapelint: Shapelint) -> None:
    """A run over one file is no statement on the others; nor is one over some rules."""
    args = ("--baseline", NAME)
    shapelint(*args, "--write-baseline", ".")
    (folder / "a.py").write_text(CLEAN)
    (folder / "b.py").write_text(IDLE + "y = 2  # shapelint: ignore[wrong-size]\n")
    told = f"shapelint: {NAME}: 2 findings recorded (1 new, 1 gone, 1 of other files or rules kept)\n"
    assert shapelint(*args, "--write-baseline", "a.py", "b.py") == (0, 0, told)
    assert names() == ["b.py", "b.py", "c.py"]
    told = f"shapelint: {NAME}: 0 findings recorded (0 new, 0 gone, 3 of other files or rules kept)\n"
    assert shapelint(*args, "--select", "SHP3", "--write-baseline", ".") == (0, 0, told)
    assert shapelint(*args, ".") == (0, 0, "")


def test_what_is_gone_is_told_and_removed_on_request(folder: Path, shapelint: Shapelint) -> None:
    """Of files that were looked at, and of files that are no more; new findings are not recorded by that."""
    args = ("--baseline", NAME)
    shapelint(*args, "--write-baseline", ".")
    (folder / "a.py").write_text(CLEAN)
    (folder / "b.py").unlink()
    (folder / "c.py").write_text(IDLE + "y = 2  # shapelint: ignore[wrong-size]\n")
    told = f"shapelint: {NAME}: 2 findings no longer occur; --update-baseline removes them\n"
    assert shapelint(*args, ".") == (1, 1, told)
    assert shapelint(*args, "-q", ".") == (1, 1, "")
    assert shapelint(*args, "--ignore", "SHP002", "c.py", "a.py")[2].startswith(
        f"shapelint: {NAME}: 1 finding no longer occurs; --update-baseline removes it"
    )
    assert len(names()) == 3
    assert shapelint(*args, "--update-baseline", ".") == (
        1,
        1,
        f"shapelint: {NAME}: 2 findings removed that no longer occur\n",
    )
    assert names() == ["c.py"]
    assert shapelint(*args, "--update-baseline", ".") == (1, 1, "")


def test_a_file_that_cannot_be_checked_loses_nothing(folder: Path, shapelint: Shapelint) -> None:
    """It may be half written."""
    args = ("--baseline", NAME)
    shapelint(*args, "--write-baseline", ".")
    (folder / "a.py").write_text("import torch\nx = (\n")
    assert shapelint(*args, "--update-baseline", ".")[::2] == (2, "")
    assert names() == ["a.py", "b.py", "c.py"]


def test_each_file_has_the_baseline_of_its_configuration(folder: Path, shapelint: Shapelint) -> None:
    """From above and from within."""
    (folder / "part").mkdir()
    (folder / "part" / "d.py").write_text(IDLE)
    (folder / "part" / "shapelint.toml").write_text('baseline = "known.json"\ncache = false\n')
    shapelint("--write-baseline", ".")
    assert (names(), names("part/known.json")) == (["a.py", "b.py", "c.py"], ["d.py"])
    assert shapelint(".")[:2] == (1, 3)
    assert shapelint("part")[:2] == (0, 0)


def test_there_must_be_one_to_update(folder: Path, shapelint: Shapelint) -> None:
    """And one that is named must exist, unless it is being written."""
    assert shapelint("--update-baseline", ".")[::2] == (
        2, "shapelint: --update-baseline needs --baseline FILE, or the key baseline in the configuration\n",
    )  # fmt: skip
    assert shapelint("--baseline", "nowhere.json", ".")[0] == 2
