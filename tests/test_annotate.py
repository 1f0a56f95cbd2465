"""annotate writes comments that are true, in the file's own manner, and touches nothing else."""

from __future__ import annotations

import ast
import textwrap
from pathlib import Path

import pytest

from shapelint.annotate import annotate_text
from shapelint.engine import check_source
from shapelint.interp import Project

BLOCK = """
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self{params}):
        super().__init__()
        self.main = nn.Sequential(
{layers}
        )

    def forward(self, x):
        return self.main(x)
"""


def annotated(text: str) -> str:
    """The text after annotating, having checked what holds for every text."""
    after = annotate_text(text, "net.py", Project(lambda path: None), lambda changed: check_source(changed, "net.py"))
    assert ast.dump(ast.parse(after)) == ast.dump(ast.parse(text)), "only comments may change"
    assert annotate_text(after, "net.py", Project(lambda path: None), lambda c: check_source(c, "net.py")) == after
    found = {(finding.code, finding.message) for finding in check_source(text, "net.py").diagnostics}
    assert {(finding.code, finding.message) for finding in check_source(after, "net.py").diagnostics} <= found
    return after


def block(layers: str, params: str = "", tail: str = "") -> str:
    return BLOCK.format(
        layers=textwrap.indent(textwrap.dedent(layers).strip(), " " * 12), params=params
    ) + textwrap.dedent(tail)


def layers_of(text: str) -> list[str]:
    """The lines between the brackets of the Sequential."""
    lines = text.splitlines()
    start = next(i for i, line in enumerate(lines) if "Sequential(" in line)
    end = next(i for i, line in enumerate(lines) if i > start and line.strip() == ")")
    return [line.strip() for line in lines[start + 1 : end]]


def test_one_comment_for_each_change_of_state() -> None:
    """Behind conv, norm and activation together; a layer that keeps the shape gets no comment of its own."""
    after = annotated(block("""
        nn.Conv2d(3, 64, 4, 2, 1),
        nn.BatchNorm2d(64),
        nn.ReLU(),
        nn.Conv2d(64, 64, 3, 1, 1),
        nn.Conv2d(64, 128, 4, 2, 1),
    """))  # fmt: skip
    assert layers_of(after) == [
        "nn.Conv2d(3, 64, 4, 2, 1),",
        "nn.BatchNorm2d(64),",
        "nn.ReLU(),",
        "nn.Conv2d(64, 64, 3, 1, 1),",
        "# state size. (64) x H//2 x W//2",
        "nn.Conv2d(64, 128, 4, 2, 1),",
        "# state size. (128) x H//4 x W//4",
    ]


def test_the_blocks_own_comments_give_the_size() -> None:
    """A label at the head is enough to write numbers everywhere."""
    after = annotated(block("""
        # input is (3) x 96 x 96
        nn.Conv2d(3, 64, 4, 2, 1),
        nn.ReLU(),
        nn.Conv2d(64, 128, 4, 2, 1),
    """))  # fmt: skip
    assert [line for line in layers_of(after) if line.startswith("#")] == [
        "# input is (3) x 96 x 96", "# state size. (64) x 48 x 48", "# state size. (128) x 24 x 24",
    ]  # fmt: skip


def test_a_call_in_the_file_gives_the_size() -> None:
    """Where no comment says it, the file's own script does."""
    source = block(
        "nn.Conv2d(3, 64, 4, 2, 1),\nnn.ReLU(),",
        tail="\nif __name__ == '__main__':\n    Net()(torch.randn(2, 3, 32, 32))\n",
    )
    assert "# state size. (64) x 16 x 16" in annotated(source)


def test_channels_by_the_names_of_the_code() -> None:
    """(ngf*8), as DCGAN's authors write, with a default or without."""
    layers = "nn.ConvTranspose2d(nz, ngf * 8, 4, 1, 0),\nnn.ReLU(),\nnn.ConvTranspose2d(ngf * 8, ngf, 4, 2, 1),"
    tail = "\nif __name__ == '__main__':\n    Net(100, 64)(torch.randn(1, 100, 1, 1))\n"
    for params in (", nz=100, ngf=64", ", nz, ngf"):
        after = annotated(block(layers, params, tail))
        assert "# state size. (ngf*8) x 4 x 4" in after and "# state size. (ngf) x 8 x 8" in after


