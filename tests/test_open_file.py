"""What is kept from one version of an open file to the next is what would be found anew."""

from __future__ import annotations

from collections import Counter
from functools import partial
from pathlib import Path

import libcst as cst
import pytest
from conftest import SCALE
from random_edits import storm

from shapelint.engine import check_source
from shapelint.interp import Project
from shapelint.server.analysis.document_analysis import Analysis, InputKind
from shapelint.server.analysis.open_file import OpenFile
from shapelint.source import live_pieces
from shapelint.source.guard import SourceError
from shapelint.source.live import LiveSource
from shapelint.source.parse import parse

ROOT = Path(__file__).parent.parent
MODELS = sorted((ROOT / "fixtures" / "models").glob("*.py"))
THREE = """from torch import nn

# used by both
class Block(nn.Module):
    def __init__(self, width=8):
        super().__init__()
        self.conv = nn.Conv2d(width, width, 3, padding=1)

    def forward(self, x):
        return self.conv(x)

class One(nn.Module):
    def __init__(self):
        super().__init__()
        self.block = Block(8)

    def forward(self, x):
        x = self.block(x)
        return x

class Other(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 4)

    def forward(self, x):
        return self.fc(x)
"""


def nothing(path: str) -> None:
    """No other file."""
    return


def anew(text: str, path: str = "net.py") -> Analysis:
    """The analysis of a text that nobody has seen before."""
    return OpenFile(path).analyse(text, Project(nothing))


def shown(analysis: Analysis) -> object:
    """All that a client sees."""
    return analysis.diagnostics, analysis.places, analysis.unknowns, analysis.coverage, [
        (each.name, each.head, each.span, each.kinds, each.output, each.steps) for each in analysis.classes
    ]  # fmt: skip


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_a_storm_of_edits_leaves_what_a_new_analysis_finds(path: Path):
    """After every edit: findings as the command line has them, and the same shapes at the same places."""
    file, project = OpenFile("net.py"), Project(nothing)
    text = path.read_text()
    file.analyse(text, project)
    for _, typed in storm(text, max(1, int(6 * SCALE)), seed=len(path.stem)):
        analysis = file.analyse(typed, project)
        if analysis.broken:
            assert [finding.code for finding in analysis.diagnostics] == ["SHP001"]
        assert analysis.diagnostics == check_source(typed, "net.py").diagnostics
        if not analysis.broken:
            assert shown(analysis) == shown(anew(typed))


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_pieces_are_the_whole(path: Path):
    """Statements, comments and spans of a text in pieces are those of a text that is parsed whole."""
    text = f"# first\n\n{path.read_text()}\n\nx = 1; y = 2  # two\nif x:\n    pass\n    # inside\n# last\n\n"
    live, whole = LiveSource("net.py"), parse(text, "net.py")
    live.update(text)
    assert live.tree.deep_equals(whole.tree.with_changes(header=(), footer=())) or len(live.tree.body) > 3
    assert live.comments == whole.comments
    assert [live.last_begun(row) for row in range(1, len(live.lines))] == [
        whole.last_begun(row) for row in range(1, len(live.lines))
    ]
    spans: list[Counter[object]] = []
    for source in (live, whole):
        found: Counter[object] = Counter()
        waiting: list[cst.CSTNode] = [*source.tree.body]
        while waiting:
            node = waiting.pop()
            waiting += node.children
            try:
                kind = cst.IndentedBlock if isinstance(node, cst.IndentedBlock) else type(node)  # parsed late or not
                found[kind, source.span(node)] += 1
            except KeyError:
                continue
        spans.append(found)
    assert spans[0] == spans[1]


def test_only_what_depends_on_an_edit_is_done_again():
    """Statements that are parsed and classes that are run, counted."""
    file, project = OpenFile("net.py"), Project(nothing)
    first = file.analyse(THREE, project)
    assert (first.parsed, first.executed) == (4, 3)
    edits = {
        ("nn.Linear(3, 4)", "nn.Linear(3, 5)"): (1, 1),  # Other alone
        ("kernel", "kernel"): (0, 0),
        ("x = self.block(x)", "x = self.block(self.block(x))"): (1, 1),
        ("padding=1", "padding=2"): (1, 2),  # Block, and One that uses it
        ("from torch import nn", "from torch import nn as nn"): (1, 3),
    }
    for (old, new), expected in edits.items():
        after = file.analyse(THREE.replace(old, new), project)
        assert (after.parsed, after.executed) == expected, new
        assert shown(after) == shown(anew(THREE.replace(old, new)))
        file.analyse(THREE, project)


def test_runs_of_two_versions_go_together():
    """A layer that both an old and a new run call, from within torch's own code, counts once."""
    block = "nn.Sequential(nn.Conv2d(width, width, 3, padding=1), nn.ReLU())"
    text = THREE.replace("nn.Conv2d(width, width, 3, padding=1)", block).replace("nn.Linear(3, 4)", "Block(3)")
    file, project = OpenFile("net.py"), Project(nothing)
    file.analyse(text, project)
    typed = text.replace("x = self.block(x)", "x = self.block(x) + 1")
    after = file.analyse(typed, project)
    assert (after.parsed, after.executed) == (1, 1)
    assert shown(after) == shown(anew(typed))


