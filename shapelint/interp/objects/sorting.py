"""``sorted`` and ``list.sort``."""

from __future__ import annotations

from typing import Any

from ..machine.machine import Machine
from ..machine.tables import call
from ..model.frame import Frame
from ..model.values import Gap

__all__ = ["sort"]


def sort(machine: Machine, elements: list[Any], kwargs: dict[str, Any], node: Any, frame: Frame) -> list[Any]:
    """``sorted(elements, key=..., reverse=...)``; unknown order gives a list of unknown content."""
    key = kwargs.get("key")
    keys: list[Any] = (
        [call(machine, key, (e,), {}, node, frame) for e in elements] if key is not None else list(elements)
    )
    if not all(isinstance(k, (int, float, str, tuple)) for k in keys):
        return [Gap("sorted by unknown keys")]
    try:
        order = sorted(range(len(elements)), key=lambda i: keys[i], reverse=kwargs.get("reverse") is True)
    except TypeError:
        return [Gap("sorted by unknown keys")]
    return [elements[i] for i in order]
