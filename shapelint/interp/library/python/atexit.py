"""``atexit``: what is registered is never called."""

from __future__ import annotations

from shapelint.interp.library.declare import ANYTHING, models
from shapelint.interp.library.no_effect import returns_first

models("atexit.register", ANYTHING)(returns_first)
