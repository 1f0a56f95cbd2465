"""The other sources of claims: docstrings, jaxtyping annotations, declared "same"."""

from __future__ import annotations

import pytest

from shapelint.claims.comments.grammar import parse_comment
from shapelint.claims.report.rewrite import rewrite
from shapelint.claims.same.same_words import name_declares, parse_same
from shapelint.claims.signatures.docstring import parse_docstring
from shapelint.claims.signatures.jaxtyping_axes import parse_annotation
from shapelint.shapes import Dim, symbol

GOOGLE = """Attend.

Args:
    x: Input of shape (B, C, H, W)
    mask (Tensor): which positions count, (B, H, W),
        True for padding
    scale: a factor in (0, 1)

Returns:
    Features of shape (B, C, H // 2, W // 2)
"""
NUMPY = """Attend.

Parameters
----------
x : Tensor of shape (N, L, D)
    The sequence.
window : tuple
    Height and width, such as (3, 3).

Returns
-------
y : Tensor of shape (N, L)
"""
SPHINX = """Attend.

:param x: images, a tensor of dimensions (N, 3, 300, 300)
:return: locations, a tensor of dimensions (N, 8732, 4)
"""
TORCH = """A layer.

Shape:
    - Input: :math:`(N, C, L)`
    - Output: :math:`(N, C, 2 * L)`
"""
PLAIN = """
    Input:
        xyz: positions, [B, N, 3]
        radius: of the ball
    Return:
        new_xyz: sampled positions, [B, S, 3]
        index: of each, [B, S]
"""


@pytest.mark.parametrize(
    ("docstring", "claims"),
    [
        (GOOGLE, ["input x (B, C, H, W)", "input mask (B, H, W)", "output None (B, C, H // 2, W // 2)"]),
        (NUMPY, ["input x (N, L, D)", "output y (N, L)"]),
        (SPHINX, ["input x (N, 3, 300, 300)", "output None (N, 8732, 4)"]),
        (TORCH, ["input None (N, C, L)", "output None (N, C, 2 * L)"]),
        (PLAIN, ["input xyz [B, N, 3]", "output new_xyz [B, S, 3]", "output index [B, S]"]),
        ("Input: tensor in shape [B, C, H, W]", ["input None [B, C, H, W]"]),
        ("Crops an image to (256, 256), or pads it by (1, 1).", []),
        ("Args:\n    x: either (B, C) or (B, T, C)\n", []),
        ("Args:\n    box: (x, y, w, h)\n    kernel_size: of shape (3, 3)\n", []),
    ],
)
def test_docstrings(docstring: str, claims: list[str]) -> None:
    """Parameters and results in the styles of Google, numpy, Sphinx and torch; prose with tuples claims nothing."""
    found = parse_docstring(docstring)
    assert [f"{claim.kind.value} {claim.name} {claim.pattern.text}" for claim in found] == claims
    assert all(docstring[claim.pattern.start : claim.pattern.end] == claim.pattern.text for claim in found)


@pytest.mark.parametrize(
    ("text", "axes"),
    [
        ("b c h w", ["b", "c", "h", "w"]),
        ("batch 3 h//2 w//2", ["batch", "3", "h//2", "w//2"]),
        ("... c", ["...", "c"]),
        ("*batch c", ["...", "c"]),
        ("#b _ c", ["?", "?", "c"]),
        ("rows=4 cols", ["4", "cols"]),
        ("x y", ["x", "y"]),
        ("{n} d-1", ["?", "d - 1"]),
        ("", []),
    ],
)
def test_annotations(text: str, axes: list[str]) -> None:
    """jaxtyping strings are patterns; variable and broadcasting axes agree with any size."""
    pattern = parse_annotation(text)
    assert pattern is not None
    assert ["..." if dim.many else "?" if dim.dim is None else str(dim.dim) for dim in pattern.dims] == axes


@pytest.mark.parametrize("text", ["hello, world", "b (h w) c", "... c ...", "a-", "1.5 c"])
def test_strings_that_are_no_annotations(text: str) -> None:
    """Other strings are none."""
    assert parse_annotation(text) is None


@pytest.mark.parametrize(
    "comment",
    [
        "# same", "# same padding", "# 'same' pad", "# SAME padding", "# keep size", "# keep the spatial size",
        "# keeps spatial dimensions", "# 保持尺寸不变", "# 保持特征图大小不变", "# shape不变", "# 不改变大小", "# shapelint: same",
        "# if want same width and length of this image after Conv2d, padding=(kernel_size-1)/2 if stride=1",
        "# retains size because stride is 1 (and padding)", "# preserve spatial resolution", "# same size as input",
        "# output has the same size as the input", "# same padding, stride 1", "# padding = same", "# size unchanged",
        "# padding to keep the same size", "# use same padding", "# padding='same'", "# preserves H, W dims",
    ],
)  # fmt: skip
def test_declared_same(comment: str) -> None:
    """What declares that a layer keeps its input's size, in both languages."""
    assert parse_same(comment) is not None


