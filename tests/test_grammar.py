"""Comments to remarks: every family and spelling of the survey is read, every trap is rejected."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from shapelint.claims.comments.grammar import NotAShape, is_code, parse_comment, parse_row, read_comment
from shapelint.claims.comments.remark import Notation, Remark, RemarkKind, canonical
from shapelint.shapes import symbol

FIXTURES = Path(__file__).parent.parent / "fixtures" / "comments"


def _lines(name: str) -> Iterator[str]:
    for line in (FIXTURES / name).read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            yield line.rstrip()


def _told(remark: Remark) -> str:
    """A remark as the fixtures write it."""
    shapes = [
        "(" + ", ".join("..." if dim.many else "?" if dim.dim is None else str(dim.dim) for dim in shape.dims) + ")"
        for shape in remark.shapes
    ]
    return " ".join([remark.kind.value, *filter(None, [remark.subject]), *shapes])


@pytest.mark.parametrize("line", list(_lines("shapes.txt")))
def test_every_spelling_is_read(line: str) -> None:
    """What the fixture says is read from the comment, at offsets that hold the text, with and without the ``#``."""
    comment, _, expected = line.partition("::")
    comment = comment.rstrip()
    remark = read_comment(comment)
    assert _told(remark) == expected.strip()
    for shape in remark.shapes:
        assert comment[shape.start : shape.end] == shape.text
        for reading in shape.readings:
            assert all(comment[dim.start : dim.end] == dim.text for dim in reading.dims)
            assert all(shape.start <= dim.start < dim.end <= shape.end for dim in reading.dims)
    bare = parse_comment(comment.lstrip("# "))
    assert bare is not None and _told(bare) == expected.strip()


@pytest.mark.parametrize("comment", list(_lines("not_shapes.txt")))
def test_every_trap_is_rejected(comment: str) -> None:
    """In doubt it is no shape."""
    with pytest.raises(NotAShape):
        read_comment(comment)


@pytest.mark.parametrize(
    ("comment", "readings"),
    [
        ("# 512 * 4 * 4", ["512, 4, 4", "8192"]),
        ("# 16 * 16 * ndf * 4", ["16, 16, 4*ndf", "16, 16, ndf, 4", "1024*ndf"]),
        ("# (512 x 6 x 6)", ["512, 6, 6", "18432"]),
        ("# state size. (512*4*4)", ["8192", "512, 4, 4"]),
        ("# (256, 4x4)", ["256, 4, 4", "256, 16"]),
        ("# (64, 32, 32)", ["64, 32, 32"]),
    ],
)
def test_ambiguous_products_have_alternatives(comment: str, readings: list[str]) -> None:
    """A product may be a flat size or a list of dims: all sensible readings are offered, the likeliest first."""
    shape = read_comment(comment).shapes[0]
    assert [", ".join(str(dim.dim) for dim in reading.dims) for reading in shape.readings] == readings


@pytest.mark.parametrize(
    ("comment", "notation"),
    [
        ("# state size. 64 x 4 x 4", Notation.STATE_SIZE),
        ("# (64, 32, 32)", Notation.BRACKETS),
        ("# (B, C, H, W)", Notation.NAMED_AXES),
        ("# -> 64 x 4 x 4", Notation.ARROW),
        ("# output 64 x 4 x 4", Notation.LABEL),
        ("# 64 x 32 x 32", Notation.BARE_X),
        ("# 64 * 32 * 32", Notation.STAR),
        ("# torch.Size([1, 64, 28, 28])", Notation.SHAPE_LABEL),
        ("# 64@96*96", Notation.CHANNELS_AT),
    ],
)
def test_notations(comment: str, notation: Notation) -> None:
    """Each pattern knows the notation it was written in."""
    assert read_comment(comment).shapes[0].notation is notation


def test_arrow_has_two_sides() -> None:
    """Left goes in, right comes out; of a chain the first and the last; a one-sided arrow has no left."""
    both = read_comment("# (3, 64, 64) -> (64, 32, 32) -> (128, 16, 16)")
    assert (both.left, both.right) == (both.shapes[0], both.shapes[2])
    one = read_comment("# -> (64, 32, 32)")
    assert one.left is None and one.right == one.shapes[0]


@pytest.mark.parametrize(
    ("comment", "batched"),
    [
        ("# (N, 3, 8, 8)", True),
        ("# (-1, 3, 8, 8)", True),
        ("# [opt.batchSize, 3, 8, 8]", True),
        ("# (64) x 48 x 48", False),
    ],
)
def test_batch_words(comment: str, batched: bool) -> None:
    """Batch words and wildcards at the front are the batch; a number is not."""
    assert read_comment(comment).shapes[0].dims[0].batch is batched


def test_small_squares_are_weak() -> None:
    """``4 x 4`` alone may be a kernel: it is marked, and labels or channels make it sure."""
    assert read_comment("# 4 x 4").weak
    assert not read_comment("# 16 x 16").weak
    assert not read_comment("# output 4 x 4").weak
    assert not read_comment("# 64 x 4 x 4").weak


def test_names_have_one_key() -> None:
    """The spellings of one name are one symbol; letters keep their case; primes make another name."""
    assert {canonical(name) for name in ("params['ngf']", 'params["NGF"]', "opt.ngf", "self.NGF", "ngf")} == {"ngf"}
    assert canonical("H") != canonical("h") and canonical("C'") != canonical("C")
    assert read_comment("# state size. (opt.ngf*2) x 4 x 4").shapes[0].dims[0].dim == symbol("ngf") * 2


def test_input_without_a_shape() -> None:
    """``input is Z`` says where the input is, and no size."""
    remark = read_comment("# input is Z, going into a convolution")
    assert remark.kind is RemarkKind.INPUT and remark.shapes == () and remark.shape is None


@pytest.mark.parametrize(
    ("comment", "code"),
    [
        ("# nn.Conv2d(3, 64, 4),", True),
        ("#x = self.conv(x)", True),
        ("# return x", True),
        ("# import torch", True),
        ("# for i in range(3):", True),
        ("#     padding=1,", True),
        ("# type: (Tensor) -> Tensor", True),
        ("# )", True),
        ("# class Net(nn.Module):", True),
        ("# x += self.skip(x)", True),
        ("# x.shape = (1, 3)", False),
        ("# mask.view(-1): [B, 4]", False),
        ("# state size. (ngf*8) x 4 x 4", False),
        ("# for each image", False),
        ("# class labels", False),
        ("# output(64, 32, 32)", False),
        ("# torch.Size([1, 64, 28, 28])", False),
    ],
)
def test_code_in_comments(comment: str, code: bool) -> None:
    """A layer that was switched off is code; what says a value's shape is not."""
    assert is_code(comment) is code


@pytest.mark.parametrize("comment", ["# [1, 10]", "#(1,1000)", "# [1, 10]."])
def test_a_row_is_read_only_where_it_is_asked_for(comment: str) -> None:
    """Elsewhere it is a range of values; beside a statement it means a matrix, nothing elided."""
    remark = parse_row(comment)
    assert parse_comment(comment) is None
    assert remark is not None and remark.shapes[0].whole
    assert [comment[dim.start : dim.end] for dim in remark.shapes[0].dims] == [
        dim.text for dim in remark.shapes[0].dims
    ]


@pytest.mark.parametrize("comment", ["# [0, 1]", "# [2, 10]", "# [1, 10, 3]", "# 1, 10", "# in [1, 10]"])
def test_ranges_are_no_rows(comment: str) -> None:
    """Only a lone list of 1 and a size."""
    assert parse_row(comment) is None
