"""``shapelint annotate``: shape comments written into the code that they are about."""

from .annotator import annotate_text

__all__ = ["annotate_text"]
