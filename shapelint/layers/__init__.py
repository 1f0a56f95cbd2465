"""The catalogue of ``torch.nn``: what every layer makes of the shapes it is given.  Each is declared once, by family."""

from __future__ import annotations

from collections.abc import Mapping

from . import activation, conv, linear, norm, pad, pool, reshape, upsample
from .declare import Args, Family, Layer
from .signature import Signature

__all__ = ["CATALOGUE", "OPAQUE", "Args", "Family", "Layer", "Signature"]

_MODULES = (conv, pool, pad, norm, linear, activation, reshape, upsample)

CATALOGUE: Mapping[str, Layer] = {
    declared.name: declared
    for module in _MODULES
    for family in vars(module).values()
    if isinstance(family, Family)
    for declared in family.layers
}
"""Layers by the name of their class in ``torch.nn``."""

OPAQUE: Mapping[str, str] = {
    "Module": "the base class: what it does is what its subclass says",
}
"""Public classes of ``torch.nn`` whose behaviour is not modelled, and why."""
