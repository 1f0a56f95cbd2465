"""``shapelint verify``: a target run by torch in a subprocess, beside what ``show`` computes without running it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..records import dataclass
from ..shapes.written_inputs import Input, read_input
from ..summary import NoSuchTarget, show
from ..summary.model import InputsOf
from .agreement import Agreement, Pair, agreement
from .process import Cannot, ask_worker

__all__ = ["NOTICE", "Cannot", "Verification", "verify"]

NOTICE = "note: verify executes the code of the target; no other command of shapelint does"


@dataclass(frozen=True, slots=True)
class Verification:
    """How one target came out.

    ``refusals``: what we say and what torch says of the input, each None where it is accepted.
    """

    target: str
    agreement: Agreement
    device: str
    refusals: tuple[str | None, str | None] = (None, None)

    @property
    def differs(self) -> bool:
        """Whether a call has another shape, path, layer or parameter count than torch's (unknown is no difference)."""
        ours, true = self.refusals
        # The meta device accepts what the CPU refuses, so that there a refusal of ours contradicts nothing.
        unlike = (ours is None) != (true is None) and (true is not None or self.device != "meta")
        return unlike or any(_difference(pair) is not None for pair in self.agreement.pairs)

    def lines(self) -> Iterator[str]:
        """The report: each call that differs or is unknown, and the totals."""
        for pair in self.agreement.pairs:
            text = _difference(pair) or (_unknown(pair) if pair.relation == "unknown" else None)
            if text is not None:
                yield f"{_place(pair)} {text}"
        ours, true = self.refusals
        if ours is not None or true is not None:
            said = "accepts it" if true is None else f"refuses: {' '.join(true.split())}"
            yield f"{self.target}: {f'we refuse: {ours}' if ours else 'we accept it'}; torch {said} (on {self.device})"
        calls = [pair for pair in self.agreement.pairs if pair.true is not None]
        exact = self.agreement.count("exact")
        yield (
            f"{self.target}: {exact} of {len(calls)} layer calls exact, {self.agreement.count('wrong')} wrong, "
            f"{self.agreement.count('unknown')} unknown (torch on {self.device})"
        )


def verify(
    target: str, inputs: Sequence[str | Sequence[int]] | InputsOf, timeout: float = 300, memory: float = 8
) -> list[Verification | Cannot]:
    """Run ``target`` (``file.py``, ``file.py::Net(3)``) on ``inputs`` with torch and compare with ``show``.

    ``inputs``: sizes, or texts as of the option ``--input``, or what gives those of each target.  Small ones run
    on the CPU, large ones on the meta device.  A refusal by torch that we predicted is agreement, one that we did not is a
    difference.  Executes the file, in a subprocess that gets ``timeout`` seconds and, besides torch itself, ``memory``
    gigabytes.  A file without ``::`` gives a verdict for each module class, or why there is none.  Raises Cannot where that
    holds for all.
    """
    file, _, _ = target.partition("::")
    if not file.endswith(".py"):
        raise Cannot(f"{file}: only Python files can be executed")
    own = None if callable(inputs) else list(_texts(inputs))
    try:
        shown = show(target, inputs if callable(inputs) else [_read(text) for text in own or ()])
    except NoSuchTarget as error:
        raise Cannot(str(error)) from None
    found: list[Verification | Cannot] = []
    for one in shown.get("targets", [shown]):
        try:
            texts = inputs.texts(one["target"]) if callable(inputs) else own or ()
            found.append(_verdict(one, file, texts, timeout, memory))
        except Cannot as refusal:
            found.append(refusal)
    if not found:
        raise Cannot(f"{file}: no module class to run")
    return found


def _texts(inputs: Sequence[str | Sequence[int]]) -> Iterator[str]:
    for each in inputs:
        yield each if isinstance(each, str) else "x".join(map(str, each)) or "()"


def _read(text: str) -> Input:
    given = read_input(text)
    if given is None:
        raise Cannot(f"'{text}' is no input")
    return given


def _verdict(shown: Mapping[str, Any], file: str, texts: Sequence[str], timeout: float, memory: float) -> Verification:
    target = str(shown["target"])
    if "error" in shown:
        raise Cannot(f"{target}: {shown['error']}")
    _, _, expression = target.partition("::")
    if not texts or not _concrete(shown["inputs"]):
        raise Cannot(f"{target}: torch needs the size of every input: give --input, or inputs in pyproject.toml")
    request = {"file": str(Path(file).resolve()), "expression": expression, "inputs": list(texts)}
    truth = ask_worker(request, timeout, memory)
    refused = truth.get("error")
    if refused is not None and truth.get("calls") is None:
        raise Cannot(f"{target}: torch refuses: {refused}")
    ours = [call for call in shown["calls"] if not call.get("refused")]
    if refused is not None:  # calls that torch would have made after it are no claim of ours that is wrong
        ours = ours[: len(truth["calls"])]
    mine = None if shown["refused"] is None else shown["refused"]["reason"]
    return Verification(target, agreement(ours, truth["calls"]), truth.get("device", "cpu"), (mine, refused))


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


def _concrete(value: Any) -> bool:
    """Whether no size is open: in the shapes of all inputs there are only numbers."""
    match value:
        case Mapping():
            return all(map(_concrete, value.values()))
        case list() | tuple():
            return all(map(_concrete, value))
        case _:
            return not isinstance(value, str)
