"""Names: the frame of the function (or file, or class body) being executed, and the frames it closes over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...records import dataclass, field
from ...shapes import Value
from .classes import Class, Module

if TYPE_CHECKING:
    import libcst as cst

__all__ = ["Frame", "private_name"]


@dataclass(slots=True, eq=False)
class Frame:
    """One activation of a function, a class body or the top level of a file.

    ``names``: its own names, the globals at the top level.  ``outer``: the frame it was defined in.  ``node``: the
    function or class.  ``is_class``: a class body, which is skipped when functions inside it look up a name.
    ``owner`` and ``self``: what ``super()`` without arguments means here.  ``pending``: values of returns that an
    unknown condition may have taken.  ``yielded``: what a generator has given so far.  ``elsewhere``: for each name
    declared ``global`` or ``nonlocal``, the frame it belongs to.  ``perhaps_left``: how often an unknown condition may have
    ended a loop.
    """

    module: Module
    names: dict[str, Value]
    outer: Frame | None = None
    node: cst.CSTNode | None = None
    is_class: bool = False
    owner: Class | None = None
    self: Value = None
    pending: list[Value] = field(default_factory=list)
    yielded: list[Value] | None = None
    elsewhere: dict[str, Frame] = field(default_factory=dict)
    perhaps_left: int = 0

    def find(self, name: str) -> dict[str, Value] | None:
        """The namespace in which ``name`` is bound, innermost first; None if nowhere."""
        if name in self.names and name not in self.elsewhere:
            return self.names
        frame = self.elsewhere.get(name) or self.outer
        while frame is not None:
            if name in frame.names and not frame.is_class:
                return frame.names
            frame = frame.outer
        return self.module.names if name in self.module.names else None

    def target(self, name: str) -> dict[str, Value]:
        """The namespace that an assignment to ``name`` changes (``global`` and ``nonlocal`` included)."""
        return self.elsewhere[name].names if name in self.elsewhere else self.names

    def private(self, name: str) -> str:
        """The attribute that ``self.__name`` means where this code stands: ``_Class__name``; any other name is itself."""
        if name[:2] != "__" or name[-2:] == "__":
            return name
        frame: Frame | None = self
        while frame is not None and frame.owner is None:
            frame = frame.outer
        return name if frame is None or frame.owner is None else private_name(name, frame.owner.name)


def private_name(name: str, owner: str) -> str:
    """What Python calls ``name``, two underscores before it, in the body of the class ``owner``."""
    return f"_{owner.lstrip('_')}{name}" if owner.strip("_") else name
