"""What the body of a class binds, and how its subclasses learn that this changed.

A class that asks for a name through its bases remembers who had it, or each class of a chain would walk all of it for each
name.  Nothing has to be said at the places that write: the heap takes effects back, libraries add methods, and so does the
program.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ...shapes import Value

__all__ = ["ClassNames"]


class ClassNames(dict[str, Value]):
    """The names of a class.  ``asked``: whether a subclass remembers that some of them are, or are not, here."""

    __slots__ = ("asked",)

    changes = 0
    """How often the names of a class changed about which something was remembered: then all is forgotten."""

    def __init__(self, *names: Mapping[str, Value], **others: Value) -> None:
        super().__init__(*names, **others)
        self.asked = False

    def __setitem__(self, name: str, value: Value) -> None:
        if self.asked and name not in self:
            self._changed()
        super().__setitem__(name, value)

    def _changed(self) -> None:
        ClassNames.changes += 1
        self.asked = False


def _announced(name: str) -> Callable[..., Any]:
    """The method of ``dict`` after which it may have other keys."""
    method = getattr(dict, name)

    def changing(self: ClassNames, *args: Any) -> Any:
        if self.asked:
            self._changed()
        return method(self, *args)

    return changing


for _name in ("__delitem__", "__ior__", "clear", "pop", "popitem", "setdefault", "update"):
    setattr(ClassNames, _name, _announced(_name))
