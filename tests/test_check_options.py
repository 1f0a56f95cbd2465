"""What `check` says besides its findings, where it says it, and the options that only look."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path

import pytest

from shapelint.cli import run

NET = """\
from torch import nn

net = nn.Sequential(
    # input is (3) x 8 x 8
    nn.Conv2d(3, 8, 3, 1, 1),
    # state size. (8) x 8 x 8
)
"""
IDLE = "import torch\nx = 1  # shapelint: ignore[stale-comment]\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a clean model and, in `sub`, a file with two findings; it is the current one."""
    (tmp_path / "net.py").write_text(NET)
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "idle.py").write_text(IDLE + "y = 2  # shapelint: ignore\n")
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR", "SHAPELINT_CACHE_DIR"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def shapelint(capfd: pytest.CaptureFixture[str]) -> Shapelint:
    """The command, run in this process: exit code, standard output, standard error."""
    return Shapelint(capfd)


class Shapelint:
    def __init__(self, capfd: pytest.CaptureFixture[str]) -> None:
        self._capfd = capfd

    def __call__(self, *args: str) -> tuple[int, str, str]:
        self._capfd.readouterr()
        code = run(args)
        out, err = self._capfd.readouterr()
        return code, out, err


def test_a_clean_run_says_how_much_was_checked(project: Path, shapelint: Shapelint) -> None:
    """With -q it says nothing; formats for programs never do."""
    passed = "all checks passed: 1 file, 1 of 1 layer calls understood, 2 of 2 shape comments checked\n"
    assert shapelint("net.py") == (0, passed, "")
    assert shapelint("-q", "net.py") == (0, "", "")
    assert shapelint("--output-format", "github", "net.py") == (0, "", "")
    assert "passed" not in shapelint(".")[1]


def test_a_run_that_checked_nothing_says_so(project: Path, shapelint: Shapelint) -> None:
    """On standard error; the exit code is 0, for hooks name whatever was changed."""
    (project / "empty").mkdir()
    told = "shapelint: no Python files that use torch under empty (0 files looked at)\n"
    assert shapelint("empty") == (0, "", told)
    assert shapelint("empty", "-q") == (0, "", "")
    assert shapelint("nowhere.py") == (2, "", "shapelint: nowhere.py: no such file or folder\n")


def test_findings_of_a_baseline_are_counted(project: Path, shapelint: Shapelint) -> None:
    """All checks passed, except for what is known."""
    shapelint("--baseline", "b.json", "--write-baseline", ".")
    assert shapelint("--baseline", "b.json", ".")[1].endswith(", 2 known findings left out\n")


def test_verbose_names_the_configuration_and_each_file(project: Path, shapelint: Shapelint) -> None:
    """On standard error, so that the output can be piped."""
    (project / "pyproject.toml").write_text("[tool.shapelint]\n")
    code, _, err = shapelint("-v", ".")
    lines = [re.sub(r"\d+ ms", "n ms", line) for line in err.splitlines()]
    assert (code, lines) == (
        1,
        [
            f"shapelint: configuration: {project / 'pyproject.toml'}",
            "shapelint: net.py: 0 findings, n ms",
            "shapelint: sub/idle.py: 2 findings, n ms",
        ],
    )


def test_statistics(project: Path, shapelint: Shapelint) -> None:
    """A line for each rule, instead of the findings."""
    assert shapelint("--statistics", ".") == (1, "2  SHP002  [*]  unused-suppression\n", "")
    assert shapelint("--statistics", "--output-format", "json", ".")[0] == 2


def test_exit_zero(project: Path, shapelint: Shapelint) -> None:
    """Findings are no failure then; what could not be checked still is."""
    assert shapelint("--exit-zero", ".")[0] == 0
    assert shapelint("--exit-zero", "nowhere.py", ".")[0] == 2


def test_several_outputs_of_one_run(project: Path, shapelint: Shapelint) -> None:
    """Each in its file, folders made; one may go to the terminal."""
    code, out, err = shapelint("--output", "concise", "--output", "json:out/all.json", "--output", "github:g.txt", ".")
    assert (code, len(out.splitlines()), err) == (1, 2, "")
    assert len(json.loads((project / "out" / "all.json").read_text())["diagnostics"]) == 2
    assert (project / "g.txt").read_text().count("::warning") == 2
    code, out, _ = shapelint("--output-format", "json", "--output-file", "b.json", "--output", "full", "net.py")
    assert (code, out.startswith("all checks passed")) == (0, True)
    assert json.loads((project / "b.json").read_text())["diagnostics"] == []


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["--output", "yaml"], "no such format"),
        (["--output", "json:"], "no file after the colon"),
        (["--output", "json", "--output", "full"], "only one output can go to the terminal"),
        (["--output", "json:sub"], "sub: cannot be written: is a directory"),
        (["--output-file", "net.py/x"], "net.py/x: cannot be written"),
    ],
)
def test_a_bad_output_is_2(project: Path, shapelint: Shapelint, args: list[str], told: str) -> None:
    """In one line."""
    code, _, err = shapelint(*args, "net.py")
    assert (code, told in err, len(err.splitlines())) == (2, True, 1)


def test_show_files_and_settings(project: Path, shapelint: Shapelint) -> None:
    """What would be looked at, and under which settings; nothing is checked."""
    assert shapelint("--show-files", ".") == (0, "net.py\nsub/idle.py\n", "")
    assert shapelint("--show-files", "--exclude", "sub", ".", "nowhere.py")[0:2] == (2, "net.py\n")
    (project / "pyproject.toml").write_text(
        '[tool.shapelint]\nselect = ["SHP2"]\nexclude = ["é/"]\nbaseline = "b.json"\ninputs = { A = ["1x3", "2"] }\n'
    )
    code, out, err = shapelint("--show-settings", "--ignore", "SHP202", ".")
    assert (code, out.splitlines()[0], err) == (
        0,
        f"# from {project / 'pyproject.toml'}; paths are relative to {project}",
        "",
    )
    (project / "pyproject.toml").write_text(out)
    assert shapelint("--show-settings", ".")[1] == out  # it is a configuration that says the same


