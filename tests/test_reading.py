"""Comments are read in the way that makes most of them true."""

from __future__ import annotations

import pytest
from claims_support import all_true, findings, module, sequential, told, verdicts

DCGAN = """
# input is (3) x 64 x 64
nn.Conv2d(3, 64, 4, 2, 1),
nn.LeakyReLU(0.2),
# state size. (64) x 32 x 32
nn.Conv2d(64, 128, 4, 2, 1),
nn.BatchNorm2d(128),
# state size. (128) x 16 x 16
nn.Conv2d(128, 256, 4, 2, 1),
# state size. (256) x 8 x 8
"""


def test_states_above() -> None:
    """DCGAN's convention: the state so far."""
    assert all_true(sequential(DCGAN))


def test_input_size_is_solved() -> None:
    """An input size that is written nowhere follows from the claims; a floor quotient has an interval as its inverse."""
    found = findings(sequential("nn.MaxPool2d(2),  # 3 x 48 x 40\nnn.Conv2d(3, 8, 3),  # 8 x 46 x 38"))
    (reading,) = found.readings
    assert sorted(map(str, reading.solution.sizes.values())) == ["80", "96"]
    assert not found.contradictions


def test_states_below() -> None:
    """The next-layer convention is found by agreement."""
    layers = """
# 64 x 96 x 96
nn.Conv2d(3, 64, 3, padding=1),
# 64 x 48 x 48
nn.Conv2d(64, 64, 3, stride=2, padding=1),
# 128 x 48 x 48
nn.Conv2d(64, 128, 3, padding=1),
"""
    found = findings(sequential(layers))
    assert found.readings[0].convention.states_below
    assert all_true(sequential(layers))


def test_channels_last() -> None:
    """H, W, C is a layout, not an error."""
    text = sequential("nn.Conv2d(3, 16, 4, 2, 1),  # 32x32x16\nnn.Conv2d(16, 8, 4, 2, 1),  # 16x16x8")
    assert findings(text).readings[0].channels_last
    assert all_true(text)


@pytest.mark.parametrize("name", ["ngf", "opt.ngf", "self.NGF", "params['ngf']"])
def test_names_are_the_codes(name: str) -> None:
    """The spellings of one name are one name."""
    assert all_true(sequential(f"nn.Conv2d(3, ngf * 2, 3, padding=1),  # ({name}*2) x 8 x 8", ", ngf=32"))


def test_unresolved_names_are_checked_after_their_first_use() -> None:
    """A name that is nothing in the code stands for what most of its uses agree on."""
    layers = """
nn.Conv2d(3, 64, 3, padding=1),  # (width) x 8 x 8
nn.Conv2d(64, 128, 3, padding=1),  # (width*2) x 8 x 8
nn.Conv2d(128, 256, 3, padding=1),  # (width*4) x 8 x 8
nn.Conv2d(256, 256, 3, padding=1),  # (width*8) x 8 x 8
"""
    assert told(sequential(layers)) == [("(width*8) x 8 x 8", "comment")]


def test_axis_letters_may_mean_another_size_on_every_line() -> None:
    """``(B, C, H, W)`` after every layer contradicts nothing."""
    text = module(
        "self.a = nn.Conv2d(3, 8, 4, 2, 1)\nself.b = nn.Conv2d(8, 16, 4, 2, 1)",
        "x = self.a(x)  # (B, C, H, W)\nx = self.b(x)  # (B, C, H, W)\nreturn x.flatten(2)  # (B, C, H*W)",
    )
    assert not findings(text).contradictions


def test_one_mistake_is_one_finding() -> None:
    """After a divergence later claims may fit what would follow if it were true."""
    layers = """
# (3) x 256 x 256
nn.Conv2d(3, 8, 4, 2, 1),
# state size. (8) x 64 x 64
nn.Conv2d(8, 8, 4, 2, 1),
# state size. (8) x 32 x 32
nn.Conv2d(8, 8, 4, 2, 1),
# state size. (8) x 16 x 16
"""
    assert told(sequential(layers)) == [("(8) x 64 x 64", "comment")]


