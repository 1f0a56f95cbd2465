"""One file in, its findings out: sorted, once each, one for each layer, and pure."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import shapelint
from shapelint.diagnosis.checked import Checked
from shapelint.diagnostic import Diagnostic, Span
from shapelint.engine import check_source
from shapelint.records import replace
from shapelint.rules import registry
from shapelint.rules.registry import UnknownRule, is_rule, rules, selected
from shapelint.settings import Settings
from shapelint.shapes import Kind

MODEL = """\
import torch.nn as nn

net = nn.Sequential(
    nn.Conv2d(3, 64, 3, padding=1),
    nn.Conv2d(64, 128, 3),
)
"""


@pytest.fixture
def inventing(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Diagnostic]]:
    """Rules that report what the test puts into a list."""
    wanted: list[Diagnostic] = []
    real = registry.rules()

    def invent(code: str) -> registry.Rule:
        def check(checked: Checked) -> Iterator[Diagnostic]:
            return (finding for finding in wanted if finding.code == code)

        return replace(real[code], check=check)

    invented = {code: invent(code) for code in real}
    monkeypatch.setattr(registry, "rules", lambda: invented)
    yield wanted


def invent(code: str, row: int, column: int, end_column: int, message: str = "") -> Diagnostic:
    return Diagnostic(code, rules()[code].name, message, "x.py", Span(row, column, row, end_column))


def codes(text: str = MODEL) -> list[tuple[str, int, int]]:
    return [(d.code, d.span.row, d.span.column) for d in check_source(text, "x.py").diagnostics]


def test_sorted_and_once(inventing: list[Diagnostic]) -> None:
    """By row, column and code; the same place and code once."""
    inventing += [
        invent("SHP303", 3, 1, 4),
        invent("SHP202", 1, 8, 9),
        invent("SHP303", 3, 1, 4),
        invent("SHP202", 1, 1, 2),
    ]
    assert codes() == [("SHP202", 1, 1), ("SHP202", 1, 8), ("SHP303", 3, 1)]


def test_one_finding_for_a_layer(inventing: list[Diagnostic]) -> None:
    """What PyTorch rejects outranks what a comment says; another layer is another matter."""
    inventing += [
        invent("SHP101", 4, 25, 34),
        invent("SHP201", 4, 25, 34),
        invent("SHP304", 4, 5, 35),
        invent("SHP201", 5, 15, 17),
        invent("SHP301", 5, 15, 17),
    ]
    assert codes() == [("SHP304", 4, 5), ("SHP301", 5, 15)]


def test_the_layer_may_be_reported_at_its_call(inventing: list[Diagnostic]) -> None:
    """A finding at ``self.conv(x)`` and one at the constructor are about the same layer."""
    text = (
        "import torch.nn as nn\nclass Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.conv = nn.Conv2d(3, 64, 3)\n    def forward(self, x):\n        return self.conv(x)\n"
    )
    inventing += [invent("SHP201", 5, 38, 39), invent("SHP301", 7, 16, 28)]
    assert codes(text) == [("SHP301", 7, 16)]


def test_suppressed_findings_do_not_stand_in_the_way(inventing: list[Diagnostic]) -> None:
    """A suppressed finding is absent, and its comment is in use."""
    inventing.append(invent("SHP301", 4, 15, 16))
    assert codes(MODEL.replace("padding=1),", "padding=1),  # shapelint: ignore[channel-mismatch]")) == []


def test_selection(inventing: list[Diagnostic]) -> None:
    """By code, name and beginning of a code; unknown names are an error."""
    assert selected((), ()) == frozenset(rules())
    comments = frozenset(code for code in rules() if code.startswith("SHP2"))
    assert selected(("SHP2",), ("stale-comment",)) == comments - {"SHP202"}
    assert selected(("all",), ("SHP0", "shp2", "SHP3", "SHP1")) == frozenset()
    for wrong in ("SHP9", "stale", "SHP2019", ""):
        with pytest.raises(UnknownRule):
            selected((wrong,), ())
    inventing += [invent("SHP301", 4, 15, 16), invent("SHP202", 1, 1, 2)]
    found = check_source(MODEL, "x.py", Settings(select=("SHP2",))).diagnostics
    assert [d.code for d in found] == ["SHP202"]


def test_imports_are_asked_of_the_reader() -> None:
    """The engine itself opens no file."""
    asked: list[str] = []

    def read(path: str) -> str | None:
        asked.append(path.replace("\\", "/"))
        return "import torch.nn as nn\nWIDTH = 64\n" if path.endswith("widths.py") else None

    text = "import torch.nn as nn\nfrom .widths import WIDTH\nnet = nn.Sequential(nn.Conv2d(3, WIDTH, 3), nn.Conv2d(32, 8, 3))\n"
    found = check_source(text, "models/net.py", files=read).diagnostics
    assert "models/widths.py" in asked
    assert [(d.code, d.span.row) for d in found] == [("SHP301", 3)]


def test_every_rule_is_documented() -> None:
    """Its page says what it does, why that is bad, gives an example and the fix; its name reads after "allow"."""
    for code, rule in rules().items():
        for heading in ("What it does", "Why is this bad", "Example", "Fix"):
            assert f"\n{heading}\n" in rule.page, code
        assert rule.summary.endswith("."), code
        assert rule.name == rule.name.lower().replace("_", "-"), code
        assert is_rule(rule.name) and is_rule(code.lower())
        assert rule.severity in ("error", "warning"), code


def test_each_kind_of_refusal_is_the_business_of_one_rule() -> None:
    """What PyTorch rejects is reported, and once."""
    assert sorted(rule.kind.name for rule in rules().values() if rule.kind) == sorted(kind.name for kind in Kind)


def test_precedence_follows_the_scale() -> None:
    """Rejected arguments come first, then rejected inputs, then what comments say; no two rules share a place."""
    places = {rule.code: rule.precedence for rule in rules().values() if rule.precedence is not None}
    assert len(set(places.values())) == len(places)
    for code, place in places.items():
        kind = rules()[code].kind
        arguments = kind in (Kind.ARGUMENT, Kind.PADDING, Kind.STRIDED_SAME)
        assert place in (range(10, 40) if arguments else range(40, 70) if kind else range(70, 100)), code


def test_codes_and_names_stay() -> None:
    """People have written them into their configuration and their ignore comments."""
    published = {
        "SHP001": "invalid-syntax",
        "SHP002": "unused-suppression",
        "SHP101": "broken-same",
        "SHP102": "strided-same",
        "SHP103": "invalid-padding",
        "SHP201": "wrong-size",
        "SHP202": "stale-comment",
        "SHP301": "channel-mismatch",
        "SHP302": "empty-output",
        "SHP303": "shape-mismatch",
        "SHP304": "invalid-layer-argument",
    }
    assert published.items() <= {code: rule.name for code, rule in rules().items()}.items()


def test_the_public_names() -> None:
    """What the package says it offers can be imported."""
    for name in shapelint.__all__:
        assert getattr(shapelint, name) is not None
    with pytest.raises(AttributeError):
        shapelint.nonsense  # noqa: B018


def test_inputs_of_the_user_prove_what_open_sizes_do_not() -> None:
    """A Linear behind a convolution is wrong for one size and right for another; the configuration says which."""
    text = (
        "import torch.nn as nn\n\nclass Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.conv = nn.Conv2d(3, 8, 3, stride=2)\n        self.fc = nn.Linear(2048, 10)\n\n"
        "    def forward(self, x):\n        return self.fc(self.conv(x).flatten(1))\n"
    )
    assert check_source(text, "models/net.py").diagnostics == ()
    for target in ("Net", "net.py::Net", "models/net.py::Net"):
        (found,) = check_source(text, "models/net.py", Settings(inputs=((target, (1, 3, 32, 32)),))).diagnostics
        assert (found.code, found.message, found.span.row) == ("SHP301", "2048 features expected, got 1800", 7)
    for inputs in ((("Net", (1, 3, 34, 34)),), (("other.py::Net", (1, 3, 32, 32)),)):
        assert check_source(text, "models/net.py", Settings(inputs=inputs)).diagnostics == ()
