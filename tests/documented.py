"""The blocks of a Markdown page: files that it shows, commands that it gives, and what they print."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent

_FENCE = re.compile(r'^( *)```(\w[\w+-]*)?(?: title="([^"]+)")?[^\n]*\n(.*?)^\1```$', re.DOTALL | re.MULTILINE)

_STEP = re.compile(r"^ *- (?:run: )?((?:pip|shapelint|reviewdog) .+)$", re.MULTILINE)
"""A command line in the workflow of a CI service."""


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block.  ``title``: the file that it is the content of.  ``line``: of its fence, from 1."""

    language: str
    title: str | None
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Command:
    """A command line, and what the page says it prints; None if the page does not show that."""

    line: str
    printed: str | None


def blocks(page: str) -> Iterator[Block]:
    """The fenced blocks of a page, in order; those in lists without their indentation."""
    for match in _FENCE.finditer(page):
        indent, language, title, text = match.groups()
        if indent:
            text = re.sub(rf"^{indent}", "", text, flags=re.MULTILINE)
        yield Block(language or "", title, text, page.count("\n", 0, match.start()) + 1)


def commands(block: Block) -> Iterator[Command]:
    """The commands of a block: lines of ``sh``, steps of ``yaml``, and elsewhere what follows ``$ ``, with what is below it."""
    if block.language == "sh":
        yield from (Command(line, None) for line in block.text.splitlines() if line and not line.startswith("#"))
    elif block.language == "yaml":
        yield from (Command(line, None) for line in _STEP.findall(block.text))
    elif block.text.startswith("$ "):
        for session in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
            line, _, printed = session.partition("\n")
            yield Command(line, printed)


def pages() -> list[Path]:
    """What people read: README, the documentation, and how to contribute."""
    return [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
