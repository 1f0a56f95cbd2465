"""Declared "same" that the code breaks.

"Same" means: with stride 1 the output is as large as the input, with stride s it is the s-th part of it for every input
that s divides.  For a symmetric padding p, kernel k and dilation d that is ``-s < 2p - d(k-1) <= 0``.  What the code
does as a whole counts: a pad before the layer, a crop or another layer after it that makes up for the difference.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import libcst as cst

from ...interp.model.tape import Call, Run
from ...interp.paths.exploration import Exploration
from ...records import dataclass
from ...shapes import Tensor
from ...source.comments import Comment
from ...source.parse import Source
from ..blame.argument import find_argument
from ..placement.location import locate
from .commented_layers import said_by_comments
from .idioms import declared_by_name, idiom_of
from .same_words import name_declares

__all__ = ["BrokenSame", "Window", "broken_same", "window_of"]

_CROPS = frozenset(
    {"[]", "narrow", "pad", "torch.nn.functional.pad", "torch.narrow", "interpolate", "torch.nn.functional.interpolate"}
)
_NEAR = 6


@dataclass(frozen=True, slots=True)
class Window:
    """Kernel, stride, dilation and padding of a layer on each spatial axis."""

    kernel: tuple[int, ...]
    stride: tuple[int, ...]
    dilation: tuple[int, ...]
    padding: tuple[int, ...]

    def excess(self, axis: int) -> int:
        """``2p - d(k-1)``: by how much a stride-1 layer widens its input."""
        return 2 * self.padding[axis] - self.dilation[axis] * (self.kernel[axis] - 1)

    def breaks(self, axis: int) -> bool:
        return not -self.stride[axis] < self.excess(axis) <= 0

    @property
    def remedy(self) -> tuple[int, ...] | None:
        """The symmetric padding that keeps the size; None where there is none."""
        wide = [d * (k - 1) for d, k in zip(self.dilation, self.kernel, strict=True)]
        even = all(w % 2 == 0 or s > 1 for w, s in zip(wide, self.stride, strict=True))
        return tuple(w // 2 for w in wide) if even else None


@dataclass(frozen=True, slots=True, eq=False)
class BrokenSame:
    """A layer that was declared to keep the size and does not.  ``how``: the declaration, as it is written."""

    run: Run
    call: Call
    window: Window
    how: str


def broken_same(source: Source, exploration: Exploration) -> Iterator[BrokenSame]:
    """Every layer of this file whose declared "same" is broken on a path that is executed, once for each
    constructor."""
    said = said_by_comments(source)
    fine: set[cst.CSTNode] = set()
    found: dict[cst.CSTNode, BrokenSame] = {}
    for run in (*exploration.runs, *exploration.alone()):
        for call in run.tape.calls:
            node = _constructor(call, source)
            if node is None or not call.certain or call.reject is not None:
                continue
            window = window_of(call)
            if window is None:
                continue
            how = _declared(call, node, window, source, said)
            if how is None:
                continue
            if _makes_up(run, call, window):
                fine.add(node)
            else:
                found.setdefault(node, BrokenSame(run, call, window, how))
    yield from (broken for node, broken in found.items() if node not in fine)


def window_of(call: Call) -> Window | None:
    """The window of a convolution or pooling whose arguments are all known numbers; None of any other layer."""
    if call.name.startswith(("ConvTranspose", "Lazy")) or call.module is None:
        return None
    axes = call.module.cls.catalogued.spatial if call.module.cls.catalogued is not None else 0
    values = [call.module.attributes.get(name, call.arguments.get(name, default)) for name, default in _WINDOW]
    sizes = [_each(value, axes) for value in values]
    if not axes or any(size is None for size in sizes):
        return None
    return Window(*(size for size in sizes if size is not None))


_WINDOW: tuple[tuple[str, Any], ...] = (("kernel_size", None), ("stride", 1), ("dilation", 1), ("padding", None))


def _each(value: Any, axes: int) -> tuple[int, ...] | None:
    items = value if isinstance(value, (tuple, list)) else (value,) * axes
    known = all(isinstance(item, int) and not isinstance(item, bool) for item in items)
    return tuple(items) if known and len(items) == axes else None


def _constructor(call: Call, source: Source) -> cst.Call | None:
    module = call.module
    if module is None or not call.leaf or module.built is None or module.built.source is not source:
        return None
    node = module.built.node
    return node if isinstance(node, cst.Call) else None


# -- declarations ----------------------------------------------------------------------------------------------------


def _declared(call: Call, node: cst.Call, window: Window, source: Source, said: dict[cst.CSTNode, str]) -> str | None:
    """How the layer was declared to keep the size, if it was and its window does not."""
    axes = range(len(window.kernel))
    broken = [axis for axis in axes if window.breaks(axis)]
    if not broken:
        return None
    assert call.module is not None and call.module.cls.catalogued is not None
    positional = call.module.cls.catalogued.signature.positional
    padding = find_argument(node, "padding", positional)
    # A name may have been assigned the idiom; to find where, everything must be positioned.
    function = _function(source, node) if padding is not None and isinstance(padding.value, cst.Name) else None
    idiom = idiom_of(node, positional, function)
    if idiom is not None and _means_it(
        window, idiom.whole, [a for a in broken if idiom.axes is None or a in idiom.axes]
    ):
        return f"padding={idiom.text}"
    name = declared_by_name(node, positional, function)
    if name is not None:
        return f"padding={name}(...)"
    owner = call.module.made_by[0] if call.module.made_by else node
    for place in (node, owner):
        if place in said and all(stride == 1 for stride in window.stride):
            return said[place]
    return _named_around(call, node)


def _means_it(window: Window, whole: bool, broken: Sequence[int]) -> bool:
    """An idiom means "same" with an odd kernel (then a dilation was forgotten); ``k // 2`` with an even one at stride
    1."""
    if not broken:
        return False
    if all(window.kernel[axis] % 2 and window.dilation[axis] > 1 for axis in broken):
        return True
    even = all(kernel % 2 == 0 for kernel in window.kernel)
    return whole and even and len(broken) == len(window.kernel) and set(window.stride) == {1}


def _named_around(call: Call, node: cst.Call) -> str | None:
    """The class whose constructor built the layer, if its name says "same"."""
    assert call.module is not None
    for place in reversed(call.module.made_within):
        if place is node or not isinstance(place, cst.Call):
            continue
        match place.func:
            case cst.Name(value=name) | cst.Attribute(attr=cst.Name(value=name)) if name_declares(name):
                return name
        return None
    return None


def _function(source: Source, node: cst.CSTNode) -> cst.FunctionDef | None:
    span = source.span(node)
    return locate(source, Comment(span.row, span.column + 1, "#", own_line=False)).function


# -- what the code does as a whole -----------------------------------------------------------------------------------


def _makes_up(run: Run, call: Call, window: Window) -> bool:
    """Whether what stands around the layer makes up for it: a pad or crop nearby, or a layer with the opposite
    excess."""
    missing = [window.excess(axis) for axis in range(len(window.kernel))]
    makers = {id(other.output): other for other in run.tape.calls if isinstance(other.output, Tensor) and other.leaf}
    value = call.inputs[0] if call.inputs else None
    for _ in range(_NEAR):
        maker = makers.get(id(value))
        if maker is None:
            break
        if _compensates(maker, missing):
            return True
        value = maker.inputs[0] if maker.inputs else None
    near = {id(call.output)}
    steps = 0
    for other in run.tape.calls[call.index + 1 :]:
        if steps >= _NEAR or not other.leaf:
            continue
        if any(id(tensor) in near for tensor in other.inputs):
            if _compensates(other, missing):
                return True
            near.add(id(other.output))
            steps += 1
    return False


def _compensates(call: Call, missing: Sequence[int]) -> bool:
    if call.name in _CROPS or "Pad" in call.name or "Crop" in call.name or "Chomp" in call.name:
        return True
    window = window_of(call) if call.leaf else None
    if window is None or len(window.kernel) != len(missing):
        return False
    return all(window.excess(axis) == -lack for axis, lack in enumerate(missing) if lack)
