"""The pattern language of einops: ``"b c (h p) (w q) -> b (h w) (p q c)"``, and what einops 0.8.2 refuses in it.

The rules are those of ``einops.parsing.ParsedExpression`` and ``einops.einops._prepare_transformation_recipe``.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

from ..records import dataclass

__all__ = ["ELLIPSIS", "Group", "Pattern", "axes_of", "is_number", "misuse", "read", "read_side", "star"]

ELLIPSIS = "..."

Group = tuple[str, ...]
"""The axes that share one dimension: names, numbers, an ellipsis; empty for a dimension of size 1.

A bare ellipsis is a group of its own; one in brackets, whose dims are merged, has a ``1`` beside it.
"""

_REDUCTIONS = ("min", "max", "sum", "mean", "prod", "any", "all")


@dataclass(frozen=True, slots=True)
class Pattern:
    """Both sides of an arrow.  ``left_ellipsis``: the place of the ellipsis on the left side, if it has one."""

    left: tuple[Group, ...]
    right: tuple[Group, ...]
    left_ellipsis: int | None


def is_number(axis: str) -> bool:
    """Whether an axis is a number; each such axis is one of its own."""
    return axis.isdecimal()


def axes_of(side: tuple[Group, ...]) -> list[str]:
    """All axes of one side in order, numbers and the ellipsis among them, without those of length 1."""
    return [axis for group in side for axis in group if axis != "1"]


@cache
def read(text: str) -> Pattern | str:
    """The pattern that ``text`` spells, or why it is none."""
    parts = text.split("->")
    if len(parts) != 2:
        return f"one -> expected, got {len(parts) - 1}"
    left, right = read_side(parts[0]), read_side(parts[1])
    if isinstance(left, str):
        return left
    if isinstance(right, str):
        return right
    if any(ELLIPSIS in group and len(group) > 1 for group in left):
        return "an ellipsis in brackets on the left side"
    if ELLIPSIS in axes_of(right) and ELLIPSIS not in axes_of(left):
        return "an ellipsis on the right side alone"
    return Pattern(left, right, left.index((ELLIPSIS,)) if (ELLIPSIS,) in left else None)


def read_side(text: str, *, underscore: bool = False, repeated: bool = False) -> tuple[Group, ...] | str:
    """The groups of one side, or why it is none; with ``underscore`` ``_`` is a name, with ``repeated`` names may recur."""
    if "." in text and (text.count(ELLIPSIS) != 1 or text.count(".") != len(ELLIPSIS)):
        return "dots only in one ellipsis"
    odd = next((char for char in text if not (char.isalnum() or char in "_.\u2026() ")), None)
    if odd is not None:
        return f"{odd!r} in a pattern"
    groups: list[Group] = []
    inside: list[str] | None = None
    seen: set[str] = set()
    for word in text.replace("(", " ( ").replace(")", " ) ").split():
        if word == "(":
            if inside is not None:
                return "brackets in brackets"
            inside = []
            continue
        if word == ")":
            if inside is None:
                return "brackets that do not balance"
            groups.append((ELLIPSIS, "1") if inside == [ELLIPSIS] else tuple(inside))
            inside = None
            continue
        fault = _fault(word, underscore) or (f"{word} twice on one side" if word in seen and not repeated else None)
        if fault is not None:
            return fault
        if not is_number(word) and not (word == "_" and underscore):
            seen.add(word)
        axis: Group = () if is_number(word) and int(word) == 1 else (word,)
        if inside is None:
            groups.append(axis)
        else:
            inside += axis
    return tuple(groups) if inside is None else "brackets that do not balance"


def _fault(word: str, underscore: bool) -> str | None:
    """Why ``word`` cannot name an axis."""
    if word in (ELLIPSIS, "\u2026") or (word == "_" and underscore):
        return None
    if is_number(word):
        return f"an axis of length {word}" if int(word) < 1 else None
    if not word.isidentifier() or word[0] == "_" or word[-1] == "_":
        return f"{word} is no name of an axis"
    return None


def misuse(operation: str, said: Pattern, lengths: Collection[str], reduction: object = None) -> str | None:
    """Why ``operation`` (``"rearrange"``, ``"repeat"``, ``"reduce"``) refuses the pattern with lengths for these axes."""
    left, right = axes_of(said.left), axes_of(said.right)
    mine, others = set(left), set(right)
    numbers = [axis for axis in left if is_number(axis)], [axis for axis in right if is_number(axis)]
    match operation:
        case "rearrange":
            alone = sorted(mine ^ others) or numbers[0] or numbers[1]
            reason = "only on one side"
        case "repeat":
            alone, reason = sorted(mine - others) or numbers[0], "only on the left side"
            sizeless = sorted(axis for axis in others - mine - {*lengths} if not is_number(axis))
            if not alone and sizeless:
                alone, reason = sizeless, "without a length"
        case _:
            alone, reason = sorted(others - mine) or numbers[1], "only on the right side"
            if reduction is None or (isinstance(reduction, str) and reduction not in _REDUCTIONS):
                return f"unknown reduction {reduction!r}"
    if alone:
        return f"{', '.join(alone)} {reason}"
    unused = sorted(name for name in lengths if name not in mine | others or _fault(name, False) is not None)
    if unused:
        return f"no axis {', '.join(unused)}"
    for group in said.left:
        free = [axis for axis in group if axis != ELLIPSIS and not is_number(axis) and axis not in lengths]
        if len(free) > 1:
            return f"the lengths of {', '.join(free)} cannot be inferred"
    return None


@cache
def star(pattern: str) -> tuple[int, int] | str:
    """How many axes come before and after the ``*`` of ``pack`` and ``unpack``, or why the pattern is refused."""
    words = pattern.split()
    if len({*words}) < len(words):
        return "an axis twice"
    if "*" not in words:
        return "no * in it"
    fault = next((found for word in words if word != "*" and (found := _fault(word, False) or _number(word))), None)
    return fault or (words.index("*"), len(words) - words.index("*") - 1)


def _number(word: str) -> str | None:
    return f"{word} is no name of an axis" if is_number(word) or not word.isidentifier() else None
