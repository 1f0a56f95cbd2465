"""Networks as short texts, and what the claims in them came to."""

from __future__ import annotations

from textwrap import indent

from shapelint.claims.blame.culprit import Blame
from shapelint.claims.findings import Findings, read
from shapelint.claims.verdict import Verdict
from shapelint.interp.paths.exploration import explore
from shapelint.source.parse import parse

SEQUENTIAL = """\
import torch
import torch.nn as nn
import torch.nn.functional as F


class Net(nn.Module):
    def __init__(self{parameters}):
        super().__init__()
        self.net = nn.Sequential(
{layers}
        )

    def forward(self, x):
        return self.net(x)
"""


def sequential(layers: str, parameters: str = "") -> str:
    """A module that is one Sequential of ``layers``, lines as they stand in it."""
    return SEQUENTIAL.format(layers=indent(layers.strip("\n"), " " * 12), parameters=parameters)


def module(init: str, forward: str) -> str:
    """A module with these bodies of ``__init__`` and ``forward``."""
    head = "import torch\nimport torch.nn as nn\nimport torch.nn.functional as F\n\n\nclass Net(nn.Module):\n"
    body = f"def __init__(self):\n    super().__init__()\n{indent(init.strip(chr(10)), '    ')}\n"
    body += f"\ndef forward(self, x):\n{indent(forward.strip(chr(10)), '    ')}\n"
    return head + indent(body, "    ")


def findings(text: str) -> Findings:
    return read(explore(parse(text, "net.py")))


def contradictions(text: str) -> tuple[Blame, ...]:
    return findings(text).contradictions


def told(text: str) -> list[tuple[str, str]]:
    """(the comment's shape, "comment" or the argument's proposed value) of each contradiction."""
    return [
        (
            blame.divergence.assertion.part.pattern.text,
            "comment" if blame.repair is None else f"{blame.repair.parameter}={blame.repair.value}",
        )
        for blame in contradictions(text)
    ]


def verdicts(text: str) -> list[str]:
    """What each shape comment came to, in the order of the file."""
    return [verdict.name for verdict in findings(text).verdicts.values()]


def all_true(text: str) -> bool:
    found = findings(text)
    return bool(found.claims) and set(found.verdicts.values()) == {Verdict.TRUE} and not found.contradictions
