"""Nothing is imported from the folder that is linted, however the command is started."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
NETD = ROOT / "fixtures" / "models" / "netd.py"

LOADED = """
import os, sys
exit = os._exit
def tell(code):
    sys.stdout.flush()
    print("loaded", *sorted({name.partition(".")[0] for name in sys.modules}), file=sys.stderr, flush=True)
    exit(code)
os._exit = tell
sys.argv[0] = "shapelint"
from shapelint.__main__ import main
main()
"""
COMMANDS = (
    ["."],
    ["--fix", "."],
    ["--output-format", "sarif", "."],
    ["annotate", "--diff", "."],
    ["show", "net.py"],
    ["rule"],
)


def start(*command: str, cwd: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run Python with the linter on its path, and with nothing in the environment that makes it careful."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return subprocess.run(
        [sys.executable, *command], cwd=cwd, capture_output=True, text=True, timeout=60, check=False,
        env={**clean, "PYTHONPATH": str(ROOT), **environ},
    )  # fmt: skip


def loaded(done: subprocess.CompletedProcess[str]) -> set[str]:
    (line,) = (line for line in done.stderr.splitlines() if line.startswith("loaded "))
    return set(line.split()[1:])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a model, and beside it a file for each module that any command imports; each says that it was run.

    What `python -m` itself imports before it has found the package it was asked for is not among them: no package can help
    there.
    """
    folder = tmp_path_factory.mktemp("linted")
    (folder / "net.py").write_bytes(NETD.read_bytes())
    (folder / "empty").mkdir()
    (folder / "empty" / "__init__.py").write_text("")
    (folder / "empty" / "__main__.py").write_text("import sys; print('loaded', *sys.modules, file=sys.stderr)\n")
    before = loaded(start("-m", "empty", cwd=folder))
    after = {name for command in COMMANDS for name in loaded(start("-c", LOADED, "--isolated", *command, cwd=folder))}
    names = after - before - {"shapelint", "sitecustomize", "usercustomize"}
    assert {"click", "libcst", "typing", "__future__", "re", "enum", "json"} <= names
    for name in names:
        (folder / f"{name}.py").write_text(f"print('HIJACKED by {name}')\n")
    return folder


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The command as installers write it."""
    path = tmp_path_factory.mktemp("bin") / "shapelint"
    path.write_text("import re\nimport sys\nfrom shapelint.__main__ import main\nsys.exit(main())\n")
    return str(path)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_the_files_of_the_folder_are_not_run(folder: Path, script: str, command: list[str]) -> None:
    """Neither by `python -m shapelint` nor by the installed command; what they print is that of a folder without them."""
    options = [] if command[0] in ("annotate", "show", "rule") else ["--isolated"]
    results = []
    for way in (["-m", "shapelint"], [script]):
        (folder / "net.py").write_bytes(NETD.read_bytes())
        done = start(*way, *options, *command, cwd=folder)
        assert "HIJACKED" not in done.stdout + done.stderr
        assert done.returncode in (0, 1), done.stderr
        results.append(done.stdout)
    assert results[0] == results[1]


@pytest.mark.parametrize(
    ("options", "program", "first", "stays"),
    [([], "-m", None, False), ([], "-m", "/elsewhere", True), ([], "x.py", None, True), (["-I"], "-m", None, True)],
)
def test_only_that_entry_is_dropped(
    tmp_path: Path, options: list[str], program: str, first: str | None, stays: bool
) -> None:
    """And only where Python put it: not if it is another folder, for another program, or if Python is careful itself."""
    code = (
        f"import os, sys; sys.argv[0] = {program!r}; sys.path[:0] = [{first!r} or os.getcwd(), {str(ROOT)!r}]\n"
        "before = sys.path[:]\nimport shapelint\nprint(sys.path == before)\nprint(sys.path == before[1:])\n"
    )
    done = start(*options, "-c", code, cwd=tmp_path)
    assert done.stdout.split() == [str(stays), str(not stays)], done.stderr


def test_a_checkout_can_be_run_in_place() -> None:
    """The package's own folder is the current one: its parts are found by the package, not by the path."""
    done = start("-m", "shapelint", "--version", cwd=ROOT, PYTHONPATH="")
    assert done.stdout.startswith("shapelint "), done.stderr
