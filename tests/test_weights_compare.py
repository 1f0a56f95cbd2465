"""The three lists of `weights` are those of `load_state_dict`, and its advice is tried out."""

from __future__ import annotations

import random
import re
import warnings
from pathlib import Path
from typing import Any

import pytest
import torch

from shapelint.weights import judge, open_target

MODEL = """import torch
from torch import nn


class Stem(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.conv = nn.Conv2d(3, width, 3, bias=False)
        self.norm = nn.BatchNorm2d(width)

    def forward(self, x):
        return self.norm(self.conv(x))


class Net(nn.Module):
    def __init__(self, width=8, depth=2, num_classes=10):
        super().__init__()
        self.stem = Stem(width)
        self.pos = nn.Parameter(torch.zeros(1, 5, width))
        self.layers = nn.Sequential(*[nn.TransformerEncoderLayer(width, 2, width * 4) for _ in range(depth)])
        self.register_buffer("scale", torch.ones(width))
        self.register_buffer("scratch", torch.ones(3), persistent=False)
        self.head = nn.Linear(width, num_classes)
        self.tied = nn.Linear(width, num_classes, bias=False)
        self.tied.weight = self.head.weight

    def forward(self, x):
        return x


class Open(nn.Module):
    def __init__(self, width, num_classes):
        super().__init__()
        self.body = nn.Linear(width * 2, width)
        self.head = nn.Linear(width, num_classes)

    def forward(self, x):
        return self.head(self.body(x))
"""

State = dict[str, Any]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("model") / "net.py"
    path.write_text(MODEL)
    return path


def build(expression: str) -> torch.nn.Module:
    names: dict[str, Any] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(MODEL, names)
        module: torch.nn.Module = eval(expression, names)
    return module


def torchs(module: torch.nn.Module, state: State) -> dict[str, set[str]]:
    """The names in torch's message."""
    text = ""
    try:
        module.load_state_dict(state)
    except RuntimeError as error:
        text = str(error)
    lists = {
        "missing": r"Missing key\(s\) in state_dict: (.*?)\. $",
        "unexpected": r"Unexpected key\(s\) in state_dict: (.*?)\. $",
    }
    found = {kind: re.search(words, text, re.MULTILINE) for kind, words in lists.items()}
    return {
        **{kind: set(re.findall(r'"([^"]*)"', match[1])) if match else set() for kind, match in found.items()},
        "mismatched": set(re.findall(r"size mismatch for (\S+):", text)),
    }


def ours(source: Path, state: Any, tmp_path: Path, expression: str = "Net()", **options: Any) -> dict[str, Any]:
    torch.save(state, tmp_path / "file.pt")
    return judge(open_target(f"{source}::{expression}"), str(tmp_path / "file.pt"), **options)


def names(record: dict[str, Any]) -> dict[str, set[str]]:
    return {part: {each["name"] for each in record[part]} for part in ("missing", "unexpected", "mismatched")}


def mutated(state: State, draw: random.Random) -> State:
    result = type(state)(state)
    result._metadata = getattr(state, "_metadata", None)
    for name in draw.sample(list(state), draw.randint(1, 6)):
        tensor = result.pop(name)
        match draw.randrange(5):
            case 0:
                result[f"{name}_old"] = tensor
            case 1:
                result[name] = torch.zeros(*tensor.shape[:-1], (tensor.shape or (1,))[-1] + draw.randint(1, 9))
            case 2:
                result[name] = torch.zeros(*tensor.shape, 2)
            case 3:
                result[f"{name}.more"] = tensor
    return result


@pytest.mark.parametrize(
    "expression", ["Net(num_classes=21)", "Net(width=16)", "Net(depth=3)", "Net(4, 1, 2)", "Stem(8)"]
)
def test_other_models(source: Path, expression: str, tmp_path: Path) -> None:
    """Another head, width, depth, all of them, another class."""
    state = build(expression).state_dict()
    assert names(ours(source, state, tmp_path)) == torchs(build("Net()"), state)


@pytest.mark.parametrize("seed", range(40))
def test_mutated_checkpoints(source: Path, seed: int, tmp_path: Path) -> None:
    """Entries renamed, of other sizes, dropped, added; with the versions of modules and without."""
    draw = random.Random(seed)
    state = mutated(build("Net()").state_dict(), draw)
    given: State = dict(state) if seed % 2 else state
    assert names(ours(source, given, tmp_path, as_is=True)) == torchs(build("Net()"), given)


def test_its_own_state_dict_fits(source: Path, tmp_path: Path) -> None:
    """Nothing is missing, unexpected or of another size."""
    record = ours(source, build("Net()").state_dict(), tmp_path)
    assert record["verdict"] == "fits" and not any(names(record).values())


