"""Repairs change what they name and not one byte more."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shapelint.diagnostic import Diagnostic, Edit, Fix, Span
from shapelint.edits import apply_edits, apply_fixes
from shapelint.engine import Result
from shapelint.fixes.file_diff import difference
from shapelint.fixes.rounds import fix_text
from shapelint.replacing import replace_file

ROOT = Path(__file__).parent.parent
NETD = ROOT / "fixtures" / "models" / "netd.py"


def finding(*edits: tuple[int, int, int, int, str], applicability: str = "safe") -> Diagnostic:
    """A finding whose fix makes these edits: row, column, end row, end column, text."""
    fix = Fix(applicability, "", tuple(Edit(Span(*edit[:4]), edit[4]) for edit in edits))
    return Diagnostic("SHP202", "stale-comment", "", "x.py", Span(1, 1, 1, 1), fix=fix)


def test_safe_and_unsafe() -> None:
    """Unsafe repairs only when asked for."""
    findings = [finding((1, 1, 1, 2, "A")), finding((1, 3, 1, 4, "B"), applicability="unsafe")]
    assert apply_fixes("a b", findings, unsafe=False).text == "A b"
    assert apply_fixes("a b", findings, unsafe=True).text == "A B"


def test_of_overlapping_repairs_the_first_is_made() -> None:
    """Whole repairs: one of two edits that overlap keeps the other from being made too."""
    findings = [finding((1, 1, 1, 3, "X")), finding((1, 2, 1, 4, "Y"), (1, 6, 1, 7, "Z")), finding((1, 6, 1, 7, "W"))]
    applied = apply_fixes("abcdef", findings, unsafe=False)
    assert (applied.text, applied.fixed, applied.postponed) == ("XcdeW", (findings[0], findings[2]), True)


def test_the_same_repair_twice_is_one() -> None:
    """Two findings with one cause."""
    applied = apply_fixes("ab", [finding((1, 1, 1, 2, "X")), finding((1, 1, 1, 2, "X"))], unsafe=False)
    assert (applied.text, len(applied.fixed)) == ("Xb", 2)


@given(st.text("ab\n\r\té尺", max_size=40), st.data())
def test_everything_else_stays(text: str, data: st.DataObject) -> None:
    """For any text and any edit, what stands before and behind it is kept, whatever the line ends."""
    from shapelint.source.lines import line_starts

    starts = line_starts(text)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))

    def point(offset: int) -> tuple[int, int]:
        row = max(index for index, begin in enumerate(starts, 1) if begin <= offset)
        return row, offset - starts[row - 1] + 1

    assert apply_edits(text, [Edit(Span(*point(start), *point(end)), "NEW")]) == f"{text[:start]}NEW{text[end:]}"


def test_repairs_are_repeated_until_nothing_is_left() -> None:
    """One repair may bring out the next; a repair that does nothing or goes round in circles ends."""

    def check(text: str) -> Result:
        number = int(text)
        return Result((finding((1, 1, 1, len(text) + 1, str(number + 1))),) if number < 5 else ())

    fixed = fix_text("1", check, unsafe=False)
    assert (fixed.text, len(fixed.repaired), fixed.remaining.diagnostics) == ("5", 4, ())

    def circle(text: str) -> Result:
        return Result((finding((1, 1, 1, 2, "2" if text == "1" else "1")),))

    assert fix_text("1", circle, unsafe=False).text == "2"


def test_a_repair_that_breaks_the_file_is_refused() -> None:
    """The file stays as it is."""
    fixed = fix_text("x = 1\n", lambda text: Result((finding((1, 5, 1, 6, "(")),)), unsafe=False)
    assert (fixed.text, fixed.refused) == ("x = 1\n", True)


def shapelint(*args: str | Path) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "shapelint", "--isolated", *map(str, args)],
        cwd=ROOT, capture_output=True, timeout=60, check=False,
    )  # fmt: skip


def variant(content: bytes, name: str) -> bytes:
    """The same file as it may come from other editors and other people."""
    match name:
        case "crlf":
            return content.replace(b"\n", b"\r\n")
        case "bom":
            return b"\xef\xbb\xbf" + content
        case "tabs":
            return content.replace(b"    ", b"\t")
        case "gbk":
            return b"# coding: gbk\n" + content.replace(b"import torch", "# 尺寸\nimport torch".encode("gbk"), 1)
        case "no-final-newline":
            return content.rstrip(b"\n")
        case "form-feed":
            return content.replace(b"\n\nclass", b"\n\x0c\nclass").replace(b"        )\n", b"        )   \n", 1)
    return content


@pytest.mark.parametrize("name", ["plain", "crlf", "bom", "tabs", "gbk", "no-final-newline", "form-feed"])
def test_every_other_byte_stays(tmp_path: Path, name: str) -> None:
    """netd.py has one stale comment; --fix writes 128 there, keeps all else, and the file is then clean."""
    file = tmp_path / "netd.py"
    before = variant(NETD.read_bytes(), name)
    file.write_bytes(before)
    file.chmod(0o640)
    stale = b"# state size. (64) x 48 x 48"
    index = before.index(stale, before.index(stale) + 1)
    expected = before[:index] + stale.replace(b"64", b"128") + before[index + len(stale) :]
    assert shapelint(file).returncode == 1
    difference = shapelint("--diff", file)
    assert difference.returncode == 1
    assert file.read_bytes() == before
    assert shapelint("--fix", file).returncode == 0
    assert file.read_bytes() == expected
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    again = shapelint("--diff", file)
    assert (again.returncode, again.stdout, again.stderr) == (0, b"", b"shapelint: nothing to repair\n")
    assert os.listdir(tmp_path) == ["netd.py"]


def test_a_wrong_padding_is_restored_byte_for_byte(tmp_path: Path) -> None:
    """With one padding=1 changed to 2, --fix --unsafe-fixes gives back the file as it was; neither does alone."""
    right = NETD.read_bytes().replace(
        b"(64) x 48 x 48\n            nn.Conv2d(in_channels=128",
        b"(128) x 48 x 48\n            nn.Conv2d(in_channels=128",
    )
    file = tmp_path / "netd.py"
    file.write_bytes(right)
    assert shapelint(file).returncode == 0
    layer = b"nn.Conv2d(in_channels=128, out_channels=256, kernel_size=3, stride=1, padding="
    wrong = right.replace(layer + b"1", layer + b"2")
    assert wrong != right
    file.write_bytes(wrong)
    done = shapelint(file)
    assert done.returncode == 1
    assert b"SHP201" in done.stdout
    assert b"padding=1" in done.stdout.split(b"help:")[1]
    assert shapelint("--fix", file).returncode == 1
    assert file.read_bytes() == wrong
    shown = shapelint("--unsafe-fixes", file)
    assert (shown.returncode, file.read_bytes()) == (1, wrong)
    assert b"1 finding, 1 fixable with --fix\n" in shown.stdout
    safe = shapelint("--diff", file)
    assert (safe.returncode, safe.stdout) == (0, b"")
    assert safe.stderr == b"shapelint: nothing to repair (1 finding, 1 with --unsafe-fixes)\n"
    assert shapelint("--diff", "--quiet", file).stderr == b""
    assert b"padding=1" in shapelint("--diff", "--unsafe-fixes", file).stdout
    assert file.read_bytes() == wrong
    assert shapelint("--fix", "--unsafe-fixes", file).returncode == 0
    assert file.read_bytes() == right


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    """The file it points to is replaced."""
    (tmp_path / "real.py").write_text("a")
    (tmp_path / "link.py").symlink_to("real.py")
    replace_file(str(tmp_path / "link.py"), b"b")
    assert (tmp_path / "link.py").is_symlink()
    assert (tmp_path / "real.py").read_bytes() == b"b"


def test_the_diff_can_be_applied(tmp_path: Path) -> None:
    """By ``patch``, also without a final newline and with CR LF."""
    before, after = b"a\r\nb\r\nc", b"a\r\nB\r\nc"
    (tmp_path / "x.py").write_bytes(before)
    text = difference(before, after, "x.py")
    assert "\\ No newline at end of file" in text
    done = subprocess.run(["git", "apply", "-"], input=text.encode(), cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "x.py").read_bytes() == after