@pytest.mark.parametrize(
    "comment",
    [
        "# same as above", "# same class", "# keep size bounded", "#same conv", "# same, stride 2", "# the same",
        "# same padding, stride=2", "# keep the input size >= 7x7", "# keep only the best", "# same for the decoder",
        "# skip pooling to preserve spatial dimensions", "# no pad if not 'same'", "# for models using SAME padding",
        "# same padding needed if dilation is used", "# same shape 如果channel相同，直接相加", "# x -> 1x1(same)",
        "# keep batch sizes uniform", "# make the style image the same size as the content image",
        "# expand to the same size as objectness", "# 保证原图比例不变", "# same number of channels", "# 为了和原书保持一致",
        "# the number of channels stays the same", "# keep = keep.nonzero()", "# assume the dimensions are the same",
    ],
)  # fmt: skip
def test_false_friends_of_same(comment: str) -> None:
    """What sounds like it and declares nothing."""
    assert parse_same(comment) is None


def test_names_that_declare_same() -> None:
    """``same`` as a word beside pad, conv or pool; a helper that computes some padding declares nothing."""
    assert all(map(name_declares, ["Conv2dSame", "same_pad", "get_same_padding", "MaxPool2dSamePadding", "conv_same"]))
    assert not any(
        map(name_declares, ["get_padding", "autopad", "is_same", "resample", "samePlace", "same", "sampled_conv"])
    )


N, C, H = symbol("ngf"), symbol("c"), symbol("H")


@pytest.mark.parametrize(
    ("comment", "dims", "expected"),
    [
        ("# state size. (ngf*4) x 16 x 16", [N * 8, 16, 16], "(ngf*8) x 16 x 16"),
        ("# state size. (64) x 48 x 48", [128, 48, 48], "(128) x 48 x 48"),
        ("# state size. ``(ngf*2) x 16 x 16``", [N * 4, 17, 17], "(ngf*4) x 17 x 17"),
        ("# state size. ngf x 16 x 16", [N * 2, 16, 16], "(ngf*2) x 16 x 16"),
        ("# state size. (ngf) x 16 x 16", [N * 2, None, None], "(ngf*2) x 16 x 16"),
        ("# state size. (ngf*8) x 4 x 4", [N, 4, 4], "(ngf) x 4 x 4"),
        ("# state size. 8ngf x 16 x 16", [N * 4, 16, 16], "4ngf x 16 x 16"),
        ("# state size. 8ngf x ngf x 16", [N * 8, N * 2, 16], "8ngf x 2ngf x 16"),
        ("# state size. (ngf x 2) x 7 x 7", [N * 8, 7, 7], "(ngf x 8) x 7 x 7"),
        ("# [opt.ngf*2, 8,  8 ]", [N * 4, 8, 9], "[opt.ngf*4, 8,  9 ]"),
        ("# (b, 256, H//32)", [None, 512, H // 16], "(b, 512, H//16)"),
        ("# (None, 64, 8)", [7, 64, 9], "(None, 64, 9)"),
        ("# 64@96*96", [64, 48, 48], "64@48*48"),
        ("# 16 * 16 * ngf * 4", [16, 16, N * 8], "16 * 16 * ngf * 8"),
        ("# self.ndf*2(128) * 16 * 16", [None, 8, 16], "self.ndf*2(128) * 8 * 16"),
        ("# ndf*2(128) * 16 * 16", [symbol("ndf") * 4, 16, 16], "ndf*4 * 16 * 16"),
        ("# ndf*2(128) * 16 * 16", [256, 16, 16], "256 * 16 * 16"),
        ("# [b, c, H]", [None, None, (H - 1) // 2 + 1], "[b, c, (H - 1)//2 + 1]"),
        ("# B x c x H", [None, None, (H - 1) // 2 + 1], "B x c x ((H - 1)//2 + 1)"),
    ],
)
def test_corrections_keep_the_notation(comment: str, dims: list[Dim | None], expected: str) -> None:
    """Brackets, back-ticks, spacing, glued coefficients and the spelling of names stay as the author wrote them."""
    remark = parse_comment(comment)
    assert remark is not None and remark.shape is not None
    assert rewrite(remark.shape, dims) == expected


def test_correction_spells_new_symbols_as_told() -> None:
    """A symbol that the comment does not name is written as the caller says; another rank cannot be written."""
    remark = parse_comment("# state size. (64) x 4 x 4")
    assert remark is not None and remark.shape is not None
    assert rewrite(remark.shape, [N * 2, 4, 4], {"ngf": "opt.ngf"}) == "(opt.ngf*2) x 4 x 4"
    assert rewrite(remark.shape, [64, 4]) is None


def test_a_flat_size_keeps_the_factors_it_is_made_from() -> None:
    """Of the numbers that may be exchanged in a product, the one with which it names what was flattened."""
    remark = parse_comment("# flatten to [batch, 50 * 8 * 4]")
    assert remark is not None and remark.shape is not None
    assert rewrite(remark.shape, [None, 800], factors=(50, 4, 4)) == "[batch, 50 * 4 * 4]"
    assert rewrite(remark.shape, [None, 800]) == "[batch, 25 * 8 * 4]"
