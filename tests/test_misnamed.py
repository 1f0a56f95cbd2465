"""Names that stand for one size each on every line but one."""

from __future__ import annotations

from claims_support import findings

CROSS = """\
import torch
import torch.nn as nn


class Cross(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.q, self.k = nn.Linear(dim, dim), nn.Linear(dim, dim)

    def forward(self, x, y):
        q = self.q(x)  # (B, N, D)
        q = q * 2  # (B, N, D)
        k = self.k(y)  # (B, M, D)
        v = k + 1  # (B, M, D)
        s = q @ k.transpose(1, 2)  # (B, N, M)
        return s @ v  # (B, N, D)
"""


def misnamed(text: str) -> list[tuple[str, str]]:
    return [(wrong.part.pattern.text, wrong.corrected) for wrong in findings(text).misnamed]


def test_another_name() -> None:
    """A size that two other claims call M, called N, which two others keep for another size."""
    assert misnamed(CROSS) == []
    assert misnamed(CROSS.replace("# (B, N, M)", "# (B, N, N)")) == [("(B, N, N)", "(B, N, M)")]
    assert misnamed(CROSS.replace("s @ v  # (B, N, D)", "s @ v  # (B, M, D)")) == [("(B, M, D)", "(B, N, D)")]


def test_what_is_checked() -> None:
    """Every line of it is: another of its names would be noticed there."""
    assert len(findings(CROSS).named) == 6


def test_another_order() -> None:
    """A permutation is a layout."""
    assert misnamed(CROSS.replace("# (B, N, M)", "# (B, M, N)")) == []


def test_a_name_for_whatever_is_here() -> None:
    """A letter that stands for several sizes, or for one that nobody else calls by another name, says nothing."""
    pools = """\
import torch.nn as nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv, self.pool = nn.Conv2d(8, 8, 3, padding=1), nn.MaxPool2d(2)

    def forward(self, x):
        x = self.conv(x)  # (B, C, H, W)
        x = self.conv(x)  # (B, C, H, W)
        x = self.pool(x)  # (B, C, H, W)
        return x.flatten(2)  # (B, C, L)
"""
    assert misnamed(pools) == []


def test_one_other_line_is_not_enough() -> None:
    """What only one other claim says may be the mistake itself."""
    once = CROSS.replace("        v = k + 1  # (B, M, D)\n", "        v = k + 1\n").replace(
        "# (B, N, M)", "# (B, N, N)"
    )
    assert misnamed(once) == []


def test_above_the_line() -> None:
    """A comment between statements may speak of either of them."""
    above = CROSS.replace(
        "        s = q @ k.transpose(1, 2)  # (B, N, M)\n", "        # (B, N, N)\n        s = q @ k.transpose(1, 2)\n"
    )
    assert misnamed(above) == []
