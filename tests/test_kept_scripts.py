"""The top level of a file that is edited is run again only where an edit may have changed what it does, and what is said after an
edit is what is said of the text alone."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from random_edits import storm

from shapelint.engine import check_source
from shapelint.interp import Project
from shapelint.interp.paths import run_memory
from shapelint.server.analysis.open_file import OpenFile
from shapelint.source.live import LiveSource
from shapelint.source.parse import SourceError

NET = '''import torch
from torch import nn
from registry import register, NAMES

WIDTHS = [8]

def width():
    return WIDTHS[-1]

def unused(size):
    return size

@register
def small(**options):
    return Net(**options)

class Net(nn.Module):
    """A net."""

    size = width()

    def __init__(self, size=4):
        super().__init__()
        self.first = nn.Linear(Net.size, size)
        self.last = nn.Linear(size, 2)

    # Both layers.
    def forward(self, x):
        x = self.first(x)
        return self.last(x)
'''
FILES = {
    "registry.py": "NAMES = {}\ndef register(function):\n    NAMES[function.__name__] = function\n    return function\n"
}


@pytest.fixture
def executed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts whose script was executed."""
    texts: list[str] = []
    run = run_memory.run_script

    def counted(source: LiveSource, project: Project) -> object:
        texts.append(source.text)
        return run(source, project)

    monkeypatch.setattr(run_memory, "run_script", counted)
    return texts


def analysed(texts: Sequence[str], files: dict[str, str] = FILES) -> None:
    """Each text after the other in an editor, compared with what is found in the text alone."""
    file, project = OpenFile("net.py"), Project(files.get)
    for text in texts:
        found = file.analyse(text, project)
        alone = OpenFile("net.py").analyse(text, Project(files.get))
        assert found.diagnostics == alone.diagnostics == check_source(text, "net.py", files=files.get).diagnostics
        assert (found.coverage, found.classes, found.places) == (alone.coverage, alone.classes, alone.places)


@pytest.mark.parametrize(
    ("old", "new", "again"),
    [
        ("nn.Linear(size, 2)", "nn.Linear(size, 3)", False),
        ("nn.Linear(size, 2)", "nn.Linear(3, 2)", False),
        ("        x = self.first(x)\n", "        x = self.first(x)\n        x = x + 1\n", False),
        ("        return self.last(x)\n", "        yield self.last(x)\n", False),
        ("    # Both layers.\n", "    # Both of the layers.\n", True),
        ("return size\n", "return size + 1\n", False),
        ("return Net(**options)", "return Net()", False),
        ("size=4", "size=5", True),
        ("WIDTHS[-1]", "WIDTHS[0] + 1", True),
        ("WIDTHS = [8]", "WIDTHS = [9]", True),
        ('"""A net."""', '"""A small net."""', True),
        ("    def forward", "    def backward(self):\n        pass\n\n    def forward", True),
    ],
)
def test_what_an_edit_runs(old: str, new: str, again: bool, executed: list[str]):
    """An edit inside of a function that the script has not called leaves the script as it is."""
    text = NET.replace(old, new, 1)
    assert text != NET
    file, project = OpenFile("net.py"), Project(FILES.get)
    file.analyse(NET, project)
    for version in (text, NET):
        executed.clear()
        file.analyse(version, project)
        assert (version in executed) is again
    analysed([NET, text, NET, text])


COUNTED = """from torch import nn

SEEN = []

class First(nn.Module):
    def __init__(self):
        super().__init__()
        {first}

    def forward(self, x):
        return x

class Second(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(8, 4), nn.Linear(4 - len(SEEN), 2))
        {second}

    def forward(self, x):
        return self.layers(x)
"""
CALLED = """from torch import nn

SIZES = {{}}

def test_it():
    {body}

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(8, SIZES.get("size", 4)), nn.Linear(4, 2))

    def forward(self, x):
        return self.layers(x)
"""
ASKED = """from torch import nn

def pick(size):
    {body}

NAMES = pick.__code__.co_varnames

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(8, 4), nn.Linear(5 - len(NAMES), 2))

    def forward(self, x):
        return self.layers(x)
"""
BARE = """SIZE = 4

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(8, SIZE), nn.Linear(3, 2))

    def forward(self, x):
        {body}
        return self.layers(x)
"""


@pytest.mark.parametrize(
    "texts",
    [
        [COUNTED.format(first="pass", second=each) for each in ("SEEN.append(1)", "pass", "SEEN.clear()", "pass")],
        [
            CALLED.format(body=each)
            for each in ("pass", 'SIZES["size"] = 5', "pass", "SIZES.update(size=3)", "assert 1")
        ],
        [ASKED.format(body=each) for each in ("return size", "other = size; return other", "return 1")],
        [BARE.format(body=each) for each in ("pass", 'x = "keras"', "pass")],
    ],
    ids=["a class", "a test", "the code of a function", "another framework"],
)
def test_what_runs_leave_behind(texts: list[str]):
    """A run that changes what the script has left, or a body that something was made of, has the script run again."""
    analysed([*texts, *reversed(texts)])


def test_registries_that_runs_fill():
    """What an earlier version has had executed of an import is not there for the next one."""
    files = {
        "models.py": "import parts\nMODELS = {}\ndef register(cls):\n    MODELS[cls.__name__] = 3\n    return cls\n",
        "parts.py": "from models import register\n@register\nclass Part:\n    pass\n",
    }
    text = """from torch import nn
import models
from parts import Part

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        {body}
        self.layers = nn.Sequential(nn.Linear(8, 4), nn.Linear(models.MODELS.get("Part", 4), 2))

    def forward(self, x):
        return self.layers(x)
"""
    bodies = ("pass", "Part()", "pass", 'models.MODELS["Part"]', "pass", "pass; pass")
    analysed([text.format(body=body) for body in bodies], files)


def test_work_that_is_abandoned():
    """An analysis that ends in the middle leaves nothing that the next one would be wrong about."""

    class Given(Exception):
        pass

    def give_up() -> None:
        raise Given

    file, project = OpenFile("net.py"), Project(FILES.get)
    file.analyse(NET, project)
    for number, text in enumerate(NET.replace("size, 2", f"{size}, 2") for size in ("4", "3", "size", "5")):
        project.pulse = give_up
        with pytest.raises(Given):
            file.analyse(text.replace("WIDTHS[-1]", f"WIDTHS[{-number}]"), project)
        project.pulse = lambda: None
        assert file.analyse(text, project).diagnostics == check_source(text, "net.py", files=FILES.get).diagnostics


def test_another_file_in_between():
    """Two files of one project do not see each other's imports."""
    project = Project(FILES.get)
    one, other = OpenFile("one.py"), OpenFile("other.py")
    for size in ("4", "3", "size", "3"):
        for file in (one, other):
            text = NET.replace("size, 2", f"{size}, 2")
            assert file.analyse(text, project).diagnostics == check_source(text, file.path, files=FILES.get).diagnostics


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_nodes_that_are_kept_are_written_as_the_text(seed: int):
    """A tree that is put together of old and new nodes is that of the text, comments and blank rows included."""
    source, together = LiveSource("net.py"), 0
    for text in (NET, *(typed for _, typed in storm(NET, 300, seed))):
        before = source._state.pieces
        try:
            change = source.update(text)
        except SourceError:
            continue
        together += bool(change.replaced)
        for piece in source._state.pieces:
            if piece not in before:
                assert piece.source.tree.code.rstrip("\n") == piece.source.text.rstrip("\n")
    assert together > 20
