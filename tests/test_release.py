"""What a release is: one version everywhere, and a package that holds the program and nothing else."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

from shapelint import __version__
from shapelint.render import sarif
from shapelint.render.style import Style
from shapelint.version import HOMEPAGE

ROOT = Path(__file__).parent.parent
DATA = ("shapelint/summary/page", "shapelint/interp/library/pytorch/tables")
"""Folders with more than modules."""


def test_the_changelog_begins_with_this_version() -> None:
    """Whoever raises the version says what is new in it."""
    newest = re.search(r"^## (\S+)( \(unreleased\))?$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert newest is not None and newest[1] == __version__


@pytest.mark.parametrize("page", ["README.md", "docs/tutorial.md", "docs/ci.md"])
def test_pages_name_the_tag_of_this_version(page: str) -> None:
    """Every tag that can be copied from a page is that of the version it describes."""
    tags = re.findall(r"(?:rev: |@)(v\d+\.\d[\w.]*)", (ROOT / page).read_text("utf-8"))
    assert set(tags) == {f"v{__version__}"}


def test_no_address_is_made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """SARIF and the package name the address of the project if it has one, and then the same."""
    settings = (ROOT / "pyproject.toml").read_text("utf-8")
    urls = re.search(r"^\[project\.urls\]\n(?:.+\n)*?Homepage = \"(.+)\"$", settings, re.MULTILINE)
    assert (urls and urls[1]) == HOMEPAGE

    def driver() -> dict[str, object]:
        (run,) = json.loads(sarif.render((), Style()))["runs"]
        return dict(run["tool"]["driver"])

    assert driver().get("informationUri") == HOMEPAGE
    monkeypatch.setattr(sarif, "HOMEPAGE", "https://example.org/shapelint")
    assert driver()["informationUri"] == "https://example.org/shapelint"


@pytest.mark.slow
def test_the_wheel_is_the_package(tmp_path: Path) -> None:
    """Every module and the marker of its types; no tests; the command, the license and what README says."""
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(tmp_path), str(ROOT)]
    subprocess.run(pip, check=True, timeout=580)
    (wheel,) = tmp_path.glob("*.whl")
    assert wheel.name == f"shapelint-{__version__}-py3-none-any.whl"
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        about = f"shapelint-{__version__}.dist-info"
        metadata = Parser().parsestr(archive.read(f"{about}/METADATA").decode())
        scripts = archive.read(f"{about}/entry_points.txt").decode()
    modules = {path.relative_to(ROOT).as_posix() for path in (ROOT / "shapelint").rglob("*.py")}
    described = {f"{about}/{name}" for name in ("METADATA", "WHEEL", "RECORD", "entry_points.txt", "licenses/LICENSE")}
    data = {
        path.relative_to(ROOT).as_posix() for folder in DATA for path in (ROOT / folder).iterdir() if path.is_file()
    }
    assert len(data - modules) > 4
    assert names == modules | data | {"shapelint/py.typed"} | described
    assert scripts.split() == ["[console_scripts]", "shapelint", "=", "shapelint.__main__:main"]
    assert metadata["Version"] == __version__ and metadata["License-Expression"] == "MIT"
    assert metadata.get_payload() == (ROOT / "README.md").read_text("utf-8")
