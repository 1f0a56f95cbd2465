"""The command line keeps its contract: exit codes, one clear line for bad input, options, streams."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
IDLE = "import torch\nx = 1  # shapelint: ignore[stale-comment]\n"
CLEAN = "import torch\nx = 1\n"


def shapelint(
    *args: str | Path, cwd: Path = ROOT, stdin: bytes = b"", **environ: str
) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "shapelint", *map(str, args)],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environ},
        timeout=60,
        check=False,
    )
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with a clean file, one with a finding, one that does not mention torch and a broken one."""
    (tmp_path / "clean.py").write_text(CLEAN)
    (tmp_path / "idle.py").write_text(IDLE)
    (tmp_path / "other.py").write_text("def broken(:\n")
    (tmp_path / "broken.py").write_text("import torch\nx = (\n")
    return tmp_path


def test_exit_codes(project: Path) -> None:
    """0 nothing found, 1 findings, 2 could not do its job; 2 outranks 1, and the other files are checked."""
    assert shapelint("clean.py", cwd=project).returncode == 0
    assert shapelint("idle.py", cwd=project).returncode == 1
    both = shapelint("--output-format", "concise", ".", cwd=project)
    assert both.returncode == 2
    assert both.stdout.splitlines() == [
        "broken.py:2:5: SHP001 invalid-syntax: '(' was never closed",
        "idle.py:2:8: SHP002 [*] unused-suppression: no finding of `stale-comment` on this line; suppresses nothing; "
        "help: remove the comment",
    ]
    missing = shapelint("nowhere.py", "idle.py", cwd=project)
    assert missing.returncode == 2
    assert missing.stderr == "shapelint: nowhere.py: no such file or folder\n"
    assert "SHP002" in missing.stdout


@pytest.mark.parametrize("path", sorted((ROOT / "fixtures" / "broken").iterdir()), ids=lambda path: path.name)
def test_bad_input_gets_one_line(path: Path) -> None:
    """Exit code 2, no traceback, and the file beside it is checked."""
    done = shapelint("--isolated", path, "fixtures/models/netd.py", "--output-format", "concise")
    assert done.returncode == 2
    assert done.stderr == ""
    assert [line.split(" ")[1] for line in done.stdout.splitlines()] == ["SHP001", "SHP202"]


@pytest.mark.parametrize("text", ["", "\n", "x = 1\n", "def broken(:\n", "(" * 5_000])
def test_what_does_not_mention_torch_is_clean(tmp_path: Path, text: str) -> None:
    """It is not even parsed, and a run that checked nothing says so."""
    (tmp_path / "x.py").write_text(text)
    done = shapelint("x.py", cwd=tmp_path)
    told = "shapelint: no Python files that use torch under x.py (1 file looked at)\n"
    assert (done.returncode, done.stdout, done.stderr) == (0, "", told)
    done = shapelint("x.py", "--quiet", cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize(
    "args",
    [
        ["--bogus"],
        ["--select", "SHP999", "."],
        ["--ignore", "stale", "."],
        ["rule", "nonsense"],
        ["--output-format", "yaml"],
        ["-", "x.py"],
        ["--write-baseline", "."],
        ["--baseline", "nowhere.json", "."],
    ],
)
def test_a_bad_option_is_2(project: Path, args: list[str]) -> None:
    """With a message and no traceback."""
    done = shapelint(*args, cwd=project)
    assert done.returncode == 2
    assert done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ("[tool.shapelint]\nselekt = []\n", "unknown key tool.shapelint.selekt"),
        ("[tool.shapelint]\nselect = 'SHP'\n", "tool.shapelint.select is not a list of strings"),
        ("[tool.shapelint]\nselect = ['SHP999']\n", "unknown rule 'SHP999'"),
        ("[tool.shapelint\n", "pyproject.toml"),
        ("[tool.shapelint]\nselect = ['SHP', 2]\n", "tool.shapelint.select is not a list of strings"),
        ("[tool.shapelint]\nexclude = {}\n", "tool.shapelint.exclude is not a list of strings"),
        ("[tool.shapelint]\ncache = 1\n", "tool.shapelint.cache is not true or false"),
        ("[tool.shapelint]\nbaseline = 1979-05-27\n", "tool.shapelint.baseline is not a string"),
        (
            "[tool.shapelint]\nbaseline = 'a\\u0000b'\n".replace("'", '"'),
            "tool.shapelint.baseline is not the name of a file",
        ),
        ("[tool.shapelint]\ninputs = 'A'\n", "tool.shapelint.inputs is not a table"),
        *(
            (f"[tool.shapelint]\ninputs = {{ A = {value} }}\n", f"tool.shapelint.inputs.A: {named} is no input such as")
            for value, named in (
                ("3", "3"),
                ("1.5", "1.5"),
                ("true", "True"),
                ("1979-05-27", "datetime.date(1979, 5, 27)"),
                ("{}", "{}"),
                ("[3]", "3"),
                ("['1x3', 4]", "4"),
                ("[['1x3']]", "['1x3']"),
                ("'1x-3'", "'1x-3'"),
                ("['1x3', '']", "''"),
                ("nan", "nan"),
                (f"'{'9' * 5_000}'", "this"),
            )
        ),
        (f"[tool.shapelint]\ninputs = {{ A = {'9' * 5_000} }}\n", "pyproject.toml"),
        (f"[tool.shapelint]\ninputs = {'[' * 5_000}\n", "pyproject.toml: nested too deeply"),
        ("tool = ['shapelint']\n[tool.shapelint]\n", "pyproject.toml"),
    ],
)
def test_a_bad_configuration_is_2(project: Path, toml: str, message: str) -> None:
    """One line that names the file and the key; --isolated does not look at it."""
    (project / "pyproject.toml").write_text(toml)
    done = shapelint("clean.py", cwd=project)
    assert done.returncode == 2
    assert message in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert shapelint("--isolated", "clean.py", cwd=project).returncode == 0


