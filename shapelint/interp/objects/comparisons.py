"""Whether two values are equal, the same object, or one inside the other: True, False, or None where it depends."""

from __future__ import annotations

from typing import Any

from ...shapes import Equality, Expr, Unknown, compare
from ..machine.machine import Machine
from ..machine.tables import HOLDS
from ..model.classes import Instance
from ..model.values import Choice, External, Gap
from .iteration import as_list

__all__ = ["contains", "equal", "identical", "may_be_anything", "question", "resolved"]


PLAIN = (int, float, complex, str, bytes, list, tuple, dict, set, frozenset, range, type(None), type(...))
_SCALARS = frozenset({int, float, bool, str, type(None)})


def identical(left: Any, right: Any) -> bool | None:
    if isinstance(left, Choice):
        answers = {identical(option, right) for option in left.options}
        return answers.pop() if len(answers) == 1 else None
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return True if left is right else None
    for side in (left, right):
        if isinstance(side, Expr) and side.as_symbol is not None and not side.as_symbol.uid:
            return None
    if isinstance(left, External) and isinstance(right, External):
        return left == right
    if isinstance(left, (int, str, float)) and isinstance(right, (int, str, float)):
        return type(left) is type(right) and left == right
    return left is right


def contains(machine: Machine, element: Any, container: Any) -> bool | None:
    if isinstance(container, Instance):
        return HOLDS[Instance](machine, container, element)
    if isinstance(container, str):
        return element in container if isinstance(element, str) else None
    if isinstance(container, (dict, set)) and isinstance(element, (int, str, tuple)) and element in container:
        return True
    if isinstance(container, dict) and isinstance(element, str) and _may_be_filled(machine, container):
        return contains(machine, element, container)
    values = as_list(machine, container)
    if values is None:
        return None
    if type(element) in _SCALARS and _SCALARS.issuperset(map(type, values)):
        return element in values
    doubt = False
    for value in values:
        known = machine.truth(equal(machine, element, value))
        if known:
            return True
        doubt = doubt or known is None
    return None if doubt else False


def _may_be_filled(machine: Machine, container: dict[Any, Any]) -> bool:
    """Whether definitions that were not evaluated yet have just added something to a registry."""
    if any(value is container for value in machine.frames[-1].names.values()):
        return False
    before = len(container)
    return machine.project.force_all(machine, container, only_held=True) and len(container) > before


def equal(machine: Machine, left: Any, right: Any) -> Any:
    """``left == right``."""
    if type(left) in _SCALARS and type(right) in _SCALARS:
        return left == right
    match left, right:
        case (Unknown() | Choice() | Gap(), _) | (_, Unknown() | Choice() | Gap()):
            same = left is right and not isinstance(left, Gap)
            return True if same else machine.comparison(("==", question(left), question(right)))
        case (Expr(), int() | Expr()) | (int(), Expr()):
            if machine.tape.bindings:
                left, right = resolved(machine, left), resolved(machine, right)
            match compare(left, right):
                case Equality.ALWAYS:
                    return True
                case Equality.NEVER if not may_be_anything(left) and not may_be_anything(right):
                    return False
            return machine.comparison(("==", left, right))
        case (Expr(), _) | (_, Expr()):
            return machine.comparison(("==", question(left), question(right)))
        case (tuple(), tuple()) | (list(), list()):
            if len(left) != len(right):
                return False
            answers = [machine.truth(equal(machine, a, b)) for a, b in zip(left, right, strict=True)]
            if False in answers:
                return False
            return machine.comparison(("==", question(left), question(right))) if None in answers else True
        case _ if isinstance(left, PLAIN) and isinstance(right, PLAIN):
            return left == right
        case (External(), External()):
            return left == right
        case _:
            return left is right


def resolved(machine: Machine, value: Any) -> Any:
    return machine.tape.dim(value)


def may_be_anything(value: Any) -> bool:
    """A parameter without default need not be a positive number at all."""
    return isinstance(value, Expr) and value.as_symbol is not None and not value.as_symbol.uid


def question(value: Any) -> Any:
    match value:
        case int() | float() | str() | Expr() | External() | None:
            return (type(value).__name__, value)
        case tuple() | list():
            return tuple(question(element) for element in value)
        case _:
            return id(value)
