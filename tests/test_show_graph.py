"""The graph of a model: its nodes and edges, and what is written of them for browsers and programs that draw."""

from __future__ import annotations

import json
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from shapelint.cli import run
from shapelint.shapes.written_inputs import Input, read_input
from shapelint.summary.drawing import draw

NET = """
import torch
from torch import nn


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv, self.act = nn.Conv2d(8, 8, 3, padding=1), nn.ReLU()

    def forward(self, x):
        return self.act(self.conv(x)) + x


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 1)
        self.blocks = nn.ModuleList([Block(), Block()])
        self.fc = nn.Linear(8, 2)

    def forward(self, x):
        x = self.stem(x)
        for block in self.blocks:
            x = block(x)
        return self.fc(x.mean((2, 3)))  # </script><script>alert(1)</script>


class Wrong(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Linear(8, 4), nn.Linear(5, 2)

    def forward(self, x):
        return self.second(self.first(x))
"""


@pytest.fixture
def net(tmp_path: Path) -> Path:
    path = tmp_path / "net.py"
    path.write_text(NET)
    return path


def drawn(path: Path, target: str, size: str, kind: str) -> tuple[str, bool]:
    given = read_input(size)
    assert isinstance(given, Input)
    found = draw(f"{path}::{target}", [given], (kind,))
    assert not found.missing, found.missing
    return found.texts[kind], found.is_refused


class _Page(HTMLParser):
    """The elements of a page, and the text of its scripts."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag == "script":
            self.scripts.append("")

    def handle_data(self, data: str) -> None:
        if self.seen and self.seen[-1][0] == "script" and self.scripts:
            self.scripts[-1] += data


def read(page: str) -> tuple[_Page, dict[str, Any]]:
    parsed = _Page()
    parsed.feed(page)
    return parsed, json.loads(parsed.scripts[1])


def test_the_data_of_the_page(net: Path) -> None:
    """Layers and operators in their modules, with shapes on the edges and the source lines beside them."""
    _, data = read(drawn(net, "Net", "2x3x6x6", "html")[0])
    nodes = {node["id"]: node for node in data["nodes"]}
    assert [(node["layer"], node["group"]) for node in data["nodes"]] == [
        ("input", ""), ("Conv2d", ""), ("Conv2d", "blocks.0"), ("ReLU", "blocks.0"), ("+", "blocks.0"),
        ("Conv2d", "blocks.1"), ("ReLU", "blocks.1"), ("+", "blocks.1"), ("mean", ""), ("Linear", ""), ("output", ""),
    ]  # fmt: skip
    ways = [(edge["from"], edge["to"], edge["shape"]) for edge in data["edges"]]
    wide = [2, 8, 6, 6]
    assert ways == [
        (0, 1, [2, 3, 6, 6]), (1, 2, wide), (2, 3, wide), (3, 4, wide), (1, 4, wide), (4, 5, wide), (5, 6, wide),
        (6, 7, wide), (4, 7, wide), (7, 8, wide), (8, 9, [2, 8]), (9, 10, [2, 2]),
    ]  # fmt: skip
    assert data["groups"]["blocks.1"]["layer"] == "Block"
    assert data["source"][f"{net}:{nodes[1]['line']}"].strip() == "self.stem = nn.Conv2d(3, 8, 1)"


def test_a_page_is_one_file_and_runs_nothing_of_the_source(net: Path) -> None:
    """No element asks the network for anything, and the text of the linted file ends no element."""
    page, data = read(drawn(net, "Net", "2x3x6x6", "html")[0])
    assert len(page.scripts) == 3 and "dagre" in page.scripts[0] and "</script>" in json.dumps(data)
    assert not [tag for tag, attributes in page.seen if tag != "link" and {"src", "href"} & attributes.keys()]
    policy = next(attributes["content"] for _, attributes in page.seen if "http-equiv" in attributes)
    assert policy is not None and policy.startswith("default-src 'none'")
    ids = {attributes["id"] for _, attributes in page.seen if "id" in attributes}
    assert set(re.findall(r'byId\("(\w+)"\)', page.scripts[2])) <= ids


def test_a_page_needs_no_layout_library(net: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the extra is not installed the page has none in it, and its script looks before it asks."""
    monkeypatch.setattr("shapelint.summary.page.find_spec", lambda name: None)
    page, _ = read(drawn(net, "Net", "2x3x6x6", "html")[0])
    assert page.scripts[0].strip() == "" and 'typeof dagre === "undefined"' in page.scripts[2]


def test_findings_and_refusals_are_at_their_nodes(net: Path) -> None:
    """The linter's finding is beside the box of its line; the box that PyTorch refuses says why."""
    page, refused = drawn(net, "Wrong", "2x8", "html")
    _, data = read(page)
    assert refused and data["refused"]["path"] == "second" and data["nodes"][-1]["layer"] == "Linear"
    assert "5 features expected, got 4" in data["nodes"][-1]["refused"]
    assert [each["code"] for each in data["nodes"][-1]["findings"]] == [each["code"] for each in data["findings"]] != []


