"""A cell that is not Python, as the blanks of an exercise are: whoever fills it in changes what its names stand for."""

from __future__ import annotations

import keyword
import re
from collections.abc import Sequence

from .cells import CellLine

__all__ = ["stand_in"]

_BOUND = re.compile(
    r"^[ \t]*(?:async[ \t]+)?(?:(?:def|class)[ \t]+(?P<defined>\w+)"
    r"|for[ \t]+(?P<drawn>[\w, \t()]+?)[ \t]+in\b"
    r"|(?P<assigned>[A-Za-z_][\w, \t]*?)[ \t]*(?:\*\*|//|<<|>>|[-+*/%&|^@])?=(?!=)"
    r"|(?P<changed>[A-Za-z_]\w*)[ \t]*[.\[])",
    re.MULTILINE,
)
_MODULES = frozenset({"torch", "nn", "F", "optim", "np", "plt", "pd", "sns", "tf", "os", "sys", "random", "math"})
"""What notebooks call the modules that they import: a call of theirs at the beginning of a line changes nothing in them."""
_MOST_NAMES = 200


def stand_in(lines: Sequence[CellLine]) -> tuple[CellLine, ...]:
    """Empty lines, the first of which makes unknown what the cell would bind or change.

    What the other cells say of such a name is true of a notebook that nobody can run as it is.
    """
    names = _names_in("\n".join(line.text for line in lines))
    blank = [line.instead("") for line in lines]
    if names:
        blank[0] = lines[0].instead(" = ".join([*names, "a_cell_that_is_not_python"]))
    return tuple(blank)


def _names_in(text: str) -> list[str]:
    """The names that a line assigns, defines or loops over, and those at its beginning whose methods or items it uses."""
    found: dict[str, None] = {}
    for match in _BOUND.finditer(text):
        for name in re.findall(r"[A-Za-z_]\w*", match[match.lastgroup or 0]):
            found[name] = None
    names = [name for name in found if not keyword.iskeyword(name) and name not in _MODULES]
    return names[:_MOST_NAMES]
