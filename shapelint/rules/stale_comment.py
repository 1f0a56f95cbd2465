"""A shape comment that contradicts the code around it.

What it does
    Follows the shapes through the layers and compares them with the shape comments between them. Where a comment and
    the code disagree, and correcting the comment leaves the fewest contradictions (the next layer or the next comment
    confirms the code), the comment is reported, with the shape that is true.

    A name counts where all others of the function keep it for one size, and keep another one for the size that stands here:
    `(B, N, N)` beside `(B, N, M)`.

    Shapes in docstrings (of arguments and results) and in annotations (`Float[Tensor, "b c h w"]`) are compared with
    what every visible call of the function is given and returns. An annotation is a contract, its names included; a
    docstring is prose: it is reported only for numbers, and where the rest of it is confirmed.

Why is this bad
    Readers trust shape comments more than they trust their own arithmetic. A comment that was right before the last
    change makes the next change wrong.

Example
    from torch import nn

    features = nn.Sequential(
        # input is (3) x 96 x 96
        nn.Conv2d(3, 64, 4, stride=2, padding=1),
        # state size. (64) x 48 x 48
        nn.Conv2d(64, 128, 3, padding=1),
        # state size. (64) x 48 x 48
        nn.BatchNorm2d(128),
    )

Fix
    `--fix` writes the true shape in the comment's own notation.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import libcst as cst

from ..claims.reading.misnamed import Misnamed
from ..claims.report.breach import breach_fix, breach_label, breach_text, breach_trace
from ..claims.report.comment_fix import comment_fix
from ..claims.report.messages import anchor_label, contradiction_text, pattern_span, trace_of
from ..claims.same.broken import broken_same
from ..diagnosis.checked import Checked
from ..diagnostic import Diagnostic, Edit, Fix
from ..interp import Call

CODE = "SHP202"
NAME = "stale-comment"
SEVERITY = "warning"
PRECEDENCE = 80


def check(checked: Checked) -> Iterator[Diagnostic]:
    """One finding for each comment that the code proves wrong; its fix corrects those that are wrong for the same reason."""
    stale = [blame for blame in checked.claims.contradictions if blame.repair is None]
    alone = len(checked.claims.readings) == 1
    same = _constructors(broken.call for broken in broken_same(checked.exploration)) if stale else set()
    for blame in stale:
        if same and not same.isdisjoint(_constructors(blame.chain)):
            continue  # the padding that breaks a declared "same" is the one mistake
        fix = comment_fix(blame, alone)
        yield Diagnostic(
            CODE,
            NAME,
            contradiction_text(blame),
            checked.path,
            pattern_span(blame.divergence.assertion),
            SEVERITY,
            label="this comment is stale",
            labels=anchor_label(blame),
            trace=trace_of(blame),
            help=None if fix is None else fix.message,
            fix=fix,
        )
    yield from (_misnaming(wrong, checked.path) for wrong in checked.claims.misnamed)
    yield from _breaches(checked)


def _misnaming(wrong: Misnamed, path: str) -> Diagnostic:
    """A size under a name that all other comments of the function use for another one."""
    written, corrected = wrong.part.pattern.text, wrong.corrected
    meaning = f"elsewhere {wrong.text.text} is {wrong.usual}, and this, {wrong.size}, is {wrong.meant.text}"
    fix = Fix("safe", f"the shape here is `{corrected}`", (Edit(wrong.span, corrected),))
    return Diagnostic(
        CODE,
        NAME,
        f"{written} annotated, but {corrected} computed",
        path,
        wrong.span,
        SEVERITY,
        label="this comment is stale",
        trace=(meaning,),
        help=fix.message,
        fix=fix,
    )


def _breaches(checked: Checked) -> Iterator[Diagnostic]:
    """Statements of docstrings and annotations that the code contradicts."""
    repairs = [blame.repair for blame in checked.claims.contradictions if blame.repair is not None]
    wrong = _constructors(repair.call for repair in repairs)
    for breach in checked.claims.held.breaches:
        if wrong and not wrong.isdisjoint(_constructors(breach.run.tape.calls)):
            continue  # a layer on the way has an argument that is to blame: what is stated may well be right
        fix = breach_fix(breach)
        yield Diagnostic(
            CODE,
            NAME,
            breach_text(breach),
            checked.path,
            breach.stated.span,
            SEVERITY,
            label=f"this {'annotation' if breach.stated.exact else 'docstring'} is stale",
            labels=breach_label(breach),
            trace=breach_trace(breach),
            help=None if fix is None else fix.message,
            fix=fix,
        )


def _constructors(calls: Iterable[Call]) -> set[cst.CSTNode]:
    """The calls that built these layers."""
    return {call.constructor.node for call in calls if call.constructor is not None}
