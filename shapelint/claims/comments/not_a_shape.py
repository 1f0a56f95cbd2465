"""The exception by which every step of the grammar gives up."""

from __future__ import annotations

__all__ = ["NotAShape"]


class NotAShape(Exception):
    """The text is not a shape; the argument says why."""
