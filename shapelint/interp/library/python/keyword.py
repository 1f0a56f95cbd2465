"""``keyword``."""

from __future__ import annotations

import keyword

from shapelint.interp.library.declare import Invocation, models
from shapelint.shapes import Unknown, Value


@models("keyword.iskeyword", "s")
def is_keyword(at: Invocation, s: Value) -> Value:
    """Whether a name is reserved."""
    return keyword.iskeyword(s) if isinstance(s, str) else Unknown("an unknown word")
