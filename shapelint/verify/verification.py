"""``shapelint verify``: a target run by torch in a subprocess, beside what ``show`` computes without running it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..records import dataclass
from ..summary import NoSuchTarget, show
from .agreement import Agreement, Pair, agreement
from .process import Cannot, ask_worker

__all__ = ["NOTICE", "Cannot", "Verification", "verify"]

NOTICE = "note: verify executes the code of the target; no other command of shapelint does"


@dataclass(frozen=True, slots=True)
class Verification:
    """How one target came out."""

    target: str
    agreement: Agreement
    device: str

    @property
    def differs(self) -> bool:
        """Whether a call has another shape, path, layer or parameter count than torch's (unknown is no difference)."""
        return any(_difference(pair) is not None for pair in self.agreement.pairs)

    def lines(self) -> Iterator[str]:
        """The report: each call that differs or is unknown, and the totals."""
        for pair in self.agreement.pairs:
            text = _difference(pair) or (_unknown(pair) if pair.relation == "unknown" else None)
            if text is not None:
                yield f"{_place(pair)} {text}"
        calls = [pair for pair in self.agreement.pairs if pair.true is not None]
        exact = self.agreement.count("exact")
        yield (
            f"{self.target}: {exact} of {len(calls)} layer calls exact, {self.agreement.count('wrong')} wrong, "
            f"{self.agreement.count('unknown')} unknown (torch on {self.device})"
        )


def verify(
    target: str, inputs: Sequence[Sequence[int]], timeout: float = 300, memory: float = 8
) -> list[Verification | Cannot]:
    """Run ``target`` (``file.py``, ``file.py::Net(3)``) on ``inputs`` with torch and compare with ``show``.

    Executes the file, in a subprocess that gets ``timeout`` seconds and, besides torch itself, ``memory`` gigabytes.  A file
    without ``::`` gives a verdict for each module class, or why there is none.  Raises Cannot where that holds for all.
    """
    file, _, _ = target.partition("::")
    if not file.endswith(".py"):
        raise Cannot(f"{file}: only Python files can be executed")
    try:
        shown = show(target, inputs)
    except NoSuchTarget as error:
        raise Cannot(str(error)) from None
    found: list[Verification | Cannot] = []
    for one in shown.get("targets", [shown]):
        try:
            found.append(_verdict(one, file, timeout, memory))
        except Cannot as refusal:
            found.append(refusal)
    if not found:
        raise Cannot(f"{file}: no module class to run")
    return found


def _verdict(shown: Mapping[str, Any], file: str, timeout: float, memory: float) -> Verification:
    target = str(shown["target"])
    if "error" in shown:
        raise Cannot(f"{target}: {shown['error']}")
    _, _, expression = target.partition("::")
    sizes = shown["inputs"]
    if not sizes or not all(_concrete(size) for size in sizes):
        raise Cannot(f"{target}: torch needs the size of every input: give --input")
    request = {"file": str(Path(file).resolve()), "expression": expression, "inputs": sizes}
    truth = ask_worker(request, timeout, memory)
    if "error" in truth:
        raise Cannot(f"{target}: torch refuses: {truth['error']}")
    return Verification(target, agreement(shown["calls"], truth["calls"]), truth["device"])


def _difference(pair: Pair) -> str | None:
    """What differs between the two, or None: agreement, or nothing that we claim to know."""
    if pair.ours is None:
        return None
    if pair.true is None:
        return f"{pair.ours['out']}, torch never calls it"
    if pair.relation == "wrong":
        return f"{pair.ours['out']}, torch says {pair.true['out']}"
    for key, what in (("layer", "layer"), ("params", "parameters")):
        mine, theirs = pair.ours[key], pair.true[key]
        if mine != theirs and mine is not None and not (key == "params" and isinstance(mine, str)):
            return f"{what} {mine}, torch says {theirs}"
    return None


def _unknown(pair: Pair) -> str:
    true = pair.true or {}
    mine = "not seen" if pair.ours is None else f"unknown {pair.ours['out']}"
    return f"{mine}, torch says {true['out']}"


def _place(pair: Pair) -> str:
    call = pair.ours or pair.true or {}
    where = f"{call['file']}:{call['line']}: " if "file" in call else ""
    return f"{where}{call['path'] or '(the target)'} {call['layer']}"


def _concrete(size: Any) -> bool:
    return isinstance(size, list | tuple) and all(isinstance(dim, int) for dim in size)
