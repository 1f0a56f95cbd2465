"""Short lines that nobody writes, each of which once made the linter fail: they are rejected, unknown, or what torch makes of them."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from interp_support import explored, rejections, result, values

from shapelint.shapes import Tensor, Unknown

LARGE = "9" * 400


@pytest.mark.parametrize("attribute", ["mT", "H", "mH", "T"])
@pytest.mark.parametrize("dims", [(), (3,), (2, 3), (2, 3, 4)])
def test_transposed_attributes(attribute: str, dims: tuple[int, ...]) -> None:
    """Of too few or too many dimensions they are refused as torch refuses them."""
    try:
        expected: Any = tuple(getattr(torch.zeros(dims), attribute).shape)
    except RuntimeError:
        expected = None
    exploration = explored(f"r = torch.zeros({dims}).{attribute}\ns = r + 1")
    found = exploration.module.names.get("r")
    if expected is None:
        assert not isinstance(found, Tensor) or found.shape.rank is None or rejections(exploration)
    else:
        assert isinstance(found, Tensor) and found.shape.dims == expected


@pytest.mark.parametrize("size", ["None", "-1", "2.5", "'a'", LARGE, "[]", "True", "()"])
@pytest.mark.parametrize("layer", ["LazyLinear", "LazyConv2d", "Linear", "Conv1d"])
def test_sizes_of_layers(layer: str, size: str) -> None:
    """A number that is none, and that a layer is called with later on."""
    more = {"LazyLinear": "", "Linear": ", 3"}.get(layer, ", 3, 3")
    exploration = explored(
        f"n = nn.{layer}({size}{more})\nr = n(torch.zeros(2, 8, 8))\ns = n.weight, n.bias, list(n.parameters())"
    )
    assert exploration.runs[0].ended is None
    if size in ("-1", "2.5"):
        assert rejections(exploration)


FORMATS = [
    "'{0.shape}'.format(x)", "'{0.nothing}'.format(x)", "'{x.a.b[0].c}'.format(x=n)", "'{0[weight]}'.format(n)", "'{0.__class__.__mro__[9]}'.format(n)",
    "'{:{}}'.format(x, n)", "'{!r:>{w}}'.format(3, w=-1)", "'{0.real}{}'.format(1)", "f'{x.shape[9]}'", "f'{n.weight:>{x}}'", "'%(a.b)s' % {'a': 1}",
    "'%s' % ()", "'%' % x", "'{0.}'.format(x)", "'{0[}'.format(x)", "'{0!z}'.format(x)", "'{:d}'.format('a')", "'{:c}'.format(2**70)", "'%c' % 2**70",
    f"'{{:f}}'.format({LARGE})", f"'%e' % {LARGE}", f"'%d' % 1e308 * 9 + '%x' % {LARGE}", "format(x, 'é')", "'{:,}'.format(n)",
]  # fmt: skip


@pytest.mark.parametrize("expression", FORMATS)
def test_formats(expression: str) -> None:
    """Of attributes, items, widths that are tensors, and numbers beyond floats."""
    assert (
        explored(f"x, n = torch.zeros(3), nn.Linear(2, 2)\nr = {expression}\ns = nn.Linear(4, 5)").runs[0].ended is None
    )


@pytest.mark.parametrize(
    "pattern",
    ["ä b -> b ä", "名 b -> b 名", "b (ä ö) -> b ä ö", "a ² -> ² a", "a\u00a0b -> b a", "ﬁ b -> b ﬁ", "𝓍 b -> b 𝓍", "b -> ", "-> b", "((a) b -> b", "1 b -> b 1", "b ١ -> b"],
)  # fmt: skip
def test_axes_of_einops_in_other_alphabets(pattern: str) -> None:
    """Whatever Python takes for a name, and whatever looks like one or like a number."""
    exploration = explored(
        f"from einops import rearrange, reduce, repeat\nx = torch.zeros(2, 3)\nr = [rearrange(x, {pattern!r}), reduce(x, {pattern!r}, 'sum')]"
        f"\nr.append(repeat(x, {pattern!r}, b=3))"
    )
    assert exploration.runs[0].ended is None
    if pattern.startswith(("ä", "名")):
        assert exploration.module.names["r"][0].shape.dims == (3, 2)


@pytest.mark.parametrize(
    "expression",
    [
        "x[0]", "x[None]", "x[()]", "x[...]", "x[x]", "len(x)", "list(x)", "x.unbind()", "x.split(1)", "x.chunk(1)", "x @ x", "x.t()", "x.sum(0)", "x.max(0)",
        "x.sort()", "x.topk(1)", "torch.cat([x, x])", "torch.stack([x, x])", "x.expand(3)", "x.repeat(2)", "x.view(-1)", "x.flatten()", "x.squeeze(0)", "x.cumsum(0)",
        "x.argmax(-2)", "x.diag()", "x.tril()", "torch.einsum('->', x)", "torch.einsum('i->i', x)", "F.softmax(x, 0)", "F.pad(x, (1, 1))", "F.one_hot(x)", "nn.Linear(1, 1)(x)",
        "nn.Flatten()(x)", "nn.Softmax()(x)", "nn.Embedding(3, 4)(x)", "nn.BatchNorm1d(1)(x)", "nn.LayerNorm([])(x)", "x.size(0)", "x.shape[-1]", "x.tolist()", "x.item()", "a, = x",
        "x.movedim(0, 0)", "x.roll(1)", "x.flip(0)", "x.unfold(0, 1, 1)", "torch.tensor(3)[0]", "torch.tensor(3).tolist()", "range(torch.tensor(3))", "[0] * torch.tensor(3)",
    ],
)  # fmt: skip
def test_tensors_without_dimensions(expression: str) -> None:
    """Each is refused or has a value."""
    line = expression if "=" in expression.split("(")[0] else f"r = {expression}"
    exploration = explored(f"x = torch.zeros(())\n{line}\ns = nn.Linear(3, 4)")
    assert exploration.runs[0].ended is None and "s" in exploration.module.names


@pytest.mark.parametrize(
    "expression",
    [
        f"{LARGE} / 2", f"{LARGE} * 1.5", f"float({LARGE})", f"{LARGE} // 0.5", f"int({LARGE} ** 0.5)", f"math.sqrt({LARGE})", f"math.floor({LARGE} / 7)", f"{LARGE} > 1.5",
        f"{LARGE} == 1e400", f"round({LARGE}, -3)", f"math.log2({LARGE})", f"torch.tensor({LARGE})", f"torch.zeros({LARGE})", f"torch.full((2,), {LARGE}) * 2.5",
        f"torch.zeros(3) * {LARGE}", f"np.array([{LARGE}, 0.5])", f"torch.arange(0, {LARGE}, 0.5)", f"torch.linspace(0, {LARGE}, 3)", f"nn.Dropout({LARGE})", f"F.interpolate(torch.zeros(1, 1, 4, 4), scale_factor={LARGE})",
        f"divmod({LARGE}, 1.5)", f"{LARGE} % 2.5", f"-{LARGE} ** 3.5", f"complex({LARGE})", f"sum([{LARGE}, 0.5])", f"max({LARGE}, 1e308)", f"hash({LARGE})", f"bool({LARGE})", "int(1e400)", "int(float('nan'))", "round(1e308 * 10)",
    ],
)  # fmt: skip
def test_integers_beyond_floats(expression: str) -> None:
    """They are a number, unknown, or an exception of the program."""
    names = values(f"import numpy as np\ntry:\n    r = {expression}\nexcept Exception:\n    r = None\ns = 3")
    assert names["s"] == 3


def test_a_large_integer_is_unknown() -> None:
    """And says so."""
    assert isinstance(values(f"r = {LARGE}")["r"], Unknown)
    assert result("r = torch.zeros(2**62, 2)[0]") == "(2,)"