def test_configuration_is_found_above_the_files(project: Path) -> None:
    """select, ignore and exclude of [tool.shapelint]; the command line outranks select."""
    (project / "sub").mkdir()
    (project / "sub" / "idle.py").write_text(IDLE)
    (project / "broken.py").unlink()
    (project / "pyproject.toml").write_text(
        '[tool.shapelint]\nignore = ["unused-suppression"]\nexclude = ["/idle.py"]\n'
    )
    assert shapelint("sub", cwd=project).returncode == 0
    assert shapelint(project / "sub", cwd=ROOT).returncode == 0
    (project / "pyproject.toml").write_text('[tool.shapelint]\nexclude = ["/idle.py"]\n')
    assert shapelint(".", "--output-format", "concise", cwd=project).stdout.startswith("sub/idle.py")
    assert shapelint("--select", "SHP1,SHP3", ".", cwd=project).returncode == 0


def test_force_exclude(project: Path) -> None:
    """Named files are checked although excluded, unless --force-exclude is given (pre-commit names every file)."""
    assert shapelint("--exclude", "idle.py", "idle.py", cwd=project).returncode == 1
    assert shapelint("--exclude", "idle.py", "--force-exclude", "idle.py", cwd=project).returncode == 0


def test_standard_input(project: Path) -> None:
    """'-' with a name for the messages; with --fix the repaired text goes to standard output."""
    done = shapelint(
        "-", "--stdin-filename", "models/a.py", "--output-format", "concise", stdin=IDLE.encode(), cwd=project
    )
    assert done.returncode == 1
    assert done.stdout.startswith("models/a.py:2:8: SHP002")
    fixed = shapelint("-", "--fix", stdin=IDLE.replace("\n", "\r\n").encode(), cwd=project)
    assert (fixed.returncode, fixed.stdout) == (0, CLEAN.replace("\n", "\r\n"))


def test_a_notebook_on_standard_input(project: Path) -> None:
    """It needs no name; Python that begins as it does is Python."""
    cells = [{"cell_type": "code", "metadata": {}, "outputs": [], "source": IDLE}]
    notebook = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    done = shapelint("-", "--output-format", "concise", stdin=notebook.encode(), cwd=project)
    assert done.stdout.startswith("<stdin>.ipynb:cell 1:2:8: SHP002")
    done = shapelint("-", "--output-format", "concise", stdin=f'{{"cells": 1}}\n{IDLE}'.encode(), cwd=project)
    assert done.stdout.startswith("<stdin>:3:8: SHP002")


