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
    with pytest.raises(AttributeError):
        shapelint.nonsense  # noqa: B018


def test_a_finding_as_values() -> None:
    """They survive JSON."""
    (finding,) = shapelint.check_source(IDLE, "a.py").diagnostics
    values = finding.to_dict()
    assert json.loads(json.dumps(values)) == values
    assert (values["code"], values["location"], values["help"]) == ("SHP002", {"row": 2, "column": 8}, None)
    assert values["fix"]["edits"][0]["location"] == {"row": 2, "column": 6}


def test_errors_can_be_caught(tmp_path: Path) -> None:
    """By the names that are exported."""
    (tmp_path / "pyproject.toml").write_text("[tool.shapelint]\nselekt = []\n")
    with pytest.raises(shapelint.ConfigError):
        shapelint.check_paths(tmp_path)
    with pytest.raises(shapelint.UnknownRule):
        shapelint.check_source(IDLE, "a.py", shapelint.Settings(select=("nonsense",)))
