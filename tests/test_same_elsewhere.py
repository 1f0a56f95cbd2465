"""The table of docs/same.md: PyTorch spellings give the numbers of other frameworks; right ones are silent, wrong ones found."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import torch
import torch.nn.functional as F

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "bench"))

from same_elsewhere import CASES, Case

from shapelint.engine import check_source

TABLE = (Path(__file__).parent.parent / "docs" / "same.md").read_text(encoding="utf-8")
WRONG = (
    (32, 3, 16, "F.conv1d(x, w, stride=2)"),
    (32, 4, 32, "F.conv1d(x, w, padding=2)"),
    (32, 4, 32, "F.conv1d(x, w, padding=1)"),
    (32, 3, 32, "F.conv1d(x, w, padding=1, dilation=2)"),
    (32, 3, 16, "F.conv1d(F.pad(x, (2, 2)), w, stride=2)"),
    (32, 3, 16, "F.max_pool1d(x, 3, 2)"),
    (32, 3, 16, "F.avg_pool1d(x, 3, 2)"),
    (32, 3, 64, "F.conv_transpose1d(x, w, stride=2)"),
    (32, 3, 64, "F.conv_transpose1d(x, w, stride=2, padding=1)"),
    (32, 4, 64, "F.conv_transpose1d(x, w, stride=2)"),
    (32, 5, 64, "F.conv_transpose1d(x, w, stride=2, padding=1)"),
)
"""What people write instead of the spelling of a case, on rows of 32, with the size that the framework has."""


def identity(case: Case) -> str:
    return f"{case.name} {case.frameworks[0]}"


@pytest.mark.parametrize("case", CASES, ids=identity)
def test_the_spelling_gives_the_numbers_of_the_frameworks(case: Case) -> None:
    """Size and side alike: the decimals of a number show which pixels it was made of."""
    x = torch.arange(1.0, case.length + 1).reshape(1, 1, -1)
    w = (10.0 ** torch.arange(case.kernel)).reshape(1, 1, -1)
    made = eval(case.spelling, {"F": F, "x": x, "w": w})
    assert made.ravel().tolist() == pytest.approx(case.seen)


@pytest.mark.parametrize("case", CASES, ids=identity)
def test_the_table_has_the_case(case: Case) -> None:
    """In the row of its name, with the size, and with each framework that does so."""
    (row,) = [
        line for line in TABLE.splitlines() if f"`{case.spelling}`" in line and line.startswith(f"| {case.name} |")
    ]
    assert f"| {len(case.seen)} |" in row
    assert all(name.partition("-")[0] in row.casefold() for name in case.frameworks)


def found(kernel: int, length: int, spelling: str, size: int) -> list[str]:
    text = f"""import torch
import torch.nn.functional as F


def ported():
    x = torch.randn(2, 8, {length})  # (2, 8, {length})
    w = torch.randn(8, 8, {kernel})
    y = {spelling}  # (2, 8, {size})
    return y


ported()
"""
    return [finding.code for finding in check_source(text, "net.py").diagnostics]


@pytest.mark.parametrize("case", CASES, ids=identity)
def test_right_spellings_are_silent(case: Case) -> None:
    """With a comment that has the framework's size."""
    assert found(case.kernel, case.length, case.spelling, len(case.seen)) == []


@pytest.mark.parametrize(("length", "kernel", "size", "spelling"), WRONG)
def test_wrong_spellings_are_found(length: int, kernel: int, size: int, spelling: str) -> None:
    """The comment still has the size of the framework; the spelling gives another one."""
    assert found(kernel, length, spelling, size) != []
