"""A linted file that others import is parsed once, and says the same as if it had been parsed twice."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path
from typing import Any

import libcst
import pytest

from shapelint import session as session_module
from shapelint.config import Configurations
from shapelint.session import Session
from shapelint.source import pieces
from shapelint.source.parse import Source

BLOCKS = "import torch.nn as nn\n\n\nclass Block(nn.Conv2d):\n    def __init__(self, n):\n        super().__init__(3, n, 3)\n"
NET = """\
import torch
from blocks import Block

net = torch.nn.Sequential(Block(8), torch.nn.Conv2d(9, 4, 3))
net(torch.rand(1, 3, 32, 32))
"""


@pytest.mark.parametrize("order", [("blocks.py", "net.py"), ("net.py", "blocks.py")])
def test_whoever_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, order: tuple[str, str]) -> None:
    """Two files, two parses, in whatever order; the finding needs the imported class."""
    for name, text in (("blocks.py", BLOCKS), ("net.py", NET)):
        (tmp_path / name).write_text(text)
    parsed: list[str] = []
    parse = libcst.parse_module

    def counted(text: str) -> libcst.Module:
        parsed.append(text)
        return parse(text)

    monkeypatch.setattr(libcst, "parse_module", counted)
    paths = [str(tmp_path / name) for name in order]
    session = Session(Configurations(), use_cache=False)
    session.expect(paths)
    found = {Path(path).name: session.check_file(path).diagnostics for path in paths}
    assert sorted(text for text in parsed if text in (BLOCKS, NET)) == sorted([BLOCKS, NET])
    assert len(parsed) == 3  # and the net as its repair would make it
    assert [finding.code for finding in found["net.py"]] == ["SHP301"]
    assert not found["blocks.py"]


def test_memory_is_given_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of imported files those are read anew that nobody has asked for in a while, and all say the same."""
    for name, text in (("blocks.py", BLOCKS), ("net.py", NET), ("other.py", NET)):
        (tmp_path / name).write_text(text)
    paths = [str(tmp_path / name) for name in ("net.py", "other.py", "blocks.py")]
    reports = []
    for most in (0, len(BLOCKS) + len(NET), 10_000):
        monkeypatch.setattr(session_module, "_MOST_HELD", most)
        session = Session(Configurations(), use_cache=False)
        session.expect(paths)
        held = []
        for path in paths:
            reports.append(session.check_file(path))
            held.append(session.project(path).text_held)
        both, by_definitions = len(BLOCKS) + len(NET), len(BLOCKS) // 4 + len(NET)
        assert held == [
            both if most else by_definitions,
            both + len(NET) if most else by_definitions,
            {0: len(BLOCKS), both: both}.get(most, both + len(NET)),
        ]
    assert reports[:3] == reports[3:6] == reports[6:]
    assert [len(report.diagnostics) for report in reports[:3]] == [1, 1, 0]


def test_a_file_is_parsed_whole_for_its_turn_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no room to keep it, those that import it before and after read its definitions."""
    for name, text in (("blocks.py", BLOCKS), ("net.py", NET), ("other.py", NET)):
        (tmp_path / name).write_text(text)
    paths = [str(tmp_path / name) for name in ("net.py", "blocks.py", "other.py")]
    parsed: list[str] = []
    parse = libcst.parse_module

    def counted(text: str) -> libcst.Module:
        parsed.append(text)
        return parse(text)

    monkeypatch.setattr(libcst, "parse_module", counted)
    searched: list[str] = []
    search = pieces.guard
    monkeypatch.setattr(pieces, "guard", lambda text: searched.append(text) or search(text))
    monkeypatch.setattr(session_module, "_MOST_HELD", 0)
    session = Session(Configurations(), use_cache=False)
    session.expect(paths)
    assert [len(session.check_file(path).diagnostics) for path in paths] == [1, 0, 1]
    assert parsed.count(BLOCKS) == searched.count(BLOCKS) == 1


def test_nothing_of_a_finished_file_is_left_to_a_later_collection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Modules of a file are given back with it, and a tree as soon as nobody keeps it, without being looked for."""
    (tmp_path / "blocks.py").write_text(BLOCKS)
    (tmp_path / "net.py").write_text(
        NET + "# (1, 4, 28, 28)\ndef late(x):\n    x = x + 1\n    x = x + 2\n    return x\n"
    )
    monkeypatch.setattr(session_module, "_MOST_YOUNG", -1)
    monkeypatch.setattr(session_module, "_MOST_HELD", 0)
    alive: list[weakref.ref[object]] = []
    init = Source.__init__

    def noted(source: Source, *args: Any, **kwargs: Any) -> None:
        init(source, *args, **kwargs)
        alive.append(weakref.ref(source))

    monkeypatch.setattr(Source, "__init__", noted)
    session = Session(Configurations(), use_cache=False)
    collecting = gc.isenabled()
    gc.disable()
    try:
        gc.collect()
        for _ in range(2):
            assert len(session.check_file(str(tmp_path / "net.py")).diagnostics) == 1
        made = len(alive)
        session.check_file(str(tmp_path / "blocks.py"))
        assert made >= 4
        assert not any(source() for source in alive[:made])
    finally:
        (gc.enable if collecting else gc.disable)()
