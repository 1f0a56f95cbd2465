"""A layer's arguments contradict the annotated size.

What it does
    Follows the shapes through the layers and compares them with the shape comments between them. Where a comment and
    the code disagree, and correcting one argument (mostly a padding) leaves fewer contradictions than correcting the
    comment, the argument is reported, with the value that gives the annotated size. The comments of a block are read
    in the way that makes most of them true; input sizes that are written nowhere are solved from them.

Why is this bad
    The network is not the one its author describes. A size that is off by one breaks skip connections and the first
    Linear layer, or silently trains another network.

Example
    from torch import nn

    features = nn.Sequential(
        # input is (3) x 96 x 96
        nn.Conv2d(3, 64, 4, stride=2, padding=1),
        # state size. (64) x 48 x 48
        nn.Conv2d(64, 128, 4, stride=2, padding=2),
        # state size. (128) x 24 x 24
        nn.Conv2d(128, 256, 4, stride=2, padding=1),
        # state size. (256) x 12 x 12
    )

Fix
    `--unsafe-fixes` writes the argument that gives the annotated size. Where several paddings do, the smallest is
    proposed.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..claims.blame.argument import argument_span, help_text, repair_fix
from ..claims.report.messages import anchor_label, contradiction_text, pattern_span, trace_of
from ..diagnosis.checked import Checked
from ..diagnostic import Diagnostic, Label

CODE = "SHP201"
NAME = "wrong-size"
SEVERITY = "error"
PRECEDENCE = 70


def check(checked: Checked) -> Iterator[Diagnostic]:
    """One finding for each argument that the comments prove wrong."""
    for blame in checked.claims.contradictions:
        if blame.repair is None:
            continue
        repair = blame.repair
        annotated = Label(pattern_span(blame.divergence.assertion), "annotated here")
        yield Diagnostic(
            CODE,
            NAME,
            contradiction_text(blame),
            checked.path,
            argument_span(repair),
            SEVERITY,
            label=f"{repair.parameter}={repair.present}",
            labels=(annotated, *anchor_label(blame)),
            trace=trace_of(blame),
            help=help_text(repair),
            fix=repair_fix(repair),
        )
