"""How a statement ends, and how a path ends too early."""

from __future__ import annotations

import enum
from typing import TypeAlias

from ...records import dataclass
from ...shapes import Value

__all__ = ["BREAK", "CONTINUE", "Flow", "OutOfFuel", "Return"]


class OutOfFuel(Exception):
    """The budget of this path is used up, or its calls are nested too deeply."""


class _Jump(enum.Enum):
    BREAK = "break"
    CONTINUE = "continue"


BREAK, CONTINUE = _Jump.BREAK, _Jump.CONTINUE


@dataclass(frozen=True, slots=True, eq=False)
class Return:
    """A function body ended with this value."""

    value: Value


Flow: TypeAlias = "Return | _Jump | None"
"""How a statement ended: None if it fell through."""
