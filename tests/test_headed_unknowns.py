"""A comment between a tensor that is known and one whose rank is not may speak of the latter: it is not held against the other."""

from __future__ import annotations

from pathlib import Path

import pytest

from shapelint.engine import check_source

TEXT = (Path(__file__).resolve().parent.parent / "fixtures/rules/stale-comment/silent_headed_unknowns.py").read_text(
    encoding="utf-8"
)


@pytest.mark.parametrize(("below", "checked"), [("", 0), ("\n", 1)])
def test_a_heading_of_an_unknown_tensor_is_not_checked(below: str, checked: int) -> None:
    """With a blank line below it is no heading, and is compared with the line above it, as states are."""
    heading = "# Shape: [batch,num_priors,4]\n"
    assert TEXT.count(heading) == 1
    result = check_source(TEXT.replace(heading, heading + below), "net.py")
    assert result.coverage.claims_checked == checked
    assert list(result.diagnostics) == []
