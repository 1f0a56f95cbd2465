"""Where a block lacks comments, and the edits that add them: one comment for each change of state."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ..claims.comments.grammar import parse_comment
from ..diagnostic import Edit, Span
from ..records import dataclass
from ..source.lines import line_starts
from ..source.parse import Source
from .comment_blocks import Block, Element
from .comment_style import CommentStyle, Where
from .states import ElementState, States

__all__ = ["edits_of"]

_WIDEST = 120  # columns; what would be longer is not written


@dataclass(frozen=True, slots=True)
class _Group:
    """Elements in a row that leave the same state."""

    first: Element
    last: Element
    state: ElementState


def edits_of(
    block: Block, states: States, style: CommentStyle, stated: Collection[int], source: Source
) -> Iterator[Edit]:
    """The edits that add the comments ``block`` lacks.  ``stated``: the rows with a comment that states a shape already."""
    groups = list(_groups(block, states))
    for index, group in enumerate(groups):
        start = group.first.span.row
        end = groups[index + 1].first.span.row if index + 1 < len(groups) else _end(block, group)
        if states.settled[group.first.index] and not any(row in stated for row in range(start, end)):
            text = style.comment(group.state.dims, group.state.spelled)
            remark = parse_comment(text)
            if remark is not None and remark.shapes:
                yield from _edit(group, style, text, source)


def _groups(block: Block, states: States) -> Iterator[_Group]:
    """The groups whose state differs from the last known one before them."""
    if len(states.after) != len(block.elements):
        return
    known: ElementState | None = states.before
    current: _Group | None = None
    for element, state in zip(block.elements, states.after, strict=True):
        follows = current is not None and state is not None and state.dims == current.state.dims
        if current is not None and follows and element.name == current.last.name:
            current = _Group(current.first, element, current.state)
            continue
        if current is not None:
            yield current
        unchanged = state is not None and known is not None and state.dims == known.dims
        current = None if state is None or unchanged else _Group(element, element, state)
        known = state or known
    if current is not None:
        yield current


def _end(block: Block, group: _Group) -> int:
    """The row after the last on which a comment on the last group may be."""
    following = [element for element in block.elements if element.index > group.last.index]
    return following[0].span.row if following and block.is_code else block.rows.stop


def _edit(group: _Group, style: CommentStyle, text: str, source: Source) -> Iterator[Edit]:
    beside = group.last
    if not beside.free:
        return
    row = beside.span.end_row
    line = source.lines[row - 1]
    if style.where is Where.TRAILING:
        column = len(line) + 1
        gap = "" if line.endswith("  ") else "  "
        if "#" not in line[beside.span.end_column - 1 :] and len(line) + 2 + len(text) <= _WIDEST:
            yield Edit(Span(row, column, row, column), gap + text)
        return
    indent = source.lines[beside.span.row - 1][: beside.span.column - 1]
    ends = _line_end(source, row)
    if ends and len(indent) + len(text) <= _WIDEST:
        yield Edit(Span(row + 1, 1, row + 1, 1), f"{indent}{text}{ends}")


def _line_end(source: Source, row: int) -> str:
    """The characters that end ``row``; empty for a last line without any."""
    starts = line_starts(source.text)
    text = source.text[starts[row - 1] : starts[row]] if row < len(starts) else ""
    return next((end for end in ("\r\n", "\n", "\r") if text.endswith(end)), "")
