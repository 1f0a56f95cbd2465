"""A layer that is declared to keep the size does not.

What it does
    Finds layers that are declared "same": by a comment (`# same padding`, `# keeps the spatial size`), by the name of
    a helper or class (`same_pad`, `Conv2dSame`), or by the idiom of the padding (`k // 2`, `(k - 1) // 2`). With
    stride 1 the output must be as large as the input, with stride s the s-th part of it, for every input that s
    divides. What the code does as a whole counts: a pad before the layer, or a crop or another layer behind it that
    makes up for the difference.

Why is this bad
    The size drifts by a pixel or two a layer, until a skip connection or the first Linear layer fails far away. The
    classic case is a dilation that the padding ignores; another is an even kernel, for which no symmetric padding
    exists.

Example
    nn.Conv2d(64, 64, 3, padding=3 // 2, dilation=2)

Fix
    `--unsafe-fixes` writes `d * (k - 1) // 2`, or `padding="same"` for an even kernel, where the argument is written
    out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..diagnostic import Diagnostic, Edit, Fix, Label

if TYPE_CHECKING:
    from ..claims.same.broken import BrokenSame
    from ..source.parse import Source
    from .context import Checked

CODE = "SHP101"
NAME = "broken-same"
SEVERITY = "error"
PRECEDENCE = 90


def check(checked: Checked) -> Iterator[Diagnostic]:
    """One finding for each constructor call."""
    from ..claims.same.broken import broken_same

    for broken in broken_same(checked.source, checked.exploration):
        yield _told(broken, checked.source)


def _told(broken: BrokenSame, source: Source) -> Diagnostic:
    import libcst as cst

    from ..claims.binding.assertion import Solution
    from ..claims.blame.argument import find_argument, padding_text, value_text
    from ..claims.report.trace import trace_lines

    module, window = broken.call.module, broken.window
    assert module is not None and module.built is not None and module.cls.catalogued is not None
    node = module.built.node
    assert isinstance(node, cst.Call)
    positional = module.cls.catalogued.signature.positional
    arg = find_argument(node, "padding", positional)
    span = source.span(node if arg is None else arg)
    axis = next(axis for axis in range(len(window.kernel)) if window.breaks(axis))
    size = max(
        window.stride[axis] * 16,
        window.dilation[axis] * window.kernel[axis] // window.stride[axis] * window.stride[axis],
    )
    given = (size + window.excess(axis) - 1) // window.stride[axis] + 1
    remedy = window.remedy
    if remedy is None:
        advice = 'an even kernel has no symmetric padding that keeps the size; padding="same" pads one side more'
        value = '"same"' if module.cls.name.startswith("Conv") and set(window.stride) == {1} else None
    else:
        value = value_text(remedy[0] if len(set(remedy)) == 1 else remedy)
        advice = f"padding={value} keeps the size"
    fix = None
    content = None if arg is None or value is None else padding_text(node, arg, positional, value)
    if arg is not None and content is not None:
        fix = Fix("unsafe", f"set padding={content}", (Edit(source.span(arg.value), content),))
    return Diagnostic(
        CODE,
        NAME,
        f"{size} in, {given} out, but declared same by `{broken.how}`",
        source.path,
        span,
        SEVERITY,
        label=f"2*{window.padding[axis]} - {window.dilation[axis]}*({window.kernel[axis]} - 1) = {window.excess(axis)}",
        labels=() if arg is None else (Label(source.span(node), "this layer changes the size"),),
        trace=trace_lines(broken.run, source, [broken.call], Solution()),
        help=advice,
        fix=fix,
    )
