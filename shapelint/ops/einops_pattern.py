"""The pattern language of einops: ``"b c (h p) (w q) -> b (h w) (p q c)"``."""

from __future__ import annotations

from functools import cache

from ..records import dataclass

__all__ = ["ELLIPSIS", "Pattern", "read"]

ELLIPSIS = "..."

Group = tuple[str, ...]
"""The axes that share one dimension: names, numbers, an ellipsis; empty for a dimension of size 1.

A bare ellipsis is a group of its own; one in brackets, whose dims are merged, has a ``1`` beside it.
"""


@dataclass(frozen=True, slots=True)
class Pattern:
    """Both sides of an arrow.  ``left_ellipsis``: the place of the ellipsis on the left side, if it has one."""

    left: tuple[Group, ...]
    right: tuple[Group, ...]
    left_ellipsis: int | None

    @property
    def names(self) -> frozenset[str]:
        """The named axes of the left side."""
        return frozenset(axis for group in self.left for axis in group if not axis.isdecimal() and axis != ELLIPSIS)


@cache
def read(text: str) -> Pattern | None:
    """The pattern that ``text`` spells; None if it is not one."""
    before, arrow, behind = text.partition("->")
    left, right = _side(before), _side(behind)
    if not arrow or left is None or right is None or "->" in behind:
        return None
    if any(ELLIPSIS in group and len(group) > 1 for group in left) or sum(ELLIPSIS in group for group in left) > 1:
        return None
    return Pattern(left, right, next((i for i, group in enumerate(left) if ELLIPSIS in group), None))


def _side(text: str) -> tuple[Group, ...] | None:
    groups: list[Group] = []
    inside: list[str] | None = None
    for word in text.replace("(", " ( ").replace(")", " ) ").replace("\u2026", ELLIPSIS).split():
        match word:
            case "(" if inside is None:
                inside = []
            case ")" if inside is not None:
                groups.append((ELLIPSIS, "1") if inside == [ELLIPSIS] else tuple(inside))
                inside = None
            case _ if word != ELLIPSIS and not word.isdecimal() and not word.isidentifier():
                return None
            case _ if inside is not None:
                inside.append(word)
            case _:
                groups.append((word,))
    return tuple(groups) if inside is None else None