def test_the_cache_can_be_elsewhere(project: Path, shapelint: Shapelint, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its folders are made; the variable does the same."""
    shapelint("--cache-dir", "deep/cache", "net.py")
    monkeypatch.setenv("SHAPELINT_CACHE_DIR", "other")
    shapelint("net.py")
    assert (os.path.isfile("deep/cache/CACHEDIR.TAG"), os.path.isfile("other/CACHEDIR.TAG")) == (True, True)
    assert not os.path.exists(".shapelint_cache")


def test_gitignore_can_be_ignored(project: Path, shapelint: Shapelint) -> None:
    """For those who keep models out of git."""
    (project / ".gitignore").write_text("sub/\n")
    assert shapelint("--show-files", ".")[1] == "net.py\n"
    assert shapelint("--show-files", "--no-respect-gitignore", ".")[1] == "net.py\nsub/idle.py\n"


def test_a_misspelt_command_is_recognised(project: Path, shapelint: Shapelint) -> None:
    """Unless it is a path."""
    code, _, err = shapelint("chek", ".")
    assert (code, "did you mean 'check'?" in err) == (2, True)
    (project / "chek").mkdir()
    assert shapelint("chek", ".")[0] == 1
    assert shapelint("zzz")[2] == "shapelint: zzz: no such file or folder\n"


def test_rules_by_the_beginning_of_their_code(shapelint: Shapelint) -> None:
    """And the nearest name for one that there is not."""
    listed = shapelint("rule", "shp2")[1].splitlines()
    assert [line.split()[0] for line in listed] == ["SHP201", "SHP202", "SHP203"]
    assert "did you mean 'stale-comment'?" in shapelint("rule", "stale-coment")[2]
    assert shapelint("-V")[1] == shapelint("--version")[1]


def test_severities_of_the_command_line(project: Path, shapelint: Shapelint) -> None:
    """They outrank the configuration; warnings alone may be no failure."""
    (project / "shapelint.toml").write_text('severity = { unused-suppression = "error" }\n')
    (project / "sub" / "idle.py").write_text(IDLE)
    args = ("--output-format", "github", ".")
    assert shapelint("--exit-zero-on-warning", *args)[0:2] == (1, shapelint(*args)[1])
    assert shapelint(*args)[1].startswith("::error")
    code, out, _ = shapelint("--exit-zero-on-warning", "--warn", "SHP0", *args)
    assert (code, out.startswith("::warning")) == (0, True)
    assert shapelint("--warn", "SHP0", "--error", "shp002", *args)[1].startswith("::error")
    assert shapelint("--warn", "SHP9", *args)[0] == 2


def test_comments_can_be_disregarded(project: Path, shapelint: Shapelint) -> None:
    """To see what they hide; the cache keeps the two apart."""
    (project / "net.py").write_text(NET.replace("Conv2d(3,", "Conv2d(4,").replace("1, 1),", "1, 1),  # noqa"))
    for _ in range(2):
        assert shapelint("net.py")[0] == 0
        code, out, _ = shapelint("--statistics", "--ignore-noqa", "net.py")
        assert (code, len(out.splitlines()), "SHP" in out) == (1, 1, True), out


def test_only_repairing(project: Path, shapelint: Shapelint) -> None:
    """What is left is not reported; a hook may want to know that something was repaired."""
    (project / "sub" / "idle.py").write_text(
        IDLE + "net = torch.nn.Sequential(torch.nn.Conv2d(3, 8, 3), torch.nn.Conv2d(9, 8, 3))\n"
    )
    assert shapelint("--fix-only", ".") == (0, "", "shapelint: repaired 1 finding in 1 file\n")
    assert shapelint("--fix-only", ".", "nowhere.py") == (2, "", "shapelint: nowhere.py: no such file or folder\n")
    assert shapelint(".")[0] == 1
    (project / "sub" / "idle.py").write_text(IDLE)
    assert shapelint("--fix", "--exit-non-zero-on-fix", ".")[0] == 1
    assert shapelint("--fix", "--exit-non-zero-on-fix", ".")[0] == 0


def test_options_by_variables(project: Path, shapelint: Shapelint, monkeypatch: pytest.MonkeyPatch) -> None:
    """As CI jobs set them; the command line outranks them."""
    monkeypatch.setenv("SHAPELINT_OUTPUT_FORMAT", "json")
    monkeypatch.setenv("SHAPELINT_NO_CACHE", "1")
    assert json.loads(shapelint(".")[1])["version"] == 1
    assert not (project / ".shapelint_cache").exists()
    assert shapelint("--output-format", "concise", ".")[1].startswith("sub/idle.py:2:8")
    monkeypatch.setenv("SHAPELINT_OUTPUT_FILE", "out.json")
    assert shapelint(".")[1] == ""
    assert json.loads((project / "out.json").read_text())["version"] == 1


def test_a_wrong_environment_is_refused(project: Path, shapelint: Shapelint) -> None:
    """It is not another one that is used instead."""
    for place in ("nowhere", "net.py", "sub"):
        code, out, err = shapelint("--python", place, ".")
        assert (code, out) == (2, "") and f"{place!r} is neither an interpreter nor a folder with its packages" in err
    assert shapelint("--python", sys.executable, "net.py")[0] == 0
