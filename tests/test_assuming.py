"""Comments on tensors of which the code does not even know the rank; classes that need more than stands in their file."""

from __future__ import annotations

from textwrap import dedent, indent

from claims_support import told, verdicts

from shapelint.interp.paths.exploration import explore
from shapelint.source.parse import parse


def behind(forward: str, arguments: str = "x", head: str = "") -> str:
    """A module whose encoder comes from a package that is not followed."""
    made = indent(dedent(forward).strip("\n"), " " * 8)
    return (
        "import torch\nimport torch.nn as nn\nfrom elsewhere import Encoder\n\n\n" + head + "class Net(nn.Module):\n"
        "    def __init__(self, width):\n        super().__init__()\n        self.encode = Encoder(width)\n"
        "        self.head = nn.Linear(width, 64)\n\n"
        f"    def forward(self, {arguments}):\n{made}\n"
    )


def test_unknown_result() -> None:
    """What an unknown call gives has the rank that its comment says; every comment behind it is checked by that."""
    text = """
    h = self.encode(x)  # (B, T, 32)
    q = self.head(h)  # (B, T, 64)
    p = h.mean(1)  # (B, 32)
    z = h.reshape(-1, 32)  # (B*T, 31)
    return q
    """
    assert told(behind(text)) == [("(B*T, 31)", "comment")]
    assert verdicts(behind(text.replace("31", "32")))[:3] == ["TRUE"] * 3


def test_argument_at_the_head() -> None:
    """So has an argument of which the head of the function says it."""
    text = """
    # mask: (B, 1, T)
    mask = mask.squeeze(1)  # (B, T)
    rows = mask[:, None].expand(-1, 7, -1)  # (B, 7, T)
    flat = rows.flatten(1)  # (B, 7*T)
    wide = rows.repeat(1, 2, 1)  # (B, 13, T)
    return wide
    """
    assert told(behind(text, "mask")) == [("(B, 13, T)", "comment")]


def test_one_of_several() -> None:
    """Lines that list what may come in are no contradiction of each other."""
    text = """
    # what comes in is
    #   b, 15, 13, 13
    #   b, 15, 26, 26
    #   b, 15, 52, 52
    h, w = y.size(2), y.size(3)
    z = y.view(y.size(0), 3, 5, h, w)
    return z
    """
    assert told(behind(text, "y")) == []


def test_elided_batch() -> None:
    """Numbers alone may leave the batch out: no rank is taken from them."""
    text = "h = self.encode(x)  # (32, 7, 7)\nreturn h.mean(1)  # (32, 7)"
    assert verdicts(behind(text)) == ["UNBOUND", "UNBOUND"]


def test_a_refused_assumption_is_dropped() -> None:
    """A comment that the code contradicts outright is not taken at its word."""
    text = (
        "h = self.encode(x)  # (B, T, D, 3)\ny = nn.functional.conv1d(h, torch.zeros(4, 8, 3))  # (B, 4, L)\nreturn y"
    )
    assert told(behind(text)) == []


def test_defaults_of_none() -> None:
    """A class that refuses its own default of None is built with an unknown in its place."""
    text = """
    import torch.nn as nn

    class Net(nn.Module):
        def __init__(self, width=None):
            super().__init__()
            if width is None:
                raise ValueError("width")
            self.a, self.b = nn.Conv2d(3, width, 3, padding=1), nn.Conv2d(width, 2 * width, 3, padding=1)

        def forward(self, x):
            x = self.a(x)  # (B, width, H, W)
            return self.b(x)  # (B, 2*width, H, W)
    """
    assert verdicts(dedent(text)) == ["TRUE", "TRUE"]


