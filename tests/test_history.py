"""What is said of a file does not depend on the files that were linted before it in the same process."""

from __future__ import annotations

import random
from pathlib import Path
from textwrap import dedent

import pytest

from shapelint.cli import run
from shapelint.config import Config
from shapelint.report import FileReport
from shapelint.session import Session

REGISTRY = """
MODELS = {}

def register(name):
    def enter(cls):
        if name in MODELS:
            raise KeyError(name)
        MODELS[name] = cls
        return cls
    return enter
"""
NET = """
import torch
from torch import nn
from registry import MODELS, register
{before}

{decorator}
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(3, {width}, 1)
    def forward(self, x):
        return self.first(x)
{subscript}
y = {asked}(torch.zeros(1, 3, 8, 8))  # (1, {said}, 8, 8)
"""
COUNT = 8


@pytest.fixture
def nets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Files each of which looks up what the one before has registered; one comment in three is wrong."""
    (tmp_path / "registry.py").write_text(REGISTRY)
    (tmp_path / "pyproject.toml").write_text("[tool.shapelint]\n")
    names = [f"net{number}.py" for number in range(1, COUNT + 1)]
    for number, name in enumerate(names, 1):
        subscript = number % 2 == 0
        text = NET.format(
            before=("", f"import net{number - 1}", f"from . import net{number - 1}")[(number > 1) + (number % 3 == 2)],
            decorator="" if subscript else f'@register("net{number}")',
            subscript=f'MODELS["net{number}"] = Net' if subscript else "",
            asked="Net()" if number == 1 else f'MODELS["net{number - 1}"]()',
            width=number,
            said=max(number - 1, 1) + (number % 3 == 0),
        )
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    return names


def _alone(names: list[str]) -> dict[str, FileReport]:
    return {name: Session(Config("."), use_cache=False).check_file(name) for name in names}


def test_a_module_that_is_imported_for_what_it_registers_is_executed(nets: list[str]) -> None:
    """Whether it enters itself by a decorator or by a subscript: every comment is checked, and the wrong ones are found."""
    for number, report in enumerate(_alone(nets).values(), 1):
        assert report.coverage is not None
        assert report.coverage.claims_checked == 1
        assert len(report.diagnostics) == (number % 3 == 0)


@pytest.mark.parametrize("seed", range(4))
def test_files_say_in_any_order_what_they_say_alone(nets: list[str], seed: int) -> None:
    """In one session, also if it gives back the memory of imported files between them."""
    alone, order = _alone(nets), list(nets)
    random.Random(seed).shuffle(order)
    session = Session(Config("."), use_cache=False)
    session.expect(order)
    for name in order:
        if seed == 3:
            session.project(name).let_go()
        assert session.check_file(name) == alone[name]


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_processes_and_a_half_filled_cache_say_the_same(
    nets: list[str], capfd: pytest.CaptureFixture[str], jobs: str
) -> None:
    """Byte for byte."""

    def said(*options: str) -> tuple[int, str, str]:
        code = run(["check", "--coverage", "--output-format", "json", *options])
        return code, *capfd.readouterr()

    expected = said("--no-cache", "--jobs", "1", ".")
    assert said("--no-cache", "--jobs", jobs, ".") == expected
    said("--cache-dir", "known", *nets[::2])
    assert said("--cache-dir", "known", "--jobs", jobs, ".") == expected


CYCLE = {
    "a.py": """
        import torch
        from torch import nn
        from registry import MODELS, register
        import b
        @register("a")
        class A(nn.Module):
            def forward(self, x):
                return x
        made = MODELS["b"]() if "b" in MODELS else None
    """,
    "b.py": """
        import torch
        from torch import nn
        from registry import MODELS, register
        import a
        @register("b")
        class B(nn.Conv2d):
            def __init__(self):
                super().__init__(3, 4, 1)
        y = MODELS["a"]()(torch.zeros(1, 3))  # (1, 3)
    """,
}


def test_modules_that_import_each_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever comes first, and whatever was linted before."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "registry.py").write_text(REGISTRY)
    for name, text in CYCLE.items():
        (tmp_path / name).write_text(dedent(text))
    alone = _alone(list(CYCLE))
    for order in (["a.py", "b.py"], ["b.py", "a.py"], ["a.py", "a.py", "b.py", "a.py"]):
        session = Session(Config("."), use_cache=False)
        assert [session.check_file(name) for name in order] == [alone[name] for name in order]
    assert not any(report.diagnostics or report.error for report in alone.values())
