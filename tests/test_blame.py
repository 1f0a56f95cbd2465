"""The side is blamed whose repair leaves the fewest contradictions."""

from __future__ import annotations

from claims_support import contradictions, module, sequential, told
from test_expectations import FIXTURES, without_markers

from shapelint.engine import check_source


def test_the_next_layer_confirms_the_code() -> None:
    """Correcting the layer would break the one behind it: the comment is stale."""
    layers = """
# input is (3) x 32 x 32
nn.Conv2d(3, 128, 3, padding=1),
# state size. (64) x 32 x 32
nn.BatchNorm2d(128),
nn.Conv2d(128, 8, 3, padding=1),
# state size. (8) x 32 x 32
"""
    assert told(sequential(layers)) == [("(64) x 32 x 32", "comment")]


def test_later_comments_confirm_the_annotated_size() -> None:
    """Where they agree only if it is right, the padding is wrong."""
    layers = """
# input is (3) x 96 x 96
nn.Conv2d(3, 64, 3, padding=2),
# state size. (64) x 96 x 96
nn.Conv2d(64, 64, 3, padding=1),
# state size. (64) x 96 x 96
"""
    assert told(sequential(layers)) == [("(64) x 96 x 96", "padding=1")]


def test_a_channel_tie_blames_the_comment() -> None:
    """Nothing behind the last layer tells who is right."""
    layers = "# input is (3) x 32 x 32\nnn.Conv2d(3, 16, 3, padding=1),\n# state size. (8) x 32 x 32"
    assert told(sequential(layers)) == [("(8) x 32 x 32", "comment")]


def test_a_size_tie_blames_the_padding_if_the_layers_around_use_another() -> None:
    """A later floor swallows the difference: DCGAN's k4 s2 with one padding 1 made 2."""
    layers = """
# input is (3) x 64 x 64
nn.Conv2d(3, 8, 4, 2, 2),
# state size. (8) x 32 x 32
nn.Conv2d(8, 8, 4, 2, 1),
# state size. (8) x 16 x 16
nn.Conv2d(8, 8, 4, 2, 1),
# state size. (8) x 8 x 8
"""
    assert told(sequential(layers)) == [("(8) x 32 x 32", "padding=1")]


def test_a_size_tie_blames_the_comment_otherwise() -> None:
    """No padding gives the annotated size, and the input label is an anchor."""
    layers = "# input is (3) x 250 x 250\nnn.Conv2d(3, 8, 4, 2, 1),\n# state size. (8) x 32 x 32\nnn.Sigmoid(),"
    assert told(sequential(layers)) == [("(8) x 32 x 32", "comment")]


def test_smallest_padding_and_the_others() -> None:
    """All paddings that give the annotated size are computed, the smallest is proposed."""
    layers = """
# input is (3) x 65 x 65
nn.Conv2d(3, 8, 3, 4, 3),
# state size. (8) x 17 x 17
nn.Conv2d(8, 8, 3, 1, 1),
# state size. (8) x 17 x 17
"""
    (blame,) = contradictions(sequential(layers))
    assert blame.repair is not None
    assert (blame.repair.value, blame.repair.others) == (1, (2,))


def test_output_padding() -> None:
    """Where no symmetric padding does it, a transposed layer's output_padding may."""
    layers = """
# input is (3) x 7 x 7
nn.ConvTranspose2d(3, 8, 3, 2, 1),
# state size. (8) x 14 x 14
nn.ConvTranspose2d(8, 8, 3, 2, 1, 1),
# state size. (8) x 28 x 28
"""
    assert told(sequential(layers)) == [("(8) x 14 x 14", "output_padding=1")]


def test_a_repair_that_breaks_the_program_is_none() -> None:
    """The view behind it needs the width that the code has."""
    text = module(
        "self.conv = nn.Conv2d(16, 32, 5)\nself.fc = nn.Linear(32 * 5 * 5, 10)",
        "# [b, 16, 9, 9] => [b, 16, 5, 5]\nx = self.conv(x)\n"
        "# [b, 16, 5, 5] => [b, 16*5*5]\nx = x.view(x.size(0), 32 * 5 * 5)\nreturn self.fc(x)",
    )
    assert all(side == "comment" for _, side in told(text))


def test_two_mistakes_are_two_findings() -> None:
    """What comes after an argument that is to blame is read as if it had been right."""
    layers = """
# input is (3) x 96 x 96
nn.Conv2d(3, 64, 4, 2, 2),
# state size. (64) x 48 x 48
nn.Conv2d(64, 128, 3, 1, 1),
nn.BatchNorm2d(128),
# state size. (64) x 48 x 48
nn.Conv2d(128, 128, 4, 2, 1),
# state size. (128) x 24 x 24
"""
    found = contradictions(sequential(layers))
    assert sorted(told(sequential(layers)), key=lambda entry: entry[1]) == [
        ("(64) x 48 x 48", "comment"),
        ("(64) x 48 x 48", "padding=1"),
    ]
    stale = next(blame for blame in found if blame.repair is None)
    computed = [stale.reading.solution.computed(pair) for pair in stale.divergence.judgement.false]
    assert computed == [128]


def test_the_anchor_is_named() -> None:
    """The message can name the annotation that was relied on, and the layers between."""
    layers = "# input is (3) x 250 x 250\nnn.Conv2d(3, 8, 4, 2, 1),\n# state size. (8) x 32 x 32\nnn.Sigmoid(),"
    (blame,) = contradictions(sequential(layers))
    assert blame.anchor is not None
    assert blame.anchor.part.pattern.text == "(3) x 250 x 250"
    assert [call.name for call in blame.chain] == ["Conv2d"]


def test_a_batch_that_one_comment_supposes_is_not_written() -> None:
    """``3 x 64 x 64`` over a series is false, but to write another length would call its channels a batch."""
    text = (FIXTURES / "rules" / "stale-comment" / "image_over_a_series.py").read_text("utf-8")
    (found,) = check_source(without_markers(text)[0], "series.py").diagnostics
    assert (found.code, found.fix) == ("SHP202", None)
