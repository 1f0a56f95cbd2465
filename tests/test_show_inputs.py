"""Inputs as users give them: several, by name, nested, with symbols; and what a model refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from shapelint.cli import run
from shapelint.interp.paths.targets import NoSuchTarget
from shapelint.shapes.written_inputs import read_input
from shapelint.summary import show
from shapelint.summary.table import render_table

NET = """
from torch import nn
import torch


class Net(nn.Module):
    def __init__(self, width, classes=10):
        super().__init__()
        self.words = nn.Embedding(100, width)
        self.image = nn.Conv2d(3, width, 3)
        self.fc = nn.Linear(width, classes)

    def forward(self, image, tokens=None, scale=1):
        x = self.image(image).mean((2, 3))
        if tokens is not None:
            x = x + self.words(tokens).sum(1) * scale
        return self.fc(x)


class Pair(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 20)

    def forward(self, batch):
        (left, right), more = batch["pair"], batch["more"]
        return self.fc(left + right), self.fc(more)


class Strict(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Linear(8, 6), nn.Linear(7, 2)

    def forward(self, x):
        if x.shape[1] != 8:
            raise ValueError("eight")
        return self.second(self.first(x))


up = nn.Upsample(scale_factor=0.3)
"""


@pytest.fixture
def net(tmp_path: Path) -> Path:
    path = tmp_path / "net.py"
    path.write_text(NET)
    return path


def on(path: Path, target: str, *texts: str) -> dict[str, Any]:
    inputs = [read_input(text) for text in texts]
    assert None not in inputs
    return show(f"{path}::{target}", inputs)  # type: ignore[arg-type]


def test_inputs_by_name_and_in_order(net: Path) -> None:
    """A name says for which parameter of forward an input is; the rest go in order."""
    record = on(net, "Net(16)", "tokens=2x7:int64", "2x3x8x8", "scale=0.5")
    assert [call["path"] for call in record["calls"]] == ["image", "words", "fc"]
    assert record["output"] == [2, 10]


def test_plain_values_are_in_the_title(net: Path) -> None:
    """As Python writes them, beside the shapes; in the graph only tensors are inputs."""
    given = [read_input(text) for text in ("image=1x3x8x8", "tokens=1x7:int64", "scale=0.5")]
    record = show(f"{net}::Net(16)", [each for each in given if each is not None])
    assert record["given"] == ["(1, 3, 8, 8)", "(1, 7)", "0.5"]
    assert render_table(record).splitlines()[0].endswith("on (1, 3, 8, 8), (1, 7), 0.5")


def test_dicts_and_tuples(net: Path) -> None:
    """An input may be a nest of tensors, as forward takes it apart."""
    assert on(net, "Pair", "{pair=(4x8, 4x8), more=Bx8}")["output"] == [[4, 20], ["B", 20]]


def test_symbols_keep_their_names(net: Path) -> None:
    """One name is one size, in all inputs."""
    record = on(net, "Net(16)", "Bx3xHxW", "tokens=BxL:int64")
    assert record["inputs"] == [["B", 3, "H", "W"], ["B", "L"]] and record["output"] == ["B", 10]
    assert record["calls"][0]["out"] == ["B", 16, "H - 2", "W - 2"]


def test_a_symbol_never_stands_for_two_sizes(net: Path) -> None:
    """Two sizes that are not known to be equal have two names."""
    (call,) = on(net, "up", "Nx8xHxW")["calls"]
    batch, channels, *sizes = call["out"]
    assert (batch, channels) == ("N", 8) and len({*sizes, "H", "W"}) >= 3


def test_what_is_known_of_an_unknown_rank(net: Path) -> None:
    """A Linear on anything gives its width."""
    assert show(f"{net}::Pair")["calls"][0]["out"] == ["...", 20]
    assert "(..., 20)" in render_table(show(f"{net}::Pair"))


def line_of(words: str) -> int:
    return next(row for row, line in enumerate(NET.splitlines(), start=1) if words in line)


@pytest.mark.parametrize(
    ("target", "text", "words"),
    [
        ("Net", "z=1x3", r"forward has no parameter 'z': forward\(image, tokens=None, scale=1\)"),
        ("Net()", "1x3x8x8", r"Net\(\) raises TypeError: its arguments are Net\(width, classes=10\)"),
    ],
)
def test_what_is_missing_is_asked_for_with_the_signature(net: Path, target: str, text: str, words: str) -> None:
    """The message says what there is."""
    with pytest.raises(NoSuchTarget, match=words):
        on(net, target, text)


FORWARDS = """
from torch import nn


class Named(nn.Module):
    def forward(self, x, *, mask=None):
        return x


class Rest(nn.Module):
    def forward(self, x, **rest):
        return x


class Nothing(nn.Module):
    def forward(self):
        return None


class Many(nn.Module):
    def forward(self, *inputs, scale=1):
        return inputs[0]


class First(nn.Module):
    def forward(self, x, /, y=None):
        return x
"""


@pytest.mark.parametrize(
    ("target", "texts", "words"),
    [
        ("Named", ["2x8", "2x8"], r"2 inputs are too many for 1: forward\(x, \*, mask=None\)"),
        ("Named", ["2x8", "mask=2x8"], None),
        ("Rest", ["2x8", "2x8"], r"2 inputs are too many for 1: forward\(x, \*\*rest\)"),
        ("Rest", ["2x8", "x=2x8"], r"'x' is given twice"),
        ("Rest", ["2x8", "other=2x8"], None),
        ("Nothing", ["2x8"], r"1 input is too many: forward\(\)"),
        ("Many", ["2x8", "2x8", "scale=2:int"], None),
        ("First", ["2x8", "2x8", "2x8"], r"3 inputs are too many for 2: forward\(x, /, y=None\)"),
        ("First", ["x=2x8"], r"forward has no parameter 'x'"),
        ("nn.Conv2d(8, 8, 1)", ["2x8x8x8", "input=2x8x8x8"], r"'input' is given twice"),
    ],
)
def test_inputs_are_laid_on_parameters_as_python_does(
    target: str, texts: list[str], words: str | None, tmp_path: Path
) -> None:
    """What is behind a ``*`` takes no place, and a ``**rest`` takes names only."""
    file = tmp_path / "forwards.py"
    file.write_text(FORWARDS)
    if words is None:
        assert on(file, target, *texts)["output"] == [2, 8]
        return
    with pytest.raises(NoSuchTarget, match=words):
        on(file, target, *texts)


PLACES = """
from torch import nn


class Net(nn.Module):
    def __init__(self, width, /, classes=10):
        super().__init__()
        self.fc = nn.Linear(width, classes)

    def forward(self, x, /, y=None, *, mask=None):
        return self.fc(x)
"""


@pytest.mark.parametrize(
    ("target", "texts", "output"),
    [
        ("Net", [], ["...", 10]),
        ("Net", ["2x8"], [2, 10]),
        ("Net(8)", ["2x8"], [2, 10]),
        ("Net(8)", ["2x8", "y=2x3"], [2, 10]),
        ("Net(8)", ["2x8", "2x3", "mask=2x8"], [2, 10]),
        ("Net(8)", ["mask=2x8"], ["...", 10]),
    ],
)
def test_parameters_that_only_have_a_place(target: str, texts: list[str], output: list[Any], tmp_path: Path) -> None:
    """Those before a ``/`` are given by place, the input that stands for what is not given too."""
    file = tmp_path / "places.py"
    file.write_text(PLACES)
    record = on(file, target, *texts)
    assert record["output"] == output and record["refused"] is None


def test_a_class_without_values_says_what_it_asks_for(net: Path) -> None:
    """A parameter of the constructor without a value is a symbol, and that is said."""
    record = show(f"{net}::Net", [(1, 3, 8, 8)])
    assert record["output"] == [1, 10] and "Net(width, classes=10)" in record["unknown"][0]["reason"]


def test_the_refused_row_is_the_last(net: Path) -> None:
    """Nothing is stated of what comes after it; its line and the reason are given."""
    record = on(net, "Strict", "4x8")
    assert [(call["path"], call.get("refused")) for call in record["calls"]] == [("first", None), ("second", True)]
    assert (record["output"], record["calls"][1]["out"], record["totals"]["complete"]) == (None, None, False)
    refused = record["refused"]
    assert (refused["path"], refused["file"], refused["line"]) == ("second", str(net), line_of("return self.second"))
    assert refused["reason"] == "PyTorch raises in second: 7 features expected, got 6"
    assert f"line {refused['line']}: PyTorch raises in second" in render_table(record)


def test_an_exception_of_the_model_is_a_refusal(net: Path) -> None:
    """Its line is that of the raise."""
    record = on(net, "Strict", "4x9")
    assert (record["refused"]["reason"], record["refused"]["line"]) == ("ValueError is raised", line_of("raise"))


def test_exit_codes(net: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """1 where a given input is refused."""
    codes = [run(["show", f"{net}::Strict", "--input", sizes]) for sizes in ("4x8", "4x9")]
    assert codes == [1, 1] and "refused" in capfd.readouterr().out


def test_the_inputs_of_the_configuration(net: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Without --input those of pyproject.toml are taken."""
    (net.parent / "pyproject.toml").write_text('[tool.shapelint]\ninputs = { "Pair" = "4x8", "up" = "1x8x10x10" }\n')
    assert run(["show", f"{net}::up"]) == 0
    assert "(1, 8, 3, 3)" in capfd.readouterr().out
    assert run(["show", str(net)]) == 0
    assert "::Pair on (4, 8)" in capfd.readouterr().out


def test_notebooks_and_folders(net: Path) -> None:
    """A folder is all its files; a notebook is its cells."""
    cells = [{"cell_type": "code", "source": ["from torch import nn\n", "net = nn.Linear(3, 4)\n"], "metadata": {}}]
    notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (net.parent / "book.ipynb").write_text(json.dumps(notebook, indent=1))
    assert show(f"{net.parent / 'book.ipynb'}::net", [(2, 3)])["output"] == [2, 4]
    refused = show(f"{net.parent / 'book.ipynb'}::net", [(2, 5)])
    assert [(call["cell"], call["line"]) for call in refused["calls"]] == [(1, 2)]
    assert "cell 1:2: PyTorch raises" in render_table(refused)
    names = [record["target"].rpartition("::")[2] for record in show(str(net.parent))["targets"]]
    assert names == ["Net", "Pair", "Strict"]


def test_what_a_notebook_writes_is_imported(tmp_path: Path) -> None:
    """``%%writefile`` makes a module, which is nowhere on disk."""
    part = "%%writefile parts.py\nfrom torch import nn\nclass Part(nn.Linear):\n    def __init__(self):\n        super().__init__(8, 3)\n"
    net = "from parts import Part\nclass Net(Part):\n    def forward(self, x):\n        return super().forward(x)\n"
    cells = [
        {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": text.splitlines(True)}
        for text in (part, net)
    ]
    path = tmp_path / "nb.ipynb"
    path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    given = read_input("2x8")
    assert given is not None
    record = show(f"{path}::Net", [given])
    assert (record["output"], record["totals"]["parameters"]) == ([2, 3], 27)


def test_a_name_that_is_not_there(net: Path) -> None:
    """Whether it is called or not."""
    for expression in ("Nit", "Nit(3, width=4)"):
        with pytest.raises(NoSuchTarget, match="name 'Nit' is not known"):
            show(f"{net}::{expression}")


def test_a_base_class_that_is_not_known_may_take_what_another_does_not(net: Path) -> None:
    """So that ``super().__init__(**kwargs)`` is no mistake of the model's, and the part is named as not followed."""
    net.write_text(
        "from torch import nn\nfrom nowhere import ResNet\n\n\nclass Mixin:\n    def width(self):\n        return 3\n\n\n"
        "class Encoder(ResNet, Mixin):\n    def __init__(self, **more):\n        super().__init__(**more)\n\n"
        "    def forward(self, x):\n        return self.layer1(x)\n\n\n"
        "class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.encoder, self.fc = Encoder(layers=[2, 2]), nn.Linear(8, 2)\n\n"
        "    def forward(self, x):\n        return self.fc(self.encoder(x))\n"
    )
    record = show(f"{net}::Net", [(1, 3, 8, 8)])
    assert [place["name"] for place in record["not_followed"]] == ["encoder."]
    assert (record["output"], record["refused"]) == (["...", 2], None)


def test_records_are_as_the_schema_says(net: Path) -> None:
    """`docs/show.schema.json` is what programs may rely on: symbols, nests, refusals, unknowns, classes that fail."""
    import jsonschema

    schema = json.loads((Path(__file__).parent.parent / "docs" / "show.schema.json").read_text(encoding="utf-8"))
    check = jsonschema.Draft202012Validator(schema)
    net.write_text(NET + "\n\nclass Failing(nn.Module):\n    def __init__(self):\n        raise ValueError\n")
    for record in (
        show(str(net)), on(net, "Net(16)", "Bx3xHxW", "tokens=BxL:int64"), on(net, "Strict", "4x8"), on(net, "Strict", "4x9"),
        on(net, "Pair", "{pair=(4x8, 4x8), more=Bx8}"), on(net, "up", "Nx8xHxW"),
    ):  # fmt: skip
        assert [error.message for error in check.iter_errors(json.loads(json.dumps(record)))] == []
    assert list(check.iter_errors({"version": 1})) != []


def test_what_called_layers_share_is_counted_once(tmp_path: Path) -> None:
    """A tied weight is one, and symbols are summed up."""
    path = tmp_path / "tied.py"
    path.write_text(
        "from torch import nn\n"
        "class Net(nn.Module):\n"
        "    def __init__(self, width):\n"
        "        super().__init__()\n"
        "        self.words = nn.Embedding(10, width)\n"
        "        self.out = nn.Linear(width, 10, bias=False)\n"
        "        self.out.weight = self.words.weight\n"
        "        self.unused = nn.Linear(2, 2)\n"
        "    def forward(self, x):\n"
        "        return self.out(self.words(x))\n"
    )
    given = read_input("2x3:int64")
    assert given is not None
    totals = show(f"{path}::Net(4)", [given])["totals"]
    assert (totals["parameters"], totals["called"]) == (46, 40)
    assert show(f"{path}::Net", [given])["totals"]["called"] == "10*width"
