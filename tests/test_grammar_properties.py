"""Properties of the grammar: what is printed is read back, what is rewritten changes only where it must, nothing crashes."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from shapelint.claims.comments.grammar import is_code, parse_comment
from shapelint.claims.comments.remark import RemarkKind
from shapelint.claims.report.rewrite import rewrite
from shapelint.claims.same.same_words import name_declares, parse_same
from shapelint.claims.signatures.docstring import parse_docstring
from shapelint.claims.signatures.jaxtyping_axes import parse_annotation
from shapelint.shapes import Dim, symbol

NAMES = ("ngf", "ndf", "nc", "opt.ngf", "hidden_dim", "img_size")
SHAPE_LIKE = "0123456789 x*,()[]->=/+?.'`:#@_ ngfNCHWbchwinputoutstate×（）→输出\n"

numbers = st.integers(8, 2048).map(lambda n: (str(n), n))
named = st.sampled_from(NAMES).map(lambda n: (n, symbol(n.rpartition(".")[2].replace("_", ""))))


@st.composite
def coefficients(draw: st.DrawFn) -> tuple[str, Dim]:
    """A multiple or a part of a name, in one of the ways people write it."""
    text, dim = draw(named)
    factor = draw(st.integers(2, 64))
    style = draw(st.sampled_from(["{n}*{c}", "{n} * {c}", "{c}*{n}", "{n}//{c}", "{n}/{c}"]))
    value = dim // factor if "/" in style else dim * factor
    return style.format(n=text, c=factor), value


dims = st.one_of(numbers, numbers, named, coefficients())


def _write(sizes: Sequence[tuple[str, Dim]], style: str) -> str:
    texts = [text for text, _ in sizes]
    match style:
        case "state":
            return "# state size. " + " x ".join(text if text.isdigit() else f"({text})" for text in texts)
        case "ticks":
            return "# state size. ``" + " x ".join(text if text.isdigit() else f"({text})" for text in texts) + "``"
        case "brackets":
            return "# (N, " + ", ".join(texts) + ")"
        case "tight":
            return "#[b," + ",".join(texts) + "]"
        case _:
            return "# output shape: (" + ", ".join(texts) + ")"


styles = st.sampled_from(["state", "ticks", "brackets", "tight", "label"])


@given(st.lists(dims, min_size=2, max_size=5), styles)
def test_what_is_written_is_read(sizes: list[tuple[str, Dim]], style: str) -> None:
    """Every notation of the same dims is read as these dims."""
    remark = parse_comment(_write(sizes, style))
    assert remark is not None and remark.shape is not None
    read = [dim.dim for dim in remark.shape.dims if not dim.batch]
    assert read == [dim for _, dim in sizes]


@given(st.lists(dims, min_size=2, max_size=5), styles, st.data())
def test_rewrite_changes_only_what_differs(sizes: list[tuple[str, Dim]], style: str, data: st.DataObject) -> None:
    """The corrected comment says the new dims, and every other character of it stays."""
    comment = _write(sizes, style)
    remark = parse_comment(comment)
    assert remark is not None and remark.shape is not None
    shape = remark.shape
    index = data.draw(st.integers(0, len(shape.dims) - 1).filter(lambda i: not shape.dims[i].batch))
    _, new = data.draw(dims)
    wanted = [new if i == index else dim.dim for i, dim in enumerate(shape.dims)]
    text = rewrite(shape, wanted)
    assert text is not None
    old = shape.dims[index]
    before, after = comment[shape.start : old.start], comment[old.end : shape.end]
    assert text.startswith(before) and text.endswith(after)
    again = parse_comment(comment[: shape.start] + text + comment[shape.end :])
    assert again is not None and again.shape is not None
    assert [dim.dim for dim in again.shape.dims] == wanted
    assert rewrite(shape, [dim.dim for dim in shape.dims]) == shape.text


@settings(max_examples=400)
@given(st.one_of(st.text(max_size=60), st.text(alphabet=SHAPE_LIKE, max_size=60)))
def test_no_text_crashes(text: str) -> None:
    """Any text gives an answer, and the offsets of whatever is found hold its text."""
    for comment in (text, "# " + text):
        remark = parse_comment(comment)
        for shape in remark.shapes if remark else ():
            for reading in shape.readings:
                assert comment[reading.start : reading.end] == reading.text
                assert all(comment[dim.start : dim.end] == dim.text for dim in reading.dims)
                rewrite(reading, [symbol("H") // 2] * len(reading.dims))
        is_code(comment)
        parse_same(comment)
        name_declares(comment)
        parse_annotation(comment)
        for claim in parse_docstring(comment):
            assert claim.kind in (RemarkKind.INPUT, RemarkKind.OUTPUT)


@given(st.text(alphabet="([{", min_size=1, max_size=2000))
def test_deep_nesting_is_harmless(text: str) -> None:
    """Brackets within brackets end in no shape, not in a deep recursion."""
    assert parse_comment("# " + text[:290]) is None
    assert parse_docstring("Args:\n    x: " + text) == ()
