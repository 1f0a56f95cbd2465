"""Models of torchvision and timm where the packages are missing: what the generated tables give."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from interp_support import explored

TABLES = Path(__file__).parent.parent / "shapelint" / "interp" / "library" / "pytorch" / "tables"
TORCHVISION = json.loads((TABLES / "torchvision.json").read_text("utf-8"))
TIMM = json.loads((TABLES / "timm.json").read_text("utf-8"))


def shapes(source: str, names: str) -> list[str]:
    """The values of ``names`` after a program, as text."""
    module = explored(f"import torch, torchvision, timm\nfrom torch import nn\n{source}").module
    return [str(module.names[name]) for name in names.split()]


@pytest.mark.parametrize("name", TORCHVISION)
def test_a_classifier_gives_its_classes(name: str) -> None:
    """As many as ImageNet has or as it is asked for, by its own forward and by that of its children with what is between."""
    between = [kind for child, kind, _ in TORCHVISION[name] if child is None]
    assert set(between) <= {"flatten", "pool"}
    source = f"m = torchvision.models.{name}()\nx = torch.rand(2, 3, 224, 224)\na = m(x)\n"
    source += f"b = torchvision.models.{name}(weights=None, num_classes=7)(x)\nc = [n for n, _ in m.named_children()]"
    assert shapes(source, "a b c") == [
        "Tensor(2, 1000)", "Tensor(2, 7)", str([child for child, _, _ in TORCHVISION[name] if child is not None])
    ]  # fmt: skip


def test_sizes_are_those_of_windows() -> None:
    """Symbolic too, and for odd images, as torchvision 0.28 gives them."""
    source = "m = torchvision.models.resnet18()\nf = nn.Sequential(*list(m.children())[:-2])\nx = f(torch.rand(2, 3, 225, 287))"
    assert shapes(source, "x") == ["Tensor(2, 512, 8, 9)"]
    source = "m = torchvision.models.densenet121().features\nx, y = (m(torch.rand(2, 3, n, 224)) for n in (252, 253))"
    assert shapes(source, "x y") == ["Tensor(2, 1024, 7, 7)", "Tensor(2, 1024, 8, 7)"]


@pytest.mark.parametrize("name", list(TIMM)[::8])
def test_a_model_by_name(name: str) -> None:
    """Its classifier may be left out, replaced, or given other classes."""
    place, width = TIMM[name]
    source = f"x = torch.rand(2, 3, 224, 224)\nm = timm.create_model('{name}')\na = m(x)\nw = m.get_classifier().in_features\n"
    source += f"m.{place} = nn.Linear(w, 5)\nb = m(x)\nm.reset_classifier(0)\nc = m(x)\nm.global_pool = nn.Identity()\nd = m(x)"
    a, w, b, c, d = shapes(source, "a w b c d")
    assert (a, w, b, c) == ("Tensor(2, 1000)", str(width), "Tensor(2, 5)", f"Tensor(2, {width})")
    assert d.startswith("Unknown")


def test_other_options_are_not_followed() -> None:
    """What they do to a model is not in the tables."""
    source = "a = torchvision.models.resnet18(replace_stride_with_dilation=[0, 1, 1])\nb = timm.create_model('resnet18', features_only=True)"
    assert all(value.startswith("Unknown") for value in shapes(source, "a b"))
