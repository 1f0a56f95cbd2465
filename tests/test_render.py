"""Output formats, each against a snapshot in ``snapshots/`` (SHAPELINT_SNAPSHOTS=write makes them anew)."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pytest
from schemas import published

from shapelint.coverage import Coverage
from shapelint.diagnostic import Diagnostic, Edit, Fix, Label, Span
from shapelint.render import FORMATS, renderer
from shapelint.render.coverage_table import render_coverage
from shapelint.render.style import Style, cells_wide, plain, wants_color
from shapelint.report import FileReport
from shapelint.rules.registry import rules

SNAPSHOTS = Path(__file__).parent / "snapshots"

MODEL = """\
import torch.nn as nn

net = nn.Sequential(
    # input is (3) x 96 x 96
    nn.Conv2d(3, 64, kernel_size=3, padding=2),  # 中文注释 → padding
\tnn.ReLU(),  # é
    # state size. (64) x 96 x 96
    nn.Conv2d(64, 128, 3),
    nn.BatchNorm2d(64),
)
"""

REPORTS = (
    FileReport(
        "models/net.py",
        (
            Diagnostic(
                "SHP201", "wrong-size", "(64, 96, 96) annotated, but (64, 98, 98) computed", "models/net.py",
                Span(5, 37, 5, 46), label="padding=2",
                labels=(
                    Label(Span(7, 19, 7, 33), "annotated here"),
                    Label(Span(4, 16, 4, 29), "relied on"),
                    Label(Span(3, 1, 3, 4), "imported by", "models/elsewhere.py"),
                ),
                trace=("(N, 3, 96, 96)", "Conv2d(3, 64, kernel_size=3, padding=2) -> (N, 64, 98, 98)"),
                fix=Fix("unsafe", "use padding=1", (Edit(Span(5, 45, 5, 46), "1"),)),
            ),
            Diagnostic(
                "SHP301", "channel-mismatch", "64 channels expected, got 128", "models/net.py", Span(9, 5, 9, 23),
                labels=(Label(Span(8, 5, 8, 26), "gives 128 channels"),), help="build it for 128 channels",
            ),
        ),
        Coverage(1, 4, 3, 2, 2, 1, (("loop bound is unknown", 2), ("name 'x' is not known", 1))),
        text=MODEL,
    ),
    FileReport(
        "models/nb.ipynb",
        (
            Diagnostic(
                "SHP202", "stale-comment", "64 channels \x1b[31mannotated", "models/nb.ipynb", Span(5, 11, 5, 17), "warning",
                label="stale", labels=(Label(Span(2, 1, 2, 6), "another cell"),),
                fix=Fix("safe", "write what is true", (Edit(Span(5, 14, 5, 16), "128"),)),
            ),
            Diagnostic("SHP304", "invalid-layer-argument", "of two lines", "models/nb.ipynb", Span(6, 5, 7, 4)),
        ),
        Coverage(1),
        text="import torch\nx = 1\n\n\ny = 尺寸()  # (64)\nz = f(\n  1)\n",
        cells=(1, 3, 5),
    ),
    FileReport(
        "models/broken, 100%.py",
        (Diagnostic("SHP001", "invalid-syntax", "'(' was never closed", "models/broken, 100%.py", Span(2, 5, 2, 6)),),
        Coverage(1),
        parsed=False,
    ),
    FileReport(
        "models/尺寸.py",
        (
            Diagnostic(
                "SHP202", "stale-comment", "(64) annotated, but (128) computed", "models/尺寸.py", Span(2, 15, 2, 19), "warning",
                help="this é is two bytes", fix=Fix("safe", "the shape is `(128)`", (Edit(Span(2, 16, 2, 18), "128"),)),
            ),
        ),
        Coverage(1),
        text="import torch\n尺寸(é, '😀')  # (64) → ok\n",
    ),
    FileReport("models/gone.py", error="permission denied"),
)  # fmt: skip


def check(name: str, text: str) -> None:
    """Compare with the snapshot, or write it."""
    file = SNAPSHOTS / name
    if os.environ.get("SHAPELINT_SNAPSHOTS") == "write":
        file.write_text(text, "utf-8")
    assert text == file.read_text("utf-8")


@pytest.mark.parametrize("name", FORMATS)
def test_format(name: str) -> None:
    """Labels in other files and cells, wide characters, tabs, repairs, several lines, control characters."""
    text = renderer(name)(REPORTS, Style())
    check(f"{name}.txt", without_rules(text) if name == "sarif" else text)


def test_the_formats_are_those_that_render() -> None:
    """What they share is not one of them."""
    assert all(callable(renderer(name)) for name in FORMATS)
    assert "concise" in FORMATS and not any("coverage" in name for name in FORMATS)


def without_rules(text: str) -> str:
    """A SARIF log without the documentation of the rules, to which every result must point."""
    log = json.loads(text)
    (run,) = log["runs"]
    listed = run["tool"]["driver"].pop("rules")
    assert [rule["id"] for rule in listed] == list(rules())
    assert all(listed[result.pop("ruleIndex")]["id"] == result["ruleId"] for result in run["results"])
    return json.dumps(log, indent=2) + "\n"


def test_sarif_is_valid() -> None:
    """By the schema of OASIS; every rule has a help text, and the cells of notebooks have names."""
    log = json.loads(renderer("sarif")(REPORTS, Style()))
    validator = jsonschema.Draft7Validator(published("sarif-2.1.0.json"), format_checker=jsonschema.FormatChecker())
    assert [error.message for error in validator.iter_errors(log)] == []
    (run,) = log["runs"]
    assert all(rule["help"]["text"] for rule in run["tool"]["driver"]["rules"])
    assert run["invocations"][0]["executionSuccessful"] is False
    cells = [
        place["logicalLocations"][0]["name"]
        for each in run["results"]
        for place in each["locations"]
        if "nb" in str(place)
    ]
    assert cells == ["cell 3", "cell 3"]


def test_columns_of_reviewdog_are_bytes() -> None:
    """Cutting the line's UTF-8 at the columns gives what was marked."""
    found = json.loads(renderer("rdjson")(REPORTS, Style()))["diagnostics"]
    (finding,) = (each for each in found if each["location"]["path"] == "models/尺寸.py")
    line = REPORTS[3].text.splitlines()[1].encode()
    span = finding["location"]["range"]
    assert line[span["start"]["column"] - 1 : span["end"]["column"] - 1].decode() == "(64)"


