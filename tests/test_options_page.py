"""docs/options.md names no option of ours that there is not, and leaves none out."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from shapelint.cli import main

PAGE = (Path(__file__).parent.parent / "docs" / "options.md").read_text("utf-8")


OTHERS = {
    0: """
    --add-ignore --add-noqa --cache-dir --color --config --diff --exclude --exit-non-zero-on-fix --exit-zero
    --extend-exclude --extend-fixable --extend-per-file-ignores --extend-select --extension --fix --fix-only
    --fixable --force-exclude --ignore --ignore-noqa --isolated --no-cache --output-file --output-format
    --per-file-ignores --preview --quiet --respect-gitignore --select --show-files --show-fixes --show-settings
    --silent --statistics --stdin-filename --target-version --unfixable --unsafe-fixes --verbose --watch -e -n -o -q
    -s -v -w
    """,
    1: """
    --add-ignore --baseline --color --config --config-file --error --error-on-warning --exclude --exclude-scripts
    --exit-zero --exit-zero-on-warning --extra-search-path --fix --force-exclude --ignore --no-progress
    --output-format --project --python --python-platform --python-version --quiet --respect-ignore-files --typeshed
    --update-baseline --verbose --warn --watch -W -c -q -v
    """,
}
"""By column: the options that `ruff check --help` of 0.17.6 and `ty check --help` of 0.0.108 list, but for help itself."""


@pytest.fixture(scope="module")
def known() -> set[str]:
    """The long options of `check`."""
    command = main.get_command(click.Context(main), "check")  # type: ignore[attr-defined]
    assert isinstance(command, click.Command)
    options = (param for param in command.params if isinstance(param, click.Option))
    return {name for option in options for name in option.opts if name.startswith("--")}


def rows() -> list[list[str]]:
    """The cells of the tables."""
    lines = (line for line in PAGE.splitlines() if line.startswith("| "))
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


@pytest.mark.parametrize("column", OTHERS)
def test_the_options_of_the_others_are_all_there(column: int) -> None:
    """And none that they do not have."""
    named = {option for row in rows() for option in re.findall(r"(?<![\w-])--?[a-zA-Z][a-z-]*", row[column])}
    assert named - {"-qq"} == set(OTHERS[column].split())


def test_options_that_are_the_same_exist(known: set[str]) -> None:
    """Under the names that the other tools give them."""
    same = [row for row in rows() if len(row) == 3 and row[2].startswith("same")]
    assert len(same) > 20
    for row in same:
        assert known & set(re.findall(r"--[a-z-]+", row[0] + row[1])), row


def test_every_option_is_on_the_page(known: set[str]) -> None:
    """Also those that the others do not have."""
    assert {option for option in known if f"`{option}" not in PAGE} == set()
