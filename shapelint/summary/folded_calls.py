"""``--depth``: the calls of leaf layers, folded into those of the modules that hold them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from types import MappingProxyType
from typing import Any

__all__ = ["fold", "total_parameters"]


def fold(
    calls: Sequence[Mapping[str, Any]],
    depth: int,
    holders: Sequence[int | None] = (),
    known: Mapping[int, Mapping[str, Any]] = MappingProxyType({}),
) -> Iterator[Mapping[str, Any]]:
    """``calls`` with those deeper than ``depth`` as one for each call of the module that holds them.

    ``depth`` 1 leaves the target's own children.  ``holders``: for each call the number of the holder's call, whose
    record is in ``known``; None if it is held by a mere list of modules: then the first input and the last output of
    its members are shown, and ``layer`` says how many they are.  Parameters are the sum of those inside.
    """
    numbered = zip(calls, holders or [None] * len(calls), strict=True)
    for (ancestor, holder), run in groupby(numbered, lambda pair: (_ancestor(pair[0], depth), pair[1])):
        members = [call for call, _ in run]
        if all(member["path"] == ancestor for member in members):
            yield from members
            continue
        first, last = members[0], members[-1]
        named = {"layer": f"{len(members)} layer{'s' * (len(members) != 1)}", "out": last["out"]}
        whole = {**first, **named} if holder is None else known[holder]
        yield {**whole, "path": ancestor, "params": total_parameters(members)}


def _ancestor(call: Mapping[str, Any], depth: int) -> str:
    return ".".join(call["path"].split(".")[:depth])


def total_parameters(calls: Sequence[Mapping[str, Any]]) -> int | str:
    """The sum of the parameters, each module counted once however often it runs; an expression if some of them are."""
    by_module = {call["path"]: call["params"] for call in calls}
    number = sum(params for params in by_module.values() if isinstance(params, int))
    symbolic = [str(params) for params in by_module.values() if isinstance(params, str)]
    if not symbolic:
        return number
    counted = {text: symbolic.count(text) for text in symbolic}
    terms = [text if times == 1 else f"{times}*({text})" for text, times in counted.items()]
    return " + ".join([*([str(number)] if number else []), *terms])
