"""What stands between the brackets of ``holder[key]``."""

from __future__ import annotations

from typing import Any

import libcst as cst

from ..machine.machine import Machine
from ..model.frame import Frame
from ..objects.iteration import iterate

__all__ = ["subscript_key"]


def subscript_key(machine: Machine, node: cst.Subscript, frame: Frame) -> Any:
    """The value between the brackets: one key, or a tuple of them."""
    keys = []
    for element in node.slice:
        match element.slice:
            case cst.Index(value=value, star=star):
                key = machine.evaluate(value, frame)
                if star:
                    keys.extend(iterate(machine, key, node, frame))
                    continue
                keys.append(key)
            case cst.Slice(lower=lower, upper=upper, step=step):
                bounds = [None if part is None else machine.evaluate(part, frame) for part in (lower, upper, step)]
                keys.append(slice(*bounds))
    single = len(node.slice) == 1 and isinstance(node.slice[0].comma, cst.MaybeSentinel)
    return keys[0] if single and len(keys) == 1 else tuple(keys)
