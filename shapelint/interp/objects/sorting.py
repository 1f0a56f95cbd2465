"""``sorted`` and ``list.sort``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...shapes import Value
from ..machine.bounds import excess
from ..machine.machine import Machine
from ..machine.tables import call
from ..model.frame import Frame
from ..model.values import Gap
from .parameters import Kwargs

if TYPE_CHECKING:
    import libcst as cst

__all__ = ["sort"]


def sort(
    machine: Machine, elements: list[Value], kwargs: Kwargs, node: cst.CSTNode | None, frame: Frame
) -> list[Value]:
    """``sorted(elements, key=..., reverse=...)``; unknown order gives a list of unknown content."""
    key = kwargs.get("key")
    keys = elements if key is None else [call(machine, key, (element,), {}, node, frame) for element in elements]
    known = [key for key in keys if isinstance(key, (int, float, str, tuple))]
    if len(known) < len(keys) or excess(machine, known):
        return [Gap("sorted by unknown keys")]
    try:
        order = sorted(range(len(elements)), key=known.__getitem__, reverse=kwargs.get("reverse") is True)
    except TypeError:
        return [Gap("sorted by unknown keys")]
    return [elements[i] for i in order]
