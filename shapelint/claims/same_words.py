"""Words by which a comment or an identifier declares that a layer keeps its input's size."""

from __future__ import annotations

import re

__all__ = ["comment_declares", "name_declares"]

_KEEPING = frozenset({"keep", "keeps", "keeping", "preserve", "preserves", "preserving", "retain", "retains", "maintain", "maintains"})
_SIZES = frozenset({"size", "dimension", "dimensions", "dims", "resolution", "shape"})
_BESIDE = frozenset({"pad", "padding", "padded", "conv", "pool"})
_ADJECTIVES = frozenset({"the", "spatial", "input", "image", "feature", "map", "same", "its", "original", "height", "width", "of"})
_DOUBTS = frozenset({"if", "not", "no", "don't", "doesn't", "isn't", "bounded", "as", "unless", "can", "could", "should", "todo", "when"})
_CHINESE = ("尺寸不变", "大小不变", "宽高不变", "尺寸保持不变", "大小保持不变")
_WORD = re.compile(r"[A-Za-z']+")
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+d?")


def comment_declares(text: str) -> bool:
    """Whether ``text`` says "same" of the layer beside it: ``# same``, ``# same padding``, ``# keeps the spatial size``.

    ``# same as above``, ``# same class``, ``# keep size bounded`` and whatever is conditional say nothing.
    """
    if any(phrase in text for phrase in _CHINESE):
        return True
    words = [word.lower() for word in _WORD.findall(text.lstrip("#").replace("shapelint:", ""))]
    words = [word.strip("'") if word.startswith("'") else word for word in words]
    if any(word in _DOUBTS for word in words):
        return False
    if words in (["same"], ["same", "padding"], ["same", "pad"], ["padding", "same"], ["pad", "same"]):
        return True
    for index, word in enumerate(words):
        if word == "same" and words[index + 1 : index + 2] in (["padding"], ["pad"], ["size"]):
            return True
        if word in _KEEPING:
            rest = [other for other in words[index + 1 : index + 7] if other not in _ADJECTIVES]
            return bool(rest) and rest[0] in _SIZES
    return False


def name_declares(name: str) -> bool:
    """Whether ``same`` is a word of the identifier beside pad, padding, conv or pool: ``Conv2dSame``, ``same_pad``."""
    words = [part.lower() for part in _PART.findall(name)]
    words = [word for word in words if not word[0].isdigit()]
    return "same" in words and any(word in _BESIDE for word in words)