def test_attributes_are_chained_by_forward_only() -> None:
    """What stands below in __init__ need not run next."""
    text = module(
        "self.second = nn.Conv2d(8, 16, 3)  # 16 x 10 x 10\nself.first = nn.Conv2d(1, 8, 5)  # 8 x 24 x 24",
        "x = F.max_pool2d(self.first(x), 2)\nreturn self.second(x)",
    )
    assert all_true(text)


def test_flat_product() -> None:
    """``(512 x 6 x 6)`` of a flat tensor is its number of features."""
    text = module(
        "self.conv = nn.Conv2d(3, 512, 3, padding=1)",
        "x = self.conv(x)\n# state size. (512) x 6 x 6\nx = x.view(x.size(0), -1)\n# state size. (512 x 6 x 6)\nreturn x",
    )
    assert all_true(text)


def test_blocks_may_be_described_for_different_inputs() -> None:
    """Sizes of another block refute nobody; widths do."""
    init = """
self.one = nn.Sequential(
    nn.Conv2d(3, 8, 4, 2, 1),  # 8 x 64 x 64
    nn.Conv2d(8, 8, 4, 2, 1),  # 8 x 32 x 32
)
self.two = nn.Sequential(
    nn.Conv2d(8, 8, 4, 2, 1),  # 8 x 64 x 64
    nn.Conv2d(8, 8, 4, 2, 1),  # 8 x 32 x 32
)
"""
    assert not findings(module(init, "return self.two(self.one(x))")).contradictions


def test_what_is_not_understood_is_not_reported() -> None:
    """A block most of whose claims are untrue is counted, not reported."""
    text = sequential("nn.Conv2d(3, 8, 3),  # 5 x 7 x 9\nnn.Conv2d(8, 8, 3),  # 11 x 2 x 100")
    assert not findings(text).contradictions
    assert "FALSE" in verdicts(text)


def test_nothing_is_reported_of_what_is_unknown() -> None:
    """A layer that is not followed proves nothing."""
    text = sequential(
        "# input is (3) x 64 x 64\nsomething(3, 8),\n# state size. (8) x 7 x 7\nnn.Conv2d(8, 8, 3, padding=1),\n# state size. (8) x 7 x 7"
    )
    assert not findings(text).contradictions


def test_parameters_with_defaults_may_have_had_others() -> None:
    """Comments are written for one default; they contradict only what holds for no value."""
    layers = "nn.ConvTranspose2d(100, width * 8, 4),  # (N, 512, 4, 4)\nnn.ConvTranspose2d(width * 8, width * 4, 4, 2, 1),  # (N, 256, 8, 8)"
    assert not findings(sequential(layers, ", width=128")).contradictions


def test_a_stale_cascade_is_mended_as_one() -> None:
    """Comments that only agreed with a stale one are rewritten with it."""
    layers = """
# 256 x 256
nn.Conv2d(3, 8, 4, 2, 1),
# 64 x 64
nn.Conv2d(8, 8, 4, 2, 1),
# 32 x 32
"""
    (blame,) = findings(sequential(layers)).contradictions
    assert [assertion.part.pattern.text for assertion in blame.follows] == ["32 x 32"]


def test_helpers_that_add_layers() -> None:
    """A comment behind a call of a helper speaks of the last layer that the call added."""
    init = """
net = nn.Sequential()
def block(i, a, b):
    net.add_module(f"conv{i}", nn.Conv2d(a, b, 3, padding=1))
    net.add_module(f"pool{i}", nn.MaxPool2d(2))
block(0, 1, 8)  # 8 x 14 x 14
block(1, 8, 16)  # 16 x 7 x 7
self.net = net
"""
    assert all_true(module(init, "return self.net(x)"))
