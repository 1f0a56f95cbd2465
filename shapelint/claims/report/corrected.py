"""Whether comments are true once they are rewritten: what they say is read again, as it was when some of it was false."""

from __future__ import annotations

from collections.abc import Sequence

from ...diagnostic import Edit
from ...records import replace
from ..comments.grammar import parse_comment, parse_row
from ..placement.claim import Claim
from ..reading.reading import Reading

__all__ = ["is_true_with"]


def is_true_with(edits: Sequence[Edit], reading: Reading) -> bool:
    """Whether ``edits`` make the comments that they change true, and leave nothing to doubt in ``reading``."""
    rows = {edit.span.row for edit in edits}
    rewritten = {claim: _rewritten(claim, edits) for claim in reading.claims if claim.row in rows}
    claims = [rewritten.get(claim, claim) for claim in reading.claims]
    assertions = tuple(reading.bound_on(reading.run, [claim for claim in claims if claim is not None]))
    judgements = tuple(assertion.judge(reading.solution, thorough=False) for assertion in assertions)
    again = replace(reading, assertions=assertions, judgements=judgements, divergences=[], accepted={})
    return again.is_agreeable and again.true_claims.issuperset(rewritten.values())


def _rewritten(claim: Claim, edits: Sequence[Edit]) -> Claim | None:
    """The claim as the comment states it after ``edits``; None if that is not a shape any more."""
    comment = claim.placement.comment
    text = comment.text
    for edit in sorted(edits, key=lambda edit: -edit.span.column):
        if edit.span.row == comment.row:
            start, end = edit.span.column - comment.column, edit.span.end_column - comment.column
            text = text[:start] + edit.content + text[end:]
    remark = parse_comment(text) or (None if comment.own_line else parse_row(text))
    return None if remark is None else replace(claim, remark=remark)
