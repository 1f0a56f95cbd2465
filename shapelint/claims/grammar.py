"""From the text of a comment to a :class:`~shapelint.claims.pattern.Remark`.

    parse_comment("# state size. (ngf*8) x 4 x 4")      Kind.STATE, one pattern (8*ngf, 4, 4)
    parse_comment("# [b, 3, 8, 8] -> [b, 6, 4, 4]")     Kind.ARROW, left and right
    parse_comment("# 3x3 conv")                         None: in doubt it is no shape

    remark = lead shape (arrow lead shape)* tail | lead shape (and shape)* tail | input shape output shape | -> shape

The lead is what stands before the shape; every word of it must be known (:mod:`.words`), or name the value spoken of.
:func:`read_comment` raises :class:`NotAShape` with the reason instead of returning None.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

from .code import is_code, is_code_tokens
from .dims import NotAShape, Reading, readings
from .lead import Lead, read_lead
from .pattern import Family, Kind, Pattern, Remark
from .plausible import Context, is_weak, judge
from .terms import Group, Leaf, parse_run
from .tokens import Token, tokenize
from .words import Role, cjk_roles, is_axis, is_known, roles_of

__all__ = ["NotAShape", "is_code", "parse_comment", "read_comment"]

_HINTS = ("x", "X", "×", "*", "＊", "(", "（", "[", "［", "@", "->", "→", "=>")
_LONGEST = 300
_FIRST = frozenset({"(", "[", "name", "number", "-", "*", "?", "dots", "quote"})  # what a shape may begin with
_AFTER_WORD = frozenset({"name", "end", "cjk", ":", "=", "arrow", "dash", ")", "]", ";", "decimal", "-"})
_CONNECTIVES = frozenset({"where", "since", "because", "so", "when", "via", "using", "if"})
_FARTHEST_LEAD = 16  # tokens before the first shape


def parse_comment(text: str) -> Remark | None:
    """What a comment (with or without its ``#``) says of shapes; None if it says nothing, or nothing certain."""
    try:
        return read_comment(text)
    except NotAShape:
        return None


def read_comment(text: str) -> Remark:
    """As :func:`parse_comment`; raises :class:`NotAShape` with the reason."""
    if not may_be_shape(text):
        raise NotAShape("no sign of a shape")
    tokens = tokenize(text)
    first = 0
    while tokens[first].kind in ("#", ">", "|"):
        first += 1
    remark = _Reader(text, tokens).remark(first)
    if is_code_tokens(tokens[first:]):
        raise NotAShape("code")
    return remark


def may_be_shape(text: str) -> bool:
    """A cheap test that most comments fail: two dims need a separator, and a digit, a capital or a batch word."""
    if len(text) > _LONGEST or len(text) < 4:
        return False
    if not any(hint in text for hint in _HINTS) and "," not in text and "nput is" not in text:
        return _is_letters(text)
    return not _is_prose(text)


def _is_prose(text: str) -> bool:
    """Whether the comment begins with words of which two are strange: no lead reads so."""
    words = text.lstrip("# ").split(None, 6)[:6]
    strangers = 0
    for word, after in itertools.pairwise(words):
        bare = word.rstrip(".:;")
        if not (bare.isascii() and bare.isalpha()) or len(bare) == 1 or not (after[0].isalnum() and len(after) > 1):
            return False
        strangers += not is_known(bare)
        if strangers > 1:
            return True
    return False


def _is_letters(text: str) -> bool:
    """``# B C H W``."""
    words = text.lstrip("# ").split()
    return 2 < len(words) < 8 and all(len(word.rstrip("'")) == 1 for word in words[:3])


@dataclass(frozen=True, slots=True)
class _Shape:
    """A candidate: its readings, and the tokens it took."""

    readings: tuple[Reading, ...]
    start: int
    end: int
    first: int
    after: int


class _Reader:
    """Reads one comment from its tokens; every method takes and returns token indices."""

    def __init__(self, text: str, tokens: Sequence[Token]) -> None:
        self.text, self.tokens = text, tokens

    def remark(self, first: int) -> Remark:
        shape, lead = self._next_shape(first)
        if shape is None:
            return self._noise(lead)
        after = shape.after
        result = self._product(after)
        if result is not None:
            while self._is_arrow(result.after) and (following := self._shape(result.after + 1)) is not None:
                result = following
            return self._one_sided(lead, result, result.after)
        if self._is_arrow(after):
            return self._arrow(lead, shape)
        second = self._second_label(lead, after)
        if second is not None:
            return self._in_out(lead, shape, *second)
        if lead.arrow:
            return self._one_sided(lead, shape, after)
        shapes = [shape]
        while (another := self._another(after)) is not None:
            shapes.append(another)
            after = another.after
        label = self._tail(after, lead)
        return self._plain(lead, shapes, label)

    # -- forms ----------------------------------------------------------------------------------------------------

    def _plain(self, lead: Lead, shapes: Sequence[_Shape], role: Role | None) -> Remark:
        context, kind = lead.context, lead.kind
        if role is not None and kind is Kind.BARE:
            context, kind = Context.LABEL, Kind.INPUT if role is Role.INPUT else Kind.OUTPUT
        if len(shapes) > 1 and context is Context.STATED:
            raise NotAShape("several shapes under one label")
        patterns = tuple(self._pattern(shape, context, kind, lead) for shape in shapes)
        weak = context is Context.BARE and all(is_weak(shape.readings[0]) for shape in shapes)
        return Remark(kind, patterns, lead.label, lead.subject, weak=weak)

    def _one_sided(self, lead: Lead, shape: _Shape, after: int) -> Remark:
        """``-> ngf x 4 x 4``, and ``a x b -> c`` of matrices."""
        self._tail(after, lead)
        context = lead.context if lead.context is Context.STATED else Context.ARROW
        if lead.kind in (Kind.STATE, Kind.INPUT):
            pattern = self._pattern(shape, context, lead.kind, lead)
            return Remark(lead.kind, (pattern,), lead.label, lead.subject)
        pattern = self._pattern(shape, context, Kind.ARROW, lead)
        return Remark(Kind.ARROW, (pattern,), lead.label, lead.subject, right=pattern)

    def _arrow(self, lead: Lead, shape: _Shape) -> Remark:
        shapes, after = [shape], shape.after
        while self._is_arrow(after):
            following, between = self._next_shape(after + 1)
            if following is None or between.subject or between.kind is Kind.INPUT:
                raise NotAShape("an arrow to no shape")
            shapes.append(following)
            after = following.after
        if self._another(after) is not None or self._product(after) is not None:
            raise NotAShape("several results")
        self._tail(after, lead)
        patterns = tuple(self._pattern(each, Context.ARROW, Kind.ARROW, lead) for each in shapes)
        return Remark(Kind.ARROW, patterns, lead.label, lead.subject, left=patterns[0], right=patterns[-1])

    def _in_out(self, lead: Lead, shape: _Shape, second: _Shape, label: Lead) -> Remark:
        self._tail(second.after, label)
        patterns = (
            self._pattern(shape, lead.context, Kind.INPUT, lead),
            self._pattern(second, label.context, Kind.OUTPUT, label),
        )
        return Remark(Kind.ARROW, patterns, f"{lead.label}/{label.label}", None, left=patterns[0], right=patterns[1])

    def _noise(self, lead: Lead) -> Remark:
        if lead.kind is Kind.INPUT and lead.is_noise:
            return Remark(Kind.INPUT, (), lead.label)
        raise NotAShape("no shape")

    # -- parts ----------------------------------------------------------------------------------------------------

    def _next_shape(self, first: int) -> tuple[_Shape | None, Lead]:
        """The first shape at or after ``first``, with what is said before it."""
        at, strangers = first, 0
        while (token := self.tokens[at]).kind != "end" and at - first <= _FARTHEST_LEAD:
            if token.kind in _FIRST and not self._is_word(at):
                shape = self._shape(at)
                if shape is not None:
                    return shape, read_lead(self.tokens[first:at], token)
            if token.kind == "name" and not token.glued and not is_known(token.text):
                strangers += 1
                if strangers > 1:
                    raise NotAShape("words before it")
            at += 1
        at = first
        while self.tokens[at].kind not in ("end", ",", ".", ";", "(", "dash"):
            at += 1
        return None, read_lead(self.tokens[first:at], self.tokens[at])

    def _is_word(self, at: int) -> bool:
        """A name after which no list can go on; not a letter, which may begin ``B C H W``."""
        token, after = self.tokens[at], self.tokens[at + 1]
        if token.kind != "name" or len(token.text.rstrip("'")) == 1:
            return False
        return after.kind in _AFTER_WORD or (after.kind == "." and not (after.glued and self.tokens[at + 2].glued))

    def _shape(self, at: int) -> _Shape | None:
        """A list of dims that begins at token ``at``; words and lone numbers are none."""
        first = at
        tokens = self.tokens
        quoted = tokens[at].kind == "quote"
        at += quoted
        wrapped = self._is_size_call(at)
        at += wrapped
        parsed = parse_run(tokens, at)
        if parsed is None:
            return None
        run, after = parsed
        only = run.operands[0] if len(run.operands) == 1 else None
        if isinstance(only, Leaf) or (isinstance(only, Group) and (not only.opening or only.run is None)):
            return None
        try:
            found = readings(run, self.text)
        except NotAShape:
            return None
        if len(found[0].dims) == 1 and not found[0].bracket and not self._is_flat(found):
            return None
        if found[0].separator == "," and not found[0].bracket and not wrapped:
            try:
                judge(found[0], Context.LABEL)
            except NotAShape:
                return None
        after += (tokens[after].kind == ")") * (wrapped > 0 or self._unbalanced(first, after))
        after += quoted and tokens[after].kind == "quote"
        return _Shape(found, run.start, run.end, first, after)

    @staticmethod
    def _is_flat(found: Sequence[Reading]) -> bool:
        return len(found) > 1 and len(found[-1].dims) > 1

    def _is_size_call(self, at: int) -> int:
        """The number of tokens of ``torch.Size(``, ``Size(`` or ``tensor.Size(`` at ``at``."""
        texts = [token.text for token in self.tokens[at : at + 4]]
        if texts[:4] == ["torch", ".", "Size", "("]:
            return 4
        return 2 if texts[:2] == ["Size", "("] else 0

    def _unbalanced(self, first: int, after: int) -> bool:
        """Whether the bracket at ``after`` was never opened in the whole comment: a slip of the author."""
        depth = 0
        for token in self.tokens[:after]:
            depth += (token.kind == "(") - (token.kind == ")")
        return depth <= 0

    def _is_arrow(self, at: int) -> bool:
        token = self.tokens[at]
        return token.kind == "arrow" or (token.kind == "name" and token.text in ("to", "into", "To"))

    def _product(self, at: int) -> _Shape | None:
        """The result of ``(B, nh, T, T) x (B, nh, T, hs) -> (B, nh, T, hs)``, a product of matrices, after its first."""
        if self.tokens[at].kind not in ("x", "*", "@", "+", "-", "/"):
            return None
        while self.tokens[at].kind in ("x", "*", "@", "+", "-", "/"):
            operand = self._shape(at + 1)
            if operand is None or not operand.readings[0].bracket:
                raise NotAShape("a product")
            at = operand.after
        result = self._shape(at + 1) if self._is_arrow(at) or self.tokens[at].kind == "=" else None
        if result is None:
            raise NotAShape("a product of matrices")
        return result

    def _another(self, at: int) -> _Shape | None:
        """A further shape after ``,`` or ``and``, in brackets like the first."""
        token = self.tokens[at]
        if token.kind in (",", "&", ";") or token.text in ("and", "或", "和"):
            shape = self._shape(at + 1)
            if shape is not None and len(shape.readings[0].dims) > 1 and (
                shape.readings[0].bracket or shape.readings[0].separator == "x"
            ):
                return shape
        return None

    def _second_label(self, lead: Lead, at: int) -> tuple[_Shape, Lead] | None:
        if lead.kind is not Kind.INPUT:
            return None
        while self.tokens[at].kind in (",", ";", ".", "|", "/"):
            at += 1
        if self.tokens[at].kind not in ("name", "cjk"):
            return None
        try:
            shape, label = self._next_shape(at)
        except NotAShape:
            return None
        return (shape, label) if shape is not None and label.kind is Kind.OUTPUT else None

    def _tail(self, at: int, lead: Lead) -> Role | None:
        """What follows the last shape: nothing, a unit, or a remark set off by punctuation; else it was no shape."""
        tokens = self.tokens
        role: Role | None = None
        while tokens[at].kind in ("name", "cjk"):
            token = tokens[at]
            roles = roles_of(token.text) if token.kind == "name" else cjk_roles(token.text)
            if token.text == "in":
                raise NotAShape("words after it")  # "stage 2, 28x28 in": true of one default only
            if token.text in _CONNECTIVES and tokens[at - 1].kind in (")", "]"):
                self._no_further_shape(at)
                return role
            if roles is None and lead.context is not Context.STATED:
                raise NotAShape("words after it")
            if roles is not None and not roles & {Role.FILL, Role.SIZE, Role.INPUT, Role.OUTPUT}:
                raise NotAShape("words after it")
            found = (roles or frozenset()) & {Role.INPUT, Role.OUTPUT}
            role = next(iter(found)) if len(found) == 1 else role
            at += 1
            if roles is None:
                return None
        token = tokens[at]
        if token.kind in ("end", "#", "dash", ",", ";", ".", ":", "other", "-", "!", ")", "quote"):
            if token.kind == "other" and tokens[at + 1].kind == "number":
                raise NotAShape("a formula")
            self._no_further_shape(at)
            return role
        if token.kind in ("(", "["):
            self._parenthesis(at)
            return role
        raise NotAShape(f"{token.kind} after it")

    def _parenthesis(self, at: int) -> None:
        """A remark in brackets may hold anything, but not be a shape itself, nor may the list go on after it."""
        opening = at
        depth = 0
        while self.tokens[at].kind != "end":
            depth += (self.tokens[at].kind in ("(", "[")) - (self.tokens[at].kind in (")", "]"))
            at += 1
            if depth == 0:
                break
        shape = self._shape(opening)
        if shape is not None and len(shape.readings[0].dims) > 1 and shape.after >= at:
            raise NotAShape("several shapes")
        if self.tokens[at].kind in ("x", "*", ",", "number", "arrow", "=", "(", "["):
            raise NotAShape("more after a remark")
        self._no_further_shape(at)

    def _no_further_shape(self, at: int) -> None:
        """A remark after the shape must not hold another one, nor an arrow: which is meant, nobody can tell."""
        while self.tokens[at].kind != "end":
            if self.tokens[at].kind == "arrow":
                raise NotAShape("an arrow in the remark")
            shape = self._shape(at) if self.tokens[at].kind in ("(", "[", "number", "name") else None
            if shape is None:
                at += 1
            elif len(shape.readings[0].dims) == 1 or not (shape.readings[0].bracket or shape.readings[0].separator == "x"):
                at = shape.after
            else:
                raise NotAShape("several shapes")

    # -- results --------------------------------------------------------------------------------------------------

    def _pattern(self, shape: _Shape, context: Context, kind: Kind, lead: Lead) -> Pattern:
        judge(shape.readings[0], context)
        family = _family(shape.readings[0], kind, lead, context)
        patterns = [
            Pattern(
                self.text[shape.start : shape.end],
                shape.start,
                shape.end,
                reading.dims,
                family,
                reading.separator,
                channels_first=True if reading.separator == "@" else None,
            )
            for reading in shape.readings
        ]
        return replace(patterns[0], alternatives=tuple(patterns[1:]))


def _family(reading: Reading, kind: Kind, lead: Lead, context: Context) -> Family:
    if reading.separator == "@":
        return Family.CHANNELS_AT
    if kind is Kind.STATE:
        return Family.STATE_SIZE
    if kind in (Kind.INPUT, Kind.OUTPUT):
        return Family.LABEL
    if kind is Kind.ARROW:
        return Family.ARROW
    if context is Context.STATED:
        return Family.SHAPE_LABEL
    if not any(isinstance(dim.dim, int) for dim in reading.dims) and any(is_axis(dim.text) for dim in reading.dims[1:]):
        return Family.NAMED_AXES
    if reading.bracket or reading.separator == ",":
        return Family.BRACKETS
    return Family.STAR if reading.separator == "*" else Family.BARE_X
