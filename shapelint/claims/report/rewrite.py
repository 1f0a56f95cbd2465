"""A corrected shape in its author's own notation: only the dims that differ change, and of them as little as possible.

``(ngf*4) x 16 x 16`` corrected to (8*ngf, 16, 16) is ``(ngf*8) x 16 x 16``: brackets, back-ticks, spacing and the
spelling of names stay.  First one number is exchanged in the dim's text; where no exchange gives the new size, the
dim is written anew, a coefficient in the manner of its neighbours.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ...shapes import Dim, symbol, symbols_of
from ...shapes.dim import Floor, Symbol, of_atom, substitute
from ..comments.dim_values import value_of
from ..comments.not_a_shape import NotAShape
from ..comments.remark import DimText, ShapePattern, canonical, without_worth
from ..comments.terms import parse_terms
from ..comments.tokens import Token, tokenize

__all__ = ["exchanged", "rewrite"]

_NO_NAMES: Mapping[str, str] = {}
_TIMES = " *x×·"


def rewrite(
    pattern: ShapePattern,
    dims: Sequence[Dim | None],
    rename: Mapping[str, str] = _NO_NAMES,
    factors: Sequence[int] = (),
) -> str | None:
    """The text of ``pattern`` with the sizes ``dims``; None in ``dims`` leaves a dim as it is, and so does its present value.

    ``rename``: how to spell a symbol of the code that the comment does not name.  A wildcard stays what it is.
    ``factors``: what a flat size is the product of, so that ``50 * 8 * 4`` becomes ``50 * 4 * 4`` and not ``25 * 8 * 4``.
    The answer replaces ``pattern.text``; it is None where the pattern has another number of dims.
    """
    if len(dims) != len(pattern.dims):
        return None
    spellings = {**rename, **_spellings(pattern)}
    style = next(filter(None, map(_coefficient_style, pattern.dims)), None)
    text = pattern.text
    for written, size in reversed(list(zip(pattern.dims, dims, strict=True))):
        if size is None or written.dim is None or _plain(size) == _plain(written.dim):
            continue
        start, end = written.start - pattern.start, written.end - pattern.start
        text = text[:start] + _respell(written, size, spellings, style, pattern.separator, factors) + text[end:]
    return text


def _plain(dim: Dim) -> Dim:
    """With canonical names, so that the comment's symbols and the code's compare."""
    return substitute(dim, {name: symbol(canonical(name.name)) for name in symbols_of(dim)})


def _spellings(pattern: ShapePattern) -> dict[str, str]:
    """Canonical key to the author's spelling, for every name in the pattern."""
    found: dict[str, str] = {}
    for written in pattern.dims:
        for leaf in _names(written.text):
            found.setdefault(canonical(leaf), leaf)
    return found


def _names(text: str) -> Iterator[str]:
    tokens = tokenize(text)
    start: Token | None = None
    for token, after in zip(tokens, [*tokens[1:], tokens[-1]], strict=True):
        if token.kind == "name" and start is None:
            start = token
        if start is not None and not (after.glued and after.kind in (".", "[", "]", "quote", "name", "number")):
            yield text[start.start : token.end]
            start = None


def _respell(
    written: DimText,
    size: Dim,
    spellings: Mapping[str, str],
    style: tuple[bool, str] | None,
    separator: str,
    factors: Sequence[int] = (),
) -> str:
    short = without_worth(written.text)
    if short != written.text:
        bare = DimText(short, written.start, written.start + len(short), written.dim)
        respelled = _respell(bare, size, spellings, style, separator, factors)
        return f"{respelled}({size})" if isinstance(size, int) and not respelled.isdigit() else respelled
    opening, inner, closing = _unwrapped(written.text)
    swapped = exchanged(inner, size, factors)
    if swapped is not None:
        return opening + swapped + closing
    text = _spelled(size, spellings, style)
    simple = text.isalnum() or (style is not None and not style[1] and text[-1].isidentifier())
    if separator != "," and not opening and not simple and not text.replace(".", "").isidentifier():
        return f"({text})"
    return opening + text + closing


