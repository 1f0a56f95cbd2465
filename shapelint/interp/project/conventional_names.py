"""What everybody means by ``nn``, ``F``, ``torch`` and ``np`` in a file that does not say where they come from.

Such names come from ``import *`` of a file that is missing, or from a cell that was deleted from a notebook.
"""

from __future__ import annotations

import re
from functools import lru_cache

from ...source.parse import Source

__all__ = ["conventional_meaning", "is_for_torch"]

_CONVENTIONAL = {"torch": "torch", "nn": "torch.nn", "F": "torch.nn.functional", "np": "numpy"}
_OTHER_FRAMEWORKS = re.compile(
    r"\b(?:mxnet|paddle|tensorflow|keras|jax|flax|mindspore|megengine|oneflow|d2l|tinygrad|mlx)\b"
)


def conventional_meaning(name: str, source: Source) -> str | None:
    """The full dotted name that ``name`` most likely means in ``source``; None if there is no convention for it."""
    return _CONVENTIONAL[name] if name in _CONVENTIONAL and is_for_torch(source.text) else None


@lru_cache(maxsize=4)  # asked for each use of such a name
def is_for_torch(text: str) -> bool:
    """Whether a file names no other framework, which may have an ``nn`` or an ``F`` of its own."""
    return _OTHER_FRAMEWORKS.search(text) is None
