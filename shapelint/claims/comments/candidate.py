"""What may be a shape at some place in a comment, and the search for the first one."""

from __future__ import annotations

from collections.abc import Sequence

from ...records import dataclass, replace
from .dims import DimList, readings
from .not_a_shape import NotAShape
from .prefix import Prefix, read_prefix
from .remark import Notation, ShapePattern
from .shape_filter import Context, judge
from .terms import Group, Leaf, parse_terms
from .tokens import Token, tokenize
from .vocabulary import WordRole, is_known, is_size_name, roles_of

__all__ = ["Candidate", "Line", "candidate_at", "next_candidate", "pattern_of"]

_FARTHEST = 16  # tokens before the first shape: labels are short, and a longer run of words is prose
_LABEL_SIGNS = frozenset({":", "=", "arrow", "cjk"})
_LABELS = frozenset({WordRole.INPUT, WordRole.OUTPUT, WordRole.SIZE, WordRole.STATE})
_FIRST = frozenset({"(", "[", "name", "number", "-", "*", "?", "dots", "quote"})  # what a shape may begin with
_IN_TAG = frozenset({"name", "cjk", "-"})
_AFTER_TAG = frozenset({"name", "number", "cjk", "(", "["})
_AFTER_WORD = frozenset({"name", "end", "cjk", ":", "=", "arrow", "dash", ")", "]", ";", "decimal", "-"})