@pytest.mark.parametrize(
    ("model", "written"),
    [
        ("# (64, 48, 48)", "# (128, 24, 24)"),
        ("# [64, 48, 48]", "# [128, 24, 24]"),
        ("# N x 64 x 48 x 48", "# N x 128 x 24 x 24"),
        ("# 64x48x48", "# 128x24x24"),
        ("# state size: (64) x 48 x 48", "# state size: (128) x 24 x 24"),
        ("# size: (B, 64, 48, 48)", "# size: (B, 128, 24, 24)"),
    ],
)
def test_the_manner_of_the_file(model: str, written: str) -> None:
    """New comments look like those that are there: label, signs, brackets, batch."""
    after = annotated(block(f"nn.Conv2d(3, 64, 4, 2, 1),\n{model}\nnn.Conv2d(64, 128, 4, 2, 1),"))
    assert layers_of(after) == ["nn.Conv2d(3, 64, 4, 2, 1),", model, "nn.Conv2d(64, 128, 4, 2, 1),", written]


def test_trailing_comments_stay_trailing() -> None:
    """A file whose comments stand behind the code gets them there; a line that has another comment gets none."""
    after = annotated(block("""
        nn.Conv2d(3, 64, 4, 2, 1),  # (64, 48, 48)
        nn.Conv2d(64, 128, 4, 2, 1),
        nn.Conv2d(128, 256, 4, 2, 1),  # the widest
    """))  # fmt: skip
    assert layers_of(after) == [
        "nn.Conv2d(3, 64, 4, 2, 1),  # (64, 48, 48)",
        "nn.Conv2d(64, 128, 4, 2, 1),  # (128, 24, 24)",
        "nn.Conv2d(128, 256, 4, 2, 1),  # the widest",
    ]


def test_a_stale_comment_is_refreshed() -> None:
    """In its own notation, like `check --fix`."""
    after = annotated(block("""
        # input is (3) x 96 x 96
        nn.Conv2d(3, 64, 4, 2, 1),
        # state size. (32) x 48 x 48
        nn.Conv2d(64, 128, 4, 2, 1),
        # state size. (128) x 24 x 24
    """))  # fmt: skip
    assert "# state size. (64) x 48 x 48" in after and "(32)" not in after


def test_comments_that_state_no_shape_are_left_alone() -> None:
    """Every line that was there is there, in its order."""
    source = block("# first 3x3 conv\nnn.Conv2d(3, 64, 4, 2, 1),  # halves\n# nn.Dropout(0.5),\nnn.ReLU(),\n# done")
    after = annotated(source).splitlines()
    remaining = iter(after)
    assert all(line in remaining for line in source.splitlines())


def test_a_disputed_block_is_left_alone() -> None:
    """Where a padding contradicts the comments, somebody has to decide first."""
    source = block("""
        # input is (3) x 96 x 96
        nn.Conv2d(3, 64, 4, 2, 1),
        # state size. (64) x 48 x 48
        nn.Conv2d(64, 128, 4, 2, 2),
        # state size. (128) x 24 x 24
        nn.Conv2d(128, 256, 4, 2, 1),
        # state size. (256) x 12 x 12
        nn.Conv2d(256, 512, 4, 2, 1),
    """)  # fmt: skip
    assert any(finding.code == "SHP201" for finding in check_source(source, "net.py").diagnostics)
    assert annotated(source) == source


@pytest.mark.parametrize(
    "source",
    [
        "import torch\n",
        block("nn.Conv2d(3, 64, 3), nn.ReLU(),"),
        block("nn.ReLU(),\nnn.Dropout(0.5),"),
        block("*layers(3),"),
        block("nn.Conv2d(3, 64, 3, padding=unknown()),"),
        "from torch import nn\nnet = nn.Sequential(nn.Conv2d(3, 64, 3),\n    nn.ReLU())\n",
    ],
)
def test_nothing_to_say(source: str) -> None:
    """Layers on one line, states that do not change, layers of which too little is known."""
    assert annotated(source) == source


def test_a_list_of_layers_in_a_sequential() -> None:
    """Sequential(*[...]) and Sequential(OrderedDict([...])) are Sequentials."""
    for opening, closing in (("*[", "]"), ("OrderedDict([", "])")):
        wrap = '("{}", {})' if "Ordered" in opening else "{1}"
        rows = [wrap.format(name, layer) for name, layer in (("c", "nn.Conv2d(3, 8, 2, 2)"), ("r", "nn.ReLU()"))]
        source = "from collections import OrderedDict\nfrom torch import nn\n\nnet = nn.Sequential(%s\n    %s,\n    %s,\n%s)\n"
        after = annotated(source % (opening, *rows, closing))
        assert after.splitlines()[-2] == "    # state size. (8) x H//2 x W//2"