def test_an_old_batch_norm_fits(source: Path, tmp_path: Path) -> None:
    """A file without versions need not count batches, as in torch; a scalar may have been saved as a vector."""
    state = {k: v for k, v in build("Net()").state_dict().items() if "num_batches" not in k}
    assert ours(source, state, tmp_path)["verdict"] == "fits"
    build("Net()").load_state_dict(state)
    state["stem.norm.num_batches_tracked"] = torch.zeros(1, dtype=torch.long)
    assert ours(source, state, tmp_path)["verdict"] == "fits"
    build("Net()").load_state_dict(state)


def test_the_argument_that_fits_is_named(source: Path, tmp_path: Path) -> None:
    """Another head: the line of the layer, the argument, and the target with which it was tried."""
    record = ours(source, build("Net(num_classes=21)").state_dict(), tmp_path)
    line = MODEL.splitlines().index("        self.head = nn.Linear(width, num_classes)") + 1
    first = record["mismatched"][0]
    assert (first["name"], first["shape"], first["saved"]) == ("head.weight", [10, 8], [21, 8])
    assert (first["file"], first["line"], first["argument"]) == (str(source), line, "num_classes=21")
    assert (record["fits_with"], record["left"]["mismatched"]) == ("Net(num_classes=21)", 0)


@pytest.mark.parametrize(
    ("asked", "saved", "fits_with"),
    [
        ("Net", "Net(width=16)", "Net(width=16)"),
        ("Net()", "Net(width=4, num_classes=3)", "Net(width=4, num_classes=3)"),
        ("Net(num_classes=7)", "Net(num_classes=9)", "Net(num_classes=9)"),
        ("Net(8, 2)", "Net(num_classes=3)", "Net(8, 2, num_classes=3)"),
    ],
)
def test_widths_are_found(source: Path, asked: str, saved: str, fits_with: str, tmp_path: Path) -> None:
    """One number from which all widths follow, several arguments, arguments that are given already."""
    record = ours(source, build(saved).state_dict(), tmp_path, asked)
    assert record["fits_with"] == fits_with and record["left"] == {"mismatched": 0, "missing": 0, "unexpected": 0}


def test_a_parameter_of_its_own_has_its_line(source: Path, tmp_path: Path) -> None:
    """What no layer makes is made where it is assigned."""
    state = build("Net()").state_dict()
    state["pos"], state["scale"] = torch.zeros(1, 9, 8), torch.zeros(3)
    record = ours(source, state, tmp_path)
    text = MODEL.splitlines()
    assert [text[each["line"] - 1].split()[0] for each in record["mismatched"]] == [
        "self.pos",
        'self.register_buffer("scale",',
    ]
    assert record["fits_with"] is None


def test_a_literal_names_the_argument_of_the_layer(tmp_path: Path) -> None:
    """Where no argument of the model leads there, it is the layer's own that would fit."""
    path = tmp_path / "net.py"
    path.write_text("from torch import nn\n\nnet = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 10))\n")
    torch.save(
        torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.ReLU(), torch.nn.Linear(8, 3)).state_dict(),
        tmp_path / "f.pt",
    )
    record = judge(open_target(f"{path}::net"), str(tmp_path / "f.pt"))
    assert [(each["name"], each["argument"]) for each in record["mismatched"]] == [
        ("2.weight", "out_features=3"),
        ("2.bias", "out_features=3"),
    ]


def test_sizes_that_the_model_leaves_open_are_read_off_the_file(source: Path, tmp_path: Path) -> None:
    """A class without defaults fits for the numbers that the file has, if they agree with one another."""
    state = build("Open(8, 5)").state_dict()
    record = ours(source, state, tmp_path, "Open")
    assert (record["verdict"], record["arguments"]) == ("fits", {"width": 8, "num_classes": 5})
    state["head.weight"] = torch.zeros(5, 9)
    assert [each["name"] for each in ours(source, state, tmp_path, "Open")["mismatched"]] == ["head.weight"]


def test_strict_is_torchs(source: Path, tmp_path: Path) -> None:
    """Without it missing and unexpected names are no errors; sizes still are."""
    state = build("Net()").state_dict()
    del state["head.bias"]
    assert [ours(source, state, tmp_path, strict=strict)["verdict"] for strict in (True, False)] == ["differs", "fits"]
    state["pos"] = torch.zeros(2)
    assert ours(source, state, tmp_path, strict=False)["verdict"] == "differs"


def test_what_is_not_followed_is_not_decided(tmp_path: Path) -> None:
    """Names in a module that nobody knows are neither unexpected nor right, and the verdict says so."""
    path = tmp_path / "net.py"
    path.write_text(
        "from torch import nn\nimport missing\n\nclass Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.body = nn.Sequential(missing.Body(), nn.Linear(2, 3))\n"
    )
    torch.save(
        {"body.0.w": torch.zeros(2), "body.1.weight": torch.zeros(3, 2), "body.1.bias": torch.zeros(3)},
        tmp_path / "f.pt",
    )
    record = judge(open_target(f"{path}::Net"), str(tmp_path / "f.pt"))
    assert (record["verdict"], record["undecided"], record["unexpected"]) == ("unknown", ["body.0.w"], [])
