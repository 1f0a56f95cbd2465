"""``enum``: what makes an enumeration of a class is in ``interp/objects/class_statements.py``."""

from __future__ import annotations

from shapelint.interp.library.declare import ANYTHING, models
from shapelint.interp.library.no_effect import returns_first

models("enum.unique", ANYTHING)(returns_first)
