"""Layers whose literals PyTorch refuses are found behind an endless loop, wherever they stand."""

from __future__ import annotations

from shapelint import check_source

TEXT = '''
from torch import nn

while True:
    pass
size = 3; first = nn.MaxPool2d(2, padding=3)


@nn.Dropout(2.0)
class Net(nn.Module):
    """Conv1d(3, 4, 0)"""

    pool = nn.MaxPool2d(2, padding=3); fine = nn.MaxPool2d(2)

    def __init__(self):
        super().__init__()
        self.pool = nn.MaxPool2d(2, padding=4)

    class Inner:
        drop = nn.Dropout(-0.5)

    def forward(self, x):
        nn.Conv2d(3, 4, 3, groups=2)
        try:
            nn.Conv2d(3, 4, 3, groups=2)
        except ValueError:
            return nn.MaxPool2d(2)(x)


if size: nn.GroupNorm(4, 6)
'''


def test_each_is_found_and_none_that_is_expected_to_fail() -> None:
    """In lines with several statements, decorators, classes in classes and methods; not in ``try``."""
    rows = [finding.span.row for finding in check_source(TEXT, "endless.py").diagnostics]
    assert rows == [6, 9, 13, 17, 20, 23, 30]
