"""Mistakes as people report them: found at the marked line, and what ``--unsafe-fixes`` writes is accepted by PyTorch."""

from __future__ import annotations

import contextlib
import io
import warnings
from pathlib import Path

import pytest
from test_expectations import FIXTURES, without_markers

from shapelint.diagnostic import Diagnostic, Edit, Fix, Span
from shapelint.engine import check_source
from shapelint.fixes.rounds import fix_text
from shapelint.trials import Linted, settled

REPORTS = sorted((FIXTURES / "repairs").glob("*.py"))


def runs(text: str) -> bool:
    """Whether PyTorch accepts it."""
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            exec(compile(text, "report.py", "exec"), {"__name__": "__main__"})
        except Exception:  # noqa: BLE001  # whatever torch raises
            return False
    return True


@pytest.mark.parametrize("path", REPORTS, ids=lambda path: path.stem)
def test_report(path: Path) -> None:
    """Exactly what is marked is found in what PyTorch refuses; a repair, where one is offered, leaves what it runs."""
    text, expected = without_markers(path.read_text("utf-8"))
    found = check_source(text, path.name).diagnostics
    assert len(found) == len(expected)
    assert all(any(entry.fits(finding) for finding in found) for entry in expected), found
    assert runs(text) is not bool(expected)
    if any(finding.fix is not None for finding in found):
        fixed = fix_text(text, lambda other: check_source(other, path.name), unsafe=True)
        assert fixed.remaining.diagnostics == ()
        assert runs(fixed.text)


def finding(row: int, content: str | None = None) -> Diagnostic:
    """A finding in column 1 of a row; ``content``: what its repair writes there."""
    fix = None if content is None else Fix("unsafe", "", (Edit(Span(row, 1, row, 2), content),))
    return Diagnostic("SHP301", "", "", "x.py", Span(row, 1, row, 2), help="so", fix=fix)


def lint(text: str) -> Linted:
    """Finds each line that begins with an ``a``; ``c`` is refused, and ``b`` makes line 1 wrong."""
    rows = [row for row, line in enumerate(text.split("\n"), 1) if line.startswith("a") or (row == 1 and "b" in text)]
    refused = {(row, "raises") for row, line in enumerate(text.split("\n"), 1) if line.startswith("c")}
    return Linted(tuple(map(finding, rows)), frozenset(refused))


@pytest.mark.parametrize(
    ("content", "offered"), [("x", True), ("a", False), ("ab", False), ("b", False), ("c", False), ("\n\n", True)]
)
def test_a_repair_holds_or_is_not_offered(content: str, offered: bool) -> None:
    """Its finding must go, no other may come, and nothing may be refused that was not."""
    before = Linted((finding(2, content), finding(4)), frozenset())
    first, second = settled("z\na\nz\na\n", before, lint)
    assert (first.fix is not None, first.help) == (offered, "so" if offered else None)
    assert second == finding(4)


def test_the_next_repair_is_tried() -> None:
    """An alternative is reported with its own words and place."""
    first = finding(2, "a")
    (last,) = settled("z\na\n", Linted((_with(first, finding(2, "y")),), frozenset()), lint)
    assert last == finding(2, "y")


def test_what_follows_is_not_reported_twice() -> None:
    """A finding that goes with the repair of another one is no finding of its own."""
    before = Linted((finding(1), finding(2, "x")), frozenset())
    assert settled("z\nb\n", before, lint) == (finding(2, "x"),)


def _with(first: Diagnostic, otherwise: Diagnostic) -> Diagnostic:
    return Diagnostic("SHP301", "", "", "x.py", first.span, help="so", fix=first.fix, otherwise=otherwise)
