"""Where the model of a library stands, and when it is imported.

``library/<shelf>/a/b.py`` declares what the names of the module ``a.b`` mean, whichever shelf it is on, and is imported when
the first of them is asked for, after what models ``a``; names of ``a.b`` may as well be declared in ``a.py``.  A shelf groups
libraries for the eye only.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from importlib import import_module

__all__ = ["load", "shelved"]


@cache
def shelved() -> Mapping[str, str]:
    """What models each modelled module, found by listing: ``{"torch.utils.data": "pytorch.torch.utils.data", ...}``."""
    here, found = os.path.dirname(__file__), {}
    for folder, inside, files in os.walk(here):
        inside[:] = [name for name in inside if name != "__pycache__"]
        parts = os.path.relpath(folder, here).split(os.sep)
        for file in files if folder != here else ():
            name, extension = os.path.splitext(file)
            place = parts if name == "__init__" else [*parts, name]
            if extension == ".py" and len(place) > 1:
                found[".".join(place[1:])] = ".".join(place)
    return found


def load(dotted: str) -> None:
    """Import what declares the name ``dotted``, if anything does: of ``a.b.c`` what models ``a``, ``a.b`` and ``a.b.c``."""
    places, parts = shelved(), dotted.split(".")
    for end in range(1, len(parts) + 1):
        place = places.get(".".join(parts[:end]))
        if place is not None:
            import_module(f"{__package__}.{place}")
