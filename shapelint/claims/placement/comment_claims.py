"""The comments of a file that state shapes, as claims.

Most comments are dropped by a look at their text; only those that are left are placed, since a placement needs positions
of the syntax, which take time to compute.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

import libcst as cst

from ...source.comments import Comment
from ...source.parse import Source
from ..comments.grammar import is_code, may_be_shape, parse_comment, parse_row
from ..comments.remark import Remark, RemarkKind
from ..file_memory import remembered
from .assigned_names import assigned_in_a_block, assignment_named
from .claim import Claim, argument_named
from .explained_numbers import explains_a_number
from .placement import Placement, Position, place

__all__ = ["claims_of"]

_KEEPS_THE_SIZE = re.compile(
    r"Norm|ReLU|[EGSC]ELU|SiLU|Mish|Tanh|Sigmoid|Softmax|Dropout|Identity|print|import|spectral|[a-z]norm"
)

_LAYER_LABEL = re.compile(r"[A-Z]\d{1,2}")


@remembered(1)
def claims_of(source: Source) -> tuple[Claim, ...]:
    """A claim for every comment that states shapes, in the order of the file."""
    remarks = [(comment, _remark(comment.text, comment.own_line)) for comment in source.comments_with(_may_state)]
    stating = [
        (comment, remark)
        for comment, remark in remarks
        if remark is not None and remark.shapes
        if _speaks_of_its_line(remark, _line_of(source, comment, remark))
        or _names_value(source, comment, remark)
        or _names_layer(source, comment, remark)
    ]
    if not stating:
        return ()
    placements = place(source, [comment for comment, _ in stating])
    # A line that says "input", or names its value, speaks for itself: it does not crowd the state on the line below it.
    placed = [
        (p, remark)
        for p, (_, remark) in zip(placements, stating, strict=True)
        if remark.kind is not RemarkKind.INPUT
        and argument_named(remark, p) is None
        and assignment_named(remark, p) is None
    ]
    crowded = _crowded(source, placed) | _closing_headings(
        source, zip(placements, (r for _, r in stating), strict=True)
    )
    unfounded = [p for p, (_, remark) in zip(placements, stating, strict=True) if _heads_removed(source, p, remark)]
    crowded |= {p.comment for p in placements if any(_is_next(source, label, p) for label in unfounded)}
    return tuple(
        Claim(remark, placement, placement.comment in crowded)
        for (_, remark), placement in zip(stating, placements, strict=True)
        if placement not in unfounded and (not remark.shapes[0].whole or _ends_statement(placement))
        if not assigned_in_a_block(remark, placement) and not explains_a_number(source, remark, placement)
    )


def _may_state(text: str) -> bool:
    """Whether a comment of this text may state shapes at some place."""
    remark = _remark(text, False) if may_be_shape(text) else None
    return remark is not None and bool(remark.shapes)


def _remark(text: str, own_line: bool) -> Remark | None:
    found = _parsed(text)
    return found if found is not None or own_line else parse_row(text)


_parsed = lru_cache(maxsize=1024)(parse_comment)
"""Asked before and after the place of a comment is known."""


def _ends_statement(placement: Placement) -> bool:
    """Whether the comment is at the end of a statement's line, not within brackets."""
    node = placement.chain.node
    return placement.position is Position.TRAILING and (node is None or isinstance(node, cst.FunctionDef))


def _line_of(source: Source, comment: Comment, remark: Remark) -> str:
    """The line a comment belongs to; for an arrow on a line of its own that of the statement below."""
    rows = source.lines[comment.row - 1 :]
    if not comment.own_line or remark.kind is not RemarkKind.ARROW:
        return rows[0]
    return next((line for line in rows if line.strip() and not line.lstrip().startswith("#")), "")


def _speaks_of_its_line(remark: Remark, line: str) -> bool:
    """Whether the value that a remark names (``mask: (B, H, W)``), if it names one, is on its line."""
    if remark.subject is None:
        return True
    name = remark.subject.rpartition(".")[2]
    return (
        name in line.partition("#")[0].replace("(", " ").replace(")", " ").replace(",", " ").replace(".", " ").split()
    )