FORWARD = """
from torch import nn


class Net(nn.Module):
    def __init__(self, width=8):
        super().__init__()
        self.conv = nn.Conv2d(3, width, 2, 2)
        self.norm = nn.BatchNorm2d(width)
        self.fc = nn.Linear(width * 64, 10)

    def forward(self, x):
        x = self.conv(x)
        x = self.norm(x)
        identity = x
        both = [x, x]
        x = x.flatten(1)
        x = self.fc(x)
        return x


if __name__ == "__main__":
    import torch
    Net()(torch.randn(4, 3, 16, 16))
"""


def test_statements_of_forward() -> None:
    """Behind the statements that change the state; none behind an alias, a list or the return."""
    after = annotated(FORWARD)
    start, end = after.index("x = self.conv(x)"), after.index("return x")
    assert [line.strip() for line in after[start:end].splitlines()] == [
        "x = self.conv(x)",
        "x = self.norm(x)",
        "# state size. (width) x 8 x 8",
        "identity = x",
        "both = [x, x]",
        "x = x.flatten(1)",
        "# state size. (512)",
        "x = self.fc(x)",
        "# state size. (10)",
        "",
    ]


def test_a_moved_batch_is_no_state() -> None:
    """Without its batch a shape must still say which dims are left: what does not begin with the batch gets no comment."""
    source = FORWARD.replace("x = x.flatten(1)", "x = x.permute(1, 0, 2, 3)").replace("x = self.fc(x)", "x = x * 2")
    assert annotated(source).count("state size") == 1


def test_line_ends_and_tabs_are_kept() -> None:
    """A file of CR LF and tabs gets lines of CR LF and tabs."""
    source = "from torch import nn\r\n\r\nnet = nn.Sequential(\r\n\tnn.Conv2d(3, 8, 2, 2),\r\n\tnn.ReLU(),\r\n)\r\n"
    assert "\tnn.ReLU(),\r\n\t# state size. (8) x H//2 x W//2\r\n)\r\n" in annotated(source)


def test_netd_is_annotated_as_its_author_did() -> None:
    """Without its comments but for the input's, the issue's own model gets them back, the stale one corrected."""
    original = (Path(__file__).parent.parent / "fixtures" / "models" / "netd.py").read_text(encoding="utf-8")
    lines = original.splitlines(keepends=True)
    bare = "".join(line for line in lines if "size. (" not in line)
    features = original.partition("        self.LeakyReLU")[0].replace("# out size.", "# state size.")
    stale = features.replace(
        "BatchNorm2d(128),\n            nn.LeakyReLU(0.2, inplace=True),\n            # state size. (64) x 48",
        "BatchNorm2d(128),\n            nn.LeakyReLU(0.2, inplace=True),\n            # state size. (128) x 48",
    )
    assert annotated(bare).partition("        self.LeakyReLU")[0] == stale


def test_what_depends_on_an_unused_default_gets_no_comment() -> None:
    """With another stride the size would be another, and nobody says which is meant; the channels come from a parameter."""
    layers = "nn.Conv2d(width, 2 * width, 3, {}, 1),\nnn.ReLU(),\n"
    assert "(2*width) x H//2 x W//2" in annotated(
        block(layers.format("2").replace(", 3,", ", 4,"), ", width, stride=1")
    )
    source = block(layers.format("stride"), ", width, stride=1")
    assert annotated(source) == source


def test_a_block_of_a_helper_is_left_alone() -> None:
    """What a helper builds differs from call to call."""
    source = block("nn.Conv2d(3, 8, 4, 2, 1),\nnn.ReLU(),").replace("def __init__(self)", "def build(self, n)")
    assert annotated(source) == source


def test_comments_about_what_is_below_are_not_mixed_with() -> None:
    """An author who writes the state above the layer that makes it is not read wrongly afterwards."""
    source = block("""
        # input is (3) x 96 x 96
        # (64, 48, 48)
        nn.Conv2d(3, 64, 4, 2, 1),
        # (128, 24, 24)
        nn.Conv2d(64, 128, 4, 2, 1),
        nn.Conv2d(128, 256, 4, 2, 1),
    """)  # fmt: skip
    assert annotated(source) == source
