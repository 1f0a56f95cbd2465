"""What einops 0.8.2 refuses is found, at its line: errors in patterns, lengths, layers, packs and lists, one a line."""

from __future__ import annotations

import pytest

from shapelint import check_source

_HEAD = """import torch
from einops import einsum, pack, parse_shape, rearrange, reduce, repeat, unpack
from einops.layers.torch import EinMix, Rearrange, Reduce

y = torch.zeros(2, 8, 6, 4)
rows = [torch.zeros(3, 5), torch.zeros(3, 5)]
"""
REFUSED = (
    # rearrange: the axes of both sides must be the same, and fit the tensor
    "rearrange(y, 'b c h w -> b c h')",
    "rearrange(y, 'b c h -> b h c')",
    "rearrange(y, 'b c h w -> b (c h) w q')",
    "rearrange(y, 'b (c 2) h w -> b c 2 h w')",
    "rearrange(y, 'b c h w -> b c h w 1 2')",
    "rearrange(y, 'b (g c) h w -> b g c h w')",
    "rearrange(y, 'b (g c) h w -> b g c h w', g=3)",
    "rearrange(y, 'b c h w -> b (h w) c', q=3)",
    "rearrange(y, 'b c h w -> b c w h', c=4)",
    "rearrange(y, 'b 1 h w -> b h w')",
    "rearrange(y, 'b c h w, b h w c')",
    "rearrange(y, 'b c h w -> b c -> h w')",
    "rearrange(y, 'b b h w -> b h w')",
    "rearrange(y, 'b c h w -> b c (h (w))')",
    "rearrange(y, 'b c h w -> b c (h w')",
    "rearrange(y, 'b c _h w -> b c w _h')",
    "rearrange(y, 'b c h-w -> b h-w c')",
    "rearrange(y, 'b (...) w -> b w (...)')",
    "rearrange(y, 'b c h w -> b ... c')",
    "rearrange(y, 'b .. w -> w b ..')",
    "rearrange(y, '... b c h w x -> ...')",
    # repeat and reduce
    "repeat(y, 'b c h w -> b c h')",
    "repeat(y, 'b c h w -> b c h w k')",
    "repeat(y, 'b c h w -> b c (h k) w', h=3, k=2)",
    "reduce(y, 'b c h w -> b c', 'median')",
    "reduce(y, 'b c h w -> b c k', 'mean')",
    "reduce(y, 'b c (h 4) (w 2) -> b c h w', 'max')",
    "reduce(y, 'b c h w -> b c h w 3', 'sum')",
    # lists and tuples
    "rearrange(rows, 'n h w c -> n c h w')",
    "rearrange((rows[0], rows[1]), 'n h w -> h n w')",
    "rearrange([torch.zeros(3, 5), torch.zeros(3, 4)], 'n h w -> h n w')",
    # einsum and parse_shape
    "einsum(y, y, 'b c h w, b c w k -> b c h k')",
    "einsum(y, y, 'b c h w, b c h w')",
    "einsum(y, 'b c (h w) -> b c')",
    "einsum(y, 'b c h w, b c -> b')",
    "einsum(y, 'b c h w -> b c k')",
    "parse_shape(y, 'b c h')",
    "parse_shape(y, 'b 9 h w')",
    "parse_shape(y, 'b (c h) w')",
    # pack and unpack
    "pack(rows, 'b c d *')",
    "pack(rows, 'b c')",
    "pack(rows, 'b * b')",
    "pack([torch.zeros(2, 9), torch.zeros(3, 4, 9)], 'b * d')",
    "unpack(torch.zeros(2, 17, 9), [(), (4, 5)], 'b * d')",
    "unpack(torch.zeros(2, 17, 9), [(-1,), (-1, 4)], 'b * d')",
    "unpack(torch.zeros(2, 17, 9, 1), [(), (4, 4)], 'b * d')",
    "unpack(torch.zeros(2, 17, 9), [(3,), (-1, 4)], 'b * d')",
    # layers
    "Rearrange('b c h -> b (c h)')(y)",
    "Rearrange('b c h w -> b c h')",
    "Rearrange('b (g c) h w -> b g c h w', g=3)(y)",
    "Reduce('b c h w -> b c', 'median')",
    "Reduce('b c (h 4) w -> b c h w', 'max')(y)",
    "EinMix('b c h w -> b d h w', 'c d', c=9, d=3)(y)",
    "EinMix('b c h w -> b d h w', 'c d', d=3)",
    "EinMix('b c h w -> b d h w', weight_shape='c d', c=8)",
    "EinMix('b c h w -> b d h w', 'c', c=8, d=3)",
    "EinMix('b c h w -> b d h w', 'c d q', c=8, d=3, q=2)",
    "EinMix('b c h w -> b d h w', 'c d', bias_shape='c', c=8, d=3)",
    "EinMix('b c h -> b d h', 'c d', c=8, d=3)(y)",
    "EinMix('b c h w -> b d h w', '(c d)', c=8, d=3)",
    "EinMix('b c 6 w -> b d 6 w', 'c d', c=8, d=3)",
    "EinMix('b c h w -> b d h w', 'c d', c=8, d=3, q=2)",
    "EinMix('b (g c) h w -> b (g d) h w', 'g c d', g=3, c=3, d=2)(y)",
)


@pytest.mark.parametrize("call", REFUSED)
def test_einops_refuses_it(call: str) -> None:
    """As a program."""
    with pytest.raises(Exception):  # noqa: B017 - einops raises its own and others
        exec(f"{_HEAD}{call}\n", {})


@pytest.mark.parametrize("call", REFUSED)
def test_it_is_found(call: str) -> None:
    """At its line, and nothing else."""
    found = check_source(f"{_HEAD}{call}\n", "net.py").diagnostics
    assert [finding.span.row for finding in found] == [_HEAD.count("\n") + 1]