def test_a_base_that_is_not_there() -> None:
    """A class with a ``forward`` is a module, wherever its base class comes from."""
    text = """
    import torch.nn as nn
    from .missing import Base

    class Net(Base):
        def __init__(self):
            super().__init__()
            self.net = nn.Sequential(
                nn.Conv2d(3, 16, 3, 2, 1),  # 16 x 32 x 32
                nn.Conv2d(16, 32, 3, 2, 1),  # 32 x 16 x 16
                nn.Conv2d(32, 64, 3, 2, 1),  # 60 x 8 x 8
            )

        def forward(self, x):
            return self.net(x)
    """
    assert told(dedent(text)) == [("60 x 8 x 8", "comment")]


def test_names_from_nowhere() -> None:
    """``nn`` is torch's where a file imports everything from another one that is not there; not among other frameworks."""
    text = "from utils import *\n\nclass Net(nn.Module):\n    def forward(self, x):\n        return F.relu(x)\n"
    assert [run.title for run in explore(parse(text, "net.py")).runs] == ["the script", "Net()"]
    other = parse("from d2l.mxnet import *\n" + text, "net.py")
    assert [run.title for run in explore(other).runs] == ["the script"]


def test_attributes_of_unknown_names() -> None:
    """After one was set, only what is set later is known."""
    text = """
    import torch.nn as nn

    class Net(nn.Module):
        def __init__(self, name, value):
            super().__init__()
            self.first = nn.Linear(8, 16)
            setattr(self, name, value)
            self.second = nn.Linear(8, 16)

        def forward(self, x):
            first = self.first(x)  # (B, 15)
            second = self.second(x)  # (B, 16)
            flat = second[:, :4]  # (B, 4)
            other = second[:, :5]  # (B, 5)
            more = second[:, :7]  # (B, 6)
            return self.third(x)
    """
    assert told(dedent(text)) == [("(B, 6)", "comment")]


def test_written_for_another_default() -> None:
    """A size that the constructor chooses excuses a comment also behind an input of unknown rank."""
    text = """
    import torch.nn as nn

    class Net(nn.Module):
        def __init__(self, z_dim=64):
            super().__init__()
            self.z_dim = z_dim
            self.up = nn.Sequential(
                nn.ConvTranspose2d(z_dim, 32, 4, 1, 0),  # 4x4
                nn.ConvTranspose2d(32, 16, 4, 2, 1),  # 8x8
            )

        def forward(self, noise):
            x = noise.view(len(noise), self.z_dim, 1, 1)  # 128 x 200 x 1 x 1
            return self.up(x)
    """
    assert told(dedent(text)) == []


def test_a_decorated_forward() -> None:
    """A decorator that makes it a function of ``*args`` does not hide what ``forward`` takes."""
    text = """
    import functools
    import torch.nn as nn

    def guarded(forward):
        @functools.wraps(forward)
        def wrapped(self, *args, **kwargs):
            return forward(self, *args, **kwargs)
        return wrapped

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.a, self.b = nn.Linear(8, 16), nn.Linear(16, 32)

        @guarded
        def forward(self, x):
            x = self.a(x)  # (B, 16)
            return self.b(x)[:, :5]  # (B, 5)
    """
    assert verdicts(dedent(text)) == ["TRUE", "TRUE"]


def test_a_method_that_nobody_calls() -> None:
    """Functions and methods with shape comments are run though no path of the file enters them."""
    text = """
    import torch.nn as nn

    class Net(nn.Module):
        def __init__(self, width):
            super().__init__()
            self.a = nn.Linear(width, 16)

        def forward(self, x):
            return self.a(x)

        def step(self, token, state):
            # token: (B, 1, D)
            hidden = self.a(token)  # (B, 1, 16)
            flat = hidden.squeeze(1)  # (B, 16)
            both = flat.repeat(1, 2)  # (B, 31)
            return both

    def pooled(x):
        # x: (B, T, D)
        rows = x[:, None].repeat(1, 4, 1, 1)  # (B, 4, T, D)
        more = rows + 1  # (B, 4, T, D)
        flat = more.flatten(1, 2)  # (B, 4*T, D)
        return rows.sum(1, keepdim=True)  # (B, 2, T, D)
    """
    assert told(dedent(text)) == [("(B, 31)", "comment"), ("(B, 2, T, D)", "comment")]
