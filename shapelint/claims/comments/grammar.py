"""From the text of a comment to a :class:`~.remark.Remark`.

    parse_comment("# state size. (ngf*8) x 4 x 4")      RemarkKind.STATE, one pattern (8*ngf, 4, 4)
    parse_comment("# [b, 3, 8, 8] -> [b, 6, 4, 4]")     RemarkKind.ARROW, left and right
    parse_comment("# 3x3 conv")                         None: in doubt it is not a shape

    remark = prefix shape (arrow prefix shape)* suffix | prefix shape (and shape)* suffix | input shape output shape
           | -> shape

Text becomes tokens (:mod:`.tokens`), terms (:mod:`.terms`), dims in one or more readings (:mod:`.dims`), a shape that is
plausible in its context (:mod:`.shape_filter`), and a remark in one of its forms (:mod:`.forms`).  Every word before the
shape must be known, or name the value spoken of (:mod:`.prefix`); little may follow it (:mod:`.suffix`).
"""

from __future__ import annotations

import itertools
import re

from ...records import replace
from .candidate import Line
from .commented_code import is_code, is_code_tokens
from .forms import read_remark
from .not_a_shape import NotAShape
from .remark import DimText, Notation, Remark, RemarkKind, ShapePattern
from .vocabulary import WordRole, is_known, is_trap, roles_of

__all__ = ["NotAShape", "is_code", "may_be_shape", "parse_comment", "parse_row", "read_comment"]

_SIGN = re.compile(
    r"""
      [*＊@→⇒×✕] | [-=]\s?> | nput\ is
    | [0-9A-Za-z_)\]]\ ?[xX]\ ?[0-9(\[] | [0-9A-Za-z_)\]'`]\ [xX]\ [A-Za-z] | [A-Z]x[A-Z]  # 64 x 32, B x C, CxHxW
    | [(（\[［] [^()\[\]]* [,，xX0-9NBnb?]                                          # (B, C), (1024), [N]
    | (?: [0-9BNbn] | bs | [Bb]atch\w* | [A-Z]h | nH | \w+_\w+ | seq\w* ) \s?[,，]       # bs, 3, 8, 8
    """,
    re.VERBOSE,
)
_ROW = re.compile(r"#+\s*(?P<shape>[\[(]\s*(?P<one>1)\s*,\s*(?P<size>[1-9]\d{0,7})\s*[\])])[\s.]*")
_WORKED = re.compile(r"=\s*[\d(][\d\s()+*/.-]*[+/-][\d\s()+*/.-]*=(?=\s*\d+\s*[xX*\u00d7]\s*\d+\s*$)")
_LABEL = re.compile(r"[,;.]\s+(?:output|input) (?:shape|size)\b", re.IGNORECASE)
_LED_TO = re.compile(r"[#\s]*(?P<words>[A-Za-z][A-Za-z ,']*[a-z])\s*(?:--?>|=>|\u2192)\s*(?=[A-Za-z(\[][^<>]*$)")
_DESCRIBED = re.compile(r"[#\s]*[A-Za-z][^<>\u2192]*\s[-\u2013\u2014]\s+(?=(?:[BN]|bs|batch)\s?[x\u00d7]\s?\d)")
_FROM_TO = re.compile(
    r"[#\s]*(?P<words>[A-Za-z][A-Za-z0-9 ,':()=-]*?)\s(?=(?P<left>\d+(?:\s?[xX\u00d7]\s?\d+){1,2})"
    r"\s+(?:to|into)\s+\d+(?:\s?[xX\u00d7]\s?\d+){1,2}[\s.)]*$)"
)
_PAIR = re.compile(r"\d\s?[xX*\u00d7]\s?\d")
_AND_WORDS = re.compile(r"(?<=[)\]])\s*(?:-+>|=>|\u2192|\s-)\s+(?P<words>[A-Za-z][A-Za-z ,']*)\.?$")
_SWITCHED_OFF = re.compile(r"#+[ \t]+#")
"""A comment in code that is commented out itself."""
_SHORTEST, _LONGEST = 4, 300  # "#4x4"; a line of more than 300 characters is data, and would only cost time


def parse_comment(text: str) -> Remark | None:
    """What a comment (with or without its ``#``) says about shapes; None if that is nothing, or nothing certain."""
    try:
        return read_comment(text)
    except NotAShape:
        return None


def parse_row(text: str) -> Remark | None:
    """``# [1, 10]``: anywhere else a range of values, but after a statement perhaps the one row of its matrix."""
    match = _ROW.fullmatch(text)
    if match is None:
        return None
    dims = tuple(DimText(match[name], *match.span(name), int(match[name])) for name in ("one", "size"))
    start, end = match.span("shape")
    return Remark(RemarkKind.BARE, (ShapePattern(match["shape"], start, end, dims, Notation.BRACKETS, whole=True),))


