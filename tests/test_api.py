"""What `import shapelint` gives to programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import shapelint

IDLE = "import torch\nx = 1  # shapelint: ignore[stale-comment]\n"


def test_one_path_may_be_a_string_or_a_path(tmp_path: Path) -> None:
    """A string is not walked letter by letter."""
    file = tmp_path / "a.py"
    file.write_text(IDLE)
    config = shapelint.Config(str(tmp_path), cache=False)
    for paths in (str(file), file, [str(file)], (file,)):
        (report,) = shapelint.check_paths(paths, config)
        assert (report.path, [finding.code for finding in report.diagnostics]) == (str(file), ["SHP002"])


def test_everything_promised_is_there() -> None:
    """And nothing else is."""
    assert all(getattr(shapelint, name) is not None for name in shapelint.__all__)
    assert set(shapelint.__all__) == {"__version__", *shapelint._HOMES}
    assert callable(shapelint.show) and callable(shapelint.infer)
    with pytest.raises(AttributeError):
        shapelint.nonsense  # noqa: B018


def test_a_finding_as_values() -> None:
    """They survive JSON."""
    (finding,) = shapelint.check_source(IDLE, "a.py").diagnostics
    values = finding.to_dict()
    assert json.loads(json.dumps(values)) == values
    assert (values["code"], values["location"], values["help"]) == ("SHP002", {"row": 2, "column": 8}, None)
    assert values["fix"]["edits"][0]["location"] == {"row": 2, "column": 6}


NET = """\
from torch import nn


class Net(nn.Module):
    def __init__(self, width=8):
        super().__init__()
        self.conv = nn.Conv2d(3, width, 3)

    def forward(self, x):
        y = self.conv(x)
        return {"y": y, "pair": (y.flatten(1), None)}
"""


def test_shapes_are_inferred(tmp_path: Path) -> None:
    """As values, nested as the output is; whatever was imported before, these are functions."""
    file = tmp_path / "net.py"
    file.write_text(NET)
    assert shapelint.infer(f"{file}::Net", "1x3x4x4") == {"y": (1, 8, 2, 2), "pair": [(1, 32), None]}
    found = shapelint.infer(f"{file}::Net(width=16)")
    assert isinstance(found, dict) and found["y"] == ("N", 16, "H - 2", "W - 2")
    record = shapelint.show(f"{file}::Net", [(1, 3, 4, 4)])
    assert (record["output"]["y"], record["totals"]["parameters"]) == ([1, 8, 2, 2], 3 * 8 * 9 + 8)
    assert [each["target"] for each in shapelint.show(str(file))["targets"]] == [f"{file}::Net"]
    for wrong in (f"{file}::Missing", str(file), f"{tmp_path}/nowhere.py::Net", f"{file}::1 +"):
        with pytest.raises(shapelint.NoSuchTarget):
            shapelint.infer(wrong)
    with pytest.raises(shapelint.ShapeError, match=r"conv \(Conv2d\): 3 channels expected, got 5"):
        shapelint.infer(f"{file}::Net", (1, 5, 4, 4))
    for size in ("1xxN", (1, -3), "", (1.5,), 3):
        for ask in (shapelint.infer, lambda target, given: shapelint.show(target, [given])):
            with pytest.raises(ValueError, match="is no input"):
                ask(f"{file}::Net", size)


def test_inputs_are_written_as_for_the_command(tmp_path: Path) -> None:
    """One text is not walked letter by letter; a target may be a path."""
    file = tmp_path / "net.py"
    file.write_text(NET)
    target = Path(f"{file}::Net")
    records = [
        shapelint.show(target, given)
        for given in ("1x3x4x4", ["1x3x4x4"], [(1, 3, 4, 4)], "x=1x3x4x4", ("(1, 3, 4, 4)",))
    ]
    assert [record["output"]["y"] for record in records] == [[1, 8, 2, 2]] * 5
    assert shapelint.show(target, "1x3x4xW")["output"]["y"] == [1, 8, 2, "W - 2"]
    found = shapelint.infer(target, "x=1x3x4xW")
    assert isinstance(found, dict) and found["y"] == (1, 8, 2, "W - 2")


def test_errors_can_be_caught(tmp_path: Path) -> None:
    """By the names that are exported."""
    (tmp_path / "pyproject.toml").write_text("[tool.shapelint]\nselekt = []\n")
    with pytest.raises(shapelint.ConfigError):
        shapelint.check_paths(tmp_path)
    with pytest.raises(shapelint.UnknownRule):
        shapelint.check_source(IDLE, "a.py", shapelint.Settings(select=("nonsense",)))
