"""Which files are checked: everything in a folder but what is excluded, and what is named."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from shapelint.discovery import Scope, find_files
from shapelint.patterns import Patterns


def excluding(*patterns: str) -> Callable[[str], Scope]:
    """A configuration of the current folder that leaves these out."""
    return lambda folder: (".", patterns, ())


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with the usual clutter."""
    for name in (
        "a.py", "b.ipynb", "c.txt", "models/d.py", "models/generated/e.py", "models/f_pb2.py", ".venv/lib/g.py", "build/h.py",
        "models/__pycache__/i.py", "data/j.py", "data/keep.py", "k.pyc", ".git/l.py", "models/data/m.py",
    ):  # fmt: skip
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("")
    (tmp_path / ".gitignore").write_text("# comment\n/data/*\n!/data/keep.py\n*_pb2.py\n")
    (tmp_path / "models" / ".gitignore").write_text("generated/\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_folder_is_searched(tree: Path) -> None:
    """.gitignore files and the standard exclusions are respected; notebooks count; the order is fixed."""
    assert find_files(["."]).files == ["a.py", "b.ipynb", "data/keep.py", "models/d.py", "models/data/m.py"]


def test_gitignore_may_be_left_unread(tree: Path) -> None:
    """The standard exclusions and `exclude` still hold."""
    found = find_files(["."], excluding("a.py"), respect_gitignore=False).files
    assert found == [
        "b.ipynb", "data/j.py", "data/keep.py", "models/d.py", "models/data/m.py", "models/f_pb2.py", "models/generated/e.py",
    ]  # fmt: skip


def test_ignore_files_above_the_folder_count(tree: Path) -> None:
    """Within the repository."""
    assert find_files(["models"]).files == ["models/d.py", "models/data/m.py"]


def test_exclude_patterns(tree: Path) -> None:
    """As in .gitignore, relative to the root of the configuration."""
    assert find_files(["."], excluding("models")).files == ["a.py", "b.ipynb", "data/keep.py"]
    assert find_files(["."], excluding("/models/*.py", "*.ipynb")).files == ["a.py", "data/keep.py", "models/data/m.py"]
    assert find_files(["."], excluding("m*/**/m.py", "**/keep.py")).files == ["a.py", "b.ipynb", "models/d.py"]


def test_a_named_file_is_checked_unless_exclusion_is_forced(tree: Path) -> None:
    """Whatever its name is."""
    named = ["models/f_pb2.py", "c.txt", "build/h.py"]
    assert find_files(named, excluding("models")).files == ["build/h.py", "c.txt", "models/f_pb2.py"]
    assert find_files(named, excluding("models"), force_exclude=True).files == ["c.txt"]


def test_a_named_folder_is_searched_whatever_it_is_called(tree: Path) -> None:
    """The models folder of an installed package, for one."""
    assert find_files([".venv/lib", "build"]).files == [".venv/lib/g.py", "build/h.py"]


def test_a_file_is_checked_once(tree: Path) -> None:
    """Although it was named in three ways."""
    assert find_files(["a.py", "./a.py", "."], excluding("models")).files == ["a.py", "b.ipynb", "data/keep.py"]


def test_what_is_not_there_is_an_error(tree: Path) -> None:
    """One line for each."""
    found = find_files(["nowhere.py", "a.py"])
    assert (found.files, found.failures) == (["a.py"], [("nowhere.py", "no such file or folder")])


def test_links_to_folders_are_not_followed(tree: Path) -> None:
    """A link to a folder above would never end."""
    (tree / "models" / "up").symlink_to("..")
    assert find_files(["models"]).files == ["models/d.py", "models/data/m.py"]


def test_a_pipe_is_not_read(tree: Path) -> None:
    """It would wait for ever."""
    os.mkfifo("p.py")
    found = find_files(["p.py", "models"])
    assert found.failures == [("p.py", "not a regular file")]


@pytest.mark.parametrize(
    ("pattern", "path", "folder", "expected"),
    [
        ("*.py", "a/b.py", False, True),
        ("/*.py", "a/b.py", False, None),
        ("a/", "a", True, True),
        ("a/", "a", False, None),
        ("a/**/c", "a/b/b/c", False, True),
        ("a/**/c", "a/c", False, True),
        ("**/c", "a/c", False, True),
        ("a/**", "a/b/c", False, True),
        ("[ab].py", "b.py", False, True),
        ("[!ab].py", "b.py", False, None),
        ("?.py", "ab.py", False, None),
        ("\\#x", "#x", False, True),
        ("!a", "a", False, False),
        ("a+b(c", "a+b(c", False, True),
    ],
)
def test_patterns(pattern: str, path: str, folder: bool, expected: bool | None) -> None:
    """The pattern language of .gitignore."""
    assert Patterns.of([pattern]).decide(path, folder) is expected


def test_what_else_is_checked(tree: Path) -> None:
    """Each folder's own configuration says it, and exclusions outrank it."""

    def scope(folder: str) -> Scope:
        return (folder, ("d.txt",), ("*.txt",)) if os.path.basename(folder) == "models" else (folder, (), ())

    (tree / "models" / "d.txt").write_text("")
    (tree / "models" / "e.txt").write_text("")
    assert find_files(["."], scope).files == [
        "a.py", "b.ipynb", "data/keep.py", "models/d.py", "models/data/m.py", "models/e.txt",
    ]  # fmt: skip
