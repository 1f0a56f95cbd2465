"""What an expression in a comment is worth: ``(ngf*8)``, ``H/2*W/2``, ``2*Mh-1 * 2*Mw-1``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...shapes import Dim, exact_quotient, symbol
from .not_a_shape import NotAShape
from .remark import canonical
from .terms import SEPARATORS, Group, Leaf, Node, Terms

__all__ = ["apply", "value_of"]

_SUMS = frozenset({"+", "-"})
_PRODUCTS = frozenset({"*", "x", "/", "//", "%"})
_LEVELS = (_SUMS, _PRODUCTS, frozenset({"**", "^"}))


def value_of(terms: Terms) -> Dim | None:
    """What an expression is worth; None where nobody can tell (a wildcard in it, a quotient of names with a rest)."""
    if "=" in terms.operators:
        at = terms.operators.index("=")
        return (
            None
            if terms.operators.count("=") > 1
            else value_of(Terms(terms.operands[at + 1 :], terms.operators[at + 1 :]))
        )
    if not SEPARATORS.isdisjoint(terms.operators):
        raise NotAShape("a list within a list")
    if {"*"} < set(terms.operators) <= {"*", "/", "//"} and terms.operators.count("*") < len(terms.operators) - 1:
        # "H/2*W/2" is (H//2) * (W//2): to the author every factor has its own divisor
        factors = terms.split([sign == "*" for sign in terms.operators])
        groups = tuple(Group("", item, item.start, item.end, False) for item in factors)
        return _chain(groups, ("*",) * (len(groups) - 1), _LEVELS)
    spaced = [after.start - before.end > len(sign) for before, sign, after in _joints(terms)]
    if any(spaced) and not all(spaced):
        # "2*Mh-1 * 2*Mw-1" is a product of two differences: what is written close together belongs together
        tight = terms.split(spaced)
        loose = tuple(sign for sign, apart in zip(terms.operators, spaced, strict=True) if apart)
        groups = tuple(Group("", item, item.start, item.end, False) for item in tight)
        return _chain(groups, loose, _LEVELS)
    return _chain(terms.operands, terms.operators, _LEVELS)


def _joints(terms: Terms) -> Iterator[tuple[Node, str, Node]]:
    return zip(terms.operands, terms.operators, terms.operands[1:], strict=False)


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
        total = apply(pending, total, part) if pending else part
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
        case Group(terms=Terms() as inner, trailing=False):
            return value_of(inner)
        case Group():
            raise NotAShape("a list within a list")
    return None


def apply(operator: str, left: Dim | None, right: Dim | None) -> Dim | None:
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
