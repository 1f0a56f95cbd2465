"""Whether comments were written for other values of a constructor's defaults than those in the code."""

from __future__ import annotations

import libcst as cst

from ...interp.model.tape import Override, Run
from ...interp.paths.exploration import Exploration
from ..binding.assertion import Key
from ..signatures.breaches import is_chosen
from ..verdict import Verdict
from .reading import Reading
from .search import read_claims

__all__ = ["as_written"]


def as_written(reading: Reading, exploration: Exploration) -> tuple[Reading, frozenset[Key]]:
    """The reading for the widths that the comments were written for, which need not be the defaults; and what is true for
    others than those, and so wrong nowhere."""
    if not reading.divergences or reading.run.module is None or reading.run.concrete:
        return reading, frozenset()
    free = _for_other_defaults(reading, exploration)
    if free is None or _denies_input(free, reading) or _multiplies(free, reading):
        return reading, frozenset()
    meant = _chosen_and_true(free)
    wrong = {divergence.key for divergence in reading.divergences}
    still_wrong = {divergence.key for divergence in free.divergences} | {one.key for one in free.accepted}
    explains_all_but_some = wrong <= meant | still_wrong and bool(wrong & meant)
    if free.is_understood and (explains_all_but_some or _explains_more(free, reading)):
        return free, meant
    return reading, meant


def _for_other_defaults(reading: Reading, exploration: Exploration) -> Reading | None:
    """The same claims if the parameters with defaults are free too; None where there are none."""
    if not _has_defaults(reading.run):
        return None
    run, assumed = exploration.strict(reading.run), reading.run.assumed
    return read_claims(run.replay(Override(assumed=assumed)) if assumed else run, reading.claims)


def _denies_input(free: Reading, reading: Reading) -> bool:
    """Whether it takes another input than the label says, not only other parameters, to make the comments true."""
    false = {assertion.claim for assertion, judgement in free.judged if judgement.verdict is Verdict.FALSE}
    return any(claim.labels_input for claim in false & reading.true_claims)


def _multiplies(free: Reading, reading: Reading) -> bool:
    """Whether sizes that are laid over axes one by one under the defaults are taken for the one size of a flat tensor,
    which a free width can always be: ``3 x 64 x 64`` above a network for its 12288 classes."""
    one_by_one = {
        assertion.key
        for assertion, judgement in reading.judged
        if (laid := (*judgement.true, *judgement.false)) and all(pair.axis is not None for pair in laid)
    }
    return any(
        assertion.key in one_by_one and any(pair.axis is None for pair in judgement.true)
        for assertion, judgement in free.judged
        if judgement.verdict is Verdict.TRUE
    )


def _explains_more(free: Reading, reading: Reading) -> bool:
    """Whether only other widths make sense of the comments."""
    return not reading.is_understood and len(free.divergences) == 1 < len(reading.divergences)


def _chosen_and_true(free: Reading) -> frozenset[Key]:
    """Claims that hold for other values of parameters: they were written for those."""
    return frozenset(
        assertion.key
        for assertion, judgement in free.judged
        if judgement.verdict is Verdict.TRUE and all(is_chosen(pair.computed, free.run) for pair in judgement.true)
    )


def _has_defaults(run: Run) -> bool:
    module = run.module
    found = None if module is None or module.cls.node is None else module.cls.find("__init__")
    node = getattr(found[1], "node", None) if found is not None else None
    if not isinstance(node, cst.FunctionDef):
        return False
    return any(param.default is not None for param in (*node.params.params, *node.params.kwonly_params))
