"""Whether two values are equal, the same object, or one inside the other: True, False, or None where it depends."""

from __future__ import annotations

from collections.abc import Hashable

from ...shapes import Dim, Equality, Expr, Unknown, Value, compare
from ..machine.bounds import excess, go_through
from ..machine.machine import Machine
from ..machine.tables import HOLDS
from ..model.classes import Instance
from ..model.values import Choice, External, Gap, Identity
from .iteration import as_list

__all__ = [
    "PLAIN",
    "contains",
    "depends_on",
    "equal",
    "identical",
    "may_be_anything",
    "negated",
    "question",
    "resolved",
]

PLAIN = (int, float, complex, str, bytes, list, tuple, dict, set, frozenset, range, type(None), type(...))
"""Values that Python itself can compare and operate on; what collections of them hold may still be unknown."""
_MOST_ASKED, _DEEPEST_ASKED = 16, 3
_SCALARS = frozenset({int, float, bool, str, type(None)})


def identical(left: Value, right: Value) -> bool | None:
    """``left is right``."""
    if isinstance(left, Choice):
        answers = {identical(option, right) for option in left.options}
        return answers.pop() if len(answers) == 1 else None
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return True if left is right else None
    if may_be_anything(left) or may_be_anything(right):
        return None
    if isinstance(left, External) and isinstance(right, External):
        return left == right
    if isinstance(left, (int, str, float)) and isinstance(right, (int, str, float)):
        return type(left) is type(right) and left == right
    return left is right


def contains(machine: Machine, element: Value, container: Value) -> bool | None:
    """``element in container``."""
    if isinstance(container, Instance):
        return HOLDS[Instance](machine, container, element)
    if isinstance(container, str):
        return element in container if isinstance(element, str) else None
    if isinstance(container, (dict, set)) and isinstance(element, (int, str, tuple, Identity)) and element in container:
        return True
    if isinstance(container, dict) and isinstance(element, str) and _may_be_filled(machine, container, element):
        return contains(machine, element, container)
    # Of a set it does not matter in which order it is gone through, which is not always known.
    values = list(container) if isinstance(container, set) else as_list(machine, container)
    if values is None:
        return None
    if type(element) in _SCALARS and _SCALARS.issuperset(map(type, values)):
        return element in values
    go_through(machine, 4 * len(values))  # each is a comparison of its own
    doubt = False
    for value in values:
        known = machine.truth(equal(machine, element, value))
        if known:
            return True
        doubt = doubt or known is None
    return None if doubt else False


def _may_be_filled(machine: Machine, container: dict[Value, Value], element: str) -> bool:
    """Whether definitions that were not evaluated yet have just added something to a registry."""
    if machine.project.force_named(machine, element) and element in container:
        return True
    # Also of a dict with a name of this call: a registry may be handed to what looks into it.
    before = len(container)
    return machine.project.force_all(machine, container, only_held=True) and len(container) > before


def equal(machine: Machine, left: Value, right: Value) -> bool | Unknown:
    """``left == right``."""
    if type(left) in _SCALARS and type(right) in _SCALARS:
        return left == right
    match left, right:
        case (Unknown() | Choice() | Gap(), _) | (_, Unknown() | Choice() | Gap()):
            same = left is right and not isinstance(left, Gap)
            return True if same else machine.comparison(("==", question(left), question(right)))
        case (int() | Expr(), int() | Expr()):  # not both ints, which were scalars
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
        case (tuple() | list(), tuple() | list()) if isinstance(left, list) == isinstance(right, list):
            if len(left) != len(right):
                return False
            if excess(machine, left) or excess(machine, right):
                return machine.comparison(("==", Identity(left), Identity(right)))
            go_through(machine, 4 * len(left))
            answers = [machine.truth(equal(machine, a, b)) for a, b in zip(left, right, strict=True)]
            if False in answers:
                return False
            return machine.comparison(("==", question(left), question(right))) if None in answers else True
        case _ if isinstance(left, PLAIN) and isinstance(right, PLAIN):
            if excess(machine, left) or excess(machine, right):
                return machine.comparison(("==", Identity(left), Identity(right)))
            return left == right
        case (External(), External()) | (Identity(), Identity()):
            return left == right
        case _:
            return left is right


def negated(machine: Machine, value: Value) -> bool | Unknown:
    """``not value``."""
    known = machine.truth(value)
    return machine.comparison(("not", question(value))) if known is None else not known


def resolved(machine: Machine, value: Dim) -> Dim:
    """``value`` with everything that the run learnt about its symbols."""
    return machine.tape.dim(value)


def may_be_anything(value: Value) -> bool:
    """Whether it is a parameter without a default, which need not be positive, nor even a number."""
    return isinstance(value, Expr) and value.as_parameter is not None


def question(value: Value, depth: int = 0) -> Hashable:
    """The part of a key of :meth:`Machine.comparison` that represents ``value``.

    A condition that is asked twice has the same key, and so the same answer both times.  ``depth``: how many collections
    the value is in; what is long, or deep inside, is represented by itself.
    """
    match value:
        case int() | float() | str() | Expr() | External() | None:
            # 1 and True are equal as keys, but ``x is 1`` and ``x is True`` are two questions.
            return (type(value).__name__, value)
        case tuple() | list() if len(value) <= _MOST_ASKED and depth < _DEEPEST_ASKED:
            return tuple(question(element, depth + 1) for element in value)
        case _:
            return Identity(value)


def depends_on(machine: Machine, condition: Value, value: Value) -> bool:
    """Whether ``condition`` is ``value`` or the outcome of a question about it."""
    asked = machine.asked.get(condition) if isinstance(condition, Unknown) else None
    return condition is value or (asked is not None and _mentions(machine, asked, value))


def _mentions(machine: Machine, part: Hashable, value: Value) -> bool:
    if isinstance(part, tuple):
        return any(_mentions(machine, inner, value) for inner in part)
    return isinstance(part, Identity) and depends_on(machine, part.value, value)