def read_comment(text: str) -> Remark:
    """As :func:`parse_comment`; raises :class:`NotAShape` with the reason instead of returning None."""
    if not may_be_shape(text):
        raise NotAShape("no sign of a shape")
    if _DESCRIBED.match(text):
        return _described(text)
    line = Line.of(_WORKED.sub(_without_working, text))
    first = 0
    while line.tokens[first].kind in ("#", ">", "|"):
        first += 1
    try:
        remark = read_remark(line, first)
    except NotAShape:
        if _AND_WORDS.search(text) is not None:
            return _before_words(text, first)
        if _FROM_TO.match(text) is not None:
            return _from_to(text)
        return _led_to(text) if _LABEL.search(text) is None else _last_clause(text)
    if is_code_tokens(line.tokens[first:]):
        raise NotAShape("code")
    return remark


def _without_working(match: re.Match[str]) -> str:
    """``out_shape = (16-1)*2-2*1+4 = 32*32``: only the result counts; blanks keep its offset."""
    return "=" + " " * (len(match[0]) - 1)


def _before_words(text: str, first: int) -> Remark:
    """``Output: (batch, 1, 28, 28) -> grayscale images``: a labelled list, and in words what it holds."""
    tail = _AND_WORDS.search(text)
    assert tail is not None
    remark = read_remark(Line.of(text[: tail.start()]), first)
    labelled = remark.kind in (RemarkKind.INPUT, RemarkKind.OUTPUT) and len(remark.shapes) == 1
    places = any(WordRole.PLACE in (roles_of(word.strip(",'")) or ()) for word in tail["words"].split())
    if not labelled or places or len(remark.shapes[0].dims) < 2:
        raise NotAShape("an arrow to no shape")
    return remark


def _from_to(text: str) -> Remark:
    """``Step 3, stride of 2 to project 8x8 to 16x16``: words without sizes, and at the end from which size to which."""
    sentence = _FROM_TO.match(text)
    assert sentence is not None
    words = [word for word in re.findall("[A-Za-z]+", sentence["words"]) if not word.lower().startswith("stride")]
    if _PAIR.search(sentence["words"]) or any(map(is_trap, words)):
        raise NotAShape("words before it")
    remark = _clause(text, sentence.end())
    if remark.kind is not RemarkKind.ARROW or len(remark.shapes) != 2:
        raise NotAShape("words before it")
    return remark


def _last_clause(text: str) -> Remark:
    """``choose max value in 2x2 area, output shape (16, 14, 14)``: prose, then a clause with a label of its own."""
    label = _LABEL.search(text)
    assert label is not None
    remark = _clause(text, label.start() + 1)
    if remark.kind not in (RemarkKind.INPUT, RemarkKind.OUTPUT):
        raise NotAShape("part of a sentence")
    return remark


def _described(text: str) -> Remark:
    """``Layer 2 - AvgPool2d(2x2) - Nx6x28x28 -> Nx6x14x14``: what a layer is, and then from what to what it leads."""
    head = _DESCRIBED.match(text)
    assert head is not None
    remark = _clause(text, head.end())
    if remark.kind is not RemarkKind.ARROW or len(remark.shapes) != 2:
        raise NotAShape("words before it")
    if any(len(shape.dims) < 3 or not shape.dims[0].batch for shape in remark.shapes):
        raise NotAShape("words before it")
    return remark


def _led_to(text: str) -> Remark:
    """``output of main module --> Image (Cx32x32)``: an arrow from words without numbers to a shape."""
    led = _LED_TO.match(text)
    if led is None or any(map(is_trap, led["words"].split())):
        raise NotAShape("no shape")
    remark = _clause(text, led.end())
    if (
        len(remark.shapes) != 1
        or len(remark.shapes[0].dims) < 3
        or remark.kind not in (RemarkKind.STATE, RemarkKind.BARE)
    ):
        raise NotAShape("words before it")
    if remark.kind is RemarkKind.STATE or remark.subject is not None:
        return remark
    if any(WordRole.OUTPUT in (roles_of(word) or ()) for word in led["words"].split()):
        return replace(remark, kind=RemarkKind.OUTPUT)
    return replace(remark, kind=RemarkKind.ARROW, right=remark.shapes[0])


def _clause(text: str, start: int) -> Remark:
    """What is said from ``start`` to the end; offsets are those of the whole text."""
    remark = read_remark(Line.of(" " * start + text[start:]), 0)
    if not remark.shapes or text[remark.shapes[-1].end :].strip(" .`)]"):
        raise NotAShape("part of a sentence")
    return remark


def may_be_shape(text: str) -> bool:
    """A cheap test that most comments fail: dims need a separator, and the words before them must be known ones."""
    if not _SHORTEST <= len(text) <= _LONGEST or _SWITCHED_OFF.match(text):
        return False
    if _SIGN.search(text):
        return not _is_prose(text) or any(
            (_LABEL.search(text), _LED_TO.match(text), _DESCRIBED.match(text), _FROM_TO.match(text))
        )
    return _is_letters(text)


def _is_letters(text: str) -> bool:
    """``# B C H W``."""
    words = text.lstrip("# ").split()
    return 2 < len(words) < 8 and all(len(word.rstrip("'")) == 1 for word in words[:3])


def _is_prose(text: str) -> bool:
    """Whether the comment begins with words of which two are unknown: no label does."""
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