def test_the_json_contract(project: Path) -> None:
    """Exactly the keys of the contract."""
    document = json.loads(shapelint("--output-format", "json", "idle.py", cwd=project).stdout)
    assert list(document) == ["version", "diagnostics", "errors", "coverage"]
    assert document["version"] == 1
    (finding,) = document["diagnostics"]
    assert list(finding) == [
        "code", "name", "message", "filename", "location", "end_location", "severity", "label", "labels", "trace",
        "help", "fix",
    ]  # fmt: skip
    assert finding["location"] == {"row": 2, "column": 8}
    assert finding["end_location"] == {"row": 2, "column": 42}
    assert finding["fix"]["applicability"] == "safe"
    assert finding["fix"]["edits"] == [
        {"location": {"row": 2, "column": 6}, "end_location": {"row": 2, "column": 42}, "content": ""}
    ]
    assert json.loads(shapelint("--output-format", "json", "clean.py", cwd=project).stdout)["diagnostics"] == []


def test_a_notebook_is_addressed_by_cell(tmp_path: Path) -> None:
    """nb.ipynb:cell 4:2:8, counted over all cells; --fix keeps the file's other bytes."""
    cells = [
        ("code", "import torch"),
        ("markdown", "# text"),
        ("code", "%time"),
        ("code", "y = 1\nx = 1  # shapelint: ignore"),
    ]
    content = json.dumps({"cells": [{"source": s, "cell_type": kind} for kind, s in cells]}, indent=3)
    (tmp_path / "nb.ipynb").write_text(content)
    done = shapelint("nb.ipynb", "--output-format", "concise", cwd=tmp_path)
    assert done.stdout.startswith("nb.ipynb:cell 4:2:8: SHP002")
    (finding,) = json.loads(shapelint("nb.ipynb", "--output-format", "json", cwd=tmp_path).stdout)["diagnostics"]
    assert (finding["cell"], finding["location"]["row"]) == (4, 2)
    assert shapelint("--fix", "nb.ipynb", cwd=tmp_path).returncode == 0
    assert (tmp_path / "nb.ipynb").read_text() == content.replace("  # shapelint: ignore", "")


def test_colour(project: Path) -> None:
    """--color outranks NO_COLOR, NO_COLOR outranks FORCE_COLOR, and a pipe has none."""

    def coloured(*args: str, **environ: str) -> bool:
        return "\x1b[" in shapelint("idle.py", *args, cwd=project, **environ).stdout

    assert not coloured()
    assert coloured("--color", "always", NO_COLOR="1")
    assert coloured(FORCE_COLOR="1")
    assert not coloured(FORCE_COLOR="1", NO_COLOR="1")
    assert not coloured("--color", "never", FORCE_COLOR="1")


def test_a_closed_pipe_is_no_error(project: Path) -> None:
    """``shapelint | head`` does not end in a traceback."""
    (project / "many.py").write_text("import torch\n" + "x = 1  # shapelint: ignore[stale-comment]\n" * 3_000)
    done = subprocess.run(
        f"{sys.executable} -m shapelint many.py | head -1", shell=True, cwd=project, capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)}, timeout=60, check=False,
    )  # fmt: skip
    assert done.stderr == ""


def test_any_terminal_encoding_will_do(project: Path) -> None:
    """What the encoding lacks is escaped."""
    (project / "é.py").write_text("import torch\nx = 1  # shapelint: ignore[stale-comment] 尺寸\n", "utf-8")
    done = shapelint("é.py", cwd=project, PYTHONIOENCODING="ascii")
    assert done.returncode == 1
    assert "\\u5c3a" in done.stdout


def test_a_baseline_hides_what_was_there(project: Path) -> None:
    """Old findings are known by their line, wherever it moves; new ones are reported."""
    args = ("--baseline", "known.json", "idle.py")
    assert shapelint("--write-baseline", *args, cwd=project).returncode == 0
    assert shapelint(*args, cwd=project).returncode == 0
    (project / "idle.py").write_text("# moved\n" + IDLE + "y = 2  # shapelint: ignore[wrong-size]\n")
    done = shapelint(*args, "--output-format", "concise", cwd=project)
    assert done.stdout.startswith("idle.py:4:8")
    assert len(done.stdout.splitlines()) == 1


