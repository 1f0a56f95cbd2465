"""``warnings``."""

from __future__ import annotations

from shapelint.interp.library.declare import ANYTHING, models
from shapelint.interp.library.no_effect import returns

models("warnings.warn", ANYTHING)(returns(None))
