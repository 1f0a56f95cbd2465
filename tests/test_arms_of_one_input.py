"""A network that both arms of a branch call on one input of unknown rank: its comments are about one size."""

from __future__ import annotations

import pytest

from shapelint.engine import check_source

CRITIC = """\
import torch.nn as nn


class Critic(nn.Module):
    def __init__(self, channels, width, gpus):
        super().__init__()
        self.gpus = gpus
        self.body = nn.Sequential(
            # input is (channels) x 64 x 64
            nn.Conv2d(channels, width, 4, 2, 1),
            # state size. (width) x 32 x 32
            nn.Conv2d(width, width * 2, 4, 2, 1),
            # state size. (width*2) x {side} x {side}
            nn.Conv2d(width * 2, 1, 16, 1, 0),
        )

    def forward(self, images):
        if images.is_cuda and self.gpus > 1:
            scores = {call}
        else:
            scores = self.body(images)
        return scores.view(-1)
"""
CALLS = ("nn.parallel.data_parallel(self.body, images, range(self.gpus))", "self.body(images)")


@pytest.mark.parametrize("call", CALLS)
def test_a_wrong_size_is_found(call: str) -> None:
    """Were each arm's input of a size of its own, a wrong comment would be true of one of them."""
    (finding,) = check_source(CRITIC.format(side=17, call=call), "critic.py").diagnostics
    assert (finding.code, finding.span.row) == ("SHP202", 13)
    assert finding.help == "the shape here is `(width*2) x 16 x 16`"


@pytest.mark.parametrize("call", CALLS)
def test_right_sizes_are_silent(call: str) -> None:
    """The same, corrected."""
    assert check_source(CRITIC.format(side=16, call=call), "critic.py").diagnostics == ()
