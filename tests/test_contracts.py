"""What signatures and docstrings state, held against the calls of their functions."""

from __future__ import annotations

from textwrap import dedent, indent

import pytest

from shapelint.claims.report.breach import breach_fix, breach_text
from shapelint.claims.signatures.contracts import Held, hold
from shapelint.claims.signatures.stated_shapes import stated_in
from shapelint.interp.paths.exploration import explore
from shapelint.source.parse import parse

HEAD = "import torch\nfrom torch import Tensor, nn\nfrom jaxtyping import Float\n"
MODULE = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = {layer}

    def forward(self, {given}){returned}:
{body}
"""


def held(text: str) -> Held:
    source = parse(text, "net.py")
    return hold(source, explore(source))


def module(layer: str, given: str, returned: str = "", body: str = "return self.layer(x)") -> str:
    return HEAD + MODULE.format(layer=layer, given=given, returned=returned, body=indent(dedent(body), " " * 8))


def told(text: str) -> list[str]:
    return [breach_text(breach) for breach in held(text).breaches]


@pytest.mark.parametrize(
    ("layer", "given", "returned", "expected"),
    [
        ("nn.Conv2d(1, 8, 3)", '"b 3 h w"', '"b 8 h2 w2"', ["(b, 3, h, w) annotated, but (b, 1, h, w) computed"]),
        ("nn.Conv2d(3, 8, 3, padding=1)", '"b 3 h w"', '"b 8 h w"', []),
        ("nn.Conv2d(3, 8, 3)", '"b 3 h w"', '"b 8 h-2 w-2"', []),
        ("nn.Conv2d(3, 8, 3)", '"b 3 h w"', '"b 8 h w"', ["(b, 8, h, w) annotated, but (b, 8, h - 2, w - 2) computed"]),
        ("nn.MaxPool2d(2)", '"b c h w"', '"b c h//2 w//2"', []),
        ("nn.MaxPool2d(2)", '"b c h w"', '"b c h w"', ["(b, c, h, w) annotated, but (b, c, h//2, w//2) computed"]),
        ("nn.MaxPool2d(2)", '"b c h w"', '"b c _ _"', []),
        ("nn.Linear(8, 4)", '"... 8"', '"... 4"', []),
        ("nn.Linear(8, 4)", '"*batch 8"', '"*batch 5"', ["(*batch, 5) annotated, but (*batch, 4) computed"]),
        ("nn.Flatten()", '"b c h w"', '"b c*h*w"', []),
        ("nn.Flatten()", '"b c h w"', '"b c h"', ["(b, c, h) annotated, but (b, c*h*w) computed"]),
        ("nn.Linear(8, 4)", '"b t 8"', '"t b 4"', ["(t, b, 4) annotated, but (b, t, 4) computed"]),
        ("nn.Unknown(8, 4)", '"b t 8"', '"t b 4"', []),
    ],
)
def test_annotations_are_contracts(layer: str, given: str, returned: str, expected: list[str]) -> None:
    """Numbers, names, expressions and gaps hold for every input, or are told."""
    text = module(layer, f"x: Float[Tensor, {given}]", f" -> Float[Tensor, {returned}]")
    assert told(text) == expected


@pytest.mark.parametrize(
    ("annotation", "content"),
    [('"b 3 h w"', "1"), ('"b in=3 h w"', "in=1"), ('"b  3   h w"', "1")],
)
def test_the_number_is_mended_where_it_stands(annotation: str, content: str) -> None:
    """The edit replaces one axis; spaces and names stay."""
    (breach,) = held(module("nn.Conv2d(1, 8, 3)", f"x: Float[Tensor, {annotation}]")).breaches
    fix = breach_fix(breach)
    assert fix is not None and fix.applicability == "safe"
    assert [edit.content for edit in fix.edits] == [content]


@pytest.mark.parametrize(
    ("docstring", "expected"),
    [
        ("Args:\n    x: of shape (N, 3, H, W)\nReturns:\n    of shape (N, 8, H, W)", ["8 -> 16"]),
        ("Args:\n    x: of shape (N, 3, H, W)\nReturns:\n    of shape (N, 16, H, W)", []),
        ("Args:\n    x: of shape (N, 3, H, W)\nReturns:\n    of shape (N, 16, H/2, W/2)", ["H/2 -> H"]),
        ("Returns:\n    of shape (N, 8, 30, 30)", []),
        ("Args:\n    x: of shape (N, H, W, 3)\nReturns:\n    of shape (N, H, W, 8)", []),
        ("Args:\n    x: of shape (3, H, W), unbatched\nReturns:\n    of shape (N, L, 8)", []),
        (":param x: of shape (N, 3, H, W)\n:returns: of shape (N, 8, H, W)", ["8 -> 16"]),
    ],
)
def test_docstrings_are_prose(docstring: str, expected: list[str]) -> None:
    """Numbers and expressions are told where the rest is confirmed; another rank or order of dims says nothing."""
    body = f'"""Go.\n\n{docstring}\n"""\nreturn self.layer(x)'
    found = []
    for breach in held(module("nn.Conv2d(3, 16, 3, padding=1)", "x", body=body)).breaches:
        found += [
            f"{axis.text.text} -> {axis.computed}" for axis in breach.comparison.axes or () if axis.verdict is False
        ][:1]
    assert found == expected


def test_places_are_those_of_the_text() -> None:
    """Rows and columns point at the shape within the docstring, raw strings and indentation included."""
    body = 'r"""Go.\n\nArgs:\n    x: of shape (N, 3, H, W)\n"""\nreturn self.layer(x)'
    source = parse(module("nn.ReLU()", "x", body=body), "net.py")
    (stated,) = stated_in(source)
    span = stated.span
    assert source.lines[span.row - 1][span.column - 1 : span.end_column - 1] == "(N, 3, H, W)"


def test_files_without_any_are_not_walked() -> None:
    """No docstring and no such annotation: nothing is stated."""
    assert stated_in(parse("import torch\ndef f(x: torch.Tensor) -> None: ...\n", "net.py")) == ()
