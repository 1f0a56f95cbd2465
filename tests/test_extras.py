"""What is said of a missing package can be typed wherever shapelint came from: no index has it under its name yet."""

from __future__ import annotations

import re
from importlib import metadata
from pathlib import Path

import pytest

from shapelint.extras import remedy

ROOT = Path(__file__).parent.parent
WANTED = ["click>=8.1", "pygls<3,>=2.1; extra == 'lsp'", "pytest>=8; extra == 'test'", "pygls<3,>=2.1; extra == 'test'"]


def test_the_packages_of_an_extra_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the versions that the installed package asks for, or by the name that was missing."""

    def gone(name: str) -> list[str]:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "requires", lambda name: WANTED)
    assert remedy("lsp", "lsprotocol") == "pip install 'pygls<3,>=2.1'"
    assert remedy("mcp", "mcp") == "pip install 'mcp'"
    monkeypatch.setattr(metadata, "requires", gone)
    assert remedy("lsp", "lsprotocol") == "pip install 'lsprotocol'"


def test_nobody_is_sent_to_an_index() -> None:
    """By no page, message or extension."""
    read = [
        path
        for folder in ("shapelint", "docs", "editors/vscode/src")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in (".py", ".md", ".ts")
    ]
    read += [ROOT / name for name in ("README.md", "editors/vscode/README.md", "editors/vscode/package.json")]
    sent = re.compile(r"(?:pip|uv|uvx|pipx)\b[^\n]*\s['\"]?shapelint\b(?!/)(?!\.)")
    assert [str(path) for path in read if sent.search(path.read_text("utf-8"))] == []
