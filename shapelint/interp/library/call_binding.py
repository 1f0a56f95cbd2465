"""Binding the arguments of a call to the parameters of a modelled function, also where not all of them are known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...layers import Signature
from ...shapes import Unknown, Value
from ..model.values import Gap

__all__ = ["bind", "given", "optional"]


def bind(declared: Signature, args: Sequence[Value], kwargs: Mapping[str, Value]) -> dict[str, Value]:
    """Arguments by parameter name, with defaults; ``Reject`` where Python would raise TypeError.

    An unknown number of arguments is a :class:`Gap` among ``args``, or under ``"**"`` in ``kwargs``.  A parameter that they
    may fill is unknown, even if it has a default; ``*rest`` and ``**keywords`` receive the gaps themselves.

    >>> from shapelint.layers.signature import signature
    >>> bound = bind(signature("x, y=1, *rest"), (2, Gap("a list")), {})
    >>> bound["x"], bound["y"]
    (2, Unknown(reason="'y' may be among unknown arguments"))
    >>> [gap.reason for gap in bound["rest"]]
    ['a list']
    """
    more = kwargs.get("**")
    if more is None and Gap not in map(type, args):
        return declared.bind(args, kwargs)
    first_gap = next((i for i, value in enumerate(args) if isinstance(value, Gap)), len(args))
    known, unknown = list(args[:first_gap]), args[first_gap:]
    named = {name: value for name, value in kwargs.items() if name != "**"}
    taken = {*declared.positional[:first_gap], *named}
    for name in _fillable(declared, bool(unknown), more):
        if name in declared.positional_only:
            known += [_hidden(name)] if name not in declared.positional[:first_gap] else []
        elif name not in taken:
            named[name] = _hidden(name)
    bound = declared.bind(known, named)
    rest, others = bound.get(declared.rest or ""), bound.get(declared.keywords or "")
    if declared.rest is not None and isinstance(rest, tuple):
        bound[declared.rest] = (*rest, *unknown)
    if declared.keywords is not None and isinstance(others, dict) and more is not None:
        bound[declared.keywords] = {**others, "**": more}
    return bound


def _fillable(declared: Signature, has_gap: bool, more: Value) -> list[str]:
    """The parameters that unknown arguments may fill, by place or by name."""
    by_name = {name for name in (*declared.positional, *declared.keyword_only) if name not in declared.positional_only}
    if more is None:
        by_name = set()
    elif isinstance(more, Gap) and isinstance(more.like, dict):
        by_name &= more.like.keys()  # these may be given, and no others
    by_place = declared.positional if has_gap else ()
    return [name for name in (*declared.positional, *declared.keyword_only) if name in by_place or name in by_name]


def _hidden(name: str) -> Unknown:
    return Unknown(f"'{name}' may be among unknown arguments")


def optional(names: str) -> str:
    """The signature of what takes any of these parameters, and others that do not matter: versions of a library differ.

    >>> optional("self root train")
    'self, root=..., train=..., *rest, **others'
    """
    return ", ".join([name if name == "self" else f"{name}=..." for name in names.split()] + ["*rest", "**others"])


def given(bound: Mapping[str, Value]) -> dict[str, Value]:
    """The arguments that a call of such a signature gives."""
    return {name: value for name, value in bound.items() if value is not ...}
