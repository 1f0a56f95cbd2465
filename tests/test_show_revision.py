"""``show --diff REV``: what changed in a model since a git revision, whatever became of its class or file."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from shapelint.cli import run
from shapelint.interp.paths.targets import NoSuchTarget
from shapelint.render.style import Style
from shapelint.summary import compare
from shapelint.summary.difference import differs, render_difference, render_markdown

NET = """
from torch import nn


class Pair(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Linear(8, 6), nn.Linear(6, 2)

    def forward(self, x):
        return self.second(self.first(x))


class Other(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm = nn.LayerNorm(8)

    def forward(self, x):
        return self.norm(x)
"""


@pytest.fixture
def net(tmp_path: Path) -> Path:
    path = tmp_path / "net.py"
    path.write_text(NET)
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "net.py")
    git(tmp_path, "commit", "-qm", "first")
    return path


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@b")
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


def test_layers_that_changed(net: Path) -> None:
    """Layers that came, went or changed, with the totals before and now."""
    same = compare(f"{net}::Pair", [(4, 8)], "HEAD")
    assert not differs(same) and same["changes"] == []
    net.write_text(NET.replace("nn.Linear(8, 6)", "nn.Linear(8, 7)"))
    found = compare(f"{net}::Pair", [(4, 8)], "HEAD")
    changed = [(change["path"], change["change"]) for change in found["changes"]]
    assert changed == [("first", "changed"), ("second", "changed")]
    assert found["changes"][0]["fields"] == ["arguments", "out", "params", "trainable", "mult_adds"]
    assert found["output"] == [[4, 2], None] and found["totals"]["parameters"] == [68, 77]
    assert "Linear(8, 6) -> Linear(8, 7)" in render_difference(found, Style(), None, "…")
    assert "| \\~ | second |" in render_markdown(found)


def test_a_class_that_is_new_or_gone(net: Path) -> None:
    """All of its layers were added or removed, and the reason is told; one that was never there is an error."""
    net.write_text(NET.replace("nn.LayerNorm(8)", "nn.Linear(8, 3)").replace("class Other", "class Fresh"))
    added = compare(f"{net}::Fresh", [(4, 8)], "HEAD")
    assert [change["change"] for change in added["changes"]] == ["added"]
    assert (added["inputs"], added["totals"]["parameters"]) == ([None, [[4, 8]]], [0, 27])
    assert "before: Fresh: name 'Fresh' is not known" in render_difference(added, Style(), None, "…")
    gone = compare(f"{net}::Other", [(4, 8)], "HEAD")
    assert ([change["change"] for change in gone["changes"]], gone["output"]) == (["removed"], [[4, 8], None])
    names = [each["target"].rpartition("::")[2] for each in compare(str(net), [(4, 8)], "HEAD")["targets"]]
    assert names == ["Pair", "Fresh", "Other"]
    with pytest.raises(NoSuchTarget, match="name 'Never' is not known"):
        compare(f"{net}::Never", [(4, 8)], "HEAD")


@pytest.mark.parametrize("name", ["", "::Twin"])
def test_a_class_of_another_name(net: Path, name: str) -> None:
    """The one that is gone and had the same layers is what it was."""
    net.write_text(NET.replace("class Pair", "class Twin").replace("nn.Linear(6, 2)", "nn.Linear(6, 3)"))
    found = compare(f"{net}{name}", [(4, 8)], "HEAD")
    twin = found["targets"][0] if not name else found
    assert (twin["was"], [change["path"] for change in twin["changes"]]) == ("Pair", ["second"])
    assert "::Twin, which was Pair, since HEAD" in render_difference(twin, Style(), None, "…")


def test_files_that_are_new_or_gone(net: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder has the files of both times, those of notebooks too; the repository itself is a folder."""
    cells = [{"cell_type": "code", "source": NET, "metadata": {}, "outputs": [], "execution_count": None}]
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (net.parent / "book.ipynb").write_text(json.dumps(notebook))
    net.unlink()
    monkeypatch.chdir(net.parent)
    found = {each["target"]: each for each in compare(".", [(4, 8)], "HEAD")["targets"]}
    assert list(found) == ["book.ipynb::Pair", "book.ipynb::Other", "net.py::Pair", "net.py::Other"]
    assert found["book.ipynb::Pair"]["absent"] == ["book.ipynb was not there", None]
    assert found["net.py::Pair"]["absent"] == [None, "net.py: no such Python file"]
    git(net.parent, "add", "book.ipynb")
    git(net.parent, "commit", "-qm", "second")
    assert not any(map(differs, compare("book.ipynb", [(4, 8)], "HEAD")["targets"]))


@pytest.mark.parametrize(
    ("target", "revision", "words"),
    [
        ("net.py::Pair", "nowhere", "--diff nowhere: no such revision"),
        ("net.py::Pair", "--output=x", "--diff --output=x: no such revision"),
        ("net.py::Pair", "a\nb", "no such revision"),
        ("never.py", "HEAD", "never.py: no such Python file, neither now nor in HEAD"),
        ("never.py::Pair", "HEAD", "never.py: no such Python file"),
        ("/", "HEAD", "not a git repository"),
    ],
)
def test_what_cannot_be_compared(
    net: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    target: str,
    revision: str,
    words: str,
) -> None:
    """One line, exit code 2."""
    monkeypatch.chdir(net.parent)
    code = run(["show", target, "--diff", revision])
    told = capsys.readouterr()
    assert (code, told.out, len(told.err.splitlines())) == (2, "", 1) and words in told.err


def test_classes_that_are_the_same_are_not_listed(
    net: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file or a folder shows what changed; if nothing did, that."""
    monkeypatch.chdir(net.parent)
    command = ["show", "net.py", "--input", "4x8", "--diff", "HEAD"]
    assert (run(command), capsys.readouterr().out) == (0, "no class of net.py changed since HEAD\n")
    net.write_text(NET.replace("nn.LayerNorm(8)", "nn.Linear(8, 3)"))
    code, shown = run(command), capsys.readouterr().out
    assert code == 1 and "net.py::Other since HEAD" in shown and "Pair" not in shown
