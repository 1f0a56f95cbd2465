"""README lists the rules and options that there are; test_documentation.py runs its commands."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from shapelint.cli import run
from shapelint.rules.registry import rules

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")


def test_every_rule_is_listed() -> None:
    """With its name."""
    listed = dict(re.findall(r"^\| (SHP\d+) \| ([a-z-]+) \|", README, re.MULTILINE))
    assert listed == {code: rule.name for code, rule in rules().items()}


def test_every_option_exists(capsys: pytest.CaptureFixture[str]) -> None:
    """No option that README names was taken away."""
    run(["check", "--help"])
    known = capsys.readouterr().out
    for command in ("show", "verify", "annotate"):
        run([command, "--help"])
        known += capsys.readouterr().out
    named = set(re.findall(r"`(?:check )?(--[a-z-]+)", README))
    assert named
    assert {option for option in named if option not in known and option != "--isolated"} == set()


def test_the_two_commands_are_complete() -> None:
    """Each `sh` block is one line that sets up what it needs; CI runs just these."""
    blocks = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    assert len(blocks) == 2
    for block in blocks:
        assert block.count("\n") == 1
        assert block.startswith("python3 -m venv .venv && .venv/bin/pip install ")
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
