"""What follows the last shape of a comment: nothing, a word such as "input", or a remark after punctuation.

Anything else, and what stood there was not a shape after all.
"""

from __future__ import annotations

from .candidate import Candidate, Line, candidate_at
from .not_a_shape import NotAShape
from .shape_filter import Context
from .vocabulary import WordRole, cjk_roles, roles_of

__all__ = ["read_suffix"]

_CONNECTIVES = frozenset({"where", "since", "because", "so", "via", "using"})
_CONDITIONS = frozenset({"if", "when", "or", "unless"})
_PUNCTUATION = frozenset({"end", "#", "dash", ",", ";", ".", ":", "other", "-", ")", "quote"})
_GOES_ON = frozenset({"x", "*", ",", "number", "arrow", "=", "(", "["})
_UNITS = frozenset({WordRole.FILL, WordRole.SIZE, WordRole.INPUT, WordRole.OUTPUT})


def read_suffix(line: Line, shape: Candidate, context: Context, complete: bool = False) -> WordRole | None:
    """INPUT or OUTPUT if a word after the shape says so (``32x32 input``); raises :class:`NotAShape` if it was no shape.

    ``complete``: both sides of an arrow have been read, so that whatever comes after a dash can only be a remark.
    """
    at = shape.after
    tokens = line.tokens
    role: WordRole | None = None
    delimited = _is_delimited(line, at)
    while tokens[at].kind in ("name", "cjk"):
        token = tokens[at]
        if token.text == "in":
            raise NotAShape("words after it")  # "stage 2, 28x28 in": true of one default only
        if token.text in _CONNECTIVES and tokens[at - 1].kind in (")", "]"):
            _check_remark(line, at)
            return role
        if shape.is_certain and token.text not in _CONDITIONS:
            _check_remark(line, at)
            return role
        roles = roles_of(token.text) if token.kind == "name" else cjk_roles(token.text)
        if roles is None and context is Context.STATED and token.text not in _CONDITIONS and delimited:
            return None
        if roles is None or not roles & _UNITS:
            raise NotAShape("words after it")
        said = roles & {WordRole.INPUT, WordRole.OUTPUT}
        role = next(iter(said)) if len(said) == 1 else role
        at += 1
    token = tokens[at]
    if token.kind == "[" and token.glued:
        raise NotAShape("an index")
    if tokens[at + 1 if token.kind != "end" else at].text in _CONDITIONS and token.kind != "#":
        raise NotAShape("a condition")
    if token.kind in ("(", "["):
        _check_parenthesis(line, at)
    elif token.kind not in _PUNCTUATION:
        raise NotAShape(f"{token.kind} after it")
    elif token.kind == "other" and tokens[at + 1].kind == "number":
        raise NotAShape("a formula")
    else:
        _check_remark(line, at, complete)
    return role


def _is_delimited(line: Line, at: int) -> bool:
    """Whether a bracket or a number ends the shape before token ``at``; "dims 2, M elements" has no end."""
    return line.tokens[at - 1].kind in (")", "]", "number", "quote")


def _check_parenthesis(line: Line, at: int) -> None:
    """A remark in brackets may hold anything, but it must not be a shape itself, and the list must not go on after it."""
    opening, depth, tokens = at, 0, line.tokens
    while tokens[at].kind != "end":
        depth += (tokens[at].kind in ("(", "[")) - (tokens[at].kind in (")", "]"))
        at += 1
        if depth == 0:
            break
    found = candidate_at(line, opening)
    if found is not None and found.rank > 1 and found.after >= at:
        raise NotAShape("several shapes")
    if tokens[at].kind in _GOES_ON:
        raise NotAShape("more after a remark")
    _check_remark(line, at)


def _check_remark(line: Line, at: int, complete: bool = False) -> None:
    """A remark must hold neither another shape nor an arrow: nobody could tell which one is meant."""
    tokens = line.tokens
    while tokens[at].kind != "end" and not (complete and tokens[at].kind == "dash"):
        if tokens[at].kind == "arrow":
            raise NotAShape("an arrow in the remark")
        found = candidate_at(line, at) if tokens[at].kind in ("(", "[", "number", "name") else None
        if found is not None and found.is_listed:
            raise NotAShape("several shapes")
        at = at + 1 if found is None else found.after
