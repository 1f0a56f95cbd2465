"""Values of any form in the protocol (settings, metadata), which its library turns into objects."""

from __future__ import annotations

from typing import Any

__all__ = ["plain"]


def plain(values: Any) -> Any:
    """Objects as dictionaries, at every depth.

    >>> from collections import namedtuple
    >>> plain({"a": namedtuple("Object", "b")(1)})
    {'a': {'b': 1}}
    """
    if hasattr(values, "_asdict"):
        values = values._asdict()
    if isinstance(values, dict):
        return {key: plain(value) for key, value in values.items()}
    return values
