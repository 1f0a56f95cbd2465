"""The cache never changes an answer: whatever a result came from is part of its key."""

from __future__ import annotations

from pathlib import Path

import pytest

from shapelint.config import Config
from shapelint.report import FileReport
from shapelint.session import Session
from shapelint.settings import Settings

NET = "import torch.nn as nn\nfrom widths import WIDTH\nnet = nn.Sequential(nn.Conv2d(3, WIDTH, 3), nn.Conv2d(64, 8, 3))\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "net.py").write_text(NET)
    (tmp_path / "widths.py").write_text("WIDTH = 64\n")
    return tmp_path


def check(settings: Settings = Settings(), path: str = "net.py") -> FileReport:  # noqa: B008  # frozen
    """A run of its own."""
    return Session(Config(".", settings)).check_file(path)


def lines(report: FileReport) -> list[str]:
    return [f"{d.filename}:{d.span.row} {d.code} {d.message}" for d in report.diagnostics]


def entries(project: Path) -> int:
    """Results that are stored."""
    return sum(len(file.name) == 32 for file in (project / ".shapelint_cache").iterdir())


def test_a_hit_is_the_same_report(project: Path) -> None:
    """Labels, trace, fix and coverage included."""
    (project / "widths.py").write_text("WIDTH = 32\n")
    first, again = check(), check()
    assert first == again
    assert lines(first)
    assert entries(project) == 1


def test_a_changed_import_is_seen(project: Path) -> None:
    """Also one that appears, and one that disappears."""
    assert lines(check()) == []
    (project / "widths.py").write_text("WIDTH = 32\n")
    assert len(lines(check())) == 1
    (project / "widths.py").unlink()
    assert lines(check()) == []
    (project / "widths.py").write_text("WIDTH = 16\n")
    assert len(lines(check())) == 1


def test_an_import_of_an_import_is_seen(project: Path) -> None:
    """The whole chain is part of the key, also where another file of the run had followed it before."""
    (project / "widths.py").write_text("from deeper import WIDTH\n")
    (project / "deeper.py").write_text("WIDTH = 64\n")
    (project / "first.py").write_text(NET)
    session = Session(Config("."))
    assert [lines(session.check_file(name)) for name in ("first.py", "net.py")] == [[], []]
    (project / "deeper.py").write_text("WIDTH = 32\n")
    assert len(lines(check())) == 1


def test_settings_and_path_are_part_of_the_key(project: Path) -> None:
    """Another selection is another question, and so is the same text elsewhere."""
    (project / "widths.py").write_text("WIDTH = 32\n")
    assert len(lines(check())) == 1
    assert lines(check(Settings(ignore=("SHP301",)))) == []
    (project / "sub").mkdir()
    (project / "sub" / "net.py").write_text(NET)
    assert lines(check(path="sub/net.py"))[0].startswith("sub/net.py:3")


@pytest.mark.parametrize("content", ["", "{", "[]", '{"followed": {}, "result": []}', '{"followed": 1}', "[" * 100_000])
def test_a_damaged_entry_is_no_entry(project: Path, content: str) -> None:
    """Whatever stands in the folder, the answer is right."""
    expected = check()
    for file in (project / ".shapelint_cache").iterdir():
        file.write_text(content)
    assert check() == expected


def test_a_folder_that_cannot_be_written_is_no_error(project: Path) -> None:
    """Then there is no cache."""
    (project / ".shapelint_cache").write_text("a file")
    assert lines(check()) == []


def test_the_folder_hides_itself(project: Path) -> None:
    """From git and from backups."""
    check()
    assert (project / ".shapelint_cache" / ".gitignore").read_text() == "*\n"
    assert (
        (project / ".shapelint_cache" / "CACHEDIR.TAG")
        .read_text()
        .startswith("Signature: 8a477f597d28d172789f06886806bc55")
    )
