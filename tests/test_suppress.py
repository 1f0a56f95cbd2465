"""Ignore comments silence what they name, where they stand, and nothing else."""

from __future__ import annotations

import pytest

from shapelint.diagnostic import Diagnostic, Span
from shapelint.edits import apply_fixes
from shapelint.engine import check_source
from shapelint.source.parse import parse
from shapelint.source.suppress import suppressions_of


def silenced(
    text: str, row: int, code: str = "SHP202", name: str = "stale-comment", end_row: int | None = None
) -> bool:
    """Whether a finding on ``row`` of ``text`` is suppressed."""
    finding = Diagnostic(code, name, "", "x.py", Span(row, 1, end_row or row, 2))
    return suppressions_of(parse(text, "x.py")).silence(finding)


@pytest.mark.parametrize(
    "comment",
    [
        "# shapelint: ignore[stale-comment]",
        "# shapelint: ignore[stale-comment] the crop takes care",
        "# shapelint:ignore[SHP202]",
        "# SHAPELINT: Ignore[ shp202 , wrong-size ]",
        "# shapelint: ignore",
        "# noqa",
        "# NOQA: SHP202",
        "# noqa:E501,SHP202",
        "# noqa: E501 SHP202",
        "# (64) x 48 x 48  # noqa: SHP202",
        "# (64) x 48 x 48  # shapelint: ignore[stale-comment]",
        "# type: ignore # noqa: SHP202",
    ],
)
def test_a_comment_silences_its_line(comment: str) -> None:
    """In every spelling, also behind other text of the same comment; the next line is not touched."""
    text = f"x = 1  {comment}\ny = 2\n"
    assert silenced(text, 1)
    assert not silenced(text, 2)


@pytest.mark.parametrize(
    "comment",
    [
        "# shapelint: ignore[wrong-size]",
        "# noqa: E501",
        "# noqa: SHP201",
        "# shapelint: same",
        "# ignore",
        "# noqathing",
    ],
)
def test_other_comments_silence_nothing(comment: str) -> None:
    """Other rules' names, other linters' codes, other words."""
    assert not silenced(f"x = 1  {comment}\n", 1)


def test_any_row_of_the_finding_will_do() -> None:
    """A constructor call of many lines may carry the comment on any of them."""
    text = "x = f(\n    1,\n)  # shapelint: ignore[stale-comment]\n"
    assert silenced(text, 1, end_row=3)
    assert not silenced(text, 1, end_row=2)


def test_off_and_on() -> None:
    """Everything between them is silent; without an "on", to the end of the file."""
    text = "a = 1\n# shapelint: off\nb = 2\n# shapelint: on\nc = 3\n# shapelint: off\nd = 4\n"
    assert [silenced(text, row) for row in (1, 3, 5, 7)] == [False, True, False, True]


def test_ignore_file() -> None:
    """Anywhere in the file, for all rules or for the named ones."""
    assert silenced("a = 1\n# shapelint: ignore-file\n", 1)
    assert silenced("a = 1\n# shapelint: ignore-file[stale-comment]\n", 1)
    assert not silenced("a = 1\n# shapelint: ignore-file[wrong-size]\n", 1)


def found(text: str) -> list[tuple[str, int, str]]:
    return [(d.code, d.span.row, d.message) for d in check_source(text, "x.py").diagnostics]


def test_an_idle_comment_is_reported() -> None:
    """Ours always, a noqa only if it names one of our codes."""
    assert found("x = 1  # shapelint: ignore[stale-comment]\n") == [
        ("SHP002", 1, "no finding of `stale-comment` on this line")
    ]
    assert found("x = 1  # shapelint: ignore\n") == [("SHP002", 1, "no finding of any rule on this line")]
    assert found("x = 1  # noqa: SHP202\n") == [("SHP002", 1, "no finding of `shp202` on this line")]
    assert found("x = 1  # noqa\ny = 2  # noqa: E501\n# shapelint: off\n# shapelint: ignore-file[wrong-size]\n") == []


def test_an_unknown_name_is_reported() -> None:
    """A misspelt rule suppresses nothing, and its author would like to know."""
    assert found("x = 1  # shapelint: ignore[stale-coment]\n") == [("SHP002", 1, "unknown rule `stale-coment`")]
    (finding,) = check_source("x = 1  # shapelint: ignore[stale-coment, shp202]\n", "x.py").diagnostics
    assert finding.message == "unknown rule `stale-coment`, no finding of `shp202` on this line"
    assert finding.help == "did you mean `stale-comment`?"


def test_an_idle_comment_can_be_excused() -> None:
    """By name, or by switching everything off."""
    assert found("x = 1  # shapelint: ignore[stale-comment, unused-suppression]\n") == []
    assert found("# shapelint: off\nx = 1  # shapelint: ignore[stale-comment]\n") == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x = 1  # shapelint: ignore[SHP202] reason\ny\n", "x = 1\ny\n"),
        ("x\n    # shapelint: ignore[SHP202]\ny\n", "x\ny\n"),
        ("x  # (64) x 4 x 4  # noqa: SHP202\n", "x  # (64) x 4 x 4\n"),
        ("x  # noqa: SHP202  # type: ignore\n", "x  # type: ignore\n"),
    ],
)
def test_the_fix_removes_the_marker(before: str, after: str) -> None:
    """And the line if nothing else stands there, but no other remark."""
    before = before.replace("    #", "#")
    assert apply_fixes(before, check_source(before, "x.py").diagnostics, unsafe=False).text == after