@pytest.mark.parametrize(
    "content",
    [
        "", "{}", "[]", "7", '{"findings": 7}', '{"findings": [7]}', '{"findings": {"a": 1}}', "[" * 50_000, "\\ud800",
        *(
            f'{{"findings": [{{"filename": "idle.py", "code": "S", "message": "m", "line": "x", "count": {count}}}]}}'
            for count in ("1e400", "-1e400", "NaN", "0", "-1", "1.5", '"1"', "true", "null", "[]", "9" * 5_000)
        ),
        '{"findings": [{"filename": [], "code": "SHP002", "message": "m", "line": "x", "count": 1}]}',
        '{"findings": [{"filename": "idle.py", "code": "SHP002", "message": {}, "line": "x", "count": 1}]}',
    ],
    ids=lambda content: content[-60:],
)  # fmt: skip
def test_a_bad_baseline_is_2(project: Path, content: str) -> None:
    """One line that names it."""
    (project / "known.json").write_text(content)
    done = shapelint("--baseline", "known.json", "idle.py", cwd=project)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "shapelint: known.json: not a baseline that shapelint wrote\n"


def test_a_baseline_for_names_that_are_not_utf8(project: Path) -> None:
    """Python has the bytes of such a name as characters that UTF-8 lacks."""
    os.rename(project / "idle.py", os.fsencode(project) + b"/\xff.py")
    args = ("--baseline", "known.json", "--exclude", "broken.py", ".")
    assert shapelint("--write-baseline", *args, cwd=project).returncode == 0
    assert shapelint(*args, cwd=project).returncode == 0


def test_unsafe_fixes_alone_only_show(project: Path) -> None:
    """They count what --fix would repair, as ruff does; the file is not touched."""
    text = "from torch import nn\nnet = nn.Sequential(\n    nn.Conv2d(3, 8, 3, 1, 2),  # same padding\n)\n"
    (project / "net.py").write_text(text)
    shown = shapelint("net.py", cwd=project)
    assert shown.stdout.endswith("1 finding, 1 with --unsafe-fixes\n")
    assert "SHP101 broken-same" in shapelint("--output-format", "concise", "net.py", cwd=project).stdout
    shown = shapelint("--unsafe-fixes", "net.py", cwd=project)
    assert (shown.returncode, shown.stdout.endswith("1 finding, 1 fixable with --fix\n")) == (1, True)
    concise = shapelint("--unsafe-fixes", "--output-format", "concise", "net.py", cwd=project)
    assert "SHP101 [*] broken-same" in concise.stdout
    assert (project / "net.py").read_text() == text
    assert shapelint("--fix", "net.py", cwd=project).returncode == 1
    assert (project / "net.py").read_text() == text
    assert shapelint("--fix", "--unsafe-fixes", "net.py", cwd=project).returncode == 0
    assert "nn.Conv2d(3, 8, 3, 1, 1)" in (project / "net.py").read_text()


def test_rule_prints_the_documentation() -> None:
    """By code or name in any case; without an argument, all rules."""
    page = shapelint("rule", "stale-comment").stdout
    assert page == shapelint("rule", "shp202").stdout
    assert page.startswith("stale-comment (SHP202)\n")
    listed = shapelint("rule").stdout.splitlines()
    assert [line[:6] for line in listed] == sorted(line[:6] for line in listed)
    assert shapelint("--version").stdout.startswith("shapelint 0.")


def test_coverage_is_printed_on_request(project: Path) -> None:
    """What was understood, after the findings."""
    assert "1 file mentions torch" in shapelint("--coverage", "clean.py", cwd=project).stdout
    assert "layer calls" not in shapelint("clean.py", cwd=project).stdout


def test_options_need_no_command(project: Path) -> None:
    """``shapelint x.py``, ``shapelint check x.py`` and options in any place are the same."""
    expected = shapelint("check", "--output-format", "concise", "idle.py", cwd=project).stdout
    assert shapelint("idle.py", "--output-format=concise", cwd=project).stdout == expected
    assert shapelint("--output-format", "concise", cwd=project).stdout.endswith(expected)
