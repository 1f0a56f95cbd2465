"""The cache never changes an answer: whatever a result came from is part of its key."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from shapelint.config import Config
from shapelint.render import FORMATS, renderer
from shapelint.render.style import Style
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


def test_entries_are_never_written_through_links(project: Path) -> None:
    """A repository may come with a cache folder whose names point to files of the user."""
    expected = check()
    cache = project / ".shapelint_cache"
    victim = project / "victim"
    for name in sorted(os.listdir(cache)):
        victim.write_text("mine")
        (cache / name).unlink()
        (cache / name).symlink_to(victim)
    assert check() == expected
    assert victim.read_text() == "mine"
    assert {name for name in os.listdir(cache) if (cache / name).is_symlink()} == {"CACHEDIR.TAG", ".gitignore"}


@pytest.mark.parametrize("exists", [True, False])
def test_a_folder_that_is_a_link_is_no_cache(project: Path, exists: bool) -> None:
    """Nothing is read from where it points, or put there."""
    elsewhere = project / "elsewhere"
    if exists:
        check()
        (project / ".shapelint_cache").rename(elsewhere)
        for entry in elsewhere.iterdir():
            entry.write_text("{}")
    (project / ".shapelint_cache").symlink_to(elsewhere)
    assert lines(check()) == []
    assert all(entry.read_text() == "{}" for entry in elsewhere.iterdir()) if exists else not elsewhere.exists()


@pytest.mark.parametrize("special", ["pipe", "device", "link", "large"])
def test_an_entry_is_a_regular_file(project: Path, special: str) -> None:
    """A pipe is not waited for, a device not read, a link not followed, and what is too large no entry."""
    expected = check()
    (entry,) = (file for file in (project / ".shapelint_cache").iterdir() if len(file.name) == 32)
    content = entry.read_bytes()
    entry.unlink()
    match special:
        case "pipe":
            os.mkfifo(entry)
        case "device":
            entry.symlink_to("/dev/zero")
        case "link":
            (project / "copy").write_bytes(content.replace(b"[[], ", b"[[1], "))
            entry.symlink_to("../copy")
        case _:
            with open(entry, "wb") as file:
                file.truncate(1 << 40)
    assert check() == expected
    assert entry.is_file() and not entry.is_symlink() and entry.stat().st_size < 100_000


def forged(project: Path, change: Callable[[Any], Any]) -> FileReport:
    """The report with the one finding of the stored result changed; the key stays that of the file."""
    (project / "widths.py").write_text("WIDTH = 32\n")
    check()
    (entry,) = (file for file in (project / ".shapelint_cache").iterdir() if len(file.name) == 32)
    *head, result = entry.read_text().split("\n")
    entry.write_text("\n".join([*head, json.dumps(change(json.loads(result)))]))
    return check()


SPANS = (
    [0, 1, 1, 1], [1, 0, 1, 1], [2, 1, 1, 1], [1, 5, 1, 4], [10**6, 1, 10**6, 2], [3, 1, 3, 10**6], [1, 1, 10**30, 1],
    [-1, 1, 1, 1], [1.5, 1, 2, 1], ["1", 1, 1, 1], [True, 1, 1, 1], [1, 1, 1], [1, 1, 1, 1, 1], None, 7, {"row": 1},
)  # fmt: skip


@pytest.mark.parametrize("span", SPANS, ids=str)
def test_forged_places_are_no_entry(project: Path, span: object) -> None:
    """Of the finding, its labels and its edits; every format can be rendered, and the answer is the true one."""
    expected = forged(project, lambda result: result)
    assert lines(expected)

    def of_finding(result: Any) -> Any:
        result[0][0][4] = span
        return result

    def of_label(result: Any) -> Any:
        result[0][0][7] = [[span, "here", None]]
        return result

    def of_edit(result: Any) -> Any:
        result[0][0][10] = ["safe", "repair", [[span, "x"]]]
        return result

    for change in (of_finding, of_label, of_edit):
        report = forged(project, change)
        assert report == expected
        for name in FORMATS:
            renderer(name)([report], Style())


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *((field, value) for field in (0, 1, 2, 3, 5, 6) for value in (None, 7, ["x"], {})),
        *((9, value) for value in (7, [], {})),
        *((field, value) for field in (7, 8, 10) for value in (7, [None], [[]], {"a": 1}, "xyz")),
        (5, "loud"), (10, ["maybe", "x", []]), (10, ["safe", None, []]), (8, [1]),
    ],
)  # fmt: skip
def test_forged_values_are_no_entry(project: Path, field: int, value: object) -> None:
    """Of any other type, or words that have no meaning."""
    expected = forged(project, lambda result: result)

    def change(result: Any) -> Any:
        result[0][0][field] = value
        return result

    assert forged(project, change) == expected


@pytest.mark.parametrize("coverage", [[1e400] * 7, [10**40] * 6 + [[]], [1] * 6 + [[["why", -1]]], [1] * 8, None])
def test_forged_coverage_is_no_entry(project: Path, coverage: object) -> None:
    """Counts are small numbers."""
    expected = forged(project, lambda result: result)
    assert forged(project, lambda result: [result[0], coverage]) == expected


def test_a_forged_code_can_be_rendered(project: Path) -> None:
    """It is only a word."""

    def change(result: Any) -> Any:
        result[0][0][0] = "SHP999"
        return result

    report = forged(project, change)
    for name in FORMATS:
        assert "SHP999" in renderer(name)([report], Style())


def test_an_entry_cannot_have_other_files_shown(project: Path) -> None:
    """Lines under a label are printed, into the log of a public build perhaps: only of files that the entry itself knows."""
    secret = project / "secret"
    secret.write_text("a password\n")

    def change(result: Any) -> Any:
        result[0][0][7] = [[[1, 1, 1, 2], "here", str(secret)]]
        return result

    assert "password" not in renderer("full")([forged(project, change)], Style())


def test_results_with_labels_elsewhere_are_remembered(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of imported files are known to the entry."""
    (project / "blocks.py").write_text(
        "import torch.nn as nn\nclass Block(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.a = nn.Conv2d(3, 64, 3)\n        self.b = nn.Conv2d(32, 8, 3)\n"
        "    def forward(self, x):\n        return self.b(self.a(x))\n"
    )
    (project / "net.py").write_text(
        "import torch\nimport torch.nn as nn\nfrom blocks import Block\nBlock()(torch.zeros(1, 3, 8, 8))\n"
    )
    first = check()
    monkeypatch.setattr(Session, "lint", None)
    assert check() == first
