"""Declared "same": what declares it, and when the code breaks it."""

from __future__ import annotations

import pytest
from claims_support import module, sequential

from shapelint.claims.same.broken import broken_same
from shapelint.claims.same.window_geometry import WindowGeometry
from shapelint.interp.paths.exploration import explore
from shapelint.source.parse import parse


def broken(text: str) -> list[str]:
    return [found.how for found in broken_same(explore(parse(text, "net.py")))]


@pytest.mark.parametrize("kernel", range(1, 8))
@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("dilation", [1, 2])
def test_breaks_is_what_the_sizes_say(kernel: int, stride: int, dilation: int) -> None:
    """``-s < 2p - d(k-1) <= 0`` is: the s-th part of every input that s divides, wherever the kernel fits."""
    for padding in range(8):
        window = WindowGeometry((kernel,), (stride,), (dilation,), (padding,))
        sizes = range(40 * stride, 44 * stride, stride)
        given = [(size + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1 for size in sizes]
        assert window.breaks(0) == (given != [size // stride for size in sizes])


@pytest.mark.parametrize(
    ("layer", "how"),
    [
        ("nn.Conv2d(3, 3, 3, padding=3 // 2, dilation=2)", "padding=3 // 2"),
        ("nn.Conv2d(3, 3, 5, padding=(5 - 1) // 2, dilation=2)", "padding=(5 - 1) // 2"),
        ("nn.Conv2d(3, 3, 4, padding=4 // 2)", "padding=4 // 2"),
        ("nn.Conv2d(3, 3, (3, 5), padding=(3 // 2, 5 // 2), dilation=2)", "padding=(3 // 2, 5 // 2)"),
        ("nn.Conv2d(3, 3, 5, padding=1),  # same padding", "# same padding"),
        ("nn.Conv2d(3, 3, 5),  # 保持尺寸不变", "# 保持尺寸不变"),
    ],
)
def test_broken(layer: str, how: str) -> None:
    """Idioms that forget the dilation, even kernels at stride 1, comments that say it."""
    assert broken(sequential(layer if "," in layer.split(")")[-1] else f"{layer},")) == [how]


@pytest.mark.parametrize(
    "layer",
    [
        "nn.Conv2d(3, 3, 3, padding=3 // 2),",
        "nn.Conv2d(3, 3, 3, stride=2, padding=3 // 2),",
        "nn.Conv2d(3, 3, 3, padding=2 * (3 - 1) // 2, dilation=2),",
        "nn.Conv2d(3, 1, 4, padding=(4 - 1) // 2),",
        "nn.Conv2d(3, 1, 4, padding=1),",
        "nn.Conv2d(3, 3, 4, stride=4, padding=4 // 2),",
        "nn.Conv2d(3, 3, 4, padding='same'),",
        "nn.Conv2d(3, 3, 5, padding=1),  # same as above",
        "nn.Conv2d(3, 3, 2, padding=2 // 2), nn.Conv2d(3, 3, 2),",
        "nn.Conv2d(3, 3, k, padding=k // 2),",
    ],
)
def test_silent(layer: str) -> None:
    """Right ones, patch discriminators, strided patch kernels, compensated pairs, kernels unknown until run time."""
    assert broken(sequential(layer, ", k")) == []


def test_a_crop_makes_up() -> None:
    """What the code does as a whole counts."""
    text = module("self.conv = nn.Conv1d(8, 8, 4, padding=4 // 2)", "return self.conv(x)[:, :, :-1]")
    assert broken(text) == []
    assert broken(text.replace("[:, :, :-1]", "")) == ["padding=4 // 2"]


def test_a_class_that_calls_itself_same() -> None:
    """Its padding is right for stride 1 and wrong for stride 2."""
    text = """
import torch.nn as nn
class Conv2dSame(nn.Module):
    def __init__(self, kernel, stride):
        super().__init__()
        self.conv = nn.Conv2d(3, 3, kernel, stride, (kernel - 1) * stride // 2)
    def forward(self, x):
        return self.conv(x)
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = Conv2dSame(3, {stride})
    def forward(self, x):
        return self.a(x)
"""
    assert broken(text.format(stride=1)) == []
    assert broken(text.format(stride=2)) == ["Conv2dSame"]


def test_a_subclass_is_what_it_derives_from() -> None:
    """A transposed convolution has no "same", under whatever name; a convolution has, and a padding before it counts."""
    up, conv = "class Up(nn.ConvTranspose2d):\n    pass\n\n\n", "class Scaled(nn.Conv2d):\n    pass\n\n\n"
    edge = "class Edge(nn.ZeroPad2d):\n    pass\n\n\n"
    net = "class Net"
    assert broken(sequential("Up(3, 3, 5),  # same padding").replace(net, up + net)) == []
    assert broken(sequential("Scaled(3, 3, 5),  # same padding").replace(net, conv + net)) == ["# same padding"]
    layers = "Edge(2),\nScaled(3, 3, 5),  # same padding"
    assert broken(sequential(layers).replace(net, edge + conv + net)) == []
