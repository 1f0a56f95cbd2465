"""``abc``: abstract methods are methods."""

from __future__ import annotations

from shapelint.interp.library.declare import ANYTHING, models
from shapelint.interp.library.no_effect import returns_first

models("abc.abstractmethod", ANYTHING)(returns_first)
