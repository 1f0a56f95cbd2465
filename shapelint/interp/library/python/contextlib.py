"""``contextlib``: a generator is the list of what it yields."""

from __future__ import annotations

from shapelint.interp.library.declare import ANYTHING, models
from shapelint.interp.library.no_effect import returns_first

models("contextlib.contextmanager", ANYTHING)(returns_first)
