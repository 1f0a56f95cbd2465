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

    They must break their lines between the same tokens; where there are comments, which speak of lines above and below,
    they must have the same blank lines as well.

    >>> token_moves("x = 1\\n", "x  =  1\\n")[1, 5]
    (1, 7)
    >>> token_moves("x = 1\\n", "x = 12\\n") is None
    True
    """
    try:
        before, after = list(_tokens(old)), list(_tokens(new))
    except (tokenize.TokenError, SyntaxError):
        return None
    if [token[:2] for token in before] != [token[:2] for token in after]:
        return None
    exact = any(token.type == tokenize.COMMENT for token in before)
    moves: dict[Position, Position] = {}
    last = last_moved = 0
    for one, other in zip(before, after, strict=True):
        if one.type in _LAYOUT:
            continue
        skipped, skipped_moved = one.start[0] - last, other.start[0] - last_moved
        if (skipped != skipped_moved) if exact else (bool(skipped) != bool(skipped_moved)):
            return None
        moves[one.start[0], one.start[1] + 1] = other.start[0], other.start[1] + 1
        moves[one.end[0], one.end[1] + 1] = other.end[0], other.end[1] + 1
        last, last_moved = one.end[0], other.end[0]
    return moves


def _tokens(text: str) -> Iterator[tokenize.TokenInfo]:
    """All tokens but line ends that end no statement; of what only lays out just that it is there."""
    for token in tokenize.generate_tokens(StringIO(text).readline):
        if token.type in _LAYOUT:
            yield token._replace(string="", start=token.end, end=token.end)
        elif token.type not in (tokenize.NL, tokenize.ENDMARKER):
            yield token
