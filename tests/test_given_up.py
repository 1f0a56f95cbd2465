"""After code that asks for more work than a path may take: what needs no path is still said, and what was not run is told."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping

import pytest

from shapelint.engine import Result, check_source
from shapelint.interp.project.project import Project

HEADER = "import pytest\nimport torch\nfrom torch import nn\nfrom torch.nn import Linear\n\n"
ENDLESS = "steps = 0\nwhile True:\n    steps += 1\n"
NOT_RUN = "the file asks for more work than one path may take; the rest of that path was not run"


def lint(body: str, files: Mapping[str, str] | None = None) -> Result:
    return check_source(HEADER + textwrap.dedent(body), "net.py", files=Project((files or {}).get))


def findings(body: str, files: Mapping[str, str] | None = None) -> list[tuple[str, str]]:
    return [(finding.code, finding.message) for finding in lint(body, files).diagnostics]


REFUSED = {
    "nn.Conv2d(10, 20, 3, groups=4)": ("SHP304", "4 groups do not divide 10 in_channels"),
    "nn.Conv2d(10, 20, (3, -3))": ("SHP304", "kernel_size must not be negative, got -3"),
    "torch.nn.MultiheadAttention(10, 3)": ("SHP304", "3 heads do not divide 10 embed_dim"),
    "Linear(3, 4, width=1)": ("SHP304", "unknown argument 'width'"),
    "nn.MaxPool2d(2, padding=2)": ("SHP103", "padding 2 is more than half of the kernel, 2"),
    "nn.AvgPool2d(kernel_size=3, padding=2)": ("SHP103", "padding 2 is more than half of the kernel, 3"),
}
PLACES = {
    "at the top level": "net = {}\n",
    "in a class": "class Net(nn.Module):\n    def __init__(self, width):\n        self.layer = {}\n",
    "in a function": "def build():\n    if torch.cuda.is_available():\n        return nn.Sequential(nn.ReLU(), {})\n",
}


@pytest.mark.parametrize("layer", REFUSED)
@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_literal_arguments_need_no_path(place: str, layer: str) -> None:
    """Each is reported once, wherever it is built."""
    assert findings(ENDLESS + place.format(layer)) == [REFUSED[layer]]


@pytest.mark.parametrize(
    "code",
    [
        "try:\n    net = nn.Conv2d(10, 20, 3, groups=4)\nexcept ValueError:\n    net = None\n",
        "with pytest.raises(ValueError):\n    nn.Conv2d(10, 20, 3, groups=4)\n",
        "pytest.raises(ValueError, lambda: nn.Conv2d(10, 20, 3, groups=4))\n",
        "def build(nn):\n    return nn.Conv2d(10, 20, 3, groups=4)\n",
        "def build():\n    from mine import nn\n    return nn.Conv2d(10, 20, 3, groups=4)\n",
        "class Linear:\n    pass\nx = Linear(3, 4, width=1)\n",
        "def build(groups):\n    return nn.Conv2d(10, 20, 3, groups=groups)\n",
        "def build(*sizes):\n    return nn.Conv2d(*sizes, groups=4)\n",
        "net = nn.Conv2d(10, 20, 3, groups=5)\n",
        "pad = nn.ReflectionPad2d(100)\nnorm = nn.BatchNorm2d(3)\n",
        "def build():\n    return Conv2d(10, 20, 3, groups=4)\n",
    ],
)
def test_what_is_not_certain_is_not_said(code: str) -> None:
    """What is expected to fail, what has another meaning there, what is no literal, and what is right."""
    assert findings(ENDLESS + code) == []


def test_what_was_not_run_is_told() -> None:
    """Once for each path; a file that is run to its end says nothing of the kind."""
    assert (NOT_RUN, 1) in lint(ENDLESS).coverage.reasons
    assert (NOT_RUN, 2) in lint(f"{ENDLESS}def test_it():\n    while True:\n        x = 1\n").coverage.reasons
    assert not any("not run" in reason for reason, _ in lint("net = nn.Linear(3, 4)\n").coverage.reasons)


NET = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(3, 16, 3)
        self.second = nn.Conv2d({width}, 8, 3)

    def forward(self, x):
        return self.second(self.first(x))
"""


def test_classes_that_come_later_are_still_followed() -> None:
    """With what they are made of; the wrong number is found."""
    assert findings(ENDLESS + NET.format(width=16)) == []
    assert findings(ENDLESS + NET.format(width=8)) == [("SHP301", "8 channels expected, got 16")]
    assert findings(f"width = 8\n{ENDLESS}{NET.format(width='width')}") == [("SHP301", "8 channels expected, got 16")]


@pytest.mark.parametrize(
    "code",
    [
        "width = 8\nwhile True:\n    width += 1\n",
        f"width = 8\n{ENDLESS}width = 16\n",
        f"width = 8\ndef widen():\n    global width\n    width = 16\n{ENDLESS}widen()\n",
        f"sizes = [8]\nwhile True:\n    sizes[0] += 1\n{NET.format(width='sizes[0]')}",
        f"class Sizes: pass\nsizes = Sizes()\nsizes.width = 8\n{ENDLESS}{NET.format(width='sizes.width')}",
    ],
)
def test_what_would_have_changed_is_not_known(code: str) -> None:
    """A value that the rest of the path may change has none that a proof may rest on."""
    assert findings(code if "Net" in code else code + NET.format(width="width")) == []


def test_an_imported_file_may_be_given_up() -> None:
    """What its endless statement may have changed is not known to those that import it."""
    net = f"from sizes import width\n{NET.format(width='width')}"
    assert findings(net, {"sizes.py": "width = 8\n"}) == [("SHP301", "8 channels expected, got 16")]
    assert findings(net, {"sizes.py": "width = 8\nwhile True:\n    width += 1\n"}) == []


def test_a_loop_is_not_over_after_the_rounds_that_are_followed() -> None:
    """What it counts is then unknown, rather than the number of those rounds."""
    body = """
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                width = 0
                while width < 25_000:
                    width += 1
                self.first, self.second = nn.Linear(8, 25_000), nn.Linear(width, 8)

            def forward(self, x):
                return self.second(self.first(x))
    """
    assert findings(body) == []
    assert findings(body.replace("width < 25_000", "width < 2_500")) == [
        ("SHP301", "2500 features expected, got 25000")
    ]
