"""Two texts of the same tokens: where each token has moved to."""

from __future__ import annotations

import tokenize
from collections.abc import Iterator, Mapping
from io import StringIO
from typing import TypeAlias

__all__ = ["Position", "token_moves"]

Position: TypeAlias = "tuple[int, int]"
"""A row and a column, both from 1."""

_LAYOUT = frozenset({tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT})


def token_moves(old: str, new: str) -> Mapping[Position, Position] | None:
    """Where each beginning and end of a token of ``old`` is in ``new``; None if the two are not the same program.

    They must break their lines between the same tokens.  A comment speaks of lines above and below, up to a blank one: so the
    blank lines around it must be the same, and in the lines that follow it there must be none in one text only.

    >>> token_moves("x = 1\\n", "x  =  1\\n")[1, 5]
    (1, 7)
    >>> token_moves("x = 1\\n", "x = 12\\n") is None
    True
    >>> token_moves("# 8 x 8\\nx = 1\\ny = 2\\n", "# 8 x 8\\nx = 1\\n\\ny = 2\\n") is None
    True
    >>> token_moves("# 8 x 8\\nx = 1\\n\\ny = 2\\nz = 3\\n", "# 8 x 8\\nx = 1\\n\\ny = 2\\n\\nz = 3\\n")[5, 1]
    (6, 1)
    """
    try:
        before, after = list(_tokens(old)), list(_tokens(new))
    except (tokenize.TokenError, SyntaxError):
        return None
    if [token[:2] for token in before] != [token[:2] for token in after]:
        return None
    moves: dict[Position, Position] = {}
    last, heads = (0, 0, tokenize.NL), False
    for one, other in zip(before, after, strict=True):
        if one.type in _LAYOUT:
            continue
        rows, rows_moved = one.start[0] - last[0], other.start[0] - last[1]
        is_beside = tokenize.COMMENT in (one.type, last[2])
        if rows != rows_moved and (is_beside or not rows or not rows_moved or (heads and 1 in (rows, rows_moved))):
            return None
        moves[one.start[0], one.start[1] + 1] = other.start[0], other.start[1] + 1
        moves[one.end[0], one.end[1] + 1] = other.end[0], other.end[1] + 1
        last = one.end[0], other.end[0], one.type
        heads = one.type == tokenize.COMMENT or (heads and rows < 2)
    return moves


def _tokens(text: str) -> Iterator[tokenize.TokenInfo]:
    """All tokens but line ends that end no statement; of what only lays out just that it is there."""
    for token in tokenize.generate_tokens(StringIO(text).readline):
        if token.type in _LAYOUT:
            yield token._replace(string="", start=token.end, end=token.end)
        elif token.type not in (tokenize.NL, tokenize.ENDMARKER):
            yield token
