"""docs/options.md names no option of ours that there is not, and leaves none out."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from shapelint.cli import main

PAGE = (Path(__file__).parent.parent / "docs" / "options.md").read_text("utf-8")


@pytest.fixture(scope="module")
def known() -> set[str]:
    """The long options of `check`."""
    command = main.get_command(click.Context(main), "check")  # type: ignore[attr-defined]
    assert isinstance(command, click.Command)
    options = (param for param in command.params if isinstance(param, click.Option))
    return {name for option in options for name in option.opts if name.startswith("--")}


def test_options_that_are_the_same_exist(known: set[str]) -> None:
    """Under the names that the other tools give them."""
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.splitlines() if line.startswith("| ")
    ]
    same = [row for row in rows if len(row) == 3 and row[2].startswith("same")]
    assert len(same) > 20
    for row in same:
        assert known & set(re.findall(r"--[a-z-]+", row[0] + row[1])), row


def test_every_option_is_on_the_page(known: set[str]) -> None:
    """Also those that the others do not have."""
    assert {option for option in known if f"`{option}" not in PAGE} == set()
