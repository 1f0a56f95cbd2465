"""An ignore comment that suppresses nothing.

What it does
    Reports `# shapelint: ignore[...]` comments, and `# noqa` comments that name a code of shapelint, on lines where no
    such finding is. A bare `# noqa` and codes of other linters are never reported.

Why is this bad
    The comment was right once; the code has changed since. The next mistake on this line would be suppressed by a remark
    that nobody wrote for it.

Example
    from torch import nn

    layers = nn.Sequential(
        nn.Conv2d(3, 64, 3, padding=1),  # shapelint: ignore[wrong-size] the crop below takes care
        # state size. (64) x 32 x 32
    )

Fix
    Remove the comment; `--fix` does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..diagnosis.checked import Checked
from ..diagnostic import Diagnostic, Fix
from . import registry

CODE = "SHP002"
NAME = "unused-suppression"
SEVERITY = "warning"
AFTER_SUPPRESSIONS = True


def check(checked: Checked) -> Iterator[Diagnostic]:
    """One finding for each ignore comment that was idle, as a whole or for some of its codes."""
    for directive, idle in checked.unused:
        unknown = [name for name in idle if not registry.is_rule(name)]
        known = [name for name in idle if name not in unknown]
        parts = [f"unknown rule {_quoted(unknown)}"] if unknown else []
        if known or not idle:
            parts.append(f"no finding of {_quoted(known) or 'any rule'} on this line")
        helps = [f"did you mean `{near}`?" for name in unknown if (near := registry.nearest(name))]
        fix = None
        if not directive.codes or len(idle) == len(directive.codes):
            fix = Fix("safe", "remove the comment", (directive.removal(checked.source.lines),))
        else:
            helps.append(f"remove {_quoted(idle)} from the list")
        yield Diagnostic(
            CODE, NAME, ", ".join(parts), checked.path, directive.span, SEVERITY,
            label="suppresses nothing", help=" ".join(helps) or None, fix=fix,
        )  # fmt: skip


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
