"""Fractions as indices: refused where they were drawn as such, and nowhere else, as torch has it on the CPU."""

from __future__ import annotations

import pytest
import torch
from interp_support import explored, rejections
from torch import nn

DRAWN = ["torch.rand(3)", "torch.randn(3)", "torch.rand(2, 3)[0]"]
CHANGED = [
    "torch.rand(3).long()", "torch.rand(3).to(torch.int64)", "torch.rand(3).type(torch.LongTensor)", "torch.rand(3) > 0.5",
    "torch.rand(3).type_as(i)", "torch.rand(3).int()", "torch.rand(3).argsort()", "torch.rand(3).round().long()",
    "torch.rand(3).bool()", "torch.rand(3).topk(3).indices", "torch.rand(3).view(torch.int32)", "torch.zeros_like(i)",
    "torch.randint(0, 3, (3,))", "torch.rand(3).to(i)", "torch.rand(3).to(dtype=torch.long)",
    "torch.empty_like(torch.rand(3), dtype=torch.long).zero_()", "torch.ones_like(torch.rand(3), dtype=torch.long)",
    "torch.cat([i, i])[:3]", "torch.rand(3).new_zeros(3, dtype=torch.long)", "torch.rand(3).sort()[1]", "torch.zeros(3).long()",
]  # fmt: skip
USES = ["torch.zeros(3, 4)[{}]", "nn.Embedding(9, 4)({})"]


def accepted(program: str) -> bool:
    """Whether torch runs it."""
    try:
        exec(program, {"torch": torch, "nn": nn})
    except (RuntimeError, IndexError, TypeError):
        return False
    return True


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("index", DRAWN)
def test_what_was_drawn_is_no_index(index: str, use: str) -> None:
    """Torch refuses it as well."""
    program = f"i = torch.tensor([0, 1, 2])\nr = {use.format(index)}"
    assert not accepted(program)
    assert len(rejections(explored(program))) == 1


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("index", CHANGED)
def test_what_was_made_of_it_may_be_one(index: str, use: str) -> None:
    """Nothing is said where torch runs it, however the type was changed."""
    program = f"i = torch.tensor([0, 1, 2])\nr = {use.format(index)}"
    assert not accepted(program) or rejections(explored(program)) == []


def test_parameters_of_forward_may_be_whole_numbers() -> None:
    """Of a class that nobody calls nothing is known."""
    body = """
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.embed = nn.Embedding(9, 4)
        def forward(self, x, places):
            return self.embed(x)[places], self.embed(torch.zeros_like(x)), x[places]
    """
    assert rejections(explored(body)) == []
