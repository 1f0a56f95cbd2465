"""Arguments of functions and classes outside the project, by parameter name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ...shapes import Unknown
from ..model.values import Gap

__all__ = ["given"]


def given(signature: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments that a call gives, by the names in ``signature`` ("root train transform"), without defaults.

    What an unknown number of arguments may hold is unknown; what no parameter takes is left out.
    """
    names = signature.split()
    gap = next((i for i, value in enumerate(args) if isinstance(value, Gap)), len(args))
    found = dict(zip(names, args[:gap], strict=False))
    found.update({name: value for name, value in kwargs.items() if name in names})
    rest = kwargs.get("**")
    hidden = set(names) if gap < len(args) or (rest is not None and not isinstance(rest.like, dict)) else set()
    if rest is not None and isinstance(rest.like, dict):
        hidden = hidden | set(rest.like)
    for name in names:
        if name in hidden and name not in found:
            found[name] = Unknown(f"'{name}' may be among unknown arguments")
    return found