def suggested(row: int, *edits: Edit) -> list[object]:
    """What reviewdog is offered for a finding in ``row`` of a file of four lines."""
    finding = Diagnostic("SHP201", "wrong-size", "m", "a.py", Span(row, 1, row, 2), fix=Fix("unsafe", "f", edits))
    report = FileReport("a.py", (finding,), Coverage(1), text="a = é(1, 2)\r\n    b = 2\r\n    c = 3\r\nd = 4\r\n")
    (told,) = json.loads(renderer("rdjson")([report], Style()))["diagnostics"]
    return [(each["range"]["start"], each["range"]["end"], each["text"]) for each in told.get("suggestions", ())]


def test_a_repair_is_one_suggestion_of_whole_lines() -> None:
    """GitLab replaces whole lines from that of the finding on, and each suggestion is accepted by itself."""
    one, two = Edit(Span(2, 9, 2, 10), "20"), Edit(Span(3, 9, 3, 10), "30")
    assert suggested(2, one) == [({"line": 2}, {"line": 2}, "    b = 20")]
    assert suggested(2, two, one) == [({"line": 2}, {"line": 3}, "    b = 20\n    c = 30")]
    assert suggested(2, two) == [({"line": 2}, {"line": 3}, "    b = 2\n    c = 30")]
    assert suggested(1, Edit(Span(1, 10, 1, 11), "7"), Edit(Span(1, 5, 1, 6), "f")) == [
        ({"line": 1}, {"line": 1}, "a = f(1, 7)")
    ]
    assert suggested(2, Edit(Span(2, 1, 3, 1), "")) == [({"line": 2}, {"line": 3}, "    c = 3")]
    assert suggested(3, one, two) == []
    assert suggested(9, Edit(Span(9, 1, 9, 2), "of a file that was changed")) == []


def test_every_format_tells_everything() -> None:
    """Label, help and repair of each finding, and the files that were not checked."""
    finding = Diagnostic(
        "SHP201", "wrong-size", "m", "a.py", Span(1, 1, 1, 2), label="LABEL", help="HELP",
        fix=Fix("unsafe", "REPAIR", (Edit(Span(1, 1, 1, 2), "y"),)),
    )  # fmt: skip
    reports = (FileReport("a.py", (finding,), Coverage(1), text="x\n"), FileReport("b.py", error="ERROR"))
    for name in FORMATS:
        text = renderer(name)(reports, Style())
        told = [word for word in ("HELP", "REPAIR", "LABEL", "ERROR") if word in text]
        if name in ("full", "concise"):  # their errors go to standard error
            assert told == ["HELP", "REPAIR", "LABEL"], name
        elif name != "statistics":
            assert told == ["HELP", "REPAIR", "LABEL", "ERROR"], name


