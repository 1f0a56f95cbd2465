"""``--depth``: the calls of leaf layers, folded into those of the modules that hold them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

__all__ = ["fold", "total_parameters"]


def fold(calls: Sequence[Mapping[str, Any]], depth: int) -> Iterator[Mapping[str, Any]]:
    """``calls`` with those deeper than ``depth`` as one each stretch that runs within the same ancestor.

    A folded call has the first one's input and line, the last one's output, and the sum of the parameters; its
    ``layer`` says how many it stands for.  ``depth`` 1 leaves the target's own children.
    """
    for ancestor, run in groupby(calls, lambda call: ".".join(call["path"].split(".")[:depth])):
        members = list(run)
        if all(member["path"] == ancestor for member in members):
            yield from members
            continue
        first, last = members[0], members[-1]
        yield {
            **first,
            "path": ancestor,
            "layer": f"{len(members)} layer{'s' * (len(members) != 1)}",
            "out": last["out"],
            "params": total_parameters(members),
        }


def total_parameters(calls: Sequence[Mapping[str, Any]]) -> int | str:
    """The sum of the parameters, each module counted once however often it runs; an expression where some are one."""
    by_module = {call["path"]: call["params"] for call in calls}
    number = sum(params for params in by_module.values() if isinstance(params, int))
    symbolic = [str(params) for params in by_module.values() if isinstance(params, str)]
    if not symbolic:
        return number
    counted = {text: symbolic.count(text) for text in symbolic}
    terms = [text if times == 1 else f"{times}*({text})" for text, times in counted.items()]
    return " + ".join([*([str(number)] if number else []), *terms])
