"""What a model holds: its parameters and buffers one by one, and how many numbers they are."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from ..interp.model.state import Entry, State
from ..shapes import Dim, Expr, Parameter, Shape, Tensor

__all__ = ["held", "numbers_in", "shape_record"]


def held(state: State) -> dict[str, Any]:
    """The fields ``parameters``, ``buffers``, ``totals`` and ``not_followed`` of a record.

    Names, shapes and order are those of ``named_parameters()`` and ``named_buffers()``; ``totals["parameters"]`` is
    ``sum(p.numel() for p in model.parameters())``, a string where it depends on a symbol.  A shape of unknown rank is
    None and counts nothing; ``not_followed`` then says what the totals leave out.
    """
    trainable = [entry for entry in state.parameters if isinstance(entry.tensor, Parameter) and entry.tensor.trainable]
    return {
        "parameters": [
            {**_entry(entry), "trainable": entry.tensor.trainable if isinstance(entry.tensor, Parameter) else None}
            for entry in state.parameters
        ],
        "buffers": [{**_entry(entry), "persistent": entry.persistent} for entry in state.buffers],
        "totals": {
            "parameters": _count(state.parameters),
            "trainable": _count(trainable),
            "buffers": _count(state.buffers),
        },
        "not_followed": [
            *({"name": place.prefix, "reason": place.reason} for place in state.unfollowed if place.is_module),
            *(
                {"name": entry.name, "reason": entry.tensor.shape.lead}
                for entry in state.entries
                if entry.tensor.shape.lead is not None
            ),
        ],
    }


def shape_record(shape: Shape) -> list[int | str] | None:
    """Numbers, or text for a symbolic size; None where the rank is unknown."""
    return None if shape.lead is not None else [str(dim) if isinstance(dim, Expr) else dim for dim in shape.dims]


def _entry(entry: Entry) -> dict[str, Any]:
    return {"name": entry.name, "shape": shape_record(entry.tensor.shape)}


def _count(entries: Iterable[Entry]) -> int | str:
    total = numbers_in(entry.tensor for entry in entries)
    return str(total) if isinstance(total, Expr) else total


def numbers_in(tensors: Iterable[Tensor]) -> Dim:
    """How many numbers ``tensors`` hold; one of unknown rank counts nothing."""
    total: Dim = 0
    for tensor in tensors:
        if tensor.shape.lead is None:
            total = total + math.prod(tensor.shape.dims)
    return total