def _unwrapped(text: str) -> tuple[str, str, str]:
    """The dim's own brackets, with the spaces in them, and what is between."""
    if not (text.startswith("(") and text.endswith(")")):
        return "", text, ""
    depth = 0
    for index, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if depth == 0 and index < len(text) - 1:
            return "", text, ""  # "(a+b)*(c)"
    inner = text[1:-1]
    lead = len(inner) - len(inner.lstrip())
    tail = len(inner.rstrip())
    return text[: 1 + lead], inner.strip(), text[1 + tail :]


def exchanged(text: str, size: Dim, factors: Sequence[int] = ()) -> str | None:
    """``text`` with one number exchanged so that its value is ``size``, if possible such that its numbers are ``factors``;
    None if no single exchange gives that."""
    found = list(_exchanges(text, size))
    return next((other for other in found if _numbers(other) == sorted(factors)), found[0] if found else None)


def _numbers(text: str) -> list[int]:
    return sorted(int(token.text) for token in tokenize(text) if token.kind == "number")


def _exchanges(text: str, size: Dim) -> Iterator[str]:
    wanted = _plain(size)
    old = _worth(text)
    for token in tokenize(text):
        if token.kind != "number":
            continue
        for number in _candidates(wanted, old, int(token.text)):
            changed = text[: token.start] + str(number) + text[token.end :]
            if _worth(changed) == wanted:
                yield changed


def _candidates(wanted: Dim, old: Dim | None, number: int) -> Iterator[int]:
    """Numbers that may replace ``number``: those that occur in the wanted size."""
    if isinstance(wanted, int):
        yield wanted
        if isinstance(old, int) and old and number * wanted % old == 0:
            yield number * wanted // old
            yield number + wanted - old
        return
    for monomial, coefficient in wanted.terms:
        if abs(coefficient) != 1 or not monomial:
            yield abs(coefficient)
        for atom, _ in monomial:
            if isinstance(atom, Floor):
                yield atom.divisor
                yield from _candidates(atom.numerator, None, number)


def _worth(text: str) -> Dim | None:
    parsed = parse_terms(tokenize(f"({text})"), 0)
    try:
        return None if parsed is None else value_of(parsed[0])
    except NotAShape:
        return None


def _coefficient_style(written: DimText) -> tuple[bool, str] | None:
    """(is the number first, what is written between) for a dim that is a number times a name: ``ngf*8``, ``8ndf``, ``2 * c``."""
    _, inner, _ = _unwrapped(written.text)
    tokens = tokenize(inner)
    numbers = [token for token in tokens if token.kind == "number"]
    if written.dim is None or isinstance(written.dim, int) or len(written.dim.terms) != 1 or len(numbers) != 1:
        return None
    number = numbers[0]
    if number.end == len(inner):
        name = inner[: number.start].rstrip(_TIMES)
        return (False, inner[len(name) : number.start]) if name and _is_times(inner[len(name) : number.start]) else None
    if number.start == 0:
        name = inner[number.end :].lstrip(_TIMES)
        between = inner[number.end : len(inner) - len(name)]
        return (True, between) if name and (not between or _is_times(between)) else None
    return None


def _is_times(between: str) -> bool:
    return between.strip() in ("*", "x", "×", "·")


def _spelled(size: Dim, spellings: Mapping[str, str], style: tuple[bool, str] | None) -> str:
    if isinstance(size, int):
        return str(size)
    named = substitute(
        size, {name: of_atom(Symbol(spellings.get(canonical(name.name), name.name))) for name in symbols_of(size)}
    )
    if isinstance(named, int) or len(named.terms) != 1:
        return str(named)
    (monomial, coefficient) = named.terms[0]
    if coefficient < 2 or len(monomial) != 1 or monomial[0][1] != 1 or not isinstance(monomial[0][0], Symbol):
        return str(named)
    number_first, between = style or (False, "*")
    name = monomial[0][0].name
    return f"{coefficient}{between}{name}" if number_first else f"{name}{between}{coefficient}"