@dataclass(frozen=True, slots=True)
class Line:
    """The text of a comment, or a line of a docstring, with its tokens."""

    text: str
    tokens: Sequence[Token]

    @classmethod
    def of(cls, text: str) -> Line:
        return cls(text, tokenize(text))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A list of dims in the text, not judged yet.

    ``start``, ``end``: offsets in the text.  ``first``, ``after``: the first token it took and the one after the last,
    quotes included.  ``sized``: it is inside ``torch.Size(...)``.
    """

    readings: tuple[DimList, ...]
    start: int
    end: int
    first: int
    after: int
    sized: bool = False

    @property
    def rank(self) -> int:
        """The number of dims of the likeliest reading."""
        return len(self.readings[0].dims)

    @property
    def is_certain(self) -> bool:
        """Whether it is in brackets and begins with the batch, so that words after it can only be a remark on it."""
        reading = self.readings[0]
        return self.rank > 1 and bool(reading.bracket) and reading.dims[0].batch and reading.dims[1].dim is not None

    @property
    def is_listed(self) -> bool:
        """Whether brackets or an ``x`` make it a list of several dims; a comma between words is not enough."""
        return self.rank > 1 and bool(self.readings[0].bracket or self.readings[0].separator == "x")


def candidate_at(line: Line, at: int) -> Candidate | None:
    """The list of dims that begins at token ``at``; None for a word or a lone number."""
    first, tokens = at, line.tokens
    quoted = tokens[at].kind == "quote"
    at += quoted
    wrapped = _size_call(tokens, at)
    parsed = parse_terms(tokens, at + wrapped)
    if parsed is None:
        return None
    terms, after = parsed
    only = terms.operands[0] if len(terms.operands) == 1 else None
    if isinstance(only, Leaf) or (isinstance(only, Group) and (not only.opening or only.terms is None)):
        return None
    try:
        found = readings(terms, line.text)
        if len(found[-1].dims) == 1 and len(found[0].dims) == 1 and not found[0].bracket:
            return None
        if found[0].separator == "," and not found[0].bracket and not wrapped:
            judge(found[0], Context.LABEL)  # words with commas between them are prose unless they look like sizes
    except NotAShape:
        return None
    after += tokens[after].kind == ")" and (wrapped > 0 or _is_unopened(tokens, after))
    after += quoted and tokens[after].kind == "quote"
    return Candidate(found, terms.start, terms.end, first, after, wrapped > 0)


def next_candidate(line: Line, first: int) -> tuple[Candidate | None, Prefix]:
    """The first candidate at or after token ``first``, with what the words before it say."""
    tokens, strangers = line.tokens, 0
    at = first = _after_tag(tokens, first)
    while (token := tokens[at]).kind != "end" and at - first <= _FARTHEST:
        if token.kind in _FIRST and not _is_word(tokens, at):
            found = candidate_at(line, at)
            if found is not None and not _is_arguments(tokens, found) and not _is_enumeration(line, first, found):
                return found, read_prefix(tokens[first:at], token)
        if token.kind == "name" and not token.glued and not is_known(token.text):
            strangers += 1
            if strangers > 1:
                raise NotAShape("words before it")
        at += 1
    at = first
    while tokens[at].kind not in ("end", ",", ".", ";", "(", "dash"):
        at += 1
    return None, read_prefix(tokens[first:at], tokens[at])


def _after_tag(tokens: Sequence[Token], first: int) -> int:
    """Where the comment goes on after a tag such as ``[Generator] ``; ``first`` if it has none."""
    if tokens[first].kind != "[":
        return first
    at = first + 1
    while tokens[at].kind in _IN_TAG:
        at += 1
    words = [token.text for token in tokens[first + 1 : at] if token.kind != "-"]
    closed = tokens[at].kind == "]" and tokens[at + 1].kind in _AFTER_TAG and not tokens[at + 1].glued
    return at + 1 if closed and words and not any(map(_may_be_size, words)) else first


def _may_be_size(word: str) -> bool:
    return word.isdigit() or is_size_name(word) is True


def _is_arguments(tokens: Sequence[Token], found: Candidate) -> bool:
    """Whether the brackets hold the arguments of a call, as in ``mask.unsqueeze(1): [b, 1, h, w]``, or belong to a word."""
    at = found.first
    if found.rank == 1 and tokens[at].glued and tokens[found.after].kind == "name":
        return True  # "input(image) size: ..."
    called = at > 1 and tokens[at].glued and tokens[at - 1].kind == "name" and tokens[at - 2].kind == "."
    return called and tokens[at].kind == "(" and tokens[found.after].kind == ":"


def _is_enumeration(line: Line, first: int, found: Candidate) -> bool:
    """``projections for Q, K, V``: commas without brackets after words that do not end as a label does."""
    reading, before = found.readings[0], line.tokens[found.first - 1]
    if found.first == first or reading.bracket or reading.separator != "," or before.kind in _LABEL_SIGNS:
        return False
    roles = roles_of(before.text) or frozenset()
    return roles.isdisjoint(_LABELS) and before.text != "is"


def pattern_of(line: Line, candidate: Candidate, context: Context, notation: Notation) -> ShapePattern:
    """The candidate as a pattern; raises :class:`NotAShape` if it is not plausible in this context."""
    judge(candidate.readings[0], context)
    start, end = candidate.start, candidate.end
    patterns = [
        ShapePattern(
            line.text[start:end], start, end, reading.dims, notation, reading.separator,
            channels_first=True if reading.separator == "@" else None,
        )
        for reading in candidate.readings
    ]  # fmt: skip
    return replace(patterns[0], alternatives=tuple(patterns[1:]))


def _is_word(tokens: Sequence[Token], at: int) -> bool:
    """Whether a name is a word of prose, after which no list goes on; a single letter may begin ``B C H W``."""
    token, after = tokens[at], tokens[at + 1]
    if token.kind != "name" or len(token.text.rstrip("'")) == 1:
        return False
    return after.kind in _AFTER_WORD or (after.kind == "." and not (after.glued and tokens[at + 2].glued))


def _size_call(tokens: Sequence[Token], at: int) -> int:
    """How many tokens ``torch.Size(`` or ``Size(`` takes at ``at``; 0 if neither is there."""
    if tokens[at].text not in ("torch", "Size"):
        return 0
    texts = [token.text for token in tokens[at : at + 4]]
    if texts == ["torch", ".", "Size", "("]:
        return 4
    return 2 if texts[:2] == ["Size", "("] else 0


def _is_unopened(tokens: Sequence[Token], after: int) -> bool:
    """Whether the bracket that closes there was never opened, which happens in real comments."""
    depth = 0
    for token in tokens[:after]:
        depth += (token.kind == "(") - (token.kind == ")")
    return depth <= 0
