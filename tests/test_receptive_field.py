"""Receptive fields and strides: what a gradient reaches, in the middle of a large input."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import torch

from shapelint.summary import show

HEAD = "import torch\nfrom torch import nn\nimport torch.nn.functional as F\n\n"
UNET = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Conv2d(1, 2, 3, padding=1), nn.Conv2d(2, 2, 3, padding=1)
        self.up = nn.ConvTranspose2d(2, 2, 2, stride=2)
        self.c = nn.Conv2d(4, 1, 3, padding=1)

    def forward(self, x):
        skip = F.relu(self.a(x))
        deep = self.b(F.avg_pool2d(skip, 2))
        return self.c(torch.cat([skip, self.up(deep)], 1))
"""
RESIDUAL = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Conv2d(1, 1, 3, stride=2, padding=1), nn.Conv2d(1, 1, 1, stride=2)
        self.c = nn.Conv2d(1, 1, (3, 5), dilation=(2, 1))

    def forward(self, x):
        x = self.a(x) + self.b(x)
        return self.c(F.pad(x, (1, 0, 0, 2)))
"""


def reached(module: torch.nn.Module, side: int, axes: int) -> tuple[list[int], list[Fraction]]:
    """How wide the gradient of one output position is at most on each axis, and how far apart those of neighbours are."""
    for parameter in module.parameters():
        torch.nn.init.constant_(parameter, 0.5)  # nothing cancels out
    image = torch.ones((1, 1, *(side,) * axes), requires_grad=True)
    output = module.double().eval()(image.double())
    centre = [size // 2 for size in output.shape[2:]]
    widths, strides = [0] * axes, [Fraction(0)] * axes
    for axis in range(axes):
        firsts = []
        for step in range(7):
            place = [slice(None), slice(None), *centre]
            place[2 + axis] = centre[axis] + step - 3
            (gradient,) = torch.autograd.grad(output[tuple(place)].sum(), image, retain_graph=True)
            touched = gradient.abs().sum(dim=tuple(i for i in range(axes + 2) if i != axis + 2)).nonzero()
            if len(touched):
                widths[axis] = max(widths[axis], int(touched[-1] - touched[0]) + 1)
                firsts.append((step, int(touched[0])))
        strides[axis] = Fraction(firsts[-1][1] - firsts[0][1], firsts[-1][0] - firsts[0][0])
    return widths, strides


@pytest.mark.parametrize(
    ("expression", "axes"),
    [
        ("nn.Sequential(nn.Conv2d(1, 2, 7, stride=2, padding=3), nn.AvgPool2d(3, 2, 1), nn.Conv2d(2, 1, 3))", 2),
        ("nn.Sequential(nn.Conv1d(1, 1, 3, dilation=4), nn.Conv1d(1, 1, 5, stride=3), nn.AvgPool1d(2))", 1),
        ("nn.Sequential(nn.Conv2d(1, 1, 4, padding='same'), nn.ZeroPad2d((2, 1, 0, 3)), nn.Conv2d(1, 1, (3, 1)))", 2),
        ("nn.Sequential(nn.Conv2d(1, 1, 3, 2), nn.ConvTranspose2d(1, 1, 4, 2, 1), nn.Conv2d(1, 1, 3))", 2),
        ("nn.Sequential(nn.Conv1d(1, 1, 3, 2), nn.ConvTranspose1d(1, 1, 3, 2), nn.Conv1d(1, 1, 3))", 1),
        ("nn.Sequential(nn.AvgPool2d(4), nn.Upsample(scale_factor=2), nn.Conv2d(1, 1, 3))", 2),
        ("nn.Sequential(nn.AvgPool2d(4), nn.Upsample(scale_factor=2, mode='bilinear'), nn.Conv2d(1, 1, 3))", 2),
        ("nn.Sequential(nn.AvgPool1d(3), nn.Upsample(scale_factor=3, mode='linear'), nn.Conv1d(1, 1, 2))", 1),
        ("nn.Sequential(nn.Conv2d(1, 4, 3), nn.PixelShuffle(2), nn.BatchNorm2d(1), nn.ReLU(), nn.Conv2d(1, 1, 3))", 2),
        ("nn.Sequential(nn.PixelUnshuffle(2), nn.Conv2d(4, 1, 3), nn.LPPool2d(1, 2))", 2),
        ("nn.Sequential(nn.Conv3d(1, 1, (1, 3, 5), stride=(1, 2, 1)), nn.AvgPool3d(2))", 3),
        (f"{UNET}\nNet()", 2),
        (f"{RESIDUAL}\nNet()", 2),
    ],
)
def test_a_gradient_reaches_the_receptive_field_and_no_further(tmp_path: Path, expression: str, axes: int) -> None:
    """Size and stride at the end of the chain, in every phase of an upsampling."""
    definitions, _, last = expression.rpartition("\n")
    text = f"{HEAD}{definitions}\n\nnet = {last}\n"
    path = tmp_path / "net.py"
    path.write_text(text)
    names: dict[str, Any] = {}
    exec(text, names)
    side = {1: 200, 2: 96, 3: 36}[axes]
    record = show(f"{path}::net", [(1, 1, *(side,) * axes)])
    last_call = record["calls"][-1]
    sizes, strides = reached(names["net"], side, axes)
    assert (last_call["receptive_field"], [Fraction(step) for step in last_call["stride"]]) == (sizes, strides)


@pytest.mark.parametrize(
    ("layers", "field"),
    [
        ("nn.Conv2d(1, 1, 3), nn.AdaptiveAvgPool2d(1)", "all"),
        ("nn.Conv2d(1, 4, 3), nn.GroupNorm(2, 4)", "all"),
        ("nn.Conv2d(1, 4, 3), nn.Flatten()", None),
        ("nn.Conv2d(1, 1, 3), nn.AdaptiveAvgPool2d(5)", None),
        ("nn.Conv2d(1, 1, 3), nn.Upsample(scale_factor=1.5)", None),
    ],
)
def test_what_sees_everything_and_what_is_not_followed(tmp_path: Path, layers: str, field: str | None) -> None:
    """A pooling to one position sees the whole input; a number is stated only where it holds."""
    path = tmp_path / "net.py"
    path.write_text(f"{HEAD}net = nn.Sequential({layers})\n")
    last = show(f"{path}::net", [(1, 1, 16, 16)])["calls"][-1]
    assert (last["receptive_field"], last["stride"]) == (field, None)
