"""The lessons that the project began from: each correct network is silent, each with one number broken gives one finding."""

from __future__ import annotations

from pathlib import Path

import pytest

from shapelint import Diagnostic, check_source
from shapelint.fixes.rounds import fix_text

MODELS = Path(__file__).resolve().parent.parent / "fixtures" / "models"

BROKEN = [
    # the padding is solved back from the annotated size
    ("netd.py", 12, "padding=1", "padding=2", "SHP201", "padding=1"),
    ("netd.py", 20, "padding=1", "padding=2", "SHP201", "padding=1"),
    ("netd.py", 24, "padding=1", "padding=0", "SHP201", "padding=1"),
    ("netd.py", 36, "padding=1", "padding=0", "SHP201", "padding=1"),
    # a DCGAN that says only "input is Z", and its discriminator
    ("dcgan.py", 15, "4, 2, 1", "4, 2, 2", "SHP201", "padding=1"),
    ("dcgan.py", 14, "(ngf*8) x 4 x 4", "(ngf*8) x 5 x 5", "SHP202", "(ngf*8) x 4 x 4"),
    ("dcgan.py", 26, "(ngf) x 32 x 32", "(ngf*2) x 32 x 32", "SHP202", "(ngf) x 32 x 32"),
    ("dcgan.py", 44, "ndf * 2, 4, 2, 1", "ndf * 2, 4, 2, 0", "SHP201", "padding=1"),
    ("dcgan.py", 47, "(ndf*2) x 16 x 16", "(ndf*4) x 16 x 16", "SHP202", "(ndf*2) x 16 x 16"),
    ("dcgan.py", 44, "ndf * 2", "ndf * 3", "SHP301", ""),
    # layers from a helper that returns lists
    ("helper_lists.py", 21, "(32) x 16 x 16", "(32) x 15 x 15", "SHP202", "(32) x 16 x 16"),
    ("helper_lists.py", 22, "32, 64", "16, 64", "SHP301", ""),
    # comments that speak of the next layer
    ("next_layer.py", 15, "3, 2, 1", "3, 2, 0", "SHP201", "padding=1"),
    ("next_layer.py", 18, "(128) x 48 x 48", "(64) x 48 x 48", "SHP202", "(128) x 48 x 48"),
    # 2p = d(k - 1)
    ("dilated_stack.py", 13, "padding=6", "padding=1", "SHP201", "padding=6"),
    ("dilated_stack.py", 15, "dilation=6", "dilation=4", "SHP101", "padding=4"),
    # n=8, k=3, p=1: 8 with stride 1, 4 with stride 2
    ("strides.py", 14, "(1) x 4 x 4", "(1) x 8 x 8", "SHP202", "4 x 4"),
    ("strides.py", 9, "(1) x 8 x 8", "(1) x 6 x 6", "SHP202", "(1) x 8 x 8"),
    # the padding modes and their limits
    ("padding_modes.py", 7, "padding=1", "padding=4", "SHP103", ""),
    ("padding_modes.py", 9, "padding=1", "padding=5", "SHP103", ""),
    ("padding_modes.py", 9, '"circular"', '"wrap"', "SHP103", ""),
    ("padding_modes.py", 15, "[1, 1, 6, 6]", "[1, 1, 4, 4]", "SHP202", "[1, 1, 6, 6]"),
    # TensorFlow's strided same, and what PyTorch has not
    ("tensorflow_same.py", 14, "padding=0", 'padding="same"', "SHP102", ""),
]


def lint(text: str, name: str) -> tuple[Diagnostic, ...]:
    return check_source(text, name).diagnostics


@pytest.mark.parametrize("path", sorted(MODELS.glob("*.py")), ids=lambda path: path.name)
def test_what_is_right_is_silent(path: Path) -> None:
    """Correct networks give no finding; netd.py, as it was published, has one stale comment."""
    found = [(d.code, d.span.row) for d in lint(path.read_text(encoding="utf-8"), path.name)]
    assert found == ([("SHP202", 19)] if path.name == "netd.py" else [])


@pytest.mark.parametrize(("name", "row", "right", "wrong", "code", "advice"), BROKEN)
def test_one_broken_number_is_one_finding(name: str, row: int, right: str, wrong: str, code: str, advice: str) -> None:
    """One finding, on the broken line, and its help names the number that is right."""
    lines = sound(name).split("\n")
    assert right in lines[row - 1]
    lines[row - 1] = lines[row - 1].replace(right, wrong, 1)
    found = lint("\n".join(lines), name)
    assert [(d.code, d.span.row) for d in found] == [(code, row)]
    told = " ".join(filter(None, (found[0].help, found[0].fix.message if found[0].fix else None)))
    assert advice in told


@pytest.mark.parametrize(
    ("name", "row", "right", "wrong"),
    [case[:4] for case in BROKEN if case[4] in ("SHP101", "SHP201", "SHP202") and "dilation" not in case[2]],
)
def test_a_repair_restores_the_file(name: str, row: int, right: str, wrong: str) -> None:
    """``--fix --unsafe-fixes`` gives back the file byte for byte."""
    text = sound(name)
    lines = text.split("\n")
    lines[row - 1] = lines[row - 1].replace(right, wrong, 1)
    broken = "\n".join(lines)
    assert fix_text(broken, lambda current: check_source(current, name), unsafe=True).text == text


def test_a_wrapper_that_calls_itself_same_is_not_for_a_stride() -> None:
    """At stride 2 its formula keeps 18 of 32: the padding inside the wrapper is named."""
    text = sound("calls_itself_same.py").replace("(32, 64, 5)", "(32, 64, 5, 2)")
    assert [(d.code, d.span.row) for d in lint(text, "calls_itself_same.py")] == [("SHP101", 14)]


def sound(name: str) -> str:
    """The fixture, its published mistake corrected."""
    text = (MODELS / name).read_text(encoding="utf-8")
    if name == "netd.py":
        lines = text.split("\n")
        lines[18] = lines[18].replace("(64)", "(128)")
        text = "\n".join(lines)
    return text
