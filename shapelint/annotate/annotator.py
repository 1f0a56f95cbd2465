"""Annotating one text: stale comments refreshed, missing ones added, nothing kept that would not lint clean."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from types import MappingProxyType

from ..claims.findings import read
from ..diagnostic import Diagnostic, Edit
from ..edits import apply_edits
from ..engine import Result
from ..fixes.rounds import fix_text
from ..interp import Project
from ..interp.paths.exploration import explore
from ..source.parse import parse
from .comment_blocks import Block, blocks_of
from .comment_style import rows_about_below, style_of
from .plan import edits_of
from .states import states_of
from .witness_runs import Witnesses

__all__ = ["Lint", "annotate_text"]

Lint = Callable[[str], Result]
"""The findings of a text."""

Inputs = Mapping[str, tuple[str, ...]]

_MOST_ROUNDS = 3
_STALE = "SHP202"
_BLAMED = frozenset({"SHP201", "SHP202"})


def annotate_text(text: str, path: str, project: Project, lint: Lint, inputs: Inputs = MappingProxyType({})) -> str:
    """``text`` with its shape comments brought up to date, in its own style.

    ``inputs``: what the user says that classes are called with, by name, as for ``--input``.
    A block is left alone if its comments would bring a finding or would not be read back as they are written.
    Raises SourceError for what cannot be parsed.
    """
    parse(text, path)
    results: dict[str, Result] = {}

    def remembered(changed: str) -> Result:
        if changed not in results:
            results[changed] = lint(changed)
        return results[changed]

    text = fix_text(text, lambda changed: _only_stale(remembered(changed)), unsafe=False).text
    for _ in range(_MOST_ROUNDS):  # a comment on one block may give the size of another
        completed = _completed(text, path, project, remembered, inputs)
        if completed == text:
            break
        text = completed
    return text


def _completed(text: str, path: str, project: Project, lint: Lint, inputs: Inputs) -> str:
    """``text`` with the comments that it lacks, as far as they lint clean."""
    before = lint(text)

    def is_clean(edits: Sequence[Edit]) -> bool:
        """Whether nothing is found in the new text that was not found in the old."""
        return not _counted(lint(apply_edits(text, edits)).diagnostics) - _counted(before.diagnostics)

    proposed = _proposed(text, path, project, before, inputs)
    return apply_edits(text, _most(proposed, [], is_clean)) if proposed else text


def _most(
    proposed: Sequence[Sequence[Edit]], kept: list[Edit], is_clean: Callable[[Sequence[Edit]], bool]
) -> list[Edit]:
    """``kept`` with all that is proposed for each block and lints clean together with it, found by halving."""
    everything = [*kept, *chain.from_iterable(proposed)]
    if is_clean(everything):
        return everything
    if len(proposed) < 2:
        return kept
    half = len(proposed) // 2
    return _most(proposed[half:], _most(proposed[:half], kept, is_clean), is_clean)


def _proposed(text: str, path: str, project: Project, before: Result, inputs: Inputs) -> list[list[Edit]]:
    """The missing comments, block by block."""
    source = parse(text, path)
    exploration = explore(source, project, inputs=inputs)
    findings = read(exploration)
    witnesses = Witnesses(source, exploration, findings)
    stated = {claim.row for claim in findings.claims}
    below = rows_about_below(findings)
    styles = {declared: style_of(findings, declared) for declared in (True, False)}
    proposed: list[list[Edit]] = []
    for block in blocks_of(source):
        if _is_disputed(block, before) or not below.isdisjoint(block.rows):
            continue
        states = states_of(block, witnesses, source)
        if states is not None:
            edits = list(edits_of(block, states, styles[not block.is_code], stated, source))
            proposed += [edits] * bool(edits)
    return proposed


def _is_disputed(block: Block, before: Result) -> bool:
    """Whether comments and code of the block disagree already: somebody has to decide that first."""
    return any(finding.code in _BLAMED and finding.span.row in block.rows for finding in before.diagnostics)


def _only_stale(result: Result) -> Result:
    stale = tuple(finding for finding in result.diagnostics if finding.code == _STALE)
    return Result(stale, result.coverage, result.parsed)


def _counted(findings: Sequence[Diagnostic]) -> Counter[tuple[str, str]]:
    return Counter((finding.code, finding.message) for finding in findings)
