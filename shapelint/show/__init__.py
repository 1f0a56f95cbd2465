"""``shapelint show``: the shapes of a whole model, layer by layer."""

from .model import NoSuchTarget, show

__all__ = ["NoSuchTarget", "show"]