def test_findings_are_those_of_the_project(net: Path) -> None:
    """What its configuration ignores is not on the page, nor what a comment does; of other files, what is at a node is."""
    (net.parent / "parts.py").write_text(NET)
    net.write_text("from parts import Wrong\n\n\nclass Net(Wrong):\n    pass\n")

    def found() -> list[tuple[str, int]]:
        data = read(drawn(net, "Net", "2x8", "html")[0])[1]
        assert all(each in data["findings"] for node in data["nodes"] for each in node["findings"])
        return [(each["file"].rpartition("/")[2], each["line"]) for each in data["findings"]]

    row = NET[: NET.index("nn.Linear(5, 2)")].count("\n") + 1
    assert found() == [("parts.py", row)]
    (net.parent / "shapelint.toml").write_text('[per-file-ignores]\n"parts.py" = ["SHP301"]\n')
    assert found() == []
    (net.parent / "shapelint.toml").unlink()
    (net.parent / "parts.py").write_text(NET.replace("nn.Linear(5, 2)", "nn.Linear(5, 2)  # shapelint: ignore"))
    assert found() == []


def test_a_notebook_shows_its_cells(net: Path) -> None:
    """Lines of layers and findings are those of their cells, with the source beside them."""
    cells = [
        {"cell_type": "code", "source": text, "metadata": {}, "outputs": [], "execution_count": None}
        for text in ("import torch\nfrom torch import nn", NET[NET.index("class Wrong") :])
    ]
    book = net.parent / "book.ipynb"
    book.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    data = read(drawn(book, "Wrong", "2x8", "html")[0])[1]
    node = next(node for node in data["nodes"] if node["path"] == "second")
    assert (node["cell"], node["line"]) == (2, 4)
    assert "nn.Linear(5, 2)" in data["source"][f"{book}:{node['row']}"]
    assert [(each["cell"], each["line"]) for each in node["findings"]] == [(2, 4)]


def test_mermaid(net: Path) -> None:
    """A subgraph for each module; signs of Mermaid's own are written as codes."""
    text, _ = drawn(net, "Net", "Bx3xHxW", "mermaid")
    assert text.startswith("flowchart TD\n") and 'subgraph g0["blocks"]' in text and 'subgraph g1["0 (Block)"]' in text
    assert 'n1["stem: Conv2d<br/>3, 8, 1<br/>(B, 8, H, W)"]' in text and 'n4 -->|"(B, 8, H, W)"| n5' in text
    assert text.count("subgraph") == text.count("\n    end\n") + text.count("\n        end\n")


def test_dot_is_what_graphviz_reads(net: Path) -> None:
    """Clusters in braces that close, and labels in quotes."""
    text, _ = drawn(net, "Net", "2x3x6x6", "dot")
    assert text.count("{") == text.count("}") == 4 and '    n0 -> n1 [label="(2, 3, 6, 6)"]' in text


def test_svg_is_a_picture(net: Path) -> None:
    """Where Graphviz is."""
    if shutil.which("dot"):
        assert "<svg" in drawn(net, "Net", "2x3x6x6", "svg")[0]


def test_what_can_be_written_is_written(
    net: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """A program that is not there, or a folder, keeps nobody from the other files: one line for each that is missing, and 2."""
    monkeypatch.setenv("PATH", str(tmp_path))
    page, nowhere, text = tmp_path / "net.html", tmp_path / "none" / "net.dot", tmp_path / "net.mmd"
    files = ["--svg", str(tmp_path / "net.svg"), "--html", str(page), "--dot", str(nowhere), "--mermaid", str(text)]
    assert run(["show", f"{net}::Net", "--input", "2x3x6x6", *files]) == 2
    said = capfd.readouterr().err.splitlines()
    assert said[0] == "shapelint: --svg needs Graphviz, whose program 'dot' is not there" and len(said) == 2
    assert said[1].startswith(f"shapelint: {nowhere}: cannot be written: ")
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>") and text.read_text("utf-8").startswith(
        "flowchart"
    )
    assert sorted(each.name for each in tmp_path.glob("net.[!p]*")) == ["net.html", "net.mmd"]


def test_the_command_writes_files(net: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """0 where it is drawn, 1 where the model refuses its input, 2 where there is no one model."""
    page = net.parent / "net.html"
    assert run(["show", f"{net}::Net", "--input", "2x3x6x6", "--html", str(page)]) == 0
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert run(["show", f"{net}::Wrong", "--input", "2x8", "--mermaid", str(net.parent / "net.mmd")]) == 1
    assert run(["show", str(net), "--html", str(page)]) == 2
    assert run(["show", f"{net}::Net", "--html", str(net.parent / "missing" / "net.html")]) == 2
    assert "Traceback" not in capfd.readouterr().err


def test_a_picture_on_standard_output(
    net: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """``-`` is no file of that name."""
    monkeypatch.chdir(net.parent)
    assert run(["show", f"{net}::Net", "--input", "2x3x6x6", "--dot", "-", "--mermaid", "net.mmd"]) == 0
    assert capfd.readouterr().out == drawn(net, "Net", "2x3x6x6", "dot")[0]
    assert not (net.parent / "-").exists() and (net.parent / "net.mmd").exists()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--html", "x", "--dot", "./x"], "--html and --dot cannot be the same file"),
        (["--dot", "-", "--mermaid", "-"], "--dot and --mermaid cannot be the same file"),
        (["--html", "x", "--diff", "HEAD"], "--html draws the model and does not go with --diff"),
        (["--svg", "x", "--output-format", "json"], "--svg draws the model and does not go with --output-format json"),
    ],
)
def test_pictures_that_would_be_lost(
    net: Path, options: list[str], words: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """One file for two of them, or something else that is asked for and would not be printed."""
    monkeypatch.chdir(net.parent)
    assert run(["show", f"{net}::Net", "--input", "2x3x6x6", *options]) == 2
    assert words in capfd.readouterr().err and not (net.parent / "x").exists()
