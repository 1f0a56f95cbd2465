"""Declared "same" that the code breaks.

"Same" means: with stride 1 the output is as large as the input, with stride s it is the s-th part of it for every input
that s divides.  For a symmetric padding p, kernel k and dilation d that is ``-s < 2p - d(k-1) <= 0``.  What the code
does as a whole counts: a pad before the layer, or a crop or another layer after it, may make up for the difference.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst

from ...interp.model.tape import Call, Run
from ...interp.paths.exploration import Exploration
from ...records import dataclass, replace
from ...source.comments import Comment
from ...source.parse import Source
from ..binding.padding_calls import padded_by
from ..blame.argument import find_argument
from ..placement.location import locate
from .commented_layers import said_by_comments
from .compensation import is_made_up_for, pads_before
from .idioms import declared_by_name, idiom_of
from .same_words import name_declares
from .window_geometry import WindowGeometry, geometry_of

__all__ = ["BrokenSame", "broken_same"]


@dataclass(frozen=True, slots=True, eq=False)
class BrokenSame:
    """A layer that was declared to keep the size and does not.  ``how``: the declaration, as it is written.

    ``pads``: the calls before it that were meant to, whose numbers are in ``window``.
    """

    run: Run
    call: Call
    window: WindowGeometry
    how: str
    pads: tuple[Call, ...] = ()


def broken_same(exploration: Exploration) -> Iterator[BrokenSame]:
    """Every layer of this file whose declared "same" is broken on a path that is executed, once for each
    constructor."""
    source = exploration.source
    said = said_by_comments(source)
    fine: set[cst.CSTNode] = set()
    found: dict[cst.CSTNode, BrokenSame] = {}
    for run in (*exploration.runs, *exploration.alone()):
        for call in run.tape.calls:
            node = _constructor(call, source)
            if node is None or not call.certain or call.reject is not None:
                continue
            window = geometry_of(call)
            if window is None:
                continue
            padded = _said_of_pads(run, call, node, window, said)
            how = _declared(call, node, window, source, said) if padded is None else padded.how
            if how is None:
                continue
            broken = padded or BrokenSame(run, call, window, how)
            if not _breaks(broken.window) or is_made_up_for(run, call, broken.window, broken.pads):
                fine.add(node)
            else:
                found.setdefault(node, broken)
    yield from (broken for node, broken in found.items() if node not in fine)


def _said_of_pads(
    run: Run, call: Call, node: cst.Call, window: WindowGeometry, said: dict[cst.CSTNode, str]
) -> BrokenSame | None:
    """The layer with the pads before it, if a comment says of it or of one of them that the size stays.

    A pad is there for that alone, so its numbers count, and with it "same" is what other frameworks call so of every stride.
    """
    pads = pads_before(run, call) if said else ()
    widths = [padded_by(pad, len(window.kernel)) for pad in pads]
    known = [width for width in widths if width is not None]
    places = [node, *(pad.site.node if pad.constructor is None else pad.constructor.node for pad in pads)]
    how = next((said[place] for place in places if place in said), None)
    if not pads or how is None or len(known) < len(widths):
        return None
    total = tuple(map(sum, zip(*known, strict=True)))
    return BrokenSame(run, call, replace(window, before=total), how, pads)


def _breaks(window: WindowGeometry) -> bool:
    return any(map(window.breaks, range(len(window.kernel))))


def _constructor(call: Call, source: Source) -> cst.Call | None:
    """The call that builds the layer, if it is in this file."""
    built = call.constructor
    if not call.leaf or built is None or built.source is not source:
        return None
    return built.node if isinstance(built.node, cst.Call) else None


def _declared(
    call: Call, node: cst.Call, window: WindowGeometry, source: Source, said: dict[cst.CSTNode, str]
) -> str | None:
    """How the layer was declared to keep the size, if it was and its window does not."""
    axes = range(len(window.kernel))
    broken = [axis for axis in axes if window.breaks(axis)]
    if not broken:
        return None
    assert call.module is not None and call.layer is not None
    positional = call.layer.signature.positional
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


def _means_it(window: WindowGeometry, whole: bool, broken: Sequence[int]) -> bool:
    """Whether an idiom means "same": with an odd kernel (then a dilation was forgotten), and ``k // 2`` also with an even one
    at stride 1."""
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
    """The function that a node is in."""
    span = source.span(node)
    return locate(source, Comment(span.row, span.column + 1, "#", own_line=False)).function
