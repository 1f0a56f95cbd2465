"""From terms to dims: which operator separates them, what each dim is worth, and how else the text may be read.

Dims are separated by commas if there are any, else by ``x``, else by ``*``, else by spaces; within a dim ``x`` and ``*``
multiply.  ``/`` is read as floor: people write ``W/4`` for what the code computes as ``W // 4``.  What an author means by
``*`` cannot be told from the text alone, so a list with stars has several readings, and the one that agrees with the code
is right.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...records import dataclass
from ...shapes import Dim
from .dim_values import apply, value_of
from .not_a_shape import NotAShape
from .remark import DimText
from .terms import Group, Leaf, Terms
from .vocabulary import is_axis, is_batch

__all__ = ["DimList", "readings"]


@dataclass(frozen=True, slots=True)
class DimList:
    """One way to read a shape: its dims, what separates them, and the bracket around them (``""`` if there is none)."""

    dims: tuple[DimText, ...]
    separator: str
    bracket: str = ""


def readings(terms: Terms, text: str) -> tuple[DimList, ...]:
    """Every sensible reading of ``terms``, the likeliest first; raises :class:`NotAShape` if there is none."""
    bracket, trailing = "", False
    while len(terms.operands) == 1 and isinstance(terms.operands[0], Group) and terms.operands[0].opening:
        group = terms.operands[0]
        if group.terms is None or group.opening == "{":
            raise NotAShape("empty brackets")
        bracket, trailing, terms = group.opening, group.trailing, group.terms
    signs = set(terms.operators)
    if "," not in signs and any(
        " " in text[leaf.start : leaf.end].partition("(")[0] for leaf in terms.operands if isinstance(leaf, Leaf)
    ):
        raise NotAShape("words")
    if "=" in signs and terms.operators.count("=") > terms.operators.count(","):
        raise NotAShape("an assignment")
    if trailing and "," in signs:
        raise NotAShape("an unfinished list")
    if "@" in signs and not all(isinstance(node, Leaf) and node.kind == "number" for node in terms.operands):
        raise NotAShape("a product")
    found: list[DimList] = []
    for separators in _separators(signs, terms):
        items = terms.split([operator in separators for operator in terms.operators])
        dims = tuple(_dim(item, text, index) for index, item in enumerate(items))
        found.append(DimList(dims, "@" if "@" in separators else max(separators, default=","), bracket))
    if signs and signs <= {"*"} and not trailing:
        found = list(_star_readings(terms, text, bracket))
    elif "x" in signs and "," not in signs and len(found[0].dims) > 2 and not found[0].dims[0].batch:
        found.append(_flat(found[0], text))
    return tuple(found)


def _flat(reading: DimList, text: str) -> DimList:
    """The same dims multiplied, as the one size of a flat tensor."""
    dims = reading.dims
    product: Dim | None = 1
    for dim in dims:
        product = apply("*", product, dim.dim)
    start, end = dims[0].start, dims[-1].end
    return DimList((DimText(text[start:end], start, end, product),), reading.separator, reading.bracket)


def _separators(signs: set[str], terms: Terms) -> Iterator[frozenset[str]]:
    """The sets of operators that may separate, in order of likelihood."""
    if "@" in signs:
        yield frozenset({"@", "x", "*"})
    elif "," in signs and "x" in signs:
        # "(ndf*2) x 16, 16" and "128, 10x10" are three dims, "4 x bs, 28, 28, 96" are four
        both, comma = frozenset({",", "x"}), frozenset({","})
        yield from (comma, both) if terms.operators.count(",") > 1 else (both, comma)
    elif "," in signs:
        yield frozenset({","})
    elif "x" in signs:
        yield frozenset({"x"})
    elif " " in signs:
        yield frozenset({" "})
    else:
        yield frozenset()


def _star_readings(terms: Terms, text: str, bracket: str) -> Iterator[DimList]:
    """``512 * 4 * 4`` is three dims or one product; in ``16 * 16 * ndf * 4`` the 4 may belong to the name before it."""
    factors = terms.split([True] * len(terms.operators))
    apart = DimList(tuple(_dim(factor, text, index) for index, factor in enumerate(factors)), "*", bracket)
    flat = _flat(apart, text)
    merged_terms = list(_with_coefficients(terms))
    merged = DimList(tuple(_dim(item, text, index) for index, item in enumerate(merged_terms)), "*", bracket)
    together = () if len(merged_terms) in (1, len(factors)) else (merged,)
    if bracket and not apart.dims[0].batch:
        yield from (flat, *together, apart)
    elif together:  # "ngf * 8 * 4 * 4" is 8*ngf x 4 x 4, but "nc * 32 * 32" is an image as it is written
        yield from (merged, apart, flat) if len(merged_terms) > 2 else (apart, merged, flat)
    elif len(merged_terms) == 1:
        yield from (flat, apart)
    else:
        yield from (apart, flat)


def _with_coefficients(terms: Terms) -> Iterator[Terms]:
    """The factors, each name of the code together with the number after it."""
    operands = list(terms.operands)
    while operands:
        head = operands.pop(0)
        named = isinstance(head, Leaf) and head.kind == "name" and not is_axis(head.text) and not is_batch(head.text)
        if named and operands and isinstance(operands[0], Leaf) and operands[0].kind == "number":
            yield Terms((head, operands.pop(0)), ("*",))
        else:
            yield Terms((head,), ())


def _dim(item: Terms, text: str, index: int) -> DimText:
    start, end = item.start, item.end
    only = item.operands[0] if len(item.operands) == 1 else None
    while isinstance(only, Group) and only.terms is not None and len(only.terms.operands) == 1:
        only = only.terms.operands[0]
    leaf = only if isinstance(only, Leaf) else None
    if leaf is not None and leaf.kind in ("star", "dots"):
        return DimText(text[start:end], start, end, None, batch=index == 0, many=True)
    if leaf is not None and leaf.kind == "wildcard":
        return DimText(text[start:end], start, end, None, batch=index == 0)
    batch = leaf is not None and leaf.kind == "name" and is_batch(leaf.text) and (index == 0 or len(leaf.text) > 1)
    return DimText(text[start:end], start, end, value_of(item), batch=batch)
