"""What an operation needs of its operands, decided as far as the symbols allow.

A shape function receives a :class:`Needs` and states its constraints through it.  A constraint that never holds raises
:class:`Reject`; one that depends on unknown sizes is recorded as an assumption, from which the interpreter learns
(a ``Conv2d(3, ...)`` shows that its input has 3 channels).

>>> from shapelint.shapes import symbol
>>> need = Needs()
>>> need.equal(symbol("C"), 3, Kind.CHANNELS, "3 channels expected, got C")
>>> need.equalities
[(C, 3)]
>>> need.equal(64, 128, Kind.CHANNELS, "128 channels expected, got 64")
Traceback (most recent call last):
shapelint.shapes.needs.Reject: 128 channels expected, got 64
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import TypeAlias

from ..records import dataclass, field
from .compare import Bounds, Equality, compare, less
from .dim import Dim

__all__ = ["Kind", "Needs", "Reject"]


Message: TypeAlias = str | Callable[[], str]
"""A message, or a function that makes it: printing shapes takes long, and most constraints hold."""


class Kind(enum.Enum):
    """What sort of constraint was broken; each is the business of one rule."""

    CHANNELS = "channels"  # another width than the layer was built for
    EMPTY = "empty output"  # a size of zero or less
    OPERANDS = "operands"  # sizes or ranks that do not go together
    ARGUMENT = "argument"  # an argument that no input makes right
    PADDING = "padding"
    STRIDED_SAME = "strided same"


class Reject(Exception):
    """PyTorch would raise here, whatever the values of the unknowns.

    ``message``: lower case, numbers first.  ``argument``: the constructor or call parameter that is to blame, if one is.
    ``got_none``: what is rejected is a None in the place of a tensor, a number or a word; it often stands for "not given".
    """

    def __init__(self, kind: Kind, message: str, argument: str | None = None, *, got_none: bool = False) -> None:
        super().__init__(message)
        self.kind, self.message, self.argument, self.got_none = kind, message, argument, got_none


@dataclass(slots=True)
class Needs:
    """Collects the constraints of one operation, of sizes within ``bounds``.

    ``equalities``: the pairs that must be equal, and may be.  ``inequalities``: pairs (dim, bound) with ``dim >= bound``.
    """

    bounds: Bounds = field(default_factory=dict)
    equalities: list[tuple[Dim, Dim]] = field(default_factory=list)
    inequalities: list[tuple[Dim, Dim]] = field(default_factory=list)

    def equal(self, left: Dim, right: Dim, kind: Kind, message: Message, argument: str | None = None) -> None:
        """``left == right``, or :class:`Reject` if it never is."""
        if left is right or left == right:
            return
        match compare(left, right, self.bounds):
            case Equality.NEVER:
                raise _rejection(kind, message, argument)
            case Equality.DEPENDS:
                self.equalities.append((left, right))

    def at_least(self, dim: Dim, bound: Dim, kind: Kind, message: Message, argument: str | None = None) -> None:
        """``dim >= bound``, or :class:`Reject` if it never is."""
        if type(dim) is int and type(bound) is int:
            if dim < bound:
                raise _rejection(kind, message, argument)
            return
        match less(dim, bound, self.bounds):
            case True:
                raise _rejection(kind, message, argument)
            case None:
                self.inequalities.append((dim, bound))

    def require(
        self, holds: bool, kind: Kind, message: Message, argument: str | None = None, *, got_none: bool = False
    ) -> None:
        """A condition that is known to hold or not.  ``got_none``: what is asked about is a None (:attr:`Reject.got_none`)."""
        if not holds:
            raise _rejection(kind, message, argument, got_none)


def _rejection(kind: Kind, message: Message, argument: str | None, got_none: bool = False) -> Reject:
    return Reject(kind, message if isinstance(message, str) else message(), argument, got_none=got_none)
