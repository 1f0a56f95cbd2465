"""Whether comments were written for other values of a constructor's defaults than those that stand there."""

from __future__ import annotations

import libcst as cst

from ...interp.model.tape import Override, Run
from ...interp.paths.exploration import Exploration
from ...source.parse import Source
from ..placement.claim import Claim, Part
from ..signatures.breaches import is_chosen
from ..verdict import Verdict
from .reading import Reading
from .search import read_claims

__all__ = [
    "Key",
    "chosen_and_true",
    "claims_in",
    "denies_input",
    "explains_more",
    "for_other_defaults",
    "keys_of",
    "told",
]

Key = tuple[Claim, Part]


def for_other_defaults(reading: Reading, source: Source, exploration: Exploration) -> Reading | None:
    """The same claims if the parameters with defaults are free too; None where there are none."""
    if not _has_defaults(reading.run):
        return None
    run, assumed = exploration.strict(reading.run), reading.run.assumed
    return read_claims(run.replay(Override(assumed=assumed)) if assumed else run, source, claims_in(reading))


def denies_input(free: Reading, reading: Reading) -> bool:
    """Whether it takes another input than the label says, not only other parameters, to make the comments true."""
    labels = [
        {a.claim for a, j in zip(r.assertions, r.judgements, strict=True) if j.verdict is verdict}
        for r, verdict in ((free, Verdict.FALSE), (reading, Verdict.TRUE))
    ]
    return any(claim.labels_input for claim in labels[0] & labels[1])


def explains_more(free: Reading, reading: Reading) -> bool:
    """Whether only other widths make sense of the comments."""
    return not reading.is_understood and len(free.divergences) == 1 < len(reading.divergences)


def keys_of(reading: Reading) -> set[Key]:
    return {(divergence.assertion.claim, divergence.assertion.part) for divergence in reading.divergences}


def told(reading: Reading) -> set[Key]:
    """Divergences, and what follows from them."""
    return keys_of(reading) | {(assertion.claim, assertion.part) for assertion in reading.accepted}


def chosen_and_true(free: Reading) -> set[Key]:
    """Claims that hold for other values of parameters: they were written for those."""
    judged = zip(free.assertions, free.judgements, strict=True)
    return {
        (assertion.claim, assertion.part)
        for assertion, judgement in judged
        if judgement.verdict is Verdict.TRUE and all(is_chosen(pair.computed, free.run) for pair in judgement.true)
    }


def _has_defaults(run: Run) -> bool:
    module = run.module
    found = None if module is None or module.cls.node is None else module.cls.find("__init__")
    node = getattr(found[1], "node", None) if found is not None else None
    if not isinstance(node, cst.FunctionDef):
        return False
    return any(param.default is not None for param in (*node.params.params, *node.params.kwonly_params))


def claims_in(reading: Reading) -> list[Claim]:
    return list(dict.fromkeys(assertion.claim for assertion in reading.assertions))
