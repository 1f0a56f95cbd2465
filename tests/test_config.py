"""Which configuration holds for a file, what its keys do, and what is said of one that is wrong."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from shapelint.cli import run
from shapelint.config import ConfigError, Configurations
from shapelint.config.key_lines import line_of

IDLE = "import torch\nx = 1  # shapelint: ignore[stale-comment]\n"
Lint = Callable[..., tuple[int, list[str], str]]

GENERATOR = """\
from torch import nn


class Generator(nn.Module):
    def __init__(self, ngf):
        super().__init__()
        self.main = nn.Sequential(
            # input is (3) x 64 x 64
            nn.Conv2d(3, ngf * 8, 3, 1, 1),
            # state size. (256) x 64 x 64
            nn.Conv2d(ngf * 8, 4, 3, 1, 1),
        )

    def forward(self, x):
        return self.main(x)
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A monorepo: a finding at the top, in `a` and in `a/deep`."""
    for name in ("top.py", "a/one.py", "a/deep/two.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(IDLE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def lint(capfd: pytest.CaptureFixture[str]) -> Lint:
    """The command: exit code, `file code severity` of each finding, standard error."""

    def command(*args: str) -> tuple[int, list[str], str]:
        capfd.readouterr()
        code = run(["--no-cache", "--output-format", "github", *args])
        out, err = capfd.readouterr()
        found = []
        for line in out.splitlines():
            level, _, rest = line.removeprefix("::").partition(" ")
            found.append(f"{rest.partition('file=')[2].partition(',')[0]} {rest[16:22]} {level}")
        return code, found, err

    return command


def test_the_nearest_to_each_file_holds(folder: Path, lint: Lint) -> None:
    """A folder of a monorepo is linted alike from above and from within."""
    (folder / "pyproject.toml").write_text('[tool.shapelint]\nignore = ["SHP002"]\n')
    (folder / "a" / "shapelint.toml").write_text('exclude = ["/deep"]\n')
    assert lint(".") == (1, ["a/one.py SHP002 warning"], "")
    assert lint("a") == (1, ["a/one.py SHP002 warning"], "")
    assert lint("a/deep/two.py", "top.py")[:2] == (1, ["a/deep/two.py SHP002 warning"])
    assert lint("--force-exclude", "a/deep/two.py")[:2] == (0, [])
    assert lint("--force-exclude", "a/one.py")[1] == ["a/one.py SHP002 warning"]
    assert lint("--force-exclude", "--config", "exclude = ['/a']", "a/one.py")[1] == []
    os.chdir("a")
    assert lint(".") == (1, ["one.py SHP002 warning"], "")


def test_a_folder_that_is_left_out_from_above(folder: Path, lint: Lint) -> None:
    """By a hook that names its files as by a search, although it has a configuration."""
    (folder / "shapelint.toml").write_text('exclude = ["/a"]\n')
    (folder / "a" / "shapelint.toml").write_text("")
    assert (
        lint(".")[1] == lint("--force-exclude", "top.py", "a/one.py", "a/deep/two.py")[1] == ["top.py SHP002 warning"]
    )
    assert len(lint("a")[1]) == 2


def test_a_file_of_its_own_outranks_pyproject(folder: Path, lint: Lint) -> None:
    """In the same folder; a pyproject.toml without our table is passed over."""
    (folder / "a" / "pyproject.toml").write_text("[tool.other]\nx = 1\n[project]\nname = 'shapelint-user'\n")
    (folder / "pyproject.toml").write_text('[tool.shapelint]\nselect = ["SHP1"]\n')
    assert lint("a")[:2] == (0, [])
    (folder / "shapelint.toml").write_text("")
    assert len(lint("a")[1]) == 2


def test_extend(folder: Path, lint: Lint) -> None:
    """Keys of the base count unless they are set; tables are joined."""
    (folder / "base.toml").write_text(
        'exclude = ["deep"]\nseverity = { SHP002 = "error", SHP1 = "error" }\nselect = ["SHP1"]\n'
    )
    (folder / "a" / "shapelint.toml").write_text(
        'extend = "../base.toml"\nselect = ["SHP0", "SHP2"]\nseverity = { SHP3 = "warning" }\n'
    )
    assert lint("a")[:2] == (1, ["a/one.py SHP002 error"])
    config = Configurations().of_file("a/one.py")
    assert dict(config.settings.severity) == {"SHP002": "error", "SHP1": "error", "SHP3": "warning"}


def test_extending_goes_wrong(folder: Path, lint: Lint) -> None:
    """In a circle, to nowhere, to a file without our table; the line is that of the key."""
    file = Path("shapelint.toml")
    for text, told in (
        ('extend = "shapelint.toml"', "it extends itself"),
        ('extend = "nowhere.toml"', "nowhere.toml: no such file"),
        ('extend = "pyproject.toml"', "has no table [tool.shapelint]"),
    ):
        (folder / "pyproject.toml").write_text("")
        file.write_text(f"# a comment\n{text}\n")
        code, _, err = lint(".")
        assert (code, f"{file}:2: extend: " in err, told in err, len(err.splitlines())) == (2, True, True, 1), err
    (folder / "base.toml").write_text("x = 1\n")
    file.write_text('extend = "base.toml"\n')
    assert "shapelint: base.toml:1: unknown key x" in lint(".")[2]


def test_the_option_names_a_file_or_sets_a_key(folder: Path, lint: Lint) -> None:
    """Patterns of a named file are relative to the current folder, and keys outrank all files."""
    (folder / "shapelint.toml").write_text('select = ["SHP1"]\n')
    (folder / "a" / "other.toml").write_text('exclude = ["/a/deep"]\n')
    assert lint("--config", "a/other.toml", ".")[1] == ["a/one.py SHP002 warning", "top.py SHP002 warning"]
    assert lint(".")[1] == []
    assert len(lint("--config", "select = ['SHP0', 'SHP2']", ".")[1]) == 3
    assert lint("--config", "severity.SHP002 = 'error'", "--config", "select=['ALL']", "top.py")[1] == [
        "top.py SHP002 error"
    ]
    assert len(lint("--isolated", "--config", "exclude = ['top.py']", ".")[1]) == 2
    for args, told in (
        (["--config", "a/other.toml", "--config", "shapelint.toml"], "can be given once"),
        (["--config", "a/other.toml", "--isolated"], "--isolated reads no configuration"),
        (["--config", "nowhere.toml"], "nowhere.toml: no such file"),
        (["--config", "selekt = []"], "--config: unknown key selekt; did you mean 'select'?"),
        (["--config", "select = ["], "--config: "),
    ):
        code, _, err = lint(*args, ".")
        assert (code, told in err, len(err.splitlines())) == (2, True, 1), err


def test_rules_are_ignored_by_file(folder: Path, lint: Lint) -> None:
    """The nearest folder counts for patterns; a named file is no exception."""
    (folder / "shapelint.toml").write_text(
        'per-file-ignores = { "/a/deep/" = ["SHP0"], "top.*" = ["unused-suppression"] }\n'
    )
    assert lint(".")[1] == ["a/one.py SHP002 warning"]
    assert lint("a/deep/two.py", "top.py")[1] == []
    os.chdir("a/deep")
    assert lint("two.py")[1] == []


def test_severities(folder: Path, lint: Lint) -> None:
    """A code outranks the beginning of a code, wherever it stands, and names do, too."""
    for table, level in (
        ('{ unused-suppression = "error", SHP0 = "warning" }', "error"),
        ('{ SHP0 = "error", SHP = "warning", ALL = "warning" }', "error"),
        ('{ ALL = "error", shp002 = "warning" }', "warning"),
    ):
        (folder / "shapelint.toml").write_text(f"severity = {table}\n")
        assert lint("top.py")[1] == [f"top.py SHP002 {level}"], table


def test_symbols(folder: Path, lint: Lint) -> None:
    """A parameter without a default has the size that the user gives it, and other names without a value do."""
    (folder / "net.py").write_text(GENERATOR)
    assert lint("net.py")[1] == []
    assert lint("--config", "symbols.ngf = 32", "net.py")[1] == []
    assert lint("--config", "symbols.ngf = 64", "net.py")[1] == ["net.py SHP202 warning"]
    for prelude, name in (("", "opt.ngf"), ("from missing import ngf\n", "ngf"), ("", "cfg['ngf']")):
        (folder / "script.py").write_text(
            f"{prelude}from torch import nn\nnet = nn.Sequential(nn.Conv2d(3, {name} * 1, 3), nn.Conv2d(64, 3, 3))\n"
        )
        assert lint("script.py")[1] == []
        assert lint("--config", f'symbols = {{ "{name}" = 32 }}', "script.py")[1] == ["script.py SHP301 error"], name
        assert lint("--config", f'symbols = {{ "{name}" = 64 }}', "script.py")[1] == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[tool.shapelint]\n\nselekt = []\n", ":3: unknown key tool.shapelint.selekt; did you mean 'select'?"),
        ("[tool.shapelint]\nper_file_ignores = {}\n", ":2: unknown key tool.shapelint.per_file_ignores; did you mean 'per-file-ignores'?"),
        ("[tool.shapelint]\nselect = [\n  'SHP2',\n  'SHP99',\n]\n", ":4: tool.shapelint.select: unknown rule 'SHP99'"),
        ("[tool.shapelint]\nignore = ['stale-coment']\n", ":2: tool.shapelint.ignore: unknown rule 'stale-coment'; did you mean 'stale-comment'?"),
        ("[tool.shapelint.severity]\nSHP2 = 'warning'\nstale-comment = 'warn'\n", ":3: tool.shapelint.severity.stale-comment is not 'error' or 'warning'; did you mean 'warning'?"),
        ("[tool.shapelint.severity]\nstale = 'warning'\n", ":2: tool.shapelint.severity.stale: unknown rule 'stale'"),
        ("[tool.shapelint.per-file-ignores]\n'a/' = 'SHP2'\n", ":2: tool.shapelint.per-file-ignores.a/ is not a list of strings"),
        ("[tool.shapelint.per-file-ignores]\n'!a/' = ['SHP2']\n", ":2: tool.shapelint.per-file-ignores.!a/: a pattern says"),
        ("[tool.shapelint]\nsymbols = { ngf = 'x' }\n", ":2: tool.shapelint.symbols.ngf is not a size"),
        ("[tool.shapelint]\nsymbols = { ngf = true }\n", ":2: tool.shapelint.symbols.ngf is not a size"),
        ("[tool.shapelint]\nsymbols = { 'opt..nz' = 3 }\n", ":2: tool.shapelint.symbols.opt..nz is not what code can be given"),
        ("[tool.shapelint]\nbaseline = ''\n", ":2: tool.shapelint.baseline is not the name of a file"),
        ("[tool.shapelint]\nextend-exclude = []\n", ":2: unknown key tool.shapelint.extend-exclude; did you mean 'exclude'?"),
        ("[tool.shapelint]\nselect = ['SHP'\n\n", ":2: Unclosed array (at end of document)"),
        ("[tool.shapelint]\nextend = 3\n", ":2: tool.shapelint.extend is not a string"),
        ("[tool.shapelint]\ncache = 'no'\n", ":2: tool.shapelint.cache is not true or false"),
        ("\n[tool.shapeLint]\nselect = []\n", ":2: [tool.shapeLint] is not read; our table is [tool.shapelint]"),
        ("[tool.shape-lint]\n", ":1: [tool.shape-lint] is not read"),
        ("[shapelint]\nselect = []\n", ":1: [shapelint] is not read; in this file our table is [tool.shapelint]"),
        ("[tool]\nshapelint = 3\n", ":2: tool.shapelint is not a table"),
        ("[tool.shapelint]\nx = \n", ":2:5: "),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_line(folder: Path, lint: Lint, text: str, told: str) -> None:
    """In one line, with what was meant; exit code 2."""
    file = Path("pyproject.toml")
    file.write_text(text)
    code, found, err = lint("top.py")
    assert (code, found, len(err.splitlines())) == (2, [], 1)
    assert err.startswith(f"shapelint: {file}{told}"), err


def test_in_a_folder_that_is_searched(folder: Path, lint: Lint) -> None:
    """And in one that is left out, nothing is read."""
    (folder / "a" / "deep" / "shapelint.toml").write_text("x = 1\n")
    assert lint(".")[::2] == (2, "shapelint: a/deep/shapelint.toml:1: unknown key x\n")
    os.chdir("a/deep")
    assert lint("..")[2].startswith("shapelint: shapelint.toml:1: ")
    os.chdir(folder)
    assert lint("--exclude", "deep", ".")[0] == 1
    assert "deep/shapelint.toml:1: unknown key x" in lint("a/deep/nowhere.py")[2]


def test_a_line_is_found_whatever_the_file_is() -> None:
    """A file that was made to be slow is not: no more than some hundred beginnings are read."""
    calls: list[str] = []

    def loads(text: str) -> dict[str, object]:
        calls.append(text)
        raise ValueError

    assert line_of("a = [\n" * 5_000, ("a",), None, loads) is None
    assert 0 < len(calls) <= 300


def test_errors_reach_programs(folder: Path) -> None:
    """As ConfigError."""
    (folder / "shapelint.toml").write_text("x = 1\n")
    with pytest.raises(ConfigError, match=r"shapelint\.toml:1: unknown key x"):
        Configurations().of_file("top.py")


@pytest.mark.parametrize(
    ("inputs", "paths", "told"),
    [
        ('NetE = "1x3"', ["."], "shapelint.toml:1: inputs.NetE: no class 'NetE' in any file; did you mean 'NetD'?"),
        ('NetE = "1x3"', ["top.py"], None),
        ('NetE = "1x3"', ["a"], None),
        ('"nets/d.py::NetE" = "1x3"', ["nets/d.py"], "inputs.nets/d.py::NetE: no class 'NetE' in nets/d.py; did you mean 'NetD'?"),
        ('"nets/d.py::NetE" = "1x3"', ["top.py"], None),
        ('"net/d.py::NetD" = "1x3"', ["."], "no such file as 'net/d.py'; did you mean 'nets/d.py'?"),
        ('"d.py::NetD" = "1x3", NetD = "1x3"', [".", "nets/d.py"], None),
        ('Elsewhere = "1x3"', ["--exclude", "nets", "."], None),
    ],
)  # fmt: skip
def test_classes_that_do_not_exist(folder: Path, lint: Lint, inputs: str, paths: list[str], told: str | None) -> None:
    """Where all files were seen among which they could be; what was found is reported all the same."""
    (folder / "nets").mkdir()
    (folder / "nets" / "d.py").write_text("import torch\nclass NetD(torch.nn.Module):\n    pass\n")
    (folder / "shapelint.toml").write_text(f"inputs = {{ {inputs} }}\n")
    code, found, err = lint(*paths)
    assert (code == 2, len(err.splitlines())) == (told is not None, int(told is not None)), err
    assert told is None or told in err, err
    assert bool(found) == (paths != ["nets/d.py"])


def test_inherited_classes_may_be_elsewhere(folder: Path, lint: Lint) -> None:
    """In the folder that they were written for; what a file says itself is held to its own folder."""
    (folder / "nets").mkdir()
    (folder / "nets" / "d.py").write_text("import torch\nclass NetD(torch.nn.Module):\n    pass\n")
    (folder / "part").mkdir()
    (folder / "part" / "e.py").write_text("import torch\nclass NetE(torch.nn.Module):\n    pass\n")
    (folder / "shapelint.toml").write_text('inputs = { NetD = "1x3" }\n')
    file = folder / "part" / "shapelint.toml"
    file.write_text('extend = "../shapelint.toml"\n')
    assert (lint(".")[0], lint(".")[2], lint("part")[2]) == (1, "", "")
    file.write_text('extend = "../shapelint.toml"\ninputs = { NetF = "1x3" }\n')
    assert "part/shapelint.toml:2: inputs.NetF: no class 'NetF' in any file" in lint(".")[2]
