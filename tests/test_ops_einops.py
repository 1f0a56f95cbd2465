"""einops: shapes as its patterns say; the numbers were checked against einops 0.8."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from interp_support import explored, output, rejections

from shapelint import ops
from shapelint.ops.einops_pattern import read
from shapelint.shapes import Needs, Reject, Shape, Tensor, symbol

CASES: list[tuple[str, tuple[int, ...], str, dict[str, int], tuple[int, ...]]] = [
    ("rearrange", (2, 3, 4, 5), "b c h w -> b h w c", {}, (2, 4, 5, 3)),
    ("rearrange", (2, 3, 8, 6), "b c (h p) (w q) -> b (h w) (p q c)", {"p": 4, "q": 3}, (2, 4, 36)),
    ("rearrange", (2, 7, 12), "b n (h d) -> b h n d", {"h": 3}, (2, 3, 7, 4)),
    ("rearrange", (2, 12, 5, 6), "b (h d) ... -> b h (...) d", {"h": 3}, (2, 3, 30, 4)),
    ("rearrange", (2, 5, 6, 7), "b ... d -> b (...) d", {}, (2, 30, 7)),
    ("rearrange", (4, 1, 6), "b 1 n -> b n ()", {}, (4, 6, 1)),
    ("rearrange", (3, 20), "t (two d) -> two t d", {"two": 2}, (2, 3, 10)),
    ("repeat", (1, 1, 8), "1 1 d -> b 1 d", {"b": 5}, (5, 1, 8)),
    ("repeat", (3, 4), "h w -> (h 2) (w k)", {"k": 3}, (6, 12)),
    ("reduce", (2, 3, 8, 6), "b c (h 2) (w k) -> b c h w", {"k": 3}, (2, 3, 4, 2)),
    ("reduce", (2, 9, 5), "b n d -> b d", {}, (2, 5)),
    ("reduce", (2, 9, 5), "b ... -> b", {}, (2,)),
]


def _apply(name: str, *args: Any, **lengths: Any) -> Any:
    return ops.EINOPS[f"einops.{name}"].apply(Needs(), args, lengths)


@pytest.mark.parametrize(("name", "dims", "pattern", "lengths", "expected"), CASES, ids=[case[2] for case in CASES])
def test_patterns(
    name: str, dims: tuple[int, ...], pattern: str, lengths: dict[str, int], expected: tuple[int, ...]
) -> None:
    """Axes are split, merged, moved, repeated and reduced."""
    more = ("mean",) if name == "reduce" else ()
    assert _apply(name, Tensor(Shape(dims)), pattern, *more, **lengths).shape.dims == expected


@pytest.mark.parametrize(
    ("name", "dims", "pattern", "lengths"),
    [
        ("rearrange", (2, 3, 4), "b c h w -> b h w c", {}),
        ("rearrange", (2, 10), "b (h d) -> b h d", {"h": 3}),
        ("rearrange", (2, 2), "b 1 -> b", {}),
        ("rearrange", (2, 3), "b c -> c b", {"c": 4}),
        ("repeat", (2, 3), "b c -> b c k", {}),
    ],
)
def test_what_einops_refuses(name: str, dims: tuple[int, ...], pattern: str, lengths: dict[str, int]) -> None:
    """A wrong rank, an axis that does not divide, another length than the given one, an axis without a length."""
    with pytest.raises(Reject):
        _apply(name, Tensor(Shape(dims)), pattern, **lengths)


def test_symbols_stay_symbols() -> None:
    """Names of axes that are argument names elsewhere (``x``, ``axis``) are axes here."""
    height = symbol("H")
    shape = _apply("rearrange", Tensor(Shape((2, 3 * height))), "x (axis a) -> a x axis", axis=3).shape
    assert shape.dims == (height, 2, 3)


def test_einsum_pack_and_unpack() -> None:
    """Names for letters; what was packed comes out again."""
    q, k = Tensor(Shape((2, 8, 5, 16))), Tensor(Shape((2, 8, 7, 16)))
    assert _apply("einsum", q, k, "b h i d, b h j d -> b h i j").shape.dims == (2, 8, 5, 7)
    tokens, image = Tensor(Shape((2, 9))), Tensor(Shape((2, 4, 4, 9)))
    packed, shapes = _apply("pack", [tokens, image], "b * d")
    assert packed.shape.dims == (2, 17, 9)
    assert shapes == [(), (4, 4)]
    assert [part.shape.dims for part in _apply("unpack", packed, shapes, "b * d")] == [(2, 9), (2, 4, 4, 9)]
    assert _apply("parse_shape", image, "b h _ d") == {"b": 2, "h": 4, "d": 9}


def test_no_pattern() -> None:
    """What is not a pattern is refused, with a reason."""
    for text in (
        "b c",
        "b (c -> b",
        "b ... ... -> b",
        "b $ -> b",
        "b -> b -> b",
        "b b -> b",
        "_b -> _b",
        "b -> b ...",
        "0 -> 0",
    ):
        assert isinstance(read(text), str), text


LAYERS = """
from einops import rearrange
from einops.layers.torch import Rearrange, Reduce
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Sequential(Rearrange("b c (h p) (w q) -> b (h w) (p q c)", p=4, q=4), nn.Linear({}, 32))
        self.pool = Reduce("b n d -> b d", "mean")
    def forward(self, x):
        return self.pool(rearrange(self.embed(x), "b n (h d) -> b n (d h)", h=8))
Net()(torch.randn(2, 3, 16, 16))
"""


def test_layers_hold_their_patterns() -> None:
    """``Rearrange`` in a Sequential; a width that does not fit the patches is refused."""
    assert output(LAYERS.format(48)) == "(b, 32)"
    assert not rejections(explored(LAYERS.format(48)))
    assert rejections(explored(LAYERS.format(44)))


def test_parts_of_wrong_types_are_unknown() -> None:
    """``packed_shapes`` is whatever the program passes; nothing to pack is nothing known."""
    whole = Tensor(Shape((2, 10)))
    for shapes in ([("x",), (-1,)], [(-1,), (-1,)], [(3,), None, (-1,)], [(-1, 2), (3,)]):
        with contextlib.suppress(Reject):
            assert _apply("unpack", whole, shapes, "b *")[-1].shape.rank in (None, 2)
    assert [part.shape for part in _apply("unpack", whole, [(3,), (-1,)], "b *")] == [Shape((2, 3)), Shape((2, 7))]
    assert _apply("pack", [], "b *")[0].shape.rank is None
    assert isinstance(read("a \u00b2 -> a"), str)
