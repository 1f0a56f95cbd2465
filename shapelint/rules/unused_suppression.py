"""An ignore comment that suppresses nothing.

What it does
    Reports `# shapelint: ignore[...]` comments, and `# noqa` comments that name a code of shapelint, on lines where no
    such finding is. A bare `# noqa` and codes of other linters are never reported.

Why is this bad
    The comment was right once; the code has changed since. The next mistake on this line would be suppressed by a remark
    that nobody wrote for it.

Example
    nn.Conv2d(3, 64, 3, padding=1),  # shapelint: ignore[wrong-size] the crop below takes care

Fix
    Remove the comment; `--fix` does.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..diagnostic import Diagnostic, Fix
from .context import Checked

CODE = "SHP002"
NAME = "unused-suppression"
SEVERITY = "warning"
AFTER_SUPPRESSIONS = True


def check(checked: Checked) -> Iterator[Diagnostic]:
    """One finding for each ignore comment that was idle, as a whole or for some of its codes."""
    for directive, idle in checked.unused:
        what = ", ".join(f"`{name}`" for name in idle) or "any rule"
        fix = None
        if not directive.codes or len(idle) == len(directive.codes):
            fix = Fix("safe", "remove the comment", (directive.removal(checked.source.lines),))
        yield Diagnostic(
            CODE, NAME, f"no finding of {what} on this line", checked.path, directive.span, SEVERITY,
            label="suppresses nothing", help=None if fix else f"remove {what} from the list", fix=fix,
        )  # fmt: skip
