"""Names: the frame of the function (or module, or class body) being executed, and the scopes it closes over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ...records import dataclass, field
from .values import Class, Module

if TYPE_CHECKING:
    import libcst as cst

__all__ = ["Frame"]


@dataclass(slots=True, eq=False)
class Frame:
    """One activation.  ``outer`` is the scope it was defined in; class bodies are skipped when a name is looked up.

    ``pending``: values of returns that an unknown condition may have taken.  ``yielded``: what a generator has given
    so far.  ``owner`` and ``self``: what ``super()`` without arguments means here.
    """

    module: Module
    names: dict[str, Any]
    outer: Frame | None = None
    node: cst.CSTNode | None = None
    is_class: bool = False
    owner: Class | None = None
    self: Any = None
    pending: list[Any] = field(default_factory=list)
    yielded: list[Any] | None = None
    elsewhere: dict[str, Frame] = field(default_factory=dict)

    def find(self, name: str) -> dict[str, Any] | None:
        """The namespace in which ``name`` is bound, innermost first; None if nowhere."""
        if name in self.names and name not in self.elsewhere:
            return self.names
        frame = self.elsewhere.get(name) or self.outer
        while frame is not None:
            if name in frame.names and not frame.is_class:
                return frame.names
            frame = frame.outer
        return self.module.names if name in self.module.names else None

    def target(self, name: str) -> dict[str, Any]:
        """The namespace that an assignment to ``name`` changes (``global`` and ``nonlocal`` included)."""
        return self.elsewhere[name].names if name in self.elsewhere else self.names
