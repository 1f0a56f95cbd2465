"""Patterns are read as git reads them: generated .gitignore files, with git as the oracle."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from conftest import SCALE
from hypothesis import example, given, settings
from hypothesis import strategies as st

from shapelint.patterns import Patterns

NAMES = ("a", "b", "ab", "a b", "b ", "*", "*.py", "x.py", "#a", "!a", "[a]", "a-", "]", "^", "1", "A", "a\\b")
PIECES = (
    "a", "b", "ab", "x", ".py", " ", "*", "**", "***", "?", "/", "/**/", "**/", "/**", "\\", "\\*", "\\ ", "#", "!", "[ab]", "[!a]", "[^a]",
    "[a-b]", "[b-a]", "[]a]", "[", "]", "[[:digit:]]", "[[:alpha:]]", "[[:nope:]]", "[\\]a]", "[a-", "-", "^", "1", "A",
)  # fmt: skip
LINES = st.lists(st.lists(st.sampled_from(PIECES), max_size=5).map("".join), max_size=3)


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with folders and files of every name, two levels deep."""
    root = tmp_path_factory.mktemp("tree")
    subprocess.run(["git", "init", "-q", root], check=True)
    for folder in ("", *(f"{name}/" for name in ("a", "ab", "a b"))):
        for name in NAMES:
            if (root / folder / name).exists() or f"{folder}{name}" in ("a", "ab", "a b"):
                continue
            (root / folder).mkdir(exist_ok=True)
            (root / folder / name).touch()
    (root / "a" / "b").unlink()
    (root / "a" / "b").mkdir()
    for name in NAMES:
        (root / "a" / "b" / name).touch()
    return root


def ignored_by_git(tree: Path, paths: list[str]) -> set[str]:
    done = subprocess.run(
        ["git", "-c", "core.ignorecase=false", "-c", "core.excludesFile=", "check-ignore", "--no-index", "-z", "--stdin"],
        cwd=tree, input="\0".join(paths).encode(), capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stderr
    return {path for path in done.stdout.decode().split("\0") if path}


def ignored_by_us(tree: Path, lines: list[str], paths: list[str]) -> set[str]:
    """From the top down, as folders are searched: what is in an ignored folder is not looked at."""
    patterns = Patterns.of(lines)

    def ignored(path: str) -> bool:
        parts = path.split("/")
        above = ("/".join(parts[:count]) for count in range(1, len(parts) + 1))
        return any(patterns.decide(each, (tree / each).is_dir()) for each in above)

    return {path for path in paths if ignored(path)}


@given(LINES)
@example(["\\*.py"])
@example(["a\\ b", "b\\ "])
@example(["\\#a", "\\!a", "a//", "/"])
@example(["a**/a", "/a**"])
@example(["a/**", "!a/b"])
@example(["/**\\/**a"])
@example(["a/***\\/**\\/a", "b**\\/a"])
@settings(max_examples=int(150 * SCALE))
def test_patterns_are_those_of_git(tree: Path, lines: list[str]) -> None:
    """The same files are ignored, whatever the patterns."""
    (tree / ".gitignore").write_text("\n".join(lines) + "\n")
    paths = sorted(str(path.relative_to(tree)) for path in tree.rglob("*") if ".git" not in path.parts)
    paths = [path for path in paths if not path.startswith(".git")]
    assert ignored_by_us(tree, lines, paths) == ignored_by_git(tree, paths)
