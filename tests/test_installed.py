"""Packages that are installed are read, never run; they have no findings of their own."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from shapelint.config import Config, Configurations
from shapelint.environment import Environment
from shapelint.session import Session
from shapelint.settings import Settings
from shapelint.summary import compare, show

BACKBONE = """
import torch.nn as nn
open("ran", "w")
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(3, 8, 3), nn.AdaptiveAvgPool2d(1), nn.Flatten())
        self.head = nn.Linear(8, 10)
    def forward(self, x):
        return self.head(self.body(x))
broken = nn.Sequential(nn.Linear(2, 3), nn.Linear(4, 5))
"""
USER = """
import torch, torch.nn as nn
import backbones
from backbones.nets import Net
net = Net()
net.head = nn.Linear({width}, 2)
y = net(torch.rand(2, 3, 32, 32))
other = backbones.nets.Net()
"""


def installed(folder: Path, needs: str = "Requires-Dist: torch>=2\n") -> Path:
    """An environment with one package of two files."""
    site = folder / "lib" / "python3.12" / "site-packages"
    (site / "backbones").mkdir(parents=True)
    (site / "backbones" / "__init__.py").write_text("from . import nets\n")
    (site / "backbones" / "nets.py").write_text(BACKBONE)
    (site / "backbones-1.0.dist-info").mkdir()
    (site / "backbones-1.0.dist-info" / "METADATA").write_text(f"Name: backbones\nVersion: 1.0\n{needs}")
    return folder


def messages(config: Config, folder: Path, width: int = 9) -> list[str]:
    """What is found in a file of ``folder`` that replaces the head of the installed network."""
    file = folder / "use.py"
    file.write_text(USER.format(width=width))
    report = Session(config, use_cache=False).check_file(str(file))
    assert report.error is None
    assert not (folder / "ran").exists()
    return [finding.message for finding in report.diagnostics]


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("VIRTUAL_ENV", "CONDA_PREFIX"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


WRONG = ["9 features expected, got 8"]


def test_the_source_of_an_installed_package_is_followed(tmp_path: Path) -> None:
    """That of the interpreter or the folder that is named; without one the network is unknown."""
    place = installed(tmp_path / "elsewhere")
    (place / "bin").mkdir()
    (place / "bin" / "python").write_text("")
    for python in (str(place), str(place / "bin" / "python")):
        config = Config(str(tmp_path), Settings(python=python))
        assert messages(config, tmp_path) == WRONG
        assert messages(config, tmp_path, width=8) == []
    assert messages(Config(str(tmp_path)), tmp_path) == []


def test_the_active_environment_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By ``VIRTUAL_ENV`` and ``CONDA_PREFIX``, or as ``.venv`` beside the configuration."""
    place = installed(tmp_path / "elsewhere")
    for name in ("VIRTUAL_ENV", "CONDA_PREFIX"):
        with monkeypatch.context() as patch:
            patch.setenv(name, str(place))
            assert messages(Config(str(tmp_path)), tmp_path) == WRONG
    place.rename(tmp_path / ".venv")
    assert messages(Config(str(tmp_path)), tmp_path) == WRONG


def test_the_configuration_names_it(tmp_path: Path) -> None:
    """``python`` is relative to the folder of the configuration."""
    installed(tmp_path / "env")
    (tmp_path / "pyproject.toml").write_text('[tool.shapelint]\npython = "env"\n')
    assert messages(Configurations().of_file(str(tmp_path / "use.py")), tmp_path) == WRONG


def test_only_what_needs_torch_is_read(tmp_path: Path) -> None:
    """Other packages make no modules; their metadata says so."""
    place = installed(tmp_path / "elsewhere", needs="Requires-Dist: torchaudio\n")
    assert messages(Config(str(tmp_path), Settings(python=str(place))), tmp_path) == []
    environment = Environment(str(place), str(tmp_path), lambda path: Path(path).read_text())
    assert environment.place_of("backbones") is None
    assert environment.consulted
    assert environment.place_of("nowhere") is None


def test_show_follows_it_too(tmp_path: Path) -> None:
    """In a whole model as in a linted file, now and at a git revision, with the symbols of the configuration."""
    installed(tmp_path / ".venv")
    (tmp_path / "shapelint.toml").write_text("symbols = { classes = 5 }\n")
    (tmp_path / "use.py").write_text(
        "from torch import nn\nfrom backbones.nets import Net\n\n\nclass Mine(Net):\n"
        "    def __init__(self, classes):\n        super().__init__()\n        self.head = nn.Linear(8, classes)\n"
    )
    assert show("use.py::Mine", [(2, 3, 9, 9)])["output"] == [2, 5]
    for command in (
        ["init", "-q"],
        ["add", "use.py"],
        ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "a"],
    ):
        subprocess.run(["git", *command], check=True)
    assert compare("use.py::Mine", [(2, 3, 9, 9)], "HEAD")["output"] == [[2, 5], [2, 5]]
