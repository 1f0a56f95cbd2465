"""The syntax of a shape as it is written: operands and operators, before it is decided which of them separate dims.

    terms   = operand (operator operand)*          operator: , x * / // + - % ** ^ @, or a space between single letters
    operand = number | number name ("8ndf") | name | wildcard | bracket terms bracket
    name    = word ("." word | "['" word "']" | "[" number "]")* | word word word? (in brackets)

A recursive descent over tokens.  :class:`Terms` keeps the order of the text; :mod:`.dims` gives it a meaning.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from ...records import dataclass
from .tokens import Token
from .vocabulary import CHANNELS, is_axis, is_batch, is_size_name

__all__ = ["SEPARATORS", "Group", "Leaf", "Node", "Terms", "after_worth", "parse_terms"]

_OPERATORS = frozenset({",", "x", "*", "/", "//", "+", "-", "%", "**", "^", "@"})
SEPARATORS = frozenset({",", "@", " "})
"""The operators that only separate; ``x`` and ``*`` may also multiply, as :mod:`.dims` decides."""

_CLOSERS = {"(": ")", "[": "]", "{": "}"}
_ENDS_WORDS = frozenset({",", ")", "]", "}"})
_MOST_WORDS = 3
_DEEPEST = 6  # brackets within brackets; nobody writes more, and it bounds the recursion


@dataclass(frozen=True, slots=True)
class Leaf:
    """``kind``: number, name, wildcard (None ? -1), star (``*`` as a dim), dots, decimal, negative."""

    kind: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Group:
    """``terms`` in brackets, None where these are empty.  ``trailing``: a comma before the closing bracket.

    A number with a name glued to it (``8ndf``) is a group without brackets: ``opening`` is ``""``; so is a size with what
    it is worth (``ndf*2(128)``).
    """

    opening: str
    terms: Terms | None
    start: int
    end: int
    trailing: bool

    @property
    def is_list(self) -> bool:
        """Whether a comma makes it a list of dims, not an expression."""
        return self.trailing or (self.terms is not None and "," in self.terms.operators)


@dataclass(frozen=True, slots=True)
class Terms:
    """``operands`` with one ``operators`` fewer between them; a space that separates is an operator too."""

    operands: tuple[Node, ...]
    operators: tuple[str, ...]

    @property
    def start(self) -> int:
        return self.operands[0].start

    @property
    def end(self) -> int:
        return self.operands[-1].end

    def split(self, cuts: Sequence[bool]) -> list[Terms]:
        """The parts between the operators that ``cuts`` marks."""
        parts: list[Terms] = []
        start = 0
        for index, cut in enumerate((*cuts, True)):
            if cut:
                parts.append(Terms(self.operands[start : index + 1], self.operators[start:index]))
                start = index + 1
        return parts


Node: TypeAlias = Leaf | Group


def parse_terms(tokens: Sequence[Token], at: int, depth: int = 0) -> tuple[Terms, int] | None:
    """The longest terms that begin at token ``at``, and the token after them; None if there are none.

    ``depth``: how many brackets are open.
    """
    first = _operand(tokens, at, depth)
    if first is None:
        return None
    node, at = first
    operands: list[Node] = [node]
    operators: list[str] = []
    while True:
        at = _skip_annotation(tokens, at, node, depth)
        worth = _after_worth(tokens, at, node, operators)
        if worth > at:
            node, at = _worth(operands, operators, tokens[worth - 1].end), worth
        operator, after = _operator(tokens, at, depth, node, operators)
        following = _operand(tokens, after, depth) if operator else None
        if following is None:
            break
        node, at = following
        operands.append(node)
        operators.append(operator)
    return Terms(tuple(operands), tuple(operators)), at


def _operator(tokens: Sequence[Token], at: int, depth: int, node: Node, before: Sequence[str]) -> tuple[str, int]:
    """The operator at token ``at`` and where its operand begins; ``""`` where the terms end."""
    sign, following = tokens[at], tokens[at + 1 if tokens[at].kind != "end" else at]
    if depth == 0:
        if isinstance(node, Group) and node.is_list:
            return "", at  # "(N, 64, 8, 8), then ...", "(B, T, T) x (B, T, C)": the shape is complete
        if sign.kind in "+-" and not (sign.glued and following.glued):
            figures = _figure(node) and following.kind == "number"  # "13, 512 + 13, 512" is a sum of shapes
            listed = "," in before and not figures and (sign.kind == "+" or following.kind == "number")
            return (sign.kind, at + 1) if listed else ("", at)  # "64 x 32 x 32 - a remark"
        after = tokens[at + 2 if following.kind != "end" else at]
        if sign.kind == "," and following.kind == "name" and after.kind == "=":
            return "", at  # "512 * 4 * 4, stride = 1": an argument
        if sign.kind == "," and {"x", "@"} & set(before) and (following.kind != "number" or after.text in CHANNELS):
            return "", at  # "8x8, 128 channels": a height and a width, and a remark
    elif sign.kind == "=":
        return ("=", at + 1) if isinstance(node, Leaf) and node.kind == "name" else ("", at)
    if sign.kind in _OPERATORS:
        return sign.kind, at + 1
    letter = sign.kind == "name" and len(sign.text.rstrip("'")) == 1 and (_letter(node) or _figure(node))
    spaced = not sign.glued and (letter or (sign.kind == "number" and _letter(node)))
    return (" ", at) if spaced else ("", at)


def _skip_annotation(tokens: Sequence[Token], at: int, node: Node, depth: int) -> int:
    """Past ``(=1)`` and ``(batch)`` after a name, if the list goes on: ``S(=1) x B (batch) x I``."""
    if tokens[at].kind != "(" or not (isinstance(node, Leaf) and node.kind == "name"):
        return at
    if not (depth or is_axis(node.text) or is_batch(node.text)):
        return at  # "input is (nc) x 64 x 64"
    after = at + 1
    words = tokens[after].kind != "="
    while tokens[after].kind not in (")", "(", "end"):
        words = words and tokens[after].kind == "name"
        after += 1
    if tokens[after].kind != ")" or (words and after - at > 4) or not (words or tokens[at + 1].kind == "="):
        return at
    return after + 1 if tokens[after + 1].kind in (",", "x", "]", "*", "arrow", "end") else at


def _worth(operands: list[Node], operators: list[str], end: int) -> Node:
    """Makes one operand of the last, with the name that it multiplies: what it is worth says that they are one size."""
    whole = Terms((operands.pop(),), ())
    if operands and isinstance(whole.operands[0], Leaf) and whole.operands[0].kind == "number":
        whole = Terms((operands.pop(), *whole.operands), (operators.pop(),))
    operands.append(Group("", whole, whole.start, end, False))
    return operands[-1]


def _after_worth(tokens: Sequence[Token], at: int, node: Node, before: Sequence[str]) -> int:
    """Past what a size is worth, if the list goes on: ``ndf*2(128) * 16 * 16``, ``self.nc(1 or 3) x 64 x 64``."""
    match node:
        case Leaf("name"):
            is_size = is_size_name(node.text) is True
        case Leaf("number"):
            is_size = bool(before) and before[-1] == "*"
        case _:
            is_size = isinstance(node, Group) and node.opening == "(" and not node.is_list
    return after_worth(tokens, at) if is_size else at


def after_worth(tokens: Sequence[Token], at: int) -> int:
    """The token after a number in brackets that are glued to a size in a list that goes on; ``at`` if there is none."""
    if tokens[at].kind != "(" or not tokens[at].glued:
        return at
    after = at + 1
    while tokens[after].kind == "number" and tokens[after + 1].text == "or":
        after += 2
    if tokens[after].kind != "number" or tokens[after + 1].kind != ")":
        return at
    return after + 2 if tokens[after + 2].kind in ("x", "*") else at


def _letter(node: Node) -> bool:
    return isinstance(node, Leaf) and node.kind == "name" and len(node.text.rstrip("'")) == 1


def _figure(node: Node) -> bool:
    return isinstance(node, Leaf) and node.kind == "number"


def _operand(tokens: Sequence[Token], at: int, depth: int) -> tuple[Node, int] | None:
    token = tokens[at]
    match token.kind:
        case "number":
            return _number(tokens, at)
        case "decimal":
            return Leaf("decimal", token.text, token.start, token.end), at + 1
        case "name":
            return _words(tokens, at, depth) or _name(tokens, at, depth)
        case "x" if tokens[at + 1].kind in _OPERATORS | {")", "]"} and depth:
            return Leaf("name", token.text, token.start, token.end), at + 1
        case "?":
            return Leaf("wildcard", "?", token.start, token.end), at + 1
        case "*" if tokens[at + 1].kind in {",", "x"}:
            return Leaf("star", "*", token.start, token.end), at + 1
        case "dots":
            return Leaf("dots", token.text, token.start, token.end), at + 1
        case "-" if tokens[at + 1].kind == "number":
            number = tokens[at + 1]
            kind = "wildcard" if number.text == "1" else "negative"
            return Leaf(kind, f"-{number.text}", token.start, number.end), at + 2
        case "(" | "[" | "{":
            return _group(tokens, at, depth)
    return None


def _number(tokens: Sequence[Token], at: int) -> tuple[Node, int] | None:
    """A number, perhaps with a name glued to it; in ``64ch @ 16x16`` the name only says what is counted."""
    token, following = tokens[at], tokens[at + 1]
    number = Leaf("number", token.text, token.start, token.end)
    if following.text in CHANNELS and tokens[at + 2].kind == "@":
        return number, at + 2
    if following.kind != "name" or not following.glued:
        return number, at + 1
    name, after = _name(tokens, at + 1)
    return Group("", Terms((number, name), ("*",)), token.start, name.end, False), after


def _words(tokens: Sequence[Token], at: int, depth: int) -> tuple[Leaf, int] | None:
    """The name of a size in several words, as prose writes it: ``[batch size, src len, hid dim]``, ``n layers``."""
    after = at + 1
    while tokens[after].kind == "name" and not tokens[after].glued and len(tokens[after].text) > 1:
        after += 1
    words = [token.text for token in tokens[at:after]]
    if not depth or not 1 < len(words) <= _MOST_WORDS or tokens[after].glued != (tokens[after].kind in _ENDS_WORDS):
        return None
    if not all(word.isalpha() for word in words) or is_size_name("_".join(words)) is not True:
        return None
    return Leaf("name", "_".join(words), tokens[at].start, tokens[after - 1].end), after


def _name(tokens: Sequence[Token], at: int, depth: int = 0) -> tuple[Leaf, int]:
    """A name with its attributes, subscripts and (within brackets) calls; ``None`` is a wildcard."""
    first = tokens[at]
    if first.text in ("None", "none"):
        return Leaf("wildcard", first.text, first.start, first.end), at + 1
    text, end = first.text, first.end
    at += 1
    while tokens[at].glued:
        kinds = [token.kind for token in tokens[at : at + 5]]
        match kinds:
            case [".", "name", *_] if tokens[at + 1].glued:
                count = 2
            case ["[", "quote", "name", "quote", "]"]:
                count = 5
            case ["[", "number", "]", *_]:
                count = 3
            case ["(", "number", ")", *_] if text.endswith(("size", "shape")):
                count = 3
            case ["(", ")", *_] if "." in text:
                count = 2
            case ["(", "name", ")", *_] if depth and text.islower():
                count = 3  # "len(charmap)"
            case _:
                break
        text += "".join(token.text for token in tokens[at : at + count])
        end = tokens[at + count - 1].end
        at += count
    return Leaf("name", text, first.start, end), at


def _group(tokens: Sequence[Token], at: int, depth: int) -> tuple[Node, int] | None:
    opening = tokens[at]
    if depth >= _DEEPEST:
        return None
    parsed = parse_terms(tokens, at + 1, depth + 1)
    terms, after = parsed if parsed is not None else (None, at + 1)
    trailing = terms is not None and tokens[after].kind == ","
    if trailing:
        after += 1
    closing = tokens[after]
    if closing.kind != _CLOSERS[opening.kind]:
        return None
    return Group(opening.kind, terms, opening.start, closing.end, trailing), after + 1