def _names_layer(source: Source, comment: Comment, remark: Remark) -> bool:
    """``# C1: (N, 6, 28, 28)`` at the end of a line: the label of a layer in the paper, where the code has no such name."""
    label = remark.subject
    if comment.own_line or label is None or not _LAYER_LABEL.fullmatch(label):
        return False
    return label not in _names_in(source)


@lru_cache(maxsize=1)
def _names_in(source: Source) -> frozenset[str]:
    """Every name that the code of a file uses, attributes included."""
    import tokenize  # few files label their layers so

    try:
        tokens = tokenize.generate_tokens(iter(source.text.splitlines(keepends=True)).__next__)
        return frozenset(token.string for token in tokens if token.type == tokenize.NAME)
    except (tokenize.TokenError, SyntaxError):
        return frozenset(re.findall(r"[A-Za-z_]\w*", source.text))


def _names_value(source: Source, comment: Comment, remark: Remark) -> bool:
    """``# x: (B, 1, 28, 28)`` at the head of ``forward(self, x)``, or below ``x = ...``."""
    if not comment.own_line:
        return False
    (placement,) = place(source, [comment])
    return argument_named(remark, placement) is not None or assignment_named(remark, placement) is not None


def _crowded(source: Source, placed: Iterable[tuple[Placement, Remark]]) -> set[Comment]:
    """Comments one below the other with no element between them.

    If a layer that was commented out is between two states, the second is left over from that layer.
    """
    found: set[Comment] = set()
    before: Placement | None = None
    states = False
    for placement, remark in placed:
        states = states and remark.kind is RemarkKind.STATE
        if (
            before is not None
            and before.position is placement.position
            and placement.position in (Position.BETWEEN, Position.ENTRY)
            and (before.above, before.below) == (placement.above, placement.below)
            and not (states and _is_switched_off(source, before.comment.row, placement.comment.row))
        ):
            found |= {before.comment, placement.comment}
        before, states = placement, remark.kind is RemarkKind.STATE
    return found


def _closing_headings(source: Source, placed: Iterable[tuple[Placement, Remark]]) -> set[Comment]:
    """``# Output: ...`` below ``# Input: ...`` and above its layer, after a blank line: a heading says both of what is below."""
    found: set[Comment] = set()
    label: Placement | None = None
    for placement, remark in placed:
        row = placement.comment.row
        if remark.kind is RemarkKind.INPUT and placement.comment.own_line:
            label = placement
        elif (
            remark.kind is RemarkKind.OUTPUT
            and placement.paragraph
            and label is not None
            and _is_next(source, label, placement)
            and _heads_a_paragraph(source, row)
        ):
            found.add(placement.comment)
    return found


def _heads_a_paragraph(source: Source, row: int) -> bool:
    """Whether above the comments that end in ``row`` there is a blank line, or the line that opens their block."""
    while row > 1 and source.lines[row - 1].lstrip().startswith("#"):
        row -= 1
    above = source.lines[row - 1].strip()
    return not above or above.endswith((":", "(", "["))


def _heads_removed(source: Source, placement: Placement, remark: Remark) -> bool:
    """Whether it says what goes into a layer that was commented out: what goes into the next one may be of another size."""
    row = placement.comment.row
    is_label = (
        remark.kind is RemarkKind.INPUT or placement.above is None or argument_named(remark, placement) is not None
    )
    if not placement.comment.own_line or not is_label:
        return False
    beneath = source.comments_in(range(row + 1, _next_code(source, row)))
    return any(is_code(comment.text) and _KEEPS_THE_SIZE.search(comment.text) is None for comment in beneath)


def _is_next(source: Source, label: Placement, other: Placement) -> bool:
    """Whether ``other`` is below ``label`` with no code between them: it was written for the layer that is gone."""
    return label.comment.row < other.comment.row < _next_code(source, label.comment.row)


def _next_code(source: Source, row: int) -> int:
    """The first row after ``row`` that is neither blank nor a comment."""
    beyond = range(row + 1, len(source.lines) + 1)
    return next(
        (n for n in beyond if source.lines[n - 1].strip() and not source.lines[n - 1].lstrip().startswith("#")), row + 1
    )


def _is_switched_off(source: Source, first: int, last: int) -> bool:
    """Whether there is commented-out code between two rows."""
    return any(comment.own_line and is_code(comment.text) for comment in source.comments_in(range(first + 1, last)))
