"""From a run of operands to dims: which operator separates, what each dim is worth, and how else it may be read.

Between dims stand commas, or else ``x``, or else ``*``, or spaces; inside a dim ``x`` and ``*`` multiply.  ``/`` is
read as floor.  What people mean by ``*`` cannot be told from the text, so a star list has several readings.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...records import dataclass
from ...shapes import Dim, exact_quotient, symbol
from .remark import DimText, canonical
from .terms import Group, Leaf, Node, Run
from .words import is_axis, is_batch

__all__ = ["NotAShape", "Reading", "readings", "value_of"]


class NotAShape(Exception):
    """The text is no shape; the argument says why, for the coverage report."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a shape: its dims, what stands between them, and whether brackets enclose them."""

    dims: tuple[DimText, ...]
    separator: str
    bracket: str = ""


def readings(run: Run, text: str) -> tuple[Reading, ...]:
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
    found: list[Reading] = []
    for separators in _separators(signs, run):
        items = _split(run, [operator in separators for operator in run.operators])
        dims = tuple(_dim(item, text, index) for index, item in enumerate(items))
        found.append(Reading(dims, "@" if "@" in separators else max(separators, default=","), bracket))
    if signs and signs <= {"*"} and not trailing:
        found = list(_star_readings(run, text, bracket))
    elif "x" in signs and "," not in signs and len(found[0].dims) > 2 and not found[0].dims[0].batch:
        found.append(_flat(found[0], text))
    return tuple(found)


def _flat(reading: Reading, text: str) -> Reading:
    """The same numbers as one flat size."""
    dims = reading.dims
    product: Dim | None = 1
    for dim in dims:
        product = _apply("*", product, dim.dim)
    start, end = dims[0].start, dims[-1].end
    return Reading((DimText(text[start:end], start, end, product),), reading.separator, reading.bracket)


def _separators(signs: set[str], run: Run) -> Iterator[frozenset[str]]:
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


def _split(run: Run, cuts: Sequence[bool]) -> list[Run]:
    """The parts between the operators that ``cuts`` marks."""
    items: list[Run] = []
    start = 0
    for index, cut in enumerate((*cuts, True)):
        if cut:
            items.append(Run(run.operands[start : index + 1], run.operators[start:index]))
            start = index + 1
    return items


def _star_readings(run: Run, text: str, bracket: str) -> Iterator[Reading]:
    """``512 * 4 * 4``: dims, or one product; ``16 * 16 * ndf * 4``: a coefficient may belong to the name before it."""
    factors = _split(run, [True] * len(run.operators))
    apart = Reading(tuple(_dim(factor, text, index) for index, factor in enumerate(factors)), "*", bracket)
    flat = _flat(apart, text)
    merged_runs = list(_with_coefficients(run))
    merged = Reading(tuple(_dim(item, text, index) for index, item in enumerate(merged_runs)), "*", bracket)
    together = () if len(merged_runs) in (1, len(factors)) else (merged,)
    if bracket and not apart.dims[0].batch:
        yield from (flat, *together, apart)
    elif together:  # "ngf * 8 * 4 * 4", but "nc * 32 * 32" is an image as it stands
        yield from (merged, apart, flat) if len(merged_runs) > 2 else (apart, merged, flat)
    elif len(merged_runs) == 1:
        yield from (flat, apart)
    else:
        yield from (apart, flat)


def _with_coefficients(run: Run) -> Iterator[Run]:
    """The factors, each code name together with the number after it."""
    operands = list(run.operands)
    while operands:
        head = operands.pop(0)
        named = isinstance(head, Leaf) and head.kind == "name" and not is_axis(head.text) and not is_batch(head.text)
        if named and operands and isinstance(operands[0], Leaf) and operands[0].kind == "number":
            yield Run((head, operands.pop(0)), ("*",))
        else:
            yield Run((head,), ())


def _dim(item: Run, text: str, index: int) -> DimText:
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


# -- arithmetic ---------------------------------------------------------------------------------------------------

_SUMS = frozenset({"+", "-"})
_PRODUCTS = frozenset({"*", "x", "/", "//", "%"})
_LEVELS = (_SUMS, _PRODUCTS, frozenset({"**", "^"}))


def value_of(run: Run) -> Dim | None:
    """What an expression is worth; None where nobody can tell (a wildcard in it, a quotient of names with a rest)."""
    if "=" in run.operators:
        at = run.operators.index("=")
        return None if run.operators.count("=") > 1 else value_of(Run(run.operands[at + 1 :], run.operators[at + 1 :]))
    if "," in run.operators or "@" in run.operators or " " in run.operators:
        raise NotAShape("a list within a list")
    if {"*"} < set(run.operators) <= {"*", "/", "//"} and run.operators.count("*") < len(run.operators) - 1:
        # "H/2*W/2" is (H//2) * (W//2): to the author every factor has its own divisor
        factors = _split(run, [sign == "*" for sign in run.operators])
        groups = tuple(Group("", item, item.start, item.end, False) for item in factors)
        return _chain(groups, ("*",) * (len(groups) - 1), _LEVELS)
    spaced = [after.start - before.end > len(sign) for before, sign, after in _joints(run)]
    if any(spaced) and not all(spaced):
        # "2*Mh-1 * 2*Mw-1" is a product of two differences: what is written close together belongs together
        tight = _split(run, spaced)
        loose = tuple(sign for sign, apart in zip(run.operators, spaced, strict=True) if apart)
        groups = tuple(Group("", item, item.start, item.end, False) for item in tight)
        return _chain(groups, loose, _LEVELS)
    return _chain(run.operands, run.operators, _LEVELS)


def _joints(run: Run) -> Iterator[tuple[Node, str, Node]]:
    return zip(run.operands, run.operators, run.operands[1:], strict=False)


def _chain(operands: Sequence[Node], operators: Sequence[str], levels: Sequence[frozenset[str]]) -> Dim | None:
    """Evaluate left to right at the loosest of ``levels``, the operands of each by the tighter ones."""
    if not levels:
        return _atom(operands[0])
    total: Dim | None = None
    start, pending = 0, ""
    for index, operator in enumerate((*operators, "")):
        if operator and operator not in levels[0]:
            continue
        part = _chain(operands[start : index + 1], operators[start:index], levels[1:])
        total = _apply(pending, total, part) if pending else part
        start, pending = index + 1, operator
    return total


def _atom(node: Node) -> Dim | None:
    match node:
        case Leaf(kind="number"):
            return int(node.text) if len(node.text) < 10 else None
        case Leaf(kind="name"):
            return symbol(canonical(node.text))
        case Leaf(kind="decimal" | "negative"):
            raise NotAShape(f"{node.kind} number")
        case Group(run=Run() as inner, trailing=False):
            return value_of(inner)
        case Group():
            raise NotAShape("a list within a list")
    return None


def _apply(operator: str, left: Dim | None, right: Dim | None) -> Dim | None:
    if left is None or right is None:
        return None
    match operator:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*" | "x":
            return left * right
        case "/" | "//":
            if right == 0:
                raise NotAShape("division by zero")
            return left // right if isinstance(right, int) else exact_quotient(left, right)
        case "%" if isinstance(right, int) and right > 0:
            return left % right
        case "**" | "^" if isinstance(right, int) and 0 <= right <= 16:
            return left**right
    return None
