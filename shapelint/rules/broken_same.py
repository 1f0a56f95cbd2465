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
    from torch import nn


    class Block(nn.Module):
        def __init__(self, channels, k=3):
            super().__init__()
            self.conv = nn.Conv2d(channels, channels, k, padding=k // 2, dilation=2)

        def forward(self, x):
            return self.conv(x)

Fix
    `--unsafe-fixes` writes `d * (k - 1) // 2`, or `padding="same"` for an even kernel, where the argument is written
    out.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from ..claims.binding.solution import Solution
from ..claims.blame.argument import find_argument, padding_text, value_text
from ..claims.report.trace import trace_lines
from ..claims.same.broken import BrokenSame, broken_same
from ..claims.same.window_geometry import WindowGeometry
from ..diagnosis.checked import Checked
from ..diagnostic import Diagnostic, Edit, Fix, Label
from ..layers import Window
from ..source.parse import Source

CODE = "SHP101"
NAME = "broken-same"
SEVERITY = "error"
PRECEDENCE = 90


def check(checked: Checked) -> Iterator[Diagnostic]:
    """One finding for each constructor call."""
    for broken in broken_same(checked.exploration):
        yield _finding(broken, checked.source)


def _finding(broken: BrokenSame, source: Source) -> Diagnostic:
    constructor, layer, window = broken.call.constructor, broken.call.layer, broken.window
    assert constructor is not None and layer is not None and isinstance(constructor.node, cst.Call)
    node, positional = constructor.node, layer.signature.positional
    arg = None if broken.pads else find_argument(node, "padding", positional)
    axis = next(axis for axis in range(len(window.kernel)) if window.breaks(axis))
    kernel, stride, dilation = window.kernel[axis], window.stride[axis], window.dilation[axis]
    # An input that the stride divides, and that the kernel fits into.
    size = max(stride * 16, dilation * kernel // stride * stride)
    given = (size + window.excess(axis) - 1) // stride + 1
    before = f"{window.before[axis]} + " if window.before else ""
    value, advice = _remedy(broken)
    fix = None
    content = None if arg is None or value is None else padding_text(node, arg, positional, value)
    if arg is not None and content is not None:
        fix = Fix("unsafe", f"set padding={content}", (Edit(source.span(arg.value), content),))
    return Diagnostic(
        CODE,
        NAME,
        f"{size} in, {given} out, but declared same by `{broken.how}`",
        source.path,
        source.span(node if arg is None else arg),
        SEVERITY,
        label=f"{before}2*{window.padding[axis]} - {dilation}*({kernel} - 1) = {window.excess(axis)}",
        labels=_labels(broken, source, node if arg is not None else None),
        trace=trace_lines(broken.run, [*broken.pads, broken.call], Solution()),
        help=advice,
        fix=fix,
    )


def _labels(broken: BrokenSame, source: Source, layer: cst.Call | None) -> tuple[Label, ...]:
    """The layer, where the finding is at one of its arguments, and the pads before it."""
    places = () if layer is None else ((layer, "this layer changes the size"),)
    pads = ((pad.site.node, "padded here") for pad in broken.pads if pad.site.source is source)
    return tuple(Label(source.span(node), text) for node, text in (*places, *pads))


def _remedy(broken: BrokenSame) -> tuple[str | None, str]:
    """The padding that keeps the size, as code, and the advice; None where no argument of this layer does."""
    if broken.pads:
        numbers = ", ".join(map(str, _sides(broken.window)))
        return None, f"padding ({numbers}) before it keeps the size"
    padding = broken.window.remedy
    if padding is not None:
        value = value_text(padding[0] if len(set(padding)) == 1 else padding)
        return value, f"padding={value} keeps the size"
    advice = 'an even kernel has no symmetric padding that keeps the size; padding="same" pads one side more'
    layer = broken.call.layer
    convolves = layer is not None and layer.window is Window.CONVOLUTION
    # Poolings take no strings, and PyTorch has no strided "same".
    return ('"same"' if convolves and set(broken.window.stride) == {1} else None), advice


def _sides(window: WindowGeometry) -> Iterator[int]:
    """The numbers of a pad that makes the size the part by the stride, as other frameworks place them, the last axis first."""
    for axis in reversed(range(len(window.kernel))):
        total = max(0, window.before[axis] - window.excess(axis) - window.stride[axis] + 1)
        yield from (total // 2, total - total // 2)
