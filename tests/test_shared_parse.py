"""A linted file that others import is parsed once, and says the same as if it had been parsed twice."""

from __future__ import annotations

from pathlib import Path

import libcst
import pytest

from shapelint import session as session_module
from shapelint.config import Configurations
from shapelint.session import Session

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
    """Files that are imported are read anew when too many are held, and say the same."""
    for name, text in (("blocks.py", BLOCKS), ("net.py", NET), ("other.py", NET)):
        (tmp_path / name).write_text(text)
    paths = [str(tmp_path / name) for name in ("net.py", "other.py", "blocks.py")]
    reports = []
    for most in (0, 10_000):
        monkeypatch.setattr(session_module, "_MOST_HELD", most)
        session = Session(Configurations(), use_cache=False)
        session.expect(paths)
        reports.append([session.check_file(path) for path in paths])
        held = session.project(paths[0]).parsed_text
        assert held == (len(BLOCKS) if not most else len(BLOCKS) + 2 * len(NET))
    assert reports[0] == reports[1]
    assert [len(report.diagnostics) for report in reports[0]] == [1, 1, 0]
