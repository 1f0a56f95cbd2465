"""The arguments of a provided method: its object, and what it is given by position or by name."""

from __future__ import annotations

from ...shapes import Value
from ..machine.tables import Args, Kwargs
from ..model.classes import Instance

__all__ = ["argument", "receiver"]


def receiver(args: Args) -> Instance:
    """The object whose method is called.

    Raises TypeError for another value (``nn.Module.eval(x)``), which makes the result of the call unknown.
    """
    if not isinstance(args[0], Instance):
        raise TypeError("not an object")
    return args[0]


def argument(args: Args, kwargs: Kwargs, index: int, *names: str, default: Value = None) -> Value:
    """The argument at position ``index`` (0 is the object), or under the first of ``names`` that is given.

    ``argument(args, kwargs, 1, "mode", default=True)`` for ``train(self, mode=True)``.
    """
    if len(args) > index:
        return args[index]
    return next((kwargs[name] for name in names if name in kwargs), default)
