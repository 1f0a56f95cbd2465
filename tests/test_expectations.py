"""Every fixture gives exactly the findings that its lines are marked with, and every unmarked line is silent.

    # state size. (64) x 48 x 48  # expect: SHP202 "(128, 48, 48) computed"
    nn.Conv2d(64, 128, 4, 2, 2),  # expect: SHP201 "33" help "padding=1"

The marker is taken out before the file is linted.  One that stands alone on its line speaks of the next line.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from shapelint.diagnostic import Diagnostic
from shapelint.engine import check_source
from shapelint.source.notebooks.ipynb import read_ipynb

FIXTURES = Path(__file__).parent.parent / "fixtures"
MARKER = re.compile(r'\s*# expect: (?P<code>SHP\d+)(?: "(?P<message>[^"]*)")?(?: help "(?P<help>[^"]*)")?')
UNMARKED = {"models/netd.py": ((19, "SHP202", "(128, 48, 48)", ""),)}
"""What files hold that have to stay as they are."""


@dataclass(frozen=True)
class Expected:
    """A finding that a line is marked with: texts that its message and its help must contain."""

    row: int
    code: str
    message: str
    help: str

    def fits(self, finding: Diagnostic) -> bool:
        advice = " ".join([finding.fix.message if finding.fix else "", finding.help or ""])
        return (
            (finding.span.row, finding.code) == (self.row, self.code)
            and self.message in finding.message
            and self.help in advice
        )


def without_markers(text: str) -> tuple[str, list[Expected]]:
    """The text without its markers, all rows kept, and what the markers expect."""
    lines: list[str] = []
    expected: list[Expected] = []
    for row, line in enumerate(text.split("\n"), 1):
        bare = MARKER.sub("", line)
        for match in MARKER.finditer(line):
            expected.append(
                Expected(row + (not bare.strip()), match["code"], match["message"] or "", match["help"] or "")
            )
        lines.append(bare)
    return "\n".join(lines), expected


def read(path: str) -> str | None:
    """A file that a fixture imports, without its markers."""
    file = Path(path)
    return without_markers(file.read_text("utf-8"))[0] if file.is_file() else None


@pytest.mark.parametrize(
    "path",
    sorted(
        p for suffix in ("py", "ipynb") for room in ("rules", "models") for p in (FIXTURES / room).rglob(f"*.{suffix}")
    ),
    ids=lambda path: str(path.relative_to(FIXTURES)),
)
def test_fixture(path: Path) -> None:
    """Exactly the marked findings."""
    content = path.read_text("utf-8")
    if path.suffix == ".ipynb":
        content = read_ipynb(content).text
    text, expected = without_markers(content)
    expected += [Expected(*entry) for entry in UNMARKED.get(path.relative_to(FIXTURES).as_posix(), ())]
    found = check_source(text, str(path), files=read).diagnostics
    shown = [f"{d.span.row}: {d.code} {d.message}" for d in found]
    missing = [entry for entry in expected if not any(entry.fits(finding) for finding in found)]
    unexpected = [line for line, d in zip(shown, found, strict=True) if not any(entry.fits(d) for entry in expected)]
    assert (missing, unexpected) == ([], [])
    assert Counter((d.span.row, d.code) for d in found) == Counter((e.row, e.code) for e in expected), shown
