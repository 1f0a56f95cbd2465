"""What a comment stands beside, whatever the syntax around it."""

from __future__ import annotations

import pytest

from shapelint.claims.placement.placement import Placement, Position, Stretch, place
from shapelint.source.parse import Source, parse

TEXT = """\
import torch.nn as nn
class A(nn.Module):
    def __init__(self):
        super().__init__()
        # own line before
        self.l1 = nn.Sequential(  # opens
            nn.Conv2d(3,  # argument
              4, kernel_size=3),  # ends a call
            # between layers
            nn.BatchNorm2d(4), nn.ReLU(True),  # two on a line
            # last in brackets
        )  # closing
        # between statements
        self.l2 = nn.Conv2d(3, 4, 5)  # trailing
        # end of body

    def forward(self, x,
                y):  # head
        # first
        if y:
            # deep
            x = self.l2(x)
        else:
            # other arm
            x = x
        return self.l1(x)  # returned
"""


def _placements() -> tuple[Source, dict[str, Placement]]:
    source = parse(TEXT, "a.py")
    found = {p.comment.text.removeprefix("# "): p for p in place(source, source.comments)}
    return source, found


def _rows(source: Source, stretch: Stretch | None) -> list[int] | None:
    return None if stretch is None else [source.span(node).row for node in stretch.nodes]


@pytest.mark.parametrize(
    ("comment", "position", "above", "below"),
    [
        ("own line before", Position.BETWEEN, [4], [6]),
        ("opens", Position.OPENING, [6], [6]),
        ("argument", Position.OPENING, [7], [7]),
        ("ends a call", Position.TRAILING, [7], [7]),
        ("between layers", Position.BETWEEN, [7], [10, 10]),
        ("two on a line", Position.TRAILING, [10, 10], [10, 10]),
        ("last in brackets", Position.BETWEEN, [10, 10], None),
        ("closing", Position.TRAILING, [6], [6]),
        ("between statements", Position.BETWEEN, [6], [14]),
        ("trailing", Position.TRAILING, [14], [14]),
        ("end of body", Position.BETWEEN, [14], None),
        ("head", Position.ENTRY, None, None),
        ("first", Position.ENTRY, None, [20, 26]),
        ("deep", Position.ENTRY, None, [22]),
        ("other arm", Position.ENTRY, None, [25]),
        ("returned", Position.TRAILING, [26], [26]),
    ],
)
def test_place(comment: str, position: Position, above: list[int] | None, below: list[int] | None) -> None:
    """The elements since the last comment, and those up to the next one."""
    source, found = _placements()
    placement = found[comment]
    assert (placement.position, _rows(source, placement.above), _rows(source, placement.below)) == (
        position,
        above,
        below,
    )


def test_function() -> None:
    """A comment belongs to the innermost function by indentation, its head included."""
    _, found = _placements()
    names = {text: p.function.name.value if p.function else None for text, p in found.items()}
    assert names["end of body"] == "__init__"
    assert names["head"] == names["deep"] == "forward"


def test_every_comment_is_placed() -> None:
    """No place in a file is without an answer."""
    source, found = _placements()
    assert len(found) == len(source.comments)
