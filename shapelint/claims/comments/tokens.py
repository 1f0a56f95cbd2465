"""The tokens of a comment: numbers, names, the ``x`` that means times, operators, brackets, arrows, and prose.

Letters and digits that are written without spaces are taken apart: ``28x28x1``, ``CxHxW``, ``)x4x4``, ``8ndf``,
``bxcx(``.  Full-width punctuation counts as its ASCII twin; offsets stay those of the text.
"""

from __future__ import annotations

import re
from typing import NamedTuple

__all__ = ["Token", "tokenize"]


class Token(NamedTuple):
    """``kind``: number, decimal, name, x, arrow, cjk, dots, quote, other, end; an operator or bracket is its own kind.

    ``glued``: no space between this token and the one before.
    """

    kind: str
    text: str
    start: int
    end: int
    glued: bool


_FULL_WIDTH = str.maketrans("（）［］【】，：；．。＝×✕╳＊＋－？／·⋅＃　", "()[][],:;..=xxx*+-?/**# ")

_TOKEN = re.compile(
    r"""
    (?P<space>\s+)
  | (?P<name> [A-WYZa-wyz_À-ɏͰ-ϿЀ-ӿ][A-WYZa-wyz0-9_À-ɏͰ-ϿЀ-ӿ]* (?![A-Za-z0-9_]) )
  | (?P<mark> [(),.\[\]:] (?!\.) )
  | (?P<decimal> \d+\.\d+ | \d+e-\d+ )
  | (?P<number> \d+ (?![A-Za-z0-9_]) )
  | (?P<run> [A-Za-z0-9_À-ɏͰ-ϿЀ-ӿ]+ )
  | (?P<arrow> (?:[-~]{1,4}|={1,3})\s?> | [→⇒➔➜⟶⟹⇨▶] )
  | (?P<cjk> [぀-ヿ㐀-鿿가-힣]+ )
  | (?P<dots> \.{2,} | … )
  | (?P<quote> `+ | ' | " )
  | (?P<dash> --+ | [—–]+ )
  | (?P<symbol> // | \*\* | [-+*/%^@(){}\[\],;:.=?<>\#] )
  | (?P<other> . )
    """,
    re.VERBOSE | re.DOTALL,
)
_SELF = frozenset({"mark", "symbol"})
_AXES = frozenset("BbCcHhWwNnDdLlMmKkTSEFGPQ")
_BATCH_WORDS = frozenset({"batch", "Batch", "bs", "bsz", "BS"})
_COUNTED = re.compile(r"\s+[A-Za-z]\w*[a-z]{2}\w*\(")
"""What is counted rather than multiplied: a word with a bracket right behind it."""
_END = "end"


def tokenize(text: str) -> list[Token]:
    """The tokens of ``text`` without spaces; the last one has the kind ``end``.  Never fails."""
    text = text.translate(_FULL_WIDTH)
    tokens: list[Token] = []
    last = 0
    for match in _TOKEN.finditer(text):
        kind, start, end = match.lastgroup or "other", match.start(), match.end()
        if kind == "space":
            continue
        glued = start == last and start > 0
        last = end
        if kind == "run":
            _take_apart(text, start, end, glued, tokens)
        elif kind == "quote" and _is_prime(text, start, tokens, glued):
            letter = tokens.pop()
            tokens.append(Token("name", text[letter.start : end], letter.start, end, letter.glued))
        else:
            word = match.group()
            tokens.append(Token(word if kind in _SELF else kind, word, start, end, glued))
    tokens.append(Token(_END, "", len(text), len(text), False))
    return tokens


def _is_prime(text: str, at: int, tokens: list[Token], glued: bool) -> bool:
    """``H'`` is a name; the quotes of ``'H'`` are not primes."""
    if text[at] != "'" or not glued or not tokens or tokens[-1].kind != "name" or len(tokens[-1].text) > 3:
        return False
    return not (len(tokens) > 1 and tokens[-2].kind == "quote")


def _take_apart(text: str, start: int, end: int, glued: bool, tokens: list[Token]) -> None:
    """Append the tokens of the run ``text[start:end]``."""
    run = text[start:end]
    if run.isdigit():
        tokens.append(Token("number", run, start, end, glued))
        return
    if run in ("x", "X"):
        tokens.append(Token("x", run, start, end, glued))
        return
    pieces = _pieces(text, start, end)
    if pieces is None:
        tokens.append(Token("name", run, start, end, glued))
        return
    at = start
    for index, piece in enumerate(pieces):
        if index:
            tokens.append(Token("x", text[at], at, at + 1, True if at > start else glued))
            at += 1
        digits = len(piece) - len(piece.lstrip("0123456789"))
        for kind, part in (("number", piece[:digits]), ("name", piece[digits:])):
            if part:
                tokens.append(Token(kind, part, at, at + len(part), True if at > start else glued))
                at += len(part)


def _pieces(text: str, start: int, end: int) -> list[str] | None:
    """The factors between the x of a glued run; None if the run is one name."""
    run = text[start:end]
    if run[0].isdigit() and "x" not in run and "X" not in run:
        return [run]
    pieces = run.replace("X", "x").split("x")
    if len(pieces) == 1:
        return None
    before = text[start - 1] if start else " "
    after = text[end] if end < len(text) else " "
    opens = not pieces[0] and (before in ")]'`" or (before == " " and pieces[1][:1].isdigit()))
    if len(run) == 2 and run[1] == "X" and text[end : end + 2] == " (":
        after = "("  # "BX (N) X (N)"
    closes = not pieces[-1] and (after in "([" or (pieces[0].isdigit() and len(pieces) > 1))
    if closes and len(pieces) == 2 and _COUNTED.match(text, end):
        return None  # "2x Block(16 -> 32)"
    inner = pieces[opens : len(pieces) - closes]
    if not inner or not all(inner):
        return None
    numbers = sum(piece[0].isdigit() for piece in inner)
    first, rest = inner[0], inner[1:]
    if len(inner) > 2 and all(len(piece) == 1 and piece.isupper() for piece in inner):
        return [*pieces]
    named_head = first.isidentifier() and len(rest) >= 2 and all(piece.isdigit() for piece in rest)
    if all(_is_factor(piece) for piece in inner) or named_head:
        single = len(pieces) == 2 and numbers == 0
        return None if single and not set(run) <= _AXES | {"x", "X"} else [*pieces]
    return None


def _is_factor(piece: str) -> bool:
    return piece[0].isdigit() or piece in _AXES or piece in _BATCH_WORDS
