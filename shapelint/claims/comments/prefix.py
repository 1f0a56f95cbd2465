"""The words before a shape: ``state size.``, ``output shape:``, ``now, we got``, ``x.shape =``, ``Block 2:``."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from ...records import dataclass, replace
from .not_a_shape import NotAShape
from .remark import RemarkKind
from .shape_filter import Context
from .tokens import Token
from .vocabulary import WordRole, cjk_roles, is_trap, roles_of

__all__ = ["Prefix", "read_prefix"]

_NOISE = frozenset({"z", "noise", "latent", "random"})
_NOUNS = frozenset({"hidden", "latent", "noise", "image", "images", "img", "feature", "features", "data", "vector"})
_MID_SENTENCE = frozenset(
    {"from", "into", "for", "with", "has", "have", "and", "or", "of", "which", "where", "as", "on", "by", "then", "so",
     "that", "be", "to", "is", "are", "if", "If", "For"}
)  # fmt: skip
_OF_A_SHAPE = frozenset({WordRole.SIZE, WordRole.FILL})
_OTHER = frozenset({WordRole.PLACE})
_WINDOWED = frozenset({"conv", "convolution", "deconv", "pool", "pooling", "maxpool", "avgpool", "upsample"})
_OPENERS = frozenset({",", ".", ":", ";", "=", "-", "dash", "quote", "/", "other", "*", "#", "+", "|", "@"})


@dataclass(frozen=True, slots=True)
class Prefix:
    """What the words before a shape say.

    ``subject``: the value that they name.  ``arrow``: they begin or end with one.  ``is_noise``: they are "input is Z".
    ``fragment``: they are part of a sentence that began elsewhere ("has shape", "from"), so that a single shape after
    them says nothing certain.
    """

    kind: RemarkKind
    context: Context
    label: str = ""
    subject: str | None = None
    arrow: bool = False
    is_noise: bool = False
    fragment: bool = False


def read_prefix(tokens: Sequence[Token], following: Token) -> Prefix:
    """What ``tokens`` say of the shape that begins at ``following``.

    Raises :class:`NotAShape` where what follows such words is not a shape: a word that is not in the vocabulary must be
    the name of a value, and one on kernels, ranges and the like ends it.
    """
    tokens = _without_marker(tokens, following)
    arrow = bool(tokens) and ("arrow" in (tokens[0].kind, tokens[-1].kind) or _leads_to(tokens))
    if sum(token.kind == "arrow" for token in tokens) > 1:
        raise NotAShape("an arrow from no shape")
    roles: set[WordRole] = set()
    unknown: list[Token] = []
    placed = False
    arguments = _arguments(tokens)
    for index, token in enumerate(tokens):
        if index in arguments:
            continue
        if token.kind in ("name", "cjk"):
            if is_trap(token.text):
                raise NotAShape(f"{token.text}")
            found = roles_of(token.text) if token.kind == "name" else cjk_roles(token.text)
            if token.text.lower() == "in" and not _is_label(tokens, index, following):
                found = frozenset({WordRole.FILL})
            if token.text in ("Z", "z") and WordRole.INPUT in roles:
                found = frozenset({WordRole.FILL})
            if found is None or _is_attribute(tokens, index):
                unknown.append(token)
            else:
                roles |= found
                placed = WordRole.PLACE in found
            continue
        if token.kind == "number":
            if not placed:
                raise NotAShape("numbers before it")
        elif token.kind == "x":
            unknown.append(token)
        elif token.kind in ("(", "["):
            if not _is_closed(tokens, index):
                raise NotAShape("an open bracket before it")
        elif token.kind != "arrow" and token.kind not in _OPENERS and not _closes(tokens, index):
            raise NotAShape(f"{token.kind} before it")
        placed = False
    fragment = _is_fragment(tokens, following)
    if unknown:
        return replace(_about(tokens, unknown, roles, arrow, following), fragment=fragment)
    if placed and following.kind == "number" and tokens[-1].text.lower() in _WINDOWED:
        raise NotAShape("kernel")  # "conv 3x3x64"
    return replace(_labelled(tokens, roles, arrow), fragment=fragment)


def _leads_to(tokens: Sequence[Token]) -> bool:
    """``reshape to``, ``flatten it to the shape``: what follows comes out."""
    at = len(tokens) - 1
    while at > 0 and tokens[at].kind == "name" and (roles_of(tokens[at].text) or _OTHER) <= _OF_A_SHAPE:
        at -= 1
    return tokens[at].text in ("to", "into")


def _is_fragment(tokens: Sequence[Token], following: Token) -> bool:
    """Whether the words are the end of a sentence from the line above, or introduce an interval."""
    if not tokens or tokens[-1].kind == "arrow":
        return False
    first, last = tokens[0].text, tokens[-1].text.lower()
    if first == "so" and len(tokens) > 1 and tokens[1].text == "far":
        return False
    interval = last == "in" and len(tokens) > 1 and following.kind in ("(", "[")
    return first in _MID_SENTENCE or last == "from" or interval


def _without_marker(tokens: Sequence[Token], following: Token) -> Sequence[Token]:
    """The tokens without a list marker (``1.``, ``2)``) or a number glued to the bracket (``0(Batch, ...)``)."""
    if len(tokens) == 1 and tokens[0].kind == "number" and following.glued and following.kind == "(":
        return ()
    if len(tokens) > 1 and tokens[0].kind == "number" and tokens[1].kind in (".", ")", ":") and tokens[1].glued:
        return tokens[2:]
    return tokens


def _is_label(tokens: Sequence[Token], index: int, following: Token) -> bool:
    """Whether "in" means input: it begins the comment and a colon, a bracket or the shape follows."""
    after = tokens[index + 1].kind if index + 1 < len(tokens) else following.kind
    return index == 0 and after in (":", "=", "(", "[", "-", "number")


def _is_attribute(tokens: Sequence[Token], index: int) -> bool:
    """Whether it is part of a dotted name, as ``shape`` is of ``x.shape``."""
    before = index > 0 and tokens[index].glued and tokens[index - 1].kind == "."
    after = index + 2 < len(tokens) and tokens[index + 1].kind == "." and tokens[index + 2].glued
    return before or (after and tokens[index + 2].kind == "name")


def _arguments(tokens: Sequence[Token]) -> range:
    """The tokens of the brackets in ``mask.unsqueeze(1): ``."""
    if not tokens or tokens[-1].kind != ":" or len(tokens) < 4 or tokens[-2].kind != ")":
        return range(0)
    opening = next((index for index, token in enumerate(tokens) if token.kind == "("), 0)
    called = opening > 0 and tokens[opening].glued and tokens[opening - 1].kind == "name"
    return range(opening, len(tokens) - 1) if called else range(0)


def _closes(tokens: Sequence[Token], index: int) -> bool:
    """Whether it is a closing bracket whose opening one is in the prefix too."""
    depth = 0
    for token in tokens[: index + 1]:
        depth += (token.kind in ("(", "[")) - (token.kind in (")", "]"))
    return tokens[index].kind in (")", "]") and depth >= 0


def _is_closed(tokens: Sequence[Token], index: int) -> bool:
    """Whether the bracket that opens there is closed within the prefix."""
    depth = 0
    for token in tokens[index:]:
        depth += (token.kind in ("(", "[")) - (token.kind in (")", "]"))
        if depth == 0:
            return True
    return False


def _labelled(tokens: Sequence[Token], roles: set[WordRole], arrow: bool) -> Prefix:
    """What words say that are all in the vocabulary."""
    label = " ".join(token.text for token in tokens if token.kind in ("name", "cjk", "number"))
    if {WordRole.INPUT, WordRole.OUTPUT} <= roles:
        raise NotAShape("input and output")
    stated = Context.STATED if WordRole.SIZE in roles or WordRole.STATE in roles else Context.LABEL
    if WordRole.INPUT in roles:
        words = {token.text.lower() for token in tokens}
        return Prefix(RemarkKind.INPUT, stated, label, arrow=arrow, is_noise=bool(words & _NOISE))
    if WordRole.OUTPUT in roles:
        return Prefix(RemarkKind.OUTPUT, stated, label, arrow=arrow)
    if WordRole.STATE in roles:
        return Prefix(RemarkKind.STATE, Context.STATED, label, arrow=arrow)
    if WordRole.SIZE in roles:
        coded = "_" in tokens[0].text and len(tokens) == 2 and tokens[1].kind == "="  # "image_size = (3, 64, 64)"
        return Prefix(RemarkKind.BARE, Context.ASSIGNED if coded else Context.STATED, label, arrow=arrow)
    if len(tokens) > 1 and tokens[-1].kind in (":", "=") and tokens[-2].text.lower() in _NOUNS:
        return Prefix(RemarkKind.BARE, Context.SUBJECT, label, tokens[-2].text, arrow)
    assigned = bool(tokens) and tokens[-1].kind == "="
    return Prefix(RemarkKind.BARE, Context.ASSIGNED if assigned else Context.BARE, label, arrow=arrow)


def _about(
    tokens: Sequence[Token], unknown: Sequence[Token], roles: set[WordRole], arrow: bool, following: Token
) -> Prefix:
    """What words say of which some are not in the vocabulary: these are the name of the value, or prose."""
    start, end = unknown[0], unknown[-1]
    subject = _dotted(tokens, start, end)
    sign = next((token.kind for token in reversed(tokens) if token.kind != "arrow"), "")
    if subject is None or {WordRole.INPUT, WordRole.OUTPUT} <= roles:
        raise NotAShape("words before it")
    if tokens[-1] is end and following.kind not in ("(", "["):
        raise NotAShape("words before it")
    label = " ".join(token.text for token in tokens if token.kind == "name" and token not in unknown)
    after = [roles_of(token.text) for token in tokens[tokens.index(end) + 1 :] if token.kind == "name"]
    if any(WordRole.PLACE in (said or ()) for said in after):
        raise NotAShape("words before it")
    shaped = subject.endswith((".shape", ".size", ".size()")) or WordRole.SIZE in roles
    subject = subject.removesuffix("()").removesuffix(".shape").removesuffix(".size")
    if shaped:
        return Prefix(RemarkKind.BARE, Context.STATED, label or "shape", subject, arrow)
    return Prefix(RemarkKind.BARE, Context.ASSIGNED if sign == "=" else Context.SUBJECT, label, subject, arrow)


def _dotted(tokens: Sequence[Token], start: Token, end: Token) -> str | None:
    """The dotted name that reaches from ``start`` to ``end``; None if there is more than one name."""
    first, last = tokens.index(start), tokens.index(end)
    inside = tokens[first : last + 1]
    if any(not token.glued for token in inside[1:]):
        return None
    if any(token.kind not in ("name", ".", "x", "[", "]", "quote") for token in inside):
        return None
    if any(token.kind == "name" and before.kind == "name" for before, token in itertools.pairwise(inside)):
        return None
    others = [token for token in (*tokens[:first], *tokens[last + 1 :]) if token.kind in ("name", "cjk")]
    if any(roles_of(token.text) is None for token in others if token.kind == "name"):
        return None
    return "".join(token.text for token in inside)
