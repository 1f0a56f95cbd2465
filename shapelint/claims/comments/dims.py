"""From a run of operands to dims: which operator separates, what each dim is worth, and how else it may be read.

Between dims stand commas, or else ``x``, or else ``*``, or spaces; inside a dim ``x`` and ``*`` multiply.  ``/`` is
read as floor.  What people mean by ``*`` cannot be told from the text, so a star list has several readings.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...records import dataclass
from ...shapes import Dim
from .arithmetic import apply, value_of
from .not_a_shape import NotAShape
from .remark import DimText
from .terms import Group, Leaf, Terms
from .vocabulary import is_axis, is_batch

__all__ = ["DimList", "readings"]


@dataclass(frozen=True, slots=True)
class DimList:
    """One way to read a shape: its dims, what stands between them, and whether brackets enclose them."""

    dims: tuple[DimText, ...]
    separator: str
    bracket: str = ""


def readings(run: Terms, text: str) -> tuple[DimList, ...]:
    """Every sensible reading of ``run``, the likeliest first."""
    bracket, trailing = "", False
    while len(run.operands) == 1 and isinstance(run.operands[0], Group) and run.operands[0].opening:
        group = run.operands[0]
        if group.run is None or group.opening == "{":
            raise NotAShape("empty brackets")
        bracket, trailing, run = group.opening, group.trailing, group.run
    signs = set(run.operators)
    if "=" in signs and run.operators.count("=") > run.operators.count(","):
        raise NotAShape("an assignment")
    if trailing and "," in signs:
        raise NotAShape("an unfinished list")
    if "@" in signs and not all(isinstance(node, Leaf) and node.kind == "number" for node in run.operands):
        raise NotAShape("a product")
    found: list[DimList] = []
    for separators in _separators(signs, run):
        items = run.split([operator in separators for operator in run.operators])
        dims = tuple(_dim(item, text, index) for index, item in enumerate(items))
        found.append(DimList(dims, "@" if "@" in separators else max(separators, default=","), bracket))
    if signs and signs <= {"*"} and not trailing:
        found = list(_star_readings(run, text, bracket))
    elif "x" in signs and "," not in signs and len(found[0].dims) > 2 and not found[0].dims[0].batch:
        found.append(_flat(found[0], text))
    return tuple(found)


def _flat(reading: DimList, text: str) -> DimList:
    """The same numbers as one flat size."""
    dims = reading.dims
    product: Dim | None = 1
    for dim in dims:
        product = apply("*", product, dim.dim)
    start, end = dims[0].start, dims[-1].end
    return DimList((DimText(text[start:end], start, end, product),), reading.separator, reading.bracket)


def _separators(signs: set[str], run: Terms) -> Iterator[frozenset[str]]:
    """The sets of operators that may separate, in order of likelihood."""
    if "@" in signs:
        yield frozenset({"@", "x", "*"})
    elif "," in signs and "x" in signs:
        # "(ndf*2) x 16, 16" and "128, 10x10" are three dims, "4 x bs, 28, 28, 96" are four
        both, comma = frozenset({",", "x"}), frozenset({","})
        yield from (comma, both) if run.operators.count(",") > 1 else (both, comma)
    elif "," in signs:
        yield frozenset({","})
    elif "x" in signs:
        yield frozenset({"x"})
    elif " " in signs:
        yield frozenset({" "})
    else:
        yield frozenset()


def _star_readings(run: Terms, text: str, bracket: str) -> Iterator[DimList]:
    """``512 * 4 * 4``: dims, or one product; ``16 * 16 * ndf * 4``: a coefficient may belong to the name before it."""
    factors = run.split([True] * len(run.operators))
    apart = DimList(tuple(_dim(factor, text, index) for index, factor in enumerate(factors)), "*", bracket)
    flat = _flat(apart, text)
    merged_runs = list(_with_coefficients(run))
    merged = DimList(tuple(_dim(item, text, index) for index, item in enumerate(merged_runs)), "*", bracket)
    together = () if len(merged_runs) in (1, len(factors)) else (merged,)
    if bracket and not apart.dims[0].batch:
        yield from (flat, *together, apart)
    elif together:  # "ngf * 8 * 4 * 4", but "nc * 32 * 32" is an image as it stands
        yield from (merged, apart, flat) if len(merged_runs) > 2 else (apart, merged, flat)
    elif len(merged_runs) == 1:
        yield from (flat, apart)
    else:
        yield from (apart, flat)


def _with_coefficients(run: Terms) -> Iterator[Terms]:
    """The factors, each code name together with the number after it."""
    operands = list(run.operands)
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
    while isinstance(only, Group) and only.run is not None and len(only.run.operands) == 1:
        only = only.run.operands[0]
    leaf = only if isinstance(only, Leaf) else None
    if leaf is not None and leaf.kind in ("star", "dots"):
        return DimText(text[start:end], start, end, None, batch=index == 0, many=True)
    if leaf is not None and leaf.kind == "wildcard":
        return DimText(text[start:end], start, end, None, batch=index == 0)
    batch = leaf is not None and leaf.kind == "name" and is_batch(leaf.text) and (index == 0 or len(leaf.text) > 1)
    return DimText(text[start:end], start, end, value_of(item), batch=batch)
