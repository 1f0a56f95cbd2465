"""The command starts fast: it imports what it needs, and a file that did not change is not parsed again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
NETD = ROOT / "fixtures" / "models" / "netd.py"
FORBIDDEN = ("torch", "sympy", "numpy", "hypothesis", "libcst.matchers", "libcst.codemod")

PROBE = """
import json, sys
from shapelint.cli import run
code = run(sys.argv[1:])
sys.stdout.flush()
print(json.dumps(sorted(sys.modules)), file=sys.stderr)
sys.exit(code)
"""


def modules_after(*args: str | Path, cwd: Path = ROOT) -> tuple[int, set[str]]:
    """The exit code of a command line, and the modules that were imported to run it."""
    done = subprocess.run(
        [sys.executable, "-c", PROBE, *map(str, args)], cwd=cwd, capture_output=True, text=True, timeout=60, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    return done.returncode, set(json.loads(done.stderr.splitlines()[-1]))


@pytest.mark.parametrize(
    "args", [("--isolated", NETD), ("--isolated", "--output-format", "json", NETD), ("rule", "SHP202")]
)
def test_heavy_packages_are_not_imported(args: tuple[str | Path, ...]) -> None:
    """Neither torch nor sympy nor the parts of libcst that nothing here needs."""
    _, modules = modules_after(*args)
    assert not modules & set(FORBIDDEN)


def test_a_file_without_torch_costs_nothing(tmp_path: Path) -> None:
    """libcst is not even imported."""
    (tmp_path / "x.py").write_text("x = 1\n")
    code, modules = modules_after("--isolated", tmp_path / "x.py")
    assert (code, "libcst" in modules) == (0, False)


def test_a_cache_hit_does_not_import_libcst(tmp_path: Path) -> None:
    """And gives the same answer, findings included."""
    (tmp_path / "pyproject.toml").write_text("[tool.shapelint]\n")
    (tmp_path / "netd.py").write_bytes(NETD.read_bytes())
    first = modules_after("netd.py", cwd=tmp_path)
    again = modules_after("netd.py", cwd=tmp_path)
    assert ("libcst" in first[1], "libcst" in again[1]) == (True, False)
    assert first[0] == again[0] == 1
    ours = again[1] - modules_after("--version")[1]  # click's uuid imports subprocess under Python 3.10
    assert not ours & {"shapelint.engine", "shapelint.sharing", "multiprocessing", "subprocess", "_hashlib"}
    assert "libcst" in modules_after("--no-cache", "netd.py", cwd=tmp_path)[1]
    assert "libcst" in modules_after("--isolated", "netd.py", cwd=tmp_path)[1]


def test_options_that_name_rules_import_none(tmp_path: Path) -> None:
    """Their names are known without what the rules need; a wrong one is found all the same."""
    (tmp_path / "x.py").write_text("x = 1\n")
    for options, expected in ((("--select", "SHP2", "--ignore", "stale-comment"), 0), (("--ignore", "stale"), 2)):
        code, modules = modules_after("--isolated", *options, tmp_path / "x.py")
        assert (code, "libcst" in modules) == (expected, False)


def test_help_and_version_import_nothing_of_ours() -> None:
    """Only click."""
    for option in ("--version", "--help"):
        code, modules = modules_after(option)
        assert (code, "libcst" in modules) == (0, False)