def test_a_key_that_changes_no_token_costs_nothing(monkeypatch: pytest.MonkeyPatch):
    """Nothing is parsed or run; the places are those of the new text."""
    file, project = OpenFile("net.py"), Project(nothing)
    file.analyse(THREE, project)
    fails = partial(monkeypatch.setattr, live_pieces, "parse_trusted", pytest.fail)
    for old, new in (("class One", "\n\nclass One"), ("(3, 4)", "(3,   4)"), ("return x\n", "return x   \n\n")):
        typed = THREE.replace(old, new)
        fails()
        after = file.analyse(typed, project)
        monkeypatch.undo()
        assert (after.parsed, after.executed, after.text) == (0, 0, typed)
        assert shown(after) == shown(anew(typed))


COMMENTED = """import torch.nn as nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        # 3 x 32 x 32
        self.one = nn.Conv2d(3, 8, 5)
        self.two = nn.Conv2d(8, 16, 5)

        self.three = nn.Conv2d(16, 4, 3)
        self.four = nn.Conv2d(4, 4, 3)

    def forward(self, x):
        x = self.two(self.one(x))
        return self.four(self.three(x))
"""


@pytest.mark.parametrize(
    ("before", "parsed"),
    [("self.one", 1), ("self.two", 1), ("# 3", 1), ("self.three", 0), ("self.four", 0), ("return", 0)],
)
def test_a_blank_line_counts_where_a_comment_speaks(before: str, parsed: int):
    """Beside a comment and in the paragraph that it heads; elsewhere in the class it changes nothing."""
    file, project = OpenFile("net.py"), Project(nothing)
    file.analyse(COMMENTED, project)
    row = next(row for row in COMMENTED.split("\n") if row.strip().startswith(before))
    typed = COMMENTED.replace(row, f"\n{row}")
    after = file.analyse(typed, project)
    assert (after.parsed, after.text) == (parsed, typed)
    assert shown(after) == shown(anew(typed))
    back = file.analyse(COMMENTED, project)
    assert shown(back) == shown(anew(COMMENTED))


def test_shapes_are_kept_while_a_file_is_broken():
    """Those whose code has not changed, where it is now."""
    file, project = OpenFile("net.py"), Project(nothing)
    good = file.analyse(THREE, project)
    broken = file.analyse(THREE.replace("x = self.block(x)\n", "x = self.block(\n\n"), project)
    assert broken.broken and [finding.code for finding in broken.diagnostics] == ["SHP001"]
    assert {place.shapes for place in broken.places} <= {place.shapes for place in good.places}
    assert 0 < len(broken.places) < len(good.places)
    assert broken.places[-1].span.row == good.places[-1].span.row + 1
    assert shown(file.analyse(THREE, project)) == shown(good)


def test_a_class_is_shown_on_the_input_that_is_chosen():
    """Each kind that can be had, with what the shapes rest on."""
    text = f"{THREE}\nimport torch\nOne()(torch.zeros(1, 8, 5, 5))\n"
    file, project = OpenFile("net.py"), Project(nothing)
    for kind, given in ((InputKind.SYMBOLIC, "(N, 8, H, W)"), (InputKind.CALL, "(1, 8, 5, 5)")):
        one = file.analyse(text, project, chosen={"One": kind}).classes[1]
        assert (one.kind, one.output) == (kind, given)
        assert (kind, given) in one.kinds
    assert one.anchor == "the call in line 30 gives this input"


def test_a_source_that_cannot_be_parsed_leaves_the_last_one():
    """Text and nodes are those of the last program."""
    live = LiveSource("net.py")
    live.update(THREE)
    body = live.tree.body
    with pytest.raises(SourceError):
        live.update("x = (")
    assert live.text == THREE and live.tree.body is body


LONG = """from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(*[nn.Linear(8, 8) for _ in range(300)])
        self.last = nn.Linear(9, 4)

    def forward(self, x):
        for _ in range(20):
            for layer in self.layers:
                x = layer(x)
        return self.last(x)

Net()
"""


class Unwanted(Exception):
    """What the test gives up the work with."""


@pytest.mark.parametrize("asked", [1, 2, 5, 9])
def test_work_is_given_up_within_a_run(asked: int):
    """Whoever has it asked a few times does not wait for the end of a path, and what is found later is whole."""
    pulses = 0

    def pulse() -> None:
        nonlocal pulses
        pulses += 1
        if pulses == asked:
            raise Unwanted

    file, project = OpenFile("net.py"), Project(nothing)
    file.analyse(THREE, project)
    project.pulse = pulse
    with pytest.raises(Unwanted):
        file.analyse(LONG, project)
    assert pulses == asked
    project.pulse = lambda: None
    assert shown(file.analyse(LONG, project)) == shown(anew(LONG))
    assert shown(file.analyse(THREE, project)) == shown(anew(THREE))


def test_a_long_run_is_asked_often():
    """Not once for each path, of which this file has two."""
    project, pulses = Project(nothing), Counter[str]()
    project.pulse = lambda: pulses.update(["asked"])
    OpenFile("net.py").analyse(LONG, project)
    assert pulses["asked"] > 20