def test_fingerprints_of_gitlab() -> None:
    """They differ within a report, and stay when code moves down."""

    def fingerprints(row: int, text: str) -> list[str]:
        found = tuple(Diagnostic("SHP201", "wrong-size", "m", "a.py", Span(row + n, 1, row + n, 2)) for n in (0, 1))
        return [
            issue["fingerprint"]
            for issue in json.loads(renderer("gitlab")([FileReport("a.py", found, text=text)], Style()))
        ]

    first = fingerprints(1, "x\nx\n")
    assert len(set(first)) == 2
    assert fingerprints(3, "\n\nx\nx\n") == first


def test_junit_is_xml_and_counts() -> None:
    """Whatever the source holds."""
    suites = ElementTree.fromstring(renderer("junit")(REPORTS, Style()))
    assert suites.get("failures") == str(len(suites.findall(".//failure")))
    assert suites.get("errors") == str(len(suites.findall(".//error"))) == "1"
    assert suites.get("tests") == str(len(suites.findall(".//testcase")))


def test_github_shows_the_worst_first_and_counts_the_rest() -> None:
    """It keeps ten annotations of each level for a step."""
    found = tuple(
        Diagnostic("SHP201", "wrong-size", f"m{n}", "a.py", Span(n, 1, n, 2), "error" if n % 2 else "warning")
        for n in range(1, 41)
    )
    text = renderer("github")([FileReport("a.py", found, text="x\n" * 40)], Style())
    levels = [line.split(" ")[0] for line in text.splitlines()]
    assert levels[:21] == ["::error"] * 10 + ["::warning"] * 10 + ["::notice"]
    assert "20 more" in text.splitlines()[20]
    assert levels.count("a.py:21:1:") == 1
    assert len(levels) == 21 + 1 + 20 + 1


def test_colours() -> None:
    """The same text with colours."""
    text = renderer("full")(REPORTS, Style(color=True))
    check("full-color.txt", text)


@pytest.mark.parametrize("name", FORMATS)
def test_nothing_found(name: str) -> None:
    """People see nothing, programs an empty document."""
    text = renderer(name)([FileReport("x.py")], Style())
    assert (text == "") == (name in ("full", "concise", "github", "json-lines", "statistics"))


def test_coverage() -> None:
    """Shares and reasons, the most frequent first."""
    check("coverage.txt", render_coverage(REPORTS))


def test_columns_are_those_of_the_terminal() -> None:
    """East Asian characters take two, accents of their own none."""
    assert [cells_wide(text) for text in ("abc", "尺寸", "é", "e\u0301", "ｗ", "→")] == [3, 4, 1, 1, 2, 1]


def test_source_cannot_drive_the_terminal() -> None:
    """Escape sequences and direction overrides of a hostile comment are shown as question marks."""
    assert plain("a\x1b[2J\u202eb\r\x9b") == "a?[2J?b??"


def test_an_overlong_line_is_cut() -> None:
    """Around the mark."""
    line = "x = [" + "1, " * 40_000 + "]  # (64) x 4 x 4"
    finding = Diagnostic(
        "SHP202", "stale-comment", "m", "x.py", Span(1, len(line) - 13, 1, len(line) + 1), label="stale"
    )
    text = renderer("full")([FileReport("x.py", (finding,), text=line + "\n")], Style())
    assert max(map(len, text.splitlines())) < 250
    assert "(64) x 4 x 4" in text


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("choice", "environ", "expected"),
    [
        ("auto", {}, True),
        ("auto", {"TERM": "dumb"}, False),
        ("auto", {"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
        ("auto", {"NO_COLOR": ""}, True),
        ("always", {"NO_COLOR": "1"}, True),
        ("never", {"FORCE_COLOR": "1"}, False),
    ],
)
def test_who_decides_on_colour(choice: str, environ: dict[str, str], expected: bool) -> None:
    """The option, then NO_COLOR, then FORCE_COLOR, then the terminal."""
    assert wants_color(choice, Terminal(), environ) is expected
    assert wants_color("auto", io.StringIO(), {"FORCE_COLOR": "1"})
    assert not wants_color("auto", io.StringIO(), {"FORCE_COLOR": "0"})
