"""``weakref``: a proxy is what it stands for."""

from __future__ import annotations

from shapelint.interp.library.declare import ANYTHING, models
from shapelint.interp.library.no_effect import returns_first

models("weakref.proxy", ANYTHING)(returns_first)
